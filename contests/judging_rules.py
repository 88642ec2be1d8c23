"""When a panel may end, and where judges are too far apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contests.rubric import Criterion
from contests.score_sheets import MILLI, UNMARKED, Value, due_aspects, spread
from contests.spec import Stage

EXCUSED = ("recused", "absent", "replaced")
DEFAULT_SPREAD = 1


@dataclass(frozen=True)
class SheetFacts:
    """One sheet: whose, of what, in which state; `criteria` are the keys that the judge marks."""

    code: str
    judge: str
    state: str
    criteria: tuple[str, ...]
    marks: Mapping[str, Value]


def why_not_close(stage: Stage, sheets: Sequence[SheetFacts]) -> list[str]:
    """What is due: unconfirmed sheets, criteria with too few judges, levels too far apart."""
    gaps = [told for sheet in sheets if (told := _unfinished(stage, sheet))]
    for code, of_one in by_code(sheets).items():
        for criterion in stage.criteria:
            if told := _too_few(criterion, of_one):
                gaps.append(f"{code} 号{told}")
        gaps += [f"{code} 号{told}，请合议后重评" for told in too_far(stage, of_one).values()]
    return gaps


def by_code(sheets: Iterable[SheetFacts]) -> dict[str, list[SheetFacts]]:
    """The sheets of each performance."""
    found: dict[str, list[SheetFacts]] = {}
    for sheet in sheets:
        found.setdefault(sheet.code, []).append(sheet)
    return found


def marked(stage: Stage, sheet: SheetFacts) -> tuple[int, int]:
    """How many of the due aspects are marked."""
    due = due_aspects(stage, sheet.criteria)
    return sum(sheet.marks.get(one.key, UNMARKED).given for one in due), len(due)


def _unfinished(stage: Stage, sheet: SheetFacts) -> str:
    if sheet.state != "open":
        return ""
    done, due = marked(stage, sheet)
    lack = f"差 {due - done} 项" if done < due else "未确认"
    return f"{sheet.code} 号 {sheet.judge} {lack}"


def _too_few(criterion: Criterion, sheets: Iterable[SheetFacts]) -> str:
    there = sum(criterion.key in one.criteria and one.state not in EXCUSED for one in sheets)
    if there >= criterion.panel.least:
        return ""
    return f"“{criterion.title}”只有 {there} 名评委，至少要 {criterion.panel.least} 名"


def allowed_spreads(stage: Stage) -> dict[str, int]:
    """How far apart the levels of each level aspect may lie; the rule of the `judgement` step."""
    found = {
        aspect.key: DEFAULT_SPREAD
        for criterion in stage.criteria
        for aspect in criterion.aspects
        if aspect.kind == "level"
    }
    for figure in stage.figures:
        for step in figure.steps:
            if step.op == "judgement":
                found |= {key: int(step.args["spread"]) for key in figure.of if key in found}
    return found


def too_far(stage: Stage, sheets: Iterable[SheetFacts]) -> dict[str, str]:
    """The level aspects of one performance on which the judges differ too much, in words."""
    counted = [one for one in sheets if one.state not in EXCUSED]
    titles = {a.key: a.title for c in stage.criteria for a in c.aspects}
    told: dict[str, str] = {}
    for key, most in allowed_spreads(stage).items():
        levels = [m // MILLI for one in counted if (m := _milli(one, key)) is not None]
        apart = spread(levels)
        if apart > most:
            told[key] = f"“{titles[key]}”相差 {apart} 级"
    return told


def _milli(sheet: SheetFacts, key: str) -> int | None:
    return sheet.marks.get(key, UNMARKED).milli
