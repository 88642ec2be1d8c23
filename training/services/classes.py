"""Opening, changing and closing a class; its timetable; taking a trainee out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from core import audit, clock
from core.access import Actor
from core.db import db
from core.errors import DomainError
from training.attending import hours_attended, missed_text, passes
from training.models import ClassSession, Enrolment, TrainingClass
from training.queries import attendance
from training.queries.classes import (
    LIVE_STATES,
    RUNNERS,
    class_of,
    covers,
    enrolment_of,
    session_of,
    sessions_of,
)
from training.queries.programmes import class_rules

CLOSED = "这个班已经结班，不能再改"


@dataclass(frozen=True)
class ClassDetails:
    """What an organiser states of a class; `min_attendance_percent` is an office setting."""

    name: str
    venue: str
    organiser: str
    starts: date
    ends: date
    seats: int
    min_attendance_percent: int


@dataclass(frozen=True)
class Closing:
    """What closing a class would do: hours per enrolment, who passes, what is still missing."""

    planned_hours: int
    attended: Mapping[UUID, int]
    passed: frozenset[UUID]
    unmarked: Mapping[UUID, int]
    problems: tuple[str, ...]
    missed: Mapping[UUID, str]

    @property
    def failed(self) -> int:
        """How many would not complete."""
        return len(self.attended) - len(self.passed)


def stream(class_id: UUID) -> str:
    """The audit stream of a class."""
    return f"class/{class_id}"


def open_class(
    *,
    actor: Actor,
    code: str,
    programme: str,
    county: str,
    details: ClassDetails,
    now: datetime,
) -> TrainingClass:
    """Open a class within the actor's reach; trainees can be imported from now on."""
    if class_rules(programme) is None:
        raise DomainError("请选择有培训班的项目", "programme")
    if not covers(actor.reach(*RUNNERS), county=county, programme=programme):
        raise DomainError("您的授权范围不包括这个县（市、区）的这个项目，请改选", "county")
    made = TrainingClass(
        code=code, programme=programme, county=county, opened_at=now, **vars(details)
    )
    db.session.add(made)
    audit.record(
        actor=actor,
        verb="open_class",
        subject=made,
        now=now,
        stream=stream(made.id),
        changes={"code": code, "programme": programme, "county": county, **vars(details)},
    )
    db.session.flush()
    return made


def edit_class(*, actor: Actor, class_id: UUID, details: ClassDetails, now: datetime) -> None:
    """Change what was stated of a class that is not closed; the timetable must still fit."""
    found = _open_class(actor, class_id)
    days = [lesson.day for lesson in sessions_of(class_id)]
    if days and not details.starts <= min(days) <= max(days) <= details.ends:
        raise DomainError(f"课程表从 {min(days)} 到 {max(days)}，起止日期要包括这些天", "ends")
    if details.seats < found.taken:
        raise DomainError(f"在班已有 {found.taken} 人，计划人数不能少于这个数", "seats")
    changes = _changed(found, vars(details))
    for name, value in vars(details).items():
        setattr(found, name, value)
    audit.record(
        actor=actor,
        verb="edit_class",
        subject=found,
        now=now,
        stream=stream(class_id),
        changes=changes,
    )
    db.session.flush()


def _changed(row: object, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [getattr(row, name), value]
        for name, value in values.items()
        if getattr(row, name) != value
    }


def _open_class(actor: Actor, class_id: UUID) -> TrainingClass:
    """A class that the actor runs and that is not closed; its row is locked on PostgreSQL."""
    found = class_of(actor, class_id, roles=RUNNERS)
    db.session.refresh(found, with_for_update=True)
    if found.closed_at:
        raise DomainError(CLOSED)
    return found


def add_session(
    *, actor: Actor, class_id: UUID, day: date, hours: int, topic: str, now: datetime
) -> ClassSession:
    """One more entry of the timetable, within the days of the class."""
    found = _open_class(actor, class_id)
    if not found.starts <= day <= found.ends:
        raise DomainError(f"上课日期应在 {found.starts} 至 {found.ends} 之间", "day")
    made = ClassSession(class_id=class_id, day=day, hours=hours, topic=topic)
    db.session.add(made)
    audit.record(
        actor=actor,
        verb="add_session",
        subject=made,
        now=now,
        stream=stream(class_id),
        changes={"day": day, "hours": hours, "topic": topic},
    )
    db.session.flush()
    return made


def remove_session(*, actor: Actor, session_id: UUID, now: datetime) -> UUID:
    """Strike an entry for which nobody was marked yet. Returns the id of the class."""
    lesson = session_of(actor, session_id, roles=RUNNERS)
    found = _open_class(actor, lesson.class_id)
    if attendance.events_in(session_id):
        raise DomainError("这一课已有考勤记录，不能从课程表删去")
    audit.record(
        actor=actor,
        verb="remove_session",
        subject=lesson,
        now=now,
        stream=stream(found.id),
        changes={"day": lesson.day, "hours": lesson.hours, "topic": lesson.topic},
    )
    db.session.execute(delete(ClassSession).where(ClassSession.id == session_id))
    return found.id


def drop_trainee(*, actor: Actor, enrolment_id: UUID, reason: str, now: datetime) -> UUID:
    """Take a trainee out of the class; the seat is free again. Returns the id of the class."""
    enrolment = enrolment_of(actor, enrolment_id)
    found = _open_class(actor, enrolment.class_id)
    dropped = db.session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.state == "enrolled")
        .values(state="dropped")
    )
    if dropped.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError("这名学员已经退班")
    db.session.execute(
        update(TrainingClass)
        .where(TrainingClass.id == found.id)
        .values(taken=TrainingClass.taken - 1)
    )
    audit.record(
        actor=actor,
        verb="drop_trainee",
        subject=enrolment,
        now=now,
        stream=stream(found.id),
        reason=reason,
    )
    db.session.flush()
    return found.id


def weigh_closing(*, class_id: UUID, percent: int, today: date) -> Closing:
    """What closing would do today; decides nothing."""
    lessons = {lesson.id: lesson for lesson in sessions_of(class_id)}
    people = list(
        db.session.scalars(
            select(Enrolment.id)
            .where(Enrolment.class_id == class_id, Enrolment.state.in_(LIVE_STATES))
            .order_by(Enrolment.id)
        )
    )
    marks: dict[UUID, list[tuple[str, int]]] = defaultdict(list, {one: [] for one in people})
    unmarked = dict.fromkeys(lessons, len(people))
    for enrolment, session, mark in attendance.marks_of_class(class_id):
        if enrolment in marks:
            marks[enrolment].append((mark, lessons[session].hours))
            unmarked[session] -= 1
    planned = sum(lesson.hours for lesson in lessons.values())
    attended = {one: hours_attended(marks[one]) for one in people}
    passed = frozenset(
        one
        for one, hours in attended.items()
        if passes(attended=hours, planned=planned, percent=percent)
    )
    missing = {lesson: number for lesson, number in unmarked.items() if number}
    return Closing(
        planned,
        attended,
        passed,
        missing,
        tuple(_problems(lessons, people, missing, today)),
        {one: missed_text(found) for one, found in marks.items() if one not in passed},
    )


def refuse_closed(found: TrainingClass) -> None:
    """Raises DomainError when a class can no longer change."""
    if found.closed_at:
        raise DomainError(CLOSED)


def _problems(
    lessons: Mapping[UUID, ClassSession],
    people: list[UUID],
    missing: Mapping[UUID, int],
    today: date,
) -> list[str]:
    """Why a class cannot close yet, each with what to do."""
    found = []
    if not lessons:
        found.append("课程表是空的，请先添加课程")
    if not people:
        found.append("班里没有学员，请先导入花名册")
    if lessons and max(lesson.day for lesson in lessons.values()) > today:
        found.append("还有没上的课，请等最后一课上完再结班")
    for lesson_id, number in missing.items():
        lesson = lessons[lesson_id]
        found.append(f"{lesson.day} 的“{lesson.topic}”还有 {number} 人没有考勤，请补齐")
    return found


def close_class(*, actor: Actor, class_id: UUID, now: datetime) -> Closing:
    """Fix the result of everybody: 结业 at or above the class's rate. Cannot be undone."""
    found = _open_class(actor, class_id)
    closing = weigh_closing(
        class_id=class_id, percent=found.min_attendance_percent, today=clock.day_of(now)
    )
    if closing.problems:
        raise DomainError(f"还不能结班：{'；'.join(closing.problems)}")
    db.session.execute(
        update(Enrolment),
        [
            {
                "id": one,
                "state": "passed" if one in closing.passed else "failed",
                "attended_hours": hours,
                "planned_hours": closing.planned_hours,
            }
            for one, hours in closing.attended.items()
        ],
    )
    found.closed_at = now
    audit.record(
        actor=actor,
        verb="close_class",
        subject=found,
        now=now,
        stream=stream(class_id),
        changes={
            "planned_hours": closing.planned_hours,
            "min_attendance_percent": found.min_attendance_percent,
            "passed": len(closing.passed),
            "failed": closing.failed,
        },
    )
    db.session.flush()
    return closing
