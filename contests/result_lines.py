"""From marks to the lines of a result, with reasons as JSON and a digest over all of it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from contests.marks import MISSING, Mark, input_digest
from contests.reasons import explain, figure_or_none
from contests.rubric import Aspect
from contests.score_sheets import MILLI, UNMARKED, Value, due_aspects, shown
from contests.scoring import ENGINE_VERSION, Row, compute
from contests.spec import Spec, Stage
from core import canonical
from core.exact import decimal_text


@dataclass(frozen=True)
class Sheet:
    """One judge's sheet: `judge` is the anonymous name in reasons; only a finished one counts."""

    code: str
    judge: str
    finished: bool
    criteria: tuple[str, ...]
    marks: Mapping[str, Value]


@dataclass(frozen=True)
class Inputs:
    """All that a result follows from: engine marks, and the codes of those who performed."""

    marks: tuple[Mark, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class LineFacts:
    """One line as it is stored; `why` holds trees, settled_by and problems."""

    code: str
    total_milli: int | None
    rank: int | None
    prize: str
    medal: str
    figures: dict[str, str | None]
    why: dict[str, Any]


def gather(
    stage: Stage,
    codes: Collection[str],
    sheets: Iterable[Sheet],
    givens: Mapping[tuple[str, str], int],
) -> Inputs:
    """The engine's marks: what is due and not there is `missing`, never left out."""
    found = [
        Mark(one.code, "", aspect.key, one.judge, mark_text(aspect, one))
        for one in sheets
        for aspect in due_aspects(stage, one.criteria)
    ]
    found += [
        Mark(code, "", key, "", decimal_text(Fraction(milli, MILLI)))
        for (code, key), milli in givens.items()
    ]
    return Inputs(tuple(sorted(found)), tuple(sorted(codes)))


def mark_text(aspect: Aspect, sheet: Sheet) -> str:
    """A mark as the engine reads it; an unconfirmed sheet has none."""
    value = sheet.marks.get(aspect.key, UNMARKED)
    if not sheet.finished or not value.given:
        return MISSING
    return value.absence or shown(aspect, value.milli)


def digest_of(spec: Spec, inputs: Inputs) -> str:
    """SHA-256 of engine version, SPEC, marks, and of who performed without any mark."""
    marks = input_digest(spec, inputs.marks, ENGINE_VERSION)
    return hashlib.sha256("\n".join([marks, *inputs.codes]).encode()).hexdigest()


def lines_of(spec: Spec, inputs: Inputs) -> list[LineFacts]:
    """The result, best first. DomainError lists marks that cannot be."""
    return [_line(spec, row) for row in compute(spec, inputs.marks, inputs.codes)]


def _line(spec: Spec, row: Row) -> LineFacts:
    trees = [explain(spec, row.figures[key]) for key in roots(spec) if key in row.figures]
    why = {"trees": trees, "settled_by": row.settled_by, "problems": list(row.problems)}
    total = None if row.total is None else row.total * MILLI
    return LineFacts(
        code=row.entry,
        total_milli=None if total is None else total.numerator,
        rank=row.rank,
        prize=row.prize,
        medal=row.medal,
        figures={key: figure_or_none(cell) for key, cell in row.figures.items()},
        why=why,
    )


def roots(spec: Spec) -> list[str]:
    """The total, then the figures that are not made part of it (those that only part ties)."""
    inside: set[str] = set()
    wanted = [spec.total.key]
    while wanted:
        key = wanted.pop()
        inside.add(key)
        wanted += [one for one in spec.figures[key].of if one in spec.figures]
    return [spec.total.key, *(key for key in spec.figures if key not in inside)]


def result_digest(inputs: str, lines: Sequence[LineFacts], entries: Mapping[str, str]) -> str:
    """SHA-256 of a whole result: its inputs, its lines in order, and whose each code is."""
    content = {
        "inputs": inputs,
        "lines": [asdict(one) for one in lines],
        "entries": dict(entries),
    }
    return canonical.digest(content)
