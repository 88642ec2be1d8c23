"""What stands suspended or cancelled, and who wants a panel opened again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from contests import life
from contests.models import Contest, Entry, Halt, Panel, Reopening, Track
from contests.queries.panels import CHIEF, OFFICE, SUPERVISOR, UNKNOWN, covers
from core.access import Actor
from core.db import db
from core.errors import NotFound

RESUMERS = (OFFICE, SUPERVISOR)
REOPENERS = {CHIEF: "裁判长", OFFICE: "赛事办", SUPERVISOR: "监督仲裁"}
"""Who may open a panel again, two of three, in the order in which somebody with several speaks."""


def _standing() -> ColumnElement[bool]:
    return Halt.resumed_at.is_(None)


def standing(contest_ids: Iterable[UUID]) -> list[Halt]:
    """The halts of these contests that stand, with their tracks; those of whole contests first."""
    query = (
        select(Halt)
        .options(joinedload(Halt.track))
        .where(Halt.contest_id.in_(list(contest_ids)), _standing())
        .order_by(Halt.track_id.is_not(None), Halt.at, Halt.id)
    )
    return list(db.session.scalars(query))


def told(halt: Halt) -> life.Halted:
    """A halt in words."""
    return life.Halted(halt.kind, halt.track.name if halt.track else "赛事", halt.reason)


def on_track(halts: Iterable[Halt], contest_id: UUID, track_id: UUID) -> life.Halted | None:
    """Of these halts the one that stops a track: a cancellation before a suspension."""
    own = [one for one in halts if one.contest_id == contest_id]
    own = [one for one in own if one.track_id in (None, track_id)]
    own.sort(key=lambda one: one.kind != life.VOID)
    return told(own[0]) if own else None


def on_entry(halts: Iterable[Halt], entry: Entry) -> life.Halted | None:
    """Of these halts the one that an entry must be told of."""
    return on_track(halts, entry.contest_id, entry.track_id)


def why_stopped(contest_id: UUID, track_id: UUID) -> str:
    """Why nothing goes on in a track, "" where it does."""
    own = [one for one in standing([contest_id]) if one.track_id in (None, track_id)]
    return life.why_stopped([told(one) for one in own])


def why_cancelled(contest_id: UUID, track_id: UUID) -> str:
    """Why a track takes no entries any more, "" where nobody cancelled it: a suspension stops none."""
    own = [one for one in standing([contest_id]) if one.track_id in (None, track_id)]
    return life.why_stopped([told(one) for one in own if one.kind == life.VOID])


def kind_on_panel() -> Any:
    """The kind of halt that stops a panel, as a column beside Panel: "" without one."""
    here = (
        Halt.contest_id == Panel.contest_id,
        or_(Halt.track_id.is_(None), Halt.track_id == Panel.track_id),
        _standing(),
    )
    strongest = select(func.max(Halt.kind)).where(*here)  # "void" comes after "suspended"
    return func.coalesce(strongest.scalar_subquery(), "")


def void_reason() -> Any:
    """Why a contest was cancelled, as a column beside Contest; None where it was not."""
    where = (Halt.contest_id == Contest.id, Halt.track_id.is_(None), Halt.kind == life.VOID)
    return select(Halt.reason).where(*where).limit(1).scalar_subquery()


def void_tracks() -> Any:
    """The keys of the tracks that were cancelled on their own."""
    return select(Halt.track_id).where(Halt.kind == life.VOID, Halt.track_id.is_not(None))


def all_of(contest_id: UUID) -> list[Halt]:
    """Every halt of a contest, also those that ended, the latest first."""
    query = (
        select(Halt)
        .options(joinedload(Halt.track))
        .where(Halt.contest_id == contest_id)
        .order_by(Halt.at.desc(), Halt.id)
    )
    return list(db.session.scalars(query))


def halt_within(actor: Actor, halt_id: UUID, *, for_update: bool = False) -> Halt:
    """A halt of a contest that office or supervisor carry to; else NotFound."""
    query = (
        select(Halt)
        .options(joinedload(Halt.contest), joinedload(Halt.track))
        .where(Halt.id == halt_id)
    )
    if for_update:
        query = query.with_for_update(of=Halt).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.contest_id, *RESUMERS):
        raise NotFound("没有这次暂停，或者不在您的负责范围内")
    return found


def track_of(contest: Contest, track_id: str) -> Track | None:
    """The track of a contest by its posted key; None for "" (the whole contest); else NotFound."""
    found = next((one for one in contest.tracks if str(one.id) == track_id), None)
    if track_id and found is None:
        raise NotFound("这个赛事没有这个赛道")
    return found


def waiting_reopenings(panel_ids: Iterable[UUID]) -> dict[UUID, Reopening]:
    """By panel, the word to open it again that nobody has answered."""
    answer = aliased(Reopening)
    answered = select(answer.id).where(answer.answers_id == Reopening.id).exists()
    query = select(Reopening).where(
        Reopening.panel_id.in_(list(panel_ids)), Reopening.kind == "proposed", ~answered
    )
    return {one.panel_id: one for one in db.session.scalars(query)}


def reopening_within(actor: Actor, reopening_id: UUID) -> Reopening:
    """A word to open a panel again, within one's reach; else NotFound."""
    query = (
        select(Reopening).options(joinedload(Reopening.panel)).where(Reopening.id == reopening_id)
    )
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.panel.contest_id, *REOPENERS):
        raise NotFound(UNKNOWN)
    return found


def roles_in(actor: Actor, contest_id: UUID) -> list[str]:
    """As whom somebody may speak on opening a panel again."""
    return [role for role in REOPENERS if covers(actor, contest_id, role)]
