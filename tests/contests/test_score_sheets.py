"""What a judge types, what it is worth, what is due."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests import score_sheets
from contests.rubric import Aspect
from contests.score_sheets import UNMARKED, Value, parse_mark
from core.errors import DomainError

SCORE = Aspect("skill", "技能", "score", Fraction(0), Fraction(20), Fraction(1, 2), None, (), "")
LEVEL = Aspect(
    "look",
    "外观",
    "level",
    Fraction(0),
    Fraction(20),
    Fraction(1),
    None,
    ("差", "可", "良", "优"),
    "",
)
YES_NO = Aspect("time", "按时", "yes_no", Fraction(0), Fraction(10), Fraction(10), None, (), "")
ALL = [SCORE, LEVEL, YES_NO]


@pytest.mark.parametrize(
    ("aspect", "text", "milli"),
    [
        (SCORE, "17.5", 17500),
        (SCORE, " １７．５ ", 17500),
        (SCORE, "0", 0),
        (SCORE, "20", 20000),
        (SCORE, "", None),
        (LEVEL, "0", 0),
        (LEVEL, "3", 3000),
        (YES_NO, "yes", 1000),
        (YES_NO, "no", 0),
        (YES_NO, "10", 1000),
        (YES_NO, "0", 0),
    ],
)
def test_a_mark(aspect: Aspect, text: str, milli: int | None) -> None:
    assert parse_mark(aspect, text) == milli


@pytest.mark.parametrize(
    ("aspect", "text", "sentence"),
    [
        (SCORE, "20.5", "最高 20 分，未保存"),
        (SCORE, "-1", "最低 0 分，未保存"),
        (SCORE, "17.3", "每 0.5 分一档，如 16，未保存"),
        (SCORE, "1e1", "“1e1”不是分数，请只填数字，如 16"),
        (SCORE, "很好", "“很好”不是分数，请只填数字，如 16"),
        (LEVEL, "4", "最高 3 分，未保存"),
        (LEVEL, "1.5", "每 1 分一档，如 2，未保存"),
        (YES_NO, "5", "请选“是”或“否”"),
    ],
)
def test_no_mark(aspect: Aspect, text: str, sentence: str) -> None:
    with pytest.raises(DomainError) as refusal:
        parse_mark(aspect, text)
    assert (refusal.value.message, refusal.value.field) == (sentence, aspect.key)


@given(st.integers(0, 40))
def test_what_is_shown_can_be_typed_again(halves: int) -> None:
    milli = halves * 500
    assert parse_mark(SCORE, score_sheets.shown(SCORE, milli)) == milli


@pytest.mark.parametrize("milli", [0, 1000])
def test_yes_and_no_come_back_from_the_form(milli: int) -> None:
    assert parse_mark(YES_NO, score_sheets.posted(YES_NO, milli)) == milli
    assert parse_mark(YES_NO, score_sheets.shown(YES_NO, milli)) == milli


def test_zero_is_a_mark_and_blank_is_not() -> None:
    marks = {"skill": Value(0), "look": UNMARKED, "time": Value(absence="recused")}
    assert score_sheets.unmarked(ALL, marks) == [LEVEL]
    assert score_sheets.zeros(ALL, marks) == [SCORE]


def test_the_running_total() -> None:
    assert score_sheets.running_total([SCORE, YES_NO], {}) is None
    marks = {"skill": Value(17500), "time": Value(1000)}
    assert score_sheets.running_total([SCORE, YES_NO], marks) == 27500
    assert score_sheets.running_total(ALL, marks) is None


def test_the_digest_is_bound_to_values_not_to_versions() -> None:
    one = {"skill": Value(17500, version=1), "look": Value(2000), "time": Value(0)}
    again = {"time": Value(0, version=9), "look": Value(2000), "skill": Value(17500)}
    other = one | {"time": UNMARKED}
    digest = score_sheets.sheet_digest(ALL, one)
    assert digest == score_sheets.sheet_digest(ALL, again)
    assert digest != score_sheets.sheet_digest(ALL, other)


def test_marks_in_words() -> None:
    assert score_sheets.spoken(LEVEL, Value(2000)) == "2（良）"
    assert score_sheets.spoken(YES_NO, Value(0)) == "否"
    assert score_sheets.spoken(SCORE, Value(17500)) == "17.5"
    assert score_sheets.spoken(SCORE, Value(absence="回避")) == "回避"


@pytest.mark.parametrize(("levels", "apart"), [([], 0), ([3], 0), ([1, 3, 2], 2), ([0, 3], 3)])
def test_spread(levels: list[int], apart: int) -> None:
    assert score_sheets.spread(levels) == apart
