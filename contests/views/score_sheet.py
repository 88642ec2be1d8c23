"""How a sheet is laid out for components/judge.html: shown by the judge's and the chief's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contests.forms.judging import SheetForm, mark_field
from contests.queries.judging import Sheet
from contests.rubric import Aspect, Criterion
from contests.score_sheets import UNMARKED, Value, posted
from core import clock
from core.exact import decimal_text


@dataclass(frozen=True)
class AspectRow:
    """One control: its name, what stands in it, and the line below it."""

    aspect: Aspect
    field: str
    label: str
    most: str
    value: str | None
    error: str
    saved: str


def criteria_rows(
    sheet: Sheet, marks: Mapping[str, Value], form: SheetForm
) -> list[tuple[Criterion, list[AspectRow]]]:
    """The criteria of a sheet with their controls, numbered through."""
    number = 0
    groups = []
    for criterion in sheet.criteria:
        rows = []
        for aspect in criterion.aspects:
            number += 1
            value = marks.get(aspect.key, UNMARKED)
            rows.append(_row(number, aspect, value, form))
        groups.append((criterion, rows))
    return groups


def _row(number: int, aspect: Aspect, value: Value, form: SheetForm) -> AspectRow:
    field = form[mark_field(aspect.key)]
    typed = field.data or ""
    kept = value.milli is not None and typed == posted(aspect, value.milli)
    errors = list(field.errors)
    return AspectRow(
        aspect,
        mark_field(aspect.key),
        f"{number}．{aspect.title}",
        decimal_text(aspect.top),
        typed or None,
        str(errors[0]) if errors else "",
        f"已送达 {clock.local(value.at):%H:%M}" if kept and value.at else "",
    )
