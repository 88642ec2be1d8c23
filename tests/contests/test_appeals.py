"""The rules of objections and appeals, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from contests.appeals import (
    PLAIN,
    Level,
    Said,
    answer_by,
    file_until,
    hold,
    levels_of,
    next_level,
    read_levels,
    stored,
)
from contests.catalogue import load_presets
from core.errors import DomainError, LoadError
from core.toml_tables import parse

LEVELS = (Level("异议", 0, 3), Level("申诉", 2, 5))
UNTIL = date(2026, 4, 10)


def test_every_preset_has_an_objection_and_an_appeal() -> None:
    found = {key: [one.title for one in preset.appeals] for key, preset in load_presets().items()}
    assert found == dict.fromkeys(load_presets(), ["异议", "申诉"])


def test_levels_come_back_as_a_contest_keeps_them() -> None:
    assert levels_of(stored(LEVELS)) == LEVELS
    assert levels_of([]) == PLAIN


def test_an_appeal_needs_its_days() -> None:
    text = (
        '[[appeal]]\ntitle = "异议"\nanswer_days = 3\n[[appeal]]\ntitle = "申诉"\nanswer_days = 3\n'
    )
    with pytest.raises(LoadError, match="file_days"):
        read_levels(parse(text, source="x").tables("appeal"))


def test_clocks_count_working_days() -> None:
    friday = date(2026, 4, 10)
    due = answer_by(LEVELS[0], friday)
    assert due is not None
    assert due.day == date(2026, 4, 15)
    assert answer_by(PLAIN[0], friday) is None
    assert file_until(LEVELS, 0, friday) == date(2026, 4, 14)
    assert file_until(LEVELS, 1, friday) is None


@pytest.mark.parametrize(
    ("said", "today", "level"),
    [
        (None, date(2026, 4, 10), 0),
        (Said(0, False, date(2026, 4, 14)), date(2026, 4, 14), 1),
    ],
)
def test_what_may_be_filed(said: Said | None, today: date, level: int) -> None:
    assert next_level(said, today=today, notice_until=UNTIL) == level


@pytest.mark.parametrize(
    ("said", "today", "why"),
    [
        (None, date(2026, 4, 11), "公示期已于 2026-04-10 结束"),
        (Said(0, None), date(2026, 4, 9), "还没有答复"),
        (Said(0, True), date(2026, 4, 9), "正在更正成绩"),
        (Said(1, False), date(2026, 4, 9), "最后一级"),
        (Said(0, False, date(2026, 4, 14)), date(2026, 4, 15), "期限已于 2026-04-14 届满"),
    ],
)
def test_what_may_not_be_filed(said: Said | None, today: date, why: str) -> None:
    with pytest.raises(DomainError, match=why):
        next_level(said, today=today, notice_until=UNTIL)


@pytest.mark.parametrize(
    ("upheld", "why"), [(None, "异议正在办理"), (True, "异议成立，成绩待更正"), (False, "")]
)
def test_what_holds_an_award(upheld: bool | None, why: str) -> None:
    assert hold("异议", Said(0, upheld)) == why
