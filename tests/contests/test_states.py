"""The phase of a contest and the moves of an entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from contests import states
from contests.states import ContestFacts, allows, next_state, phase
from core.clock import SHANGHAI
from core.errors import DomainError

OPENS = datetime(2026, 11, 1, 9, tzinfo=SHANGHAI)
CLOSES = datetime(2026, 11, 20, 18, tzinfo=SHANGHAI)
FACTS = ContestFacts(True, OPENS, CLOSES, tracks=2)
SECOND = timedelta(seconds=1)


def at(moment: datetime, facts: ContestFacts = FACTS) -> states.Phase:
    return phase(facts, now=moment, today=moment.date())


@pytest.mark.parametrize(
    ("moment", "label", "reason"),
    [
        (OPENS - SECOND, "未开始", "报名从 2026 年 11 月 1 日 09:00 开始，到时再来"),
        (OPENS, "报名中", "报名截止时间 2026 年 11 月 20 日 18:00"),
        (CLOSES - SECOND, "报名中", "报名截止时间 2026 年 11 月 20 日 18:00"),
        (CLOSES, "已截止", "报名已于 2026 年 11 月 20 日 18:00 截止，不再接受报名"),
    ],
)
def test_the_window_decides(moment: datetime, label: str, reason: str) -> None:
    found = at(moment)
    assert (found.label, found.reason) == (label, reason)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"announced": False}, "preparing"),
        ({"judging": True}, "judging"),
        ({"judging": True, "published": 1, "notice_until": date(2026, 12, 7)}, "notice"),
        ({"judging": True, "published": 1, "notice_until": date(2026, 12, 1)}, "notice"),
        ({"judging": True, "published": 1, "notice_until": date(2026, 11, 30)}, "judging"),
        ({"judging": True, "published": 2, "notice_until": date(2026, 11, 30)}, "ended"),
    ],
)
def test_what_happened_outweighs_the_window(change: dict[str, object], key: str) -> None:
    moment = datetime(2026, 12, 1, 8, tzinfo=SHANGHAI)
    assert at(moment, replace(FACTS, **change)).key == key  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moment", "change", "enter", "correct"),
    [
        (OPENS, {}, True, True),
        (CLOSES, {}, False, True),
        (CLOSES, {"judging": True}, False, False),
        (OPENS - SECOND, {}, False, False),
    ],
)
def test_entering_ends_with_the_window_and_correcting_with_judging(
    moment: datetime, change: dict[str, object], enter: bool, correct: bool
) -> None:
    found = at(moment, replace(FACTS, **change))  # type: ignore[arg-type]
    assert (found.open, found.correctable) == (enter, correct)


TABLE = {
    "draft": {"edit": "draft", "submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {
        "withdraw": "withdrawn",
        "qualify": "qualified",
        "return": "returned",
        "reject": "rejected",
    },
    "returned": {"edit": "returned", "submit": "submitted", "withdraw": "withdrawn"},
    "qualified": {},
    "rejected": {},
    "withdrawn": {},
}


def test_every_state_has_its_moves() -> None:
    found = {
        state: {move: next_state(move, state) for move in states.MOVES if allows(move, state)}
        for state in states.ENTRY_STATES
    }
    assert found == TABLE


@pytest.mark.parametrize(
    ("move", "state", "reason"),
    [
        ("edit", "submitted", "这份报名已经提交，正在等待审查，不能修改"),
        ("qualify", "draft", "这份报名还没有提交，不能通过审查"),
        ("withdraw", "withdrawn", "这份报名已经撤回，不能再变动，不能撤回"),
    ],
)
def test_a_refused_move_says_why(move: str, state: str, reason: str) -> None:
    with pytest.raises(DomainError) as refused:
        next_state(move, state)
    assert refused.value.message == reason
