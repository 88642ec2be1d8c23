"""Opening, changing and closing classes; the timetable; leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import DomainError, NotFound
from tests.training import factories as make
from tests.training import rosters as files
from training.models import Enrolment, TrainingClass
from training.queries.classes import READERS, RUNNERS, class_of, count_live, sessions_of
from training.services import classes


def reread(found: TrainingClass) -> TrainingClass:
    db.session.expire_all()
    return db.session.get_one(TrainingClass, found.id)


@pytest.mark.parametrize(
    ("scope", "scope_id", "seen"),
    [
        ("city", "", True),
        ("county", "330802", True),
        ("county", "330881", False),
        ("programme", "village-streaming", True),
        ("programme", "seminars", False),
    ],
)
def test_reach(app: Flask, scope: str, scope_id: str, seen: bool) -> None:
    found = make.make_class()
    someone = make.actor("training_organiser", scope, scope_id)
    if seen:
        assert class_of(someone, found.id, roles=RUNNERS).code == "KC-01"
    else:
        with pytest.raises(NotFound):
            class_of(someone, found.id, roles=RUNNERS)


def test_an_auditor_reads_but_does_not_run(app: Flask) -> None:
    found = make.make_class()
    assert class_of(make.actor("auditor"), found.id, roles=READERS).code == "KC-01"
    with pytest.raises(NotFound):
        class_of(make.actor("auditor"), found.id, roles=RUNNERS)


def test_a_class_outside_the_reach_is_not_opened(app: Flask) -> None:
    county = make.actor("county_office", "county", "330881")
    with pytest.raises(DomainError, match="授权范围") as refused, db.unit():
        classes.open_class(
            actor=county,
            code="KC-09",
            programme="village-streaming",
            county="330802",
            details=make.details(),
            now=clock.now(),
        )
    assert refused.value.field == "county"


def test_codes_are_unique(app: Flask) -> None:
    make.make_class("KC-01")
    with pytest.raises(DomainError, match="编号已经用过") as refused:
        make.make_class("KC-01")
    assert refused.value.field == "code"


def test_a_goal_has_no_classes(app: Flask) -> None:
    with pytest.raises(DomainError) as refused:
        make.make_class(programme="rural-talent")
    assert refused.value.field == "programme"


def test_seats_do_not_drop_below_the_taken(app: Flask) -> None:
    found = make.make_class(seats=10)
    make.import_roster(found.id, files.realistic(8))
    with pytest.raises(DomainError, match="在班已有 8 人") as refused, db.unit():
        classes.edit_class(
            actor=make.actor(), class_id=found.id, details=make.details(seats=7), now=clock.now()
        )
    assert refused.value.field == "seats"


def test_a_session_lies_within_the_days(app: Flask) -> None:
    found = make.make_class()
    with pytest.raises(DomainError, match="上课日期应在"):
        make.add_session(found.id, day=clock.today() + timedelta(days=1))


def test_a_session_with_marks_stays(app: Flask) -> None:
    found = make.make_class()
    kept, struck = make.add_session(found.id), make.add_session(found.id, topic="选品")
    make.import_roster(found.id, files.realistic(2))
    make.mark(kept.id, {one.id: "present" for one in make.enrolled(found.id)})
    with db.unit():
        classes.remove_session(actor=make.actor(), session_id=struck.id, now=clock.now())
    with pytest.raises(DomainError, match="已有考勤记录"), db.unit():
        classes.remove_session(actor=make.actor(), session_id=kept.id, now=clock.now())
    assert [lesson.topic for lesson in sessions_of(found.id)] == ["短视频拍摄"]


def test_who_leaves_frees_the_seat_once(app: Flask) -> None:
    found = make.make_class(seats=3)
    make.import_roster(found.id, files.realistic(3))
    one = make.enrolled(found.id)[0]
    leave = {"actor": make.actor(), "enrolment_id": one.id, "reason": "外出务工"}
    with db.unit():
        classes.drop_trainee(**leave, now=clock.now())
    assert reread(found).taken == 2
    with pytest.raises(DomainError, match="已经退班"), db.unit():
        classes.drop_trainee(**leave, now=clock.now())
    assert reread(found).taken == 2


@pytest.mark.parametrize(
    ("hours", "marks", "percent", "state"),
    [
        ((4, 1), ("present", "absent"), 80, "passed"),  # 4 of 5 is exactly 80 %
        ((4, 1), ("present", "absent"), 81, "failed"),
        ((4, 1), ("absent", "present"), 80, "failed"),
        ((2, 1), ("late", "left_early"), 100, "passed"),
        ((2, 1), ("leave", "sick"), 1, "failed"),
        ((2, 1), ("present", "absent"), 67, "failed"),  # 2 of 3 is 66.66… %: no rounding
    ],
)
def test_closing(
    app: Flask, hours: tuple[int, int], marks: tuple[str, str], percent: int, state: str
) -> None:
    found = make.make_class(min_attendance_percent=percent)
    make.import_roster(found.id, files.realistic(1))
    one = make.enrolled(found.id)[0]
    for number, mark in zip(hours, marks, strict=True):
        lesson = make.add_session(found.id, hours=number, topic=mark)
        make.mark(lesson.id, {one.id: mark})
    make.close(found.id)
    db.session.expire_all()
    closed = db.session.get_one(Enrolment, one.id)
    assert (closed.state, closed.planned_hours) == (state, sum(hours))


def test_closing_needs_every_mark(app: Flask) -> None:
    found = make.make_class()
    make.import_roster(found.id, files.realistic(2))
    lesson = make.add_session(found.id)
    make.mark(lesson.id, {make.enrolled(found.id)[0].id: "present"})
    with pytest.raises(DomainError, match="还有 1 人没有考勤"):
        make.close(found.id)
    assert reread(found).closed_at is None


@pytest.mark.parametrize(
    ("sessions", "people", "sentence"),
    [(0, 1, "课程表是空的"), (1, 0, "没有学员")],
)
def test_closing_needs_sessions_and_people(
    app: Flask, sessions: int, people: int, sentence: str
) -> None:
    found = make.make_class()
    if people:
        make.import_roster(found.id, files.realistic(people))
    for _ in range(sessions):
        make.add_session(found.id)
    with pytest.raises(DomainError, match=sentence):
        make.close(found.id)


def test_closing_waits_for_the_last_session(app: Flask) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    found = make.make_class(ends=tomorrow)
    make.import_roster(found.id, files.realistic(1))
    make.add_session(found.id, day=tomorrow)
    with pytest.raises(DomainError, match="还有没上的课"):
        make.close(found.id)


def test_a_closed_class_does_not_change(app: Flask) -> None:
    found = make.finished_class("KC-01", files.realistic(2))
    assert count_live(found.id) == {"passed": 2}
    with pytest.raises(DomainError, match="已经结班"):
        make.close(found.id)
    with pytest.raises(DomainError, match="已经结班"):
        make.add_session(found.id, topic="加课")
    with pytest.raises(DomainError, match="已经结班"):
        make.dry_run(found.id, files.realistic(3))
    lesson, one = sessions_of(found.id)[0], make.enrolled(found.id)[0]
    with pytest.raises(DomainError, match="已经结班"):
        make.mark(lesson.id, {one.id: "absent"}, seen=2)
