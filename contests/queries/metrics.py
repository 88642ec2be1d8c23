"""Files of figures and rulings: what counts for a session now, and what was said before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, undefer

from contests.models import (
    GivenValue,
    LiveSession,
    LiveSlot,
    MetricFile,
    MetricRuling,
    MetricValue,
    Panel,
    Performance,
    PlatformAccount,
)
from contests.platforms import ADDED
from contests.queries import livestream
from contests.queries.panels import CHIEF, OFFICE, SUPERVISOR, covers, rule_of
from contests.rubric import Given
from core.access import Actor
from core.db import db
from core.errors import NotFound

CLERK = "score_clerk"
IMPORTERS = (OFFICE, CLERK)
RULERS = (SUPERVISOR, OFFICE)
WATCHERS = (OFFICE, CLERK, SUPERVISOR, CHIEF)
UNKNOWN = "没有这个数据文件，或者不在您的负责范围内"


@dataclass(frozen=True)
class Ruling:
    """What was said of an account, and by whom it was seconded (None: it waits)."""

    said: MetricRuling
    second: MetricRuling | None


def file_within(actor: Actor, file_id: UUID, *roles: str, for_update: bool = False) -> MetricFile:
    """A file of a session that one of these roles carries to; else NotFound."""
    query = (
        select(MetricFile)
        .options(joinedload(MetricFile.session), undefer(MetricFile.report))
        .where(MetricFile.id == file_id)
    )
    if for_update:
        query = query.with_for_update(of=MetricFile).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.session.contest_id, *roles):
        raise NotFound(UNKNOWN)
    return found


def same_file(session_id: UUID, platform: str, sha256: str) -> MetricFile | None:
    """The upload of this file for this session, if there was one."""
    query = select(MetricFile).where(
        MetricFile.session_id == session_id,
        MetricFile.platform == platform,
        MetricFile.file_sha256 == sha256,
    )
    return db.session.scalar(query)


def files_of(session_id: UUID) -> list[MetricFile]:
    """All files of a session, the newest first."""
    query = select(MetricFile).where(MetricFile.session_id == session_id)
    return list(
        db.session.scalars(query.order_by(MetricFile.uploaded_at.desc(), MetricFile.id.desc()))
    )


def current_files(session_ids: Iterable[UUID]) -> dict[tuple[UUID, str], MetricFile]:
    """The file that counts, by session and platform: the last version."""
    query = (
        select(MetricFile)
        .where(MetricFile.session_id.in_(list(session_ids)), MetricFile.version.is_not(None))
        .order_by(MetricFile.version)
    )
    return {(one.session_id, one.platform): one for one in db.session.scalars(query)}


def values_of(file_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """The figures in some files, by account and metric."""
    query = select(MetricValue.account_id, MetricValue.key, MetricValue.amount).where(
        MetricValue.file_id.in_(list(file_ids))
    )
    found: dict[UUID, dict[str, int]] = {}
    for account_id, key, amount in db.session.execute(query):
        found.setdefault(account_id, {})[key] = amount
    return found


def fed_givens(panel: Panel) -> list[Given]:
    """The given values of the panel's stage that files of figures feed: those named as a metric is."""
    return [one for one in rule_of(panel.stage).givens if one.key in ADDED and not one.per_item]


def other_sessions(session: LiveSession) -> dict[str, str]:
    """Accounts of the contest that are live in another session, by platform and key of the number:
    in which one."""
    query = (
        select(PlatformAccount, LiveSession)
        .join(Performance, Performance.entry_id == PlatformAccount.entry_id)
        .join(LiveSlot, LiveSlot.performance_id == Performance.id)
        .join(LiveSession, LiveSession.id == LiveSlot.session_id)
        .where(
            LiveSession.contest_id == session.contest_id,
            LiveSession.id != session.id,
            PlatformAccount.ended_at.is_(None),
        )
    )
    numbers: dict[UUID, int] = {}
    found = {}
    for account, other in db.session.execute(query):
        if other.id not in numbers:
            numbers[other.id] = livestream.number_of(other)
        found[f"{account.platform}/{account.handle_key}"] = f"第 {numbers[other.id]} 场"
    return found


def rulings_of(account_ids: Iterable[UUID]) -> dict[UUID, list[Ruling]]:
    """What was said of some accounts, in order of time."""
    second = aliased(MetricRuling)
    query: Any = (
        select(MetricRuling, second)
        .outerjoin(second, second.seconds_id == MetricRuling.id)
        .where(MetricRuling.account_id.in_(list(account_ids)), MetricRuling.seconds_id.is_(None))
        .order_by(MetricRuling.at, MetricRuling.id)
    )
    found: dict[UUID, list[Ruling]] = {}
    for said, seconded in db.session.execute(query):
        found.setdefault(said.account_id, []).append(Ruling(said, seconded))
    return found


def standing(rulings: Iterable[Ruling]) -> MetricRuling | None:
    """The word that counts: the one that was seconded last."""
    settled = [
        (one.second.at, one.said)
        for one in rulings
        if one.second is not None and one.second.kind == one.said.kind
    ]
    return max(settled, key=lambda pair: pair[0])[1] if settled else None


def ruling_within(actor: Actor, ruling_id: UUID, *, for_update: bool = False) -> MetricRuling:
    """A word on an account that one may second; else NotFound."""
    query = (
        select(MetricRuling)
        .options(joinedload(MetricRuling.account).joinedload(PlatformAccount.entry))
        .where(MetricRuling.id == ruling_id, MetricRuling.seconds_id.is_(None))
    )
    if for_update:
        query = query.with_for_update(of=MetricRuling)
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.account.contest_id, *RULERS):
        raise NotFound("没有这项认定，或者不在您的负责范围内")
    return found


def performances_of(account: PlatformAccount) -> list[Performance]:
    """The performances of the entry of an account that have a place in a session."""
    query = (
        select(Performance)
        .join(LiveSlot, LiveSlot.performance_id == Performance.id)
        .options(joinedload(Performance.panel).joinedload(Panel.stage))
        .where(Performance.entry_id == account.entry_id)
        .order_by(Performance.id)
    )
    return list(db.session.scalars(query))


def session_of(performance_id: UUID) -> LiveSession | None:
    """The session in which somebody is live."""
    query = (
        select(LiveSession)
        .join(LiveSlot, LiveSlot.session_id == LiveSession.id)
        .where(LiveSlot.performance_id == performance_id)
    )
    return db.session.scalar(query)


def value_history(performance_ids: Iterable[UUID]) -> dict[UUID, list[GivenValue]]:
    """Every version of the values of some performances, the newest first."""
    query = (
        select(GivenValue)
        .where(GivenValue.performance_id.in_(list(performance_ids)))
        .order_by(GivenValue.at.desc(), GivenValue.key, GivenValue.version.desc())
    )
    found: dict[UUID, list[GivenValue]] = {}
    for value in db.session.scalars(query):
        found.setdefault(value.performance_id, []).append(value)
    return found
