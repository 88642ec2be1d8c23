"""How firm a result is: each question on small fields whose answer can be seen."""

from __future__ import annotations

import pytest

from contests import robustness
from contests.marks import Mark
from contests.robustness import Change, Probe, probes
from contests.spec import Spec, load_spec

MEAN = [{"op": "mean", "over": "judges"}, {"op": "round", "places": 2}]
TRIMMED = [{"op": "drop", "over": "judges", "high": 1, "low": 1}, *MEAN]


def spec_of(steps: list[dict[str, object]], panel: tuple[int, int] = (3, 5)) -> Spec:
    """One aspect of 0..100 on 1, one gold prize."""
    stage = {
        "key": "final",
        "title": "决赛",
        "panel": {"min": panel[0], "max": panel[1]},
        "criterion": [
            {
                "key": "sheet",
                "title": "评分表",
                "aspect": [{"key": "work", "title": "作品", "max": "100", "step": "1"}],
            }
        ],
        "figure": [{"key": "score", "title": "得分", "of": ["sheet"], "steps": steps}],
    }
    ranking = {
        "tie": [{"by": "shared", "title": "并列"}],
        "prize": [{"title": "一等奖", "from": 1}],
    }
    return load_spec({"title": "t", "stage": [stage], "ranking": ranking}, "t")


def marks_of(**table: str) -> list[Mark]:
    """甲="80 81 82": the marks of the judges A, B, C …"""
    return [
        Mark(entry, "", "work", judge, text)
        for entry, texts in table.items()
        for judge, text in zip("ABCDE", texts.split(), strict=False)
    ]


def asked(spec: Spec, marks: list[Mark]) -> dict[str, Probe]:
    return {one.key: one for one in probes(spec, marks, {mark.entry for mark in marks})}


SWAPPED = (Change("乙", "", "一等奖"), Change("甲", "一等奖", ""))


def test_a_clear_winner_is_robust_in_every_way() -> None:
    found = asked(spec_of(TRIMMED), marks_of(甲="90 91 92 93", 乙="60 61 62 63"))
    assert {key: one.robust for key, one in found.items()} == dict.fromkeys(
        ["judge:A", "judge:B", "judge:C", "judge:D", "untrimmed", "one_scale", "nudge"], True
    )


def test_one_judge_may_make_the_winner() -> None:
    found = asked(spec_of(MEAN), marks_of(甲="80 80 99", 乙="84 84 70"))
    assert (found["judge:C"].changes, found["judge:C"].title) == (SWAPPED, "不计 C 的分数")
    assert found["judge:A"].robust


def test_trimming_may_make_the_winner() -> None:
    found = asked(spec_of(TRIMMED), marks_of(甲="10 80 80 80", 乙="79 79 79 79"))
    assert found["untrimmed"].changes == SWAPPED


def test_without_trimming_in_the_rule_there_is_nothing_to_ask() -> None:
    found = asked(spec_of(MEAN), marks_of(甲="80 80 80", 乙="70 70 70"))
    assert (found["untrimmed"].applies, found["untrimmed"].robust) == (
        "办法里没有去掉最高、最低分",
        False,
    )


def test_a_judge_with_a_wide_scale_may_make_the_winner() -> None:
    # A and B prefer 甲 by four of their few points, C prefers 丁 by sixty of a hundred
    table = {"甲": "75 75 40", "乙": "70 70 60", "丙": "72 72 0", "丁": "71 71 100"}
    found = asked(spec_of(MEAN), marks_of(**table))
    assert found["one_scale"].changes == (Change("丁", "一等奖", ""), Change("甲", "", "一等奖"))


@pytest.mark.parametrize(
    ("second", "changes"),
    [("82 80 80", (Change("乙", "", "一等奖"),)), ("79 80 80", ())],
)
def test_one_mark_a_step_aside(second: str, changes: tuple[Change, ...]) -> None:
    # 243 against 242: a step up makes a tie, and both win; against 239 it does not reach
    found = asked(spec_of(MEAN), marks_of(甲="81 81 81", 乙=second))
    assert found["nudge"].changes == changes


def test_a_step_may_be_enough_for_a_swap_elsewhere_in_the_field() -> None:
    found = asked(spec_of(MEAN), marks_of(甲="80 80 80", 乙="80 80 80", 丙="10 10 10"))
    assert set(found["nudge"].changes) == {Change("乙", "一等奖", ""), Change("甲", "一等奖", "")}


def test_the_answer_says_how_many_marks_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "MOST_NUDGES", 3)
    found = asked(spec_of(MEAN), marks_of(甲="81 81 81", 乙="82 80 80"))
    assert found["nudge"].title == "任意一个分数高一档或低一档（试了 3 个）"


def test_a_panel_that_cannot_spare_a_judge_may_be_one_smaller_for_the_question() -> None:
    found = asked(spec_of(MEAN, panel=(3, 3)), marks_of(甲="90 90 90", 乙="60 60 60"))
    assert found["judge:A"].robust


def test_trimming_leaves_too_few_without_a_judge() -> None:
    found = asked(spec_of(TRIMMED, panel=(3, 3)), marks_of(甲="90 90 90", 乙="60 60 60"))
    assert found["judge:A"].applies == "乙：“作品”没有可用的分数"
