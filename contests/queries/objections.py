"""Objections and appeals, what they hold and the final release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from contests import appeals
from contests.models import (
    Contest,
    FinalRelease,
    Objection,
    Publication,
    ResultLine,
    ResultRun,
    Track,
)
from contests.queries.panels import OFFICE, SUPERVISOR, covers
from core.access import Actor
from core.db import db
from core.errors import NotFound

Holds = Mapping[tuple[UUID, UUID | None], str]
UNKNOWN_NOTICE = "没有这份公示，或者不在您的负责范围内"


def holds() -> Holds:
    """Why awards of a line must wait, by notice and line (None: the whole track)."""
    query = select(Objection).where(or_(Objection.upheld.is_(None), Objection.upheld.is_(True)))
    query = query.order_by(Objection.filed_at, Objection.id)
    return {
        (one.publication_id, one.line_id): appeals.hold(one.title, said_of(one))
        for one in db.session.scalars(query)
    }


def held(found: Holds, publication_id: UUID, line_id: UUID) -> str:
    """Why this line waits; "" if it does not."""
    return found.get((publication_id, line_id)) or found.get((publication_id, None), "")


def said_of(one: Objection) -> appeals.Said:
    """An objection as the rules see it."""
    return appeals.Said(one.level, one.upheld, one.appeal_until)


def of_notice(publication_id: UUID) -> list[Objection]:
    """All objections to a notice with their lines, in order of their numbers."""
    query = (
        select(Objection)
        .options(joinedload(Objection.line).joinedload(ResultLine.entry))
        .where(Objection.publication_id == publication_id)
        .order_by(Objection.number)
    )
    return list(db.session.scalars(query))


def filed_by(actor: Actor, publication_id: UUID) -> list[Objection]:
    """What an account has filed against a notice, in order."""
    query = select(Objection).where(
        Objection.publication_id == publication_id, Objection.account_id == actor.account_id
    )
    return list(db.session.scalars(query.order_by(Objection.number)))


def latest(found: list[Objection], line_id: UUID | None) -> Objection | None:
    """The newest objection to a line."""
    return next((one for one in reversed(found) if one.line_id == line_id), None)


def notice_within(actor: Actor, publication_id: UUID, *, for_update: bool = False) -> Publication:
    """A notice with contest, track, stage and lines, for office and supervisors; else NotFound."""
    query = (
        select(Publication)
        .options(
            joinedload(Publication.contest).selectinload(Contest.stages),
            joinedload(Publication.track),
            joinedload(Publication.stage),
            joinedload(Publication.run).selectinload(ResultRun.lines).joinedload(ResultLine.entry),
        )
        .where(Publication.id == publication_id)
    )
    found = db.session.scalar(query.with_for_update(of=Publication) if for_update else query)
    if found is None or not covers(actor, found.contest_id, OFFICE, SUPERVISOR):
        raise NotFound(UNKNOWN_NOTICE)
    return found


def objection_within(actor: Actor, objection_id: UUID) -> Objection:
    """An objection in a contest of office or supervisors; else NotFound."""
    query = (
        select(Objection)
        .options(
            joinedload(Objection.publication).joinedload(Publication.contest),
            joinedload(Objection.publication).joinedload(Publication.track),
            joinedload(Objection.line).joinedload(ResultLine.entry),
        )
        .where(Objection.id == objection_id)
    )
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.publication.contest_id, OFFICE, SUPERVISOR):
        raise NotFound("没有这条异议，或者不在您的负责范围内")
    return found


def release_of(publication_id: UUID) -> FinalRelease | None:
    """The release of a notice."""
    return db.session.scalar(
        select(FinalRelease).where(FinalRelease.publication_id == publication_id)
    )


def releases(publication_ids: Iterable[UUID]) -> dict[UUID, FinalRelease]:
    """The releases of several notices."""
    query = select(FinalRelease).where(FinalRelease.publication_id.in_(list(publication_ids)))
    return {one.publication_id: one for one in db.session.scalars(query)}


def lock_track(publication: Publication) -> None:
    """Objections to a track and its release come one after another."""
    db.session.execute(select(Track.id).where(Track.id == publication.track_id).with_for_update())
