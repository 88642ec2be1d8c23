"""The present marks: of each session and enrolment, the event that nothing corrects."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from core.db import db
from training.models import AttendanceEvent, ClassSession, Enrolment

_Later = aliased(AttendanceEvent)


def _present() -> Select[AttendanceEvent]:
    return (
        select(AttendanceEvent)
        .outerjoin(_Later, _Later.corrects_id == AttendanceEvent.id)
        .where(_Later.id.is_(None))
    )


def marks_of(session_id: UUID) -> dict[UUID, AttendanceEvent]:
    """{enrolment id: present event} of one session."""
    found = db.session.scalars(_present().where(AttendanceEvent.session_id == session_id))
    return {event.enrolment_id: event for event in found}


def marks_of_class(class_id: UUID) -> list[tuple[UUID, UUID, str]]:
    """(enrolment id, session id, mark) of all present marks of a class."""
    query = (
        _present()
        .join(ClassSession, ClassSession.id == AttendanceEvent.session_id)
        .where(ClassSession.class_id == class_id)
        .with_only_columns(
            AttendanceEvent.enrolment_id, AttendanceEvent.session_id, AttendanceEvent.mark
        )
    )
    return [(enrolment, session, mark) for enrolment, session, mark in db.session.execute(query)]


def marks_of_people(enrolment_ids: Sequence[UUID]) -> list[tuple[UUID, UUID, str]]:
    """(enrolment id, session id, mark) of the present marks of some enrolments."""
    query = (
        _present()
        .where(AttendanceEvent.enrolment_id.in_(enrolment_ids))
        .with_only_columns(
            AttendanceEvent.enrolment_id, AttendanceEvent.session_id, AttendanceEvent.mark
        )
    )
    return [(enrolment, session, mark) for enrolment, session, mark in db.session.execute(query)]


def count_marked(session_id: UUID) -> int:
    """How many people who are still in the class have a mark for a session."""
    query = (
        select(func.count(func.distinct(AttendanceEvent.enrolment_id)))
        .join(Enrolment, Enrolment.id == AttendanceEvent.enrolment_id)
        .where(AttendanceEvent.session_id == session_id, Enrolment.state != "dropped")
    )
    return db.session.scalar(query) or 0


def events_in(session_id: UUID) -> int:
    """How many events a session has: what a page was made from is stale when this has grown."""
    query = select(func.count()).where(AttendanceEvent.session_id == session_id)
    return db.session.scalar(query) or 0
