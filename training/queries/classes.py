"""Classes within reach of an official, their sessions and rolls, and what the public may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload, undefer

from core.access import Actor, Reach
from core.db import db
from core.errors import NotFound
from training.models import ClassSession, Enrolment, ImportJob, TrainingClass
from training.queries.searching import matching

PAGE = 50
JOBS = 10
NAMED = 200
EVERYBODY = 20_000
RUNNERS = ("training_organiser", "county_office")
READERS = (*RUNNERS, "auditor")
LIVE_STATES = ("enrolled", "passed", "failed")


@dataclass(frozen=True)
class Filter:
    """What a list of classes is narrowed to; empty means everything."""

    programme: str = ""
    county: str = ""
    state: str = ""
    text: str = ""


def within(reach: Reach) -> ColumnElement[bool]:
    """The classes that a reach covers, as a condition."""
    if reach.everything:
        return true()
    return or_(
        TrainingClass.county.in_(reach.ids("county")),
        TrainingClass.programme.in_(reach.ids("programme")),
    )


def covers(reach: Reach, *, county: str, programme: str) -> bool:
    """Whether a class of this county and programme lies within a reach."""
    return reach.covers("county", county) or reach.covers("programme", programme)


def class_of(actor: Actor, class_id: UUID | None, *, roles: tuple[str, ...]) -> TrainingClass:
    """A class that these roles of the actor reach, or NotFound."""
    found = db.session.get(TrainingClass, class_id) if class_id else None
    reach = actor.reach(*roles)
    if found is None or not covers(reach, county=found.county, programme=found.programme):
        raise NotFound("没有这个培训班")
    return found


def class_page(actor: Actor, wanted: Filter, page: int) -> list[TrainingClass]:
    """Classes within reach, the latest first, one page and one more row."""
    query = (
        _narrowed(select(TrainingClass), wanted)
        .where(within(actor.reach(*READERS)))
        .order_by(TrainingClass.starts.desc(), TrainingClass.code)
    )
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def _narrowed(query: Select[TrainingClass], wanted: Filter) -> Select[TrainingClass]:
    if wanted.programme:
        query = query.where(TrainingClass.programme == wanted.programme)
    if wanted.county:
        query = query.where(TrainingClass.county == wanted.county)
    if wanted.state:
        is_open = TrainingClass.closed_at.is_(None)
        query = query.where(is_open if wanted.state == "open" else ~is_open)
    if wanted.text.strip():
        query = query.where(matching((TrainingClass.name, TrainingClass.code), wanted.text))
    return query


def class_by_code(code: str) -> TrainingClass:
    """The class with this code, or NotFound; for the command line, which has no actor."""
    found = db.session.scalar(select(TrainingClass).where(TrainingClass.code == code))
    if found is None:
        raise NotFound(f"没有编号为 {code} 的培训班，请核对编号")
    return found


def sessions_of(class_id: UUID) -> list[ClassSession]:
    """The timetable of a class."""
    query = select(ClassSession).where(ClassSession.class_id == class_id)
    return list(db.session.scalars(query.order_by(ClassSession.day, ClassSession.id)))


def session_of(actor: Actor, session_id: UUID, *, roles: tuple[str, ...] = READERS) -> ClassSession:
    """A session of a class within reach, or NotFound."""
    found = db.session.get(ClassSession, session_id)
    class_of(actor, found.class_id if found else None, roles=roles)
    assert found is not None
    return found


def roll(class_id: UUID, page: int = 1, size: int = PAGE, text: str = "") -> list[Enrolment]:
    """The live enrolments of a class in the order of the roster, one page and one more row; `text`
    is a part of a name or of an employer."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.class_id == class_id, Enrolment.state.in_(LIVE_STATES))
        .order_by(Enrolment.row, Enrolment.id)
    )
    if text.strip():
        query = query.where(matching((Enrolment.name, Enrolment.employer), text))
    return list(db.session.scalars(query.limit(size + 1).offset((page - 1) * size)))


def not_passing(class_id: UUID, enrolment_ids: Iterable[UUID]) -> list[Enrolment]:
    """The first of these enrolments of a class in the order of the roster, with their persons."""
    wanted = set(enrolment_ids)
    query = select(Enrolment.id).where(Enrolment.class_id == class_id)
    ordered = db.session.scalars(query.order_by(Enrolment.row, Enrolment.id))
    first = [one for one in ordered if one in wanted][:NAMED]
    found = select(Enrolment).options(joinedload(Enrolment.person)).where(Enrolment.id.in_(first))
    return list(db.session.scalars(found.order_by(Enrolment.row, Enrolment.id)))


def enrolment_of(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """An enrolment in a class that the actor runs, or NotFound."""
    found = db.session.get(Enrolment, enrolment_id)
    class_of(actor, found.class_id if found else None, roles=RUNNERS)
    assert found is not None
    return found


def jobs_of(class_id: UUID, page: int = 1) -> list[ImportJob]:
    """The uploads for a class, the latest first, one page and one more row."""
    query = (
        select(ImportJob)
        .where(ImportJob.class_id == class_id)
        .order_by(ImportJob.created.desc(), ImportJob.id)
    )
    return list(db.session.scalars(query.limit(JOBS + 1).offset((page - 1) * JOBS)))


def live_ids(class_id: UUID) -> list[UUID]:
    """The ids of the live enrolments of a class."""
    query = (
        select(Enrolment.id)
        .where(Enrolment.class_id == class_id, Enrolment.state.in_(LIVE_STATES))
        .order_by(Enrolment.id)
    )
    return list(db.session.scalars(query))


def roster_job(actor: Actor, job_id: UUID, *, roles: tuple[str, ...] = RUNNERS) -> ImportJob:
    """An upload for a class within reach, with its report, or NotFound."""
    found = db.session.scalar(
        select(ImportJob)
        .options(undefer(ImportJob.report), joinedload(ImportJob.training_class))
        .where(ImportJob.id == job_id)
    )
    class_of(actor, found.class_id if found else None, roles=roles)
    assert found is not None
    return found


def applied_before(class_id: UUID, sha256: str) -> ImportJob | None:
    """The last time this very file was written into this class."""
    return db.session.scalar(
        select(ImportJob)
        .where(
            ImportJob.class_id == class_id,
            ImportJob.file_sha256 == sha256,
            ImportJob.state == "applied",
        )
        .order_by(ImportJob.applied_at.desc(), ImportJob.id)
        .limit(1)
    )


def open_classes(today: date) -> list[TrainingClass]:
    """For the public: classes that are not over, the next first."""
    query = (
        select(TrainingClass)
        .where(and_(TrainingClass.closed_at.is_(None), TrainingClass.ends >= today))
        .order_by(TrainingClass.starts, TrainingClass.code)
        .limit(200)
    )
    return list(db.session.scalars(query))


def public_class(class_id: UUID) -> TrainingClass:
    """For the public: a class with its timetable, or NotFound."""
    found = db.session.scalar(
        select(TrainingClass)
        .options(selectinload(TrainingClass.sessions))
        .where(TrainingClass.id == class_id)
    )
    if found is None:
        raise NotFound("没有这个培训班")
    return found


def count_live(class_id: UUID) -> dict[str, int]:
    """How many enrolments stand in each state."""
    rows = db.session.execute(
        select(Enrolment.state, func.count())
        .where(Enrolment.class_id == class_id)
        .group_by(Enrolment.state)
        .order_by(Enrolment.state)
    )
    return {row[0]: row[1] for row in rows}
