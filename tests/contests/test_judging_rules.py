"""When a panel may end."""

from __future__ import annotations

import pytest

from contests.catalogue import load_presets
from contests.judging_rules import SheetFacts, allowed_spreads, too_far, why_not_close
from contests.score_sheets import Value

STAGE = load_presets()["skill"].spec.stages[0]
BOTH = ("measured", "judged")
MEASURED = {key: Value(1000) for key in ("dimensions", "function", "on_time")}


def sheet(
    judge: str, level: int = 2, state: str = "confirmed", measures: bool = False
) -> SheetFacts:
    marks = {"workmanship": Value(level * 1000), "procedure": Value(2000)}
    criteria = BOTH if measures else ("judged",)
    return SheetFacts("KD73", judge, state, criteria, marks | (MEASURED if measures else {}))


def test_a_finished_panel_lacks_nothing() -> None:
    assert why_not_close(STAGE, [sheet("陈", measures=True), sheet("刘"), sheet("赵", 3)]) == []


@pytest.mark.parametrize(
    ("third", "gaps"),
    [
        (sheet("赵", state="open"), ["KD73 号 赵 未确认"]),
        (SheetFacts("KD73", "赵", "open", ("judged",), {}), ["KD73 号 赵 差 2 项"]),
        (sheet("赵", state="absent"), ["KD73 号“评价项”只有 2 名评委，至少要 3 名"]),
        (sheet("赵", state="recused"), ["KD73 号“评价项”只有 2 名评委，至少要 3 名"]),
        (sheet("赵", 0), ["KD73 号“工艺与外观”相差 2 级，请合议后重评"]),
    ],
)
def test_what_is_missing_is_named(third: SheetFacts, gaps: list[str]) -> None:
    assert why_not_close(STAGE, [sheet("陈", measures=True), sheet("刘"), third]) == gaps


def test_an_excused_judge_is_not_far_apart() -> None:
    assert too_far(STAGE, [sheet("陈"), sheet("刘"), sheet("赵", 0, "recused")]) == {}


def test_the_spread_is_that_of_the_rule() -> None:
    assert allowed_spreads(STAGE) == {"workmanship": 1, "procedure": 1}
