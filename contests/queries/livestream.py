"""Livestream contests as their entrants and officials see them: accounts, sessions, products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload, selectinload

from contests.models import (
    Entry,
    LiveSession,
    LiveSlot,
    MetricValue,
    Panel,
    Performance,
    PlatformAccount,
)
from contests.queries.panels import covers
from core.access import Actor
from core.db import db
from core.errors import NotFound

FAMILY = "livestream"
UNKNOWN_ACCOUNT = "没有这个直播账号，或者不在您的负责范围内"
UNKNOWN_SESSION = "没有这个场次，或者不在您的负责范围内"


def accounts_of(entry_ids: Iterable[UUID]) -> dict[UUID, list[PlatformAccount]]:
    """The accounts that count, by entry, in the order in which they were named."""
    query = (
        select(PlatformAccount)
        .where(PlatformAccount.entry_id.in_(list(entry_ids)), PlatformAccount.ended_at.is_(None))
        .order_by(PlatformAccount.named_at, PlatformAccount.id)
    )
    found: dict[UUID, list[PlatformAccount]] = {}
    for account in db.session.scalars(query):
        found.setdefault(account.entry_id, []).append(account)
    return found


def history_of(entry_id: UUID) -> list[PlatformAccount]:
    """All accounts of an entry, those that ended too."""
    query = select(PlatformAccount).where(PlatformAccount.entry_id == entry_id)
    return list(db.session.scalars(query.order_by(PlatformAccount.named_at, PlatformAccount.id)))


def entries_with_accounts(contest_id: UUID) -> list[Entry]:
    """The submitted entries of a contest that may compete, by number."""
    query = (
        select(Entry)
        .options(joinedload(Entry.track), joinedload(Entry.leader))
        .where(
            Entry.contest_id == contest_id,
            Entry.state.in_(("submitted", "returned", "qualified")),
            Entry.number.is_not(None),
        )
        .order_by(Entry.number)
    )
    return list(db.session.scalars(query))


def is_drawn(entry_id: UUID) -> bool:
    """Whether the entry has a place in a session: from then on its accounts stand."""
    query = (
        select(LiveSlot.id)
        .join(Performance, Performance.id == LiveSlot.performance_id)
        .where(Performance.entry_id == entry_id)
    )
    return db.session.scalar(query.limit(1)) is not None


def has_figures(account_id: UUID) -> bool:
    """Whether a file with figures of this account was written."""
    return bool(db.session.scalar(select(exists().where(MetricValue.account_id == account_id))))


def account_within(actor: Actor, account_id: UUID, *roles: str) -> PlatformAccount:
    """An account in a contest that one of these roles carries to; else NotFound."""
    found = db.session.scalar(_accounts().where(PlatformAccount.id == account_id))
    if found is None or not covers(actor, found.contest_id, *roles):
        raise NotFound(UNKNOWN_ACCOUNT)
    return found


def own_account(actor: Actor, account_id: UUID) -> PlatformAccount:
    """An account of an entry that one leads; else NotFound."""
    found = db.session.scalar(_accounts().where(PlatformAccount.id == account_id))
    if found is None or found.entry.leader_id != actor.person_id:
        raise NotFound(UNKNOWN_ACCOUNT)
    return found


def _accounts() -> Select[Any]:
    return select(PlatformAccount).options(
        joinedload(PlatformAccount.entry), joinedload(PlatformAccount.contest)
    )


def sessions_of(panel_id: UUID) -> list[LiveSession]:
    """The sessions of a panel in order of time, with places and products."""
    query = (
        select(LiveSession)
        .options(
            selectinload(LiveSession.slots).joinedload(LiveSlot.performance),
            selectinload(LiveSession.products),
        )
        .where(LiveSession.panel_id == panel_id)
        .order_by(LiveSession.starts, LiveSession.room, LiveSession.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def session_within(
    actor: Actor, session_id: UUID, *roles: str, for_update: bool = False
) -> LiveSession:
    """A session that one of these roles carries to, with places and products; else NotFound."""
    query = (
        select(LiveSession)
        .options(
            joinedload(LiveSession.contest),
            joinedload(LiveSession.panel).joinedload(Panel.track),
            joinedload(LiveSession.panel).joinedload(Panel.stage),
            selectinload(LiveSession.slots).joinedload(LiveSlot.performance),
            selectinload(LiveSession.products),
        )
        .where(LiveSession.id == session_id)
    )
    if for_update:
        query = query.with_for_update(of=LiveSession).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.contest_id, *roles):
        raise NotFound(UNKNOWN_SESSION)
    return found


def number_of(session: LiveSession) -> int:
    """Which session of its panel this is, from 1."""
    ids = [one.id for one in sessions_of(session.panel_id)]
    return ids.index(session.id) + 1


def length_of(session: LiveSession) -> timedelta:
    """How long a session is."""
    return timedelta(minutes=session.minutes)


def sessions_in_room(contest_id: UUID, room: str) -> list[LiveSession]:
    """The sessions of a contest in one room."""
    query = select(LiveSession).where(
        LiveSession.contest_id == contest_id, LiveSession.room == room
    )
    return list(db.session.scalars(query.order_by(LiveSession.starts, LiveSession.id)))
