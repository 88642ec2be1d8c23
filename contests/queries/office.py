"""What the contest office and the county offices may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from contests import states
from contests.models import Contest, Entry
from contests.queries import public
from core.access import Actor
from core.db import db
from core.errors import NotFound
from people.scopes import ScopeKind

PAGE = 50
UNKNOWN = "没有这个赛事，或者不在您的负责范围内"
OFFICE, COUNTY = "contest_office", "county_office"


@dataclass(frozen=True)
class Filters:
    """What the list of entries is narrowed to; empty means everything."""

    state: str = ""
    track: str = ""
    county: str = ""
    number: str = ""


@dataclass(frozen=True)
class Listed:
    """A contest on the office's desk: where it stands and how many entries wait."""

    contest: Contest
    phase: states.Phase
    entries: int
    waiting: int


def _objects() -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Contest.id, Contest.name, Contest.code).order_by(Contest.held_on.desc(), Contest.id)
    )
    return [(str(id_), f"{name}（{code}）") for id_, name, code in rows]


SCOPE = ScopeKind("contest", "赛事", _objects)
"""Roles within one contest."""


def contests(actor: Actor, now: datetime) -> list[Listed]:
    """The contests within one's reach, the latest first."""
    query = select(Contest).order_by(Contest.held_on.desc(), Contest.id)
    reach = actor.reach(OFFICE)
    if not reach.everything:
        named = Contest.id.in_([UUID(one) for one in reach.ids("contest")])
        query = query.where(named | _has_entries_of(actor))
    found = list(db.session.scalars(query))
    phases = public.phases_of([one.id for one in found], now)
    counts = _counts(actor)
    return [
        Listed(
            one,
            phases[one.id],
            sum(
                counts.get((one.id, state), 0) for state in states.ENTRY_STATES if state != "draft"
            ),
            counts.get((one.id, "submitted"), 0),
        )
        for one in found
    ]


def _counts(actor: Actor) -> dict[tuple[UUID, str], int]:
    query = select(Entry.contest_id, Entry.state, func.count(Entry.id)).group_by(
        Entry.contest_id, Entry.state
    )
    if not manages_any(actor):
        query = query.where(Entry.county.in_(actor.reach(COUNTY).ids("county")))
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def manages_any(actor: Actor) -> bool:
    """Whether one is a contest office at all, and not only a county's."""
    return OFFICE in actor.roles


def manages(actor: Actor, contest_id: UUID) -> bool:
    """Whether the contest is within the office's reach."""
    return actor.reach(OFFICE).covers("contest", contest_id)


def managed_contest(actor: Actor, contest_id: UUID, *, for_update: bool = False) -> Contest:
    """A contest that the actor runs, with its parts; else NotFound."""
    if not manages(actor, contest_id):
        raise NotFound(UNKNOWN)
    return _contest(contest_id, for_update=for_update)


def seen_contest(actor: Actor, contest_id: UUID) -> Contest:
    """A contest that the actor runs, or in which people of the actor's county have entered, with its
    tracks; else NotFound."""
    query = select(Contest).options(joinedload(Contest.tracks)).where(Contest.id == contest_id)
    contest = db.session.scalars(query).unique().one_or_none()
    if contest is None:
        raise NotFound(UNKNOWN)
    if not manages(actor, contest_id):
        entered = select(Contest.id).where(Contest.id == contest_id, _has_entries_of(actor))
        if db.session.scalar(entered) is None:
            raise NotFound(UNKNOWN)
    return contest


def _has_entries_of(actor: Actor) -> ColumnElement[bool]:
    """Somebody of the actor's counties has submitted an entry."""
    return exists().where(
        Entry.contest_id == Contest.id,
        Entry.number.is_not(None),
        Entry.county.in_(actor.reach(COUNTY).ids("county")),
    )


def _contest(contest_id: UUID, *, for_update: bool = False) -> Contest:
    query = (
        select(Contest)
        .options(
            selectinload(Contest.tracks),
            selectinload(Contest.divisions),
            selectinload(Contest.stages),
        )
        .where(Contest.id == contest_id)
    )
    found = db.session.scalar(query.with_for_update() if for_update else query)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def state_counts(actor: Actor, contest_id: UUID) -> dict[str, int]:
    """How many entries of the contest are in each state, within one's reach."""
    query = _within(_counted().where(Entry.contest_id == contest_id), actor, contest_id)
    found: dict[str, int] = {row[0]: row[1] for row in db.session.execute(query)}
    return {state: found.get(state, 0) for state in states.ENTRY_STATES}


def entries(actor: Actor, contest_id: UUID, filters: Filters, page: int) -> list[Entry]:
    """One page (and one row more) of the entries that were ever submitted, by number."""
    query = _narrowed(_submitted(actor, contest_id), filters)
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def all_entries(actor: Actor, contest_id: UUID, filters: Filters) -> list[Entry]:
    """The whole list, for the spreadsheet."""
    return list(db.session.scalars(_narrowed(_submitted(actor, contest_id), filters)))


def next_waiting(actor: Actor, contest_id: UUID) -> UUID | None:
    """The entry that has waited longest for its review."""
    query = (
        select(Entry.id)
        .where(Entry.contest_id == contest_id, Entry.state == "submitted")
        .order_by(Entry.submitted_at, Entry.id)
        .limit(1)
    )
    return db.session.scalar(_within(query, actor, contest_id))


def seen_entry(actor: Actor, entry_id: UUID) -> Entry:
    """A submitted entry within the reach of a contest or county office; else NotFound."""
    found = db.session.scalar(_whole().where(Entry.id == entry_id, Entry.number.is_not(None)))
    if found is None or not _in_reach(actor, found):
        raise NotFound("没有这份报名，或者不在您的负责范围内")
    return found


def reviewed_entry(actor: Actor, entry_id: UUID) -> Entry:
    """A submitted entry of a contest that the actor runs; else NotFound."""
    found = seen_entry(actor, entry_id)
    if not manages(actor, found.contest_id):
        raise NotFound("没有这份报名，或者不在您的负责范围内")
    return found


def _in_reach(actor: Actor, entry: Entry) -> bool:
    return manages(actor, entry.contest_id) or actor.reach(COUNTY).covers("county", entry.county)


def _counted() -> Select[Any]:
    query: Any = select(Entry.state, func.count(Entry.id)).group_by(Entry.state)
    return query


def _within(query: Select[Any], actor: Actor, contest_id: UUID) -> Select[Any]:
    if manages(actor, contest_id):
        return query
    return query.where(Entry.county.in_(actor.reach(COUNTY).ids("county")))


def _submitted(actor: Actor, contest_id: UUID) -> Select[Any]:
    query = (
        select(Entry)
        .options(
            joinedload(Entry.leader),
            joinedload(Entry.track),
            joinedload(Entry.division),
            selectinload(Entry.members),
        )
        .where(Entry.contest_id == contest_id, Entry.number.is_not(None))
        .order_by(Entry.number, Entry.id)
    )
    return _within(query, actor, contest_id)


def _narrowed(query: Select[Any], filters: Filters) -> Select[Any]:
    if filters.state:
        query = query.where(Entry.state == filters.state)
    if filters.track:
        query = query.where(Entry.track.has(code=filters.track))
    if filters.county:
        query = query.where(Entry.county == filters.county)
    if filters.number:
        wanted = filters.number.strip().upper()
        query = query.where(
            Entry.number.endswith(wanted, autoescape=True)
            | Entry.admission_no.endswith(wanted, autoescape=True)
        )
    return query


def _whole() -> Select[Any]:
    return select(Entry).options(
        joinedload(Entry.contest),
        joinedload(Entry.track),
        joinedload(Entry.division),
        joinedload(Entry.leader),
        selectinload(Entry.members),
        selectinload(Entry.documents),
        selectinload(Entry.reviews),
    )
