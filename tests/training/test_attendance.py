"""Attendance: events for changes, corrections that name the old mark, exact rates."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from core import clock
from core.db import db
from core.errors import DomainError, NotFound
from tests.pages import Person as SignIn
from tests.training import factories as make
from tests.training import rosters as files
from training.attending import MARKS, hours_attended, passes, percent_text
from training.models import AttendanceEvent
from training.queries.attendance import marks_of
from training.services import attendance


@given(
    hours=st.lists(st.tuples(st.sampled_from(list(MARKS)), st.integers(1, 8)), max_size=12),
    percent=st.integers(0, 100),
)
def test_a_rate_passes_exactly(hours: list[tuple[str, int]], percent: int) -> None:
    planned = sum(number for _, number in hours)
    attended = hours_attended(hours)
    expected = planned > 0 and Fraction(attended, planned or 1) >= Fraction(percent, 100)
    assert passes(attended=attended, planned=planned, percent=percent) == expected


@pytest.mark.parametrize(
    ("attended", "planned", "text"), [(2, 3, "66%"), (4, 5, "80%"), (0, 4, "0%"), (0, 0, "—")]
)
def test_percent_text(attended: int, planned: int, text: str) -> None:
    assert percent_text(attended, planned) == text


def events() -> list[AttendanceEvent]:
    query = select(AttendanceEvent).order_by(AttendanceEvent.at, AttendanceEvent.id)
    return list(db.session.scalars(query))


@pytest.fixture
def lesson(app: Flask) -> tuple:
    """A session and three trainees."""
    found = make.make_class()
    made = make.add_session(found.id)
    make.import_roster(found.id, files.realistic(3))
    return made.id, [one.id for one in make.enrolled(found.id)]


def test_only_changes_become_events(lesson: tuple) -> None:
    session, (one, two, three) = lesson
    assert make.mark(session, {one: "present", two: "late"}) == 2
    assert make.mark(session, {one: "present", two: "sick", three: "leave"}, seen=2) == 2
    assert {key: event.mark for key, event in marks_of(session).items()} == {
        one: "present",
        two: "sick",
        three: "leave",
    }
    first = next(event for event in events() if event.mark == "late")
    assert {event.mark: event.corrects_id for event in events()} == {
        "present": None,
        "late": None,
        "sick": first.id,
        "leave": None,
    }


def test_a_correction_of_a_correction(lesson: tuple) -> None:
    session, (one, *_) = lesson
    for seen, mark in enumerate(("absent", "leave", "present")):
        make.mark(session, {one: mark}, seen=seen)
    chain = events()
    assert [event.mark for event in chain] == ["absent", "leave", "present"]
    assert [event.corrects_id for event in chain] == [None, chain[0].id, chain[1].id]
    assert marks_of(session)[one].mark == "present"


def test_a_stale_page_undoes_nothing(lesson: tuple) -> None:
    session, (one, two, _) = lesson
    make.mark(session, {one: "present"})
    with pytest.raises(DomainError, match="刚被别人改过"):
        make.mark(session, {one: "absent", two: "present"}, seen=0)
    assert [event.mark for event in events()] == ["present"]


def test_strangers_and_unknown_marks(lesson: tuple) -> None:
    session, (one, *_) = lesson
    with pytest.raises(DomainError, match="不在这个班"):
        make.mark(session, {uuid4(): "present"})
    with pytest.raises(DomainError, match="选择无效"):
        make.mark(session, {one: "到"})
    assert events() == []


def test_not_before_the_day(app: Flask) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    found = make.make_class(ends=tomorrow)
    make.import_roster(found.id, files.realistic(1))
    made = make.add_session(found.id, day=tomorrow)
    with pytest.raises(DomainError, match="到那天才能记考勤"):
        make.mark(made.id, {make.enrolled(found.id)[0].id: "present"})


def test_only_within_reach(lesson: tuple) -> None:
    session, (one, *_) = lesson
    with pytest.raises(NotFound), db.unit():
        attendance.mark_attendance(
            actor=make.actor("county_office", "county", "330881"),
            session_id=session,
            marks={one: "present"},
            seen=0,
            now=clock.now(),
        )


def test_the_database_refuses_to_alter_a_mark(lesson: tuple) -> None:
    session, (one, *_) = lesson
    make.mark(session, {one: "present"})
    with pytest.raises(DatabaseError, match="append-only"), db.unit() as unit:
        unit.execute(update(AttendanceEvent).values(mark="absent"))


def test_the_page_keeps_what_was_chosen_when_stale(lesson: tuple, sign_in: SignIn) -> None:
    session, (one, two, _) = lesson
    client = sign_in("training_organiser")
    address = f"/office/training/sessions/{session}"
    client.get(address)
    make.mark(session, {one: "present"})
    client.send(address, **{f"mark-{two}": "late"}, expect=422)
    assert client.errors() == ["这一课的考勤刚被别人改过，请核对后再保存一次"]
    chosen = client.page.select_one(f'input[name="mark-{two}"][value="late"]')
    assert chosen is not None
    assert chosen.has_attr("checked")
    client.send(address, **{f"mark-{two}": "late"})
    assert {key: event.mark for key, event in marks_of(session).items()} == {
        one: "present",
        two: "late",
    }


def test_a_large_class_comes_in_pages(app: Flask, sign_in: SignIn) -> None:
    found = make.make_class(seats=300)
    made = make.add_session(found.id)
    make.import_roster(found.id, files.realistic(205))
    client = sign_in("training_organiser")
    client.get(f"/office/training/sessions/{made.id}?page=5")
    assert len(client.page.select("[role=radiogroup]")) == 5
    client.send(f"/office/training/sessions/{made.id}?page=5", rest="present")
    assert len(marks_of(made.id)) == 5
