"""Marking attendance: an event for each change, never an altered row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from core import audit, clock, ids
from core.access import Actor
from core.db import db
from core.errors import DomainError
from training.attending import MARKS
from training.models import AttendanceEvent, Enrolment, TrainingClass
from training.models.classes import STALE
from training.queries.attendance import events_in, marks_of
from training.queries.classes import LIVE_STATES, RUNNERS, session_of
from training.services.classes import CLOSED, stream


def mark_attendance(
    *, actor: Actor, session_id: UUID, marks: Mapping[UUID, str], seen: int, now: datetime
) -> int:
    """Write the marks {enrolment id: mark} that differ from the present ones; returns how many.

    `seen` is the number of events the page was made from: if others have marked since, nothing is
    written, so that a stale page cannot undo them. A first mark or a correction naming the old one.
    """
    lesson = session_of(actor, session_id, roles=RUNNERS)
    found = db.session.get_one(TrainingClass, lesson.class_id)
    db.session.refresh(found, with_for_update=True)
    if found.closed_at:
        raise DomainError(CLOSED)
    if lesson.day > clock.day_of(now):
        raise DomainError(f"这一课在 {lesson.day} 上，到那天才能记考勤")
    if events_in(session_id) != seen:
        raise DomainError(STALE)
    _refuse_strangers(lesson.class_id, marks)
    present = marks_of(session_id)
    changes = {
        one: mark for one, mark in marks.items() if one not in present or present[one].mark != mark
    }
    rows = [
        {
            "id": ids.ordered(),
            "session_id": session_id,
            "enrolment_id": one,
            "mark": mark,
            "corrects_id": present[one].id if one in present else None,
            "by_id": actor.account_id,
            "by_label": actor.label,
            "at": now,
        }
        for one, mark in changes.items()
    ]
    if rows:
        db.session.execute(insert(AttendanceEvent), rows)
        corrected = sum(row["corrects_id"] is not None for row in rows)
        audit.record(
            actor=actor,
            verb="mark_attendance",
            subject=lesson,
            now=now,
            stream=stream(lesson.class_id),
            changes={"marked": len(rows), "corrected": corrected},
        )
    return len(rows)


def _refuse_strangers(class_id: UUID, marks: Mapping[UUID, str]) -> None:
    """Only live enrolments of this class, only known marks."""
    query = select(Enrolment.id).where(
        Enrolment.class_id == class_id, Enrolment.state.in_(LIVE_STATES)
    )
    if not set(marks) <= set(db.session.scalars(query)):
        raise DomainError("名单里有人已不在这个班，请重新打开本页")
    if not set(marks.values()) <= set(MARKS):
        raise DomainError("有一项考勤选择无效，请重新选择")
