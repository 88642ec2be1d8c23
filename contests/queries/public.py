"""What everybody may see: announced contests with their phase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from contests import states
from contests.models import Contest, Division, Entry, Panel, Publication, ResultRun, Track
from contests.queries import halts, stages
from core import clock
from core.db import db
from core.errors import NotFound


@dataclass(frozen=True)
class Listed:
    """A contest and where it stands."""

    contest: Contest
    phase: states.Phase


def announced(now: datetime) -> list[Listed]:
    """All announced contests, the latest entry window first."""
    query = _with_facts().where(Contest.announced_at.is_not(None))
    return _listed(db.session.execute(query).all(), now)


def announced_by_slug(slug: str, now: datetime) -> Listed:
    """One announced contest with tracks, divisions and stages, or NotFound."""
    query = (
        _with_facts()
        .options(
            selectinload(Contest.tracks),
            selectinload(Contest.divisions),
            selectinload(Contest.stages),
        )
        .where(Contest.slug == slug, Contest.announced_at.is_not(None))
    )
    found = _listed(db.session.execute(query).all(), now)
    if not found:
        raise NotFound("没有这个赛事，或者还没有发布")
    return found[0]


def phase_of(contest_id: UUID, now: datetime) -> states.Phase:
    """Where one contest stands, whoever asks; NotFound if there is none."""
    return phases_of([contest_id], now)[contest_id]


def phases_of(contest_ids: Iterable[UUID], now: datetime) -> dict[UUID, states.Phase]:
    """The phases of several contests in one query; NotFound if one is unknown."""
    wanted = set(contest_ids)
    rows = db.session.execute(_with_facts().where(Contest.id.in_(wanted))).all()
    found = {one.contest.id: one.phase for one in _listed(rows, now)}
    if found.keys() != wanted:
        raise NotFound("没有这个赛事")
    return found


def divisions_of(contest_id: UUID) -> list[Division]:
    """The divisions of a contest in their order."""
    query = select(Division).where(Division.contest_id == contest_id).order_by(Division.position)
    return list(db.session.scalars(query))


def admitted(admission_no: str) -> Entry | None:
    """The entry that holds this 准考证号."""
    return db.session.scalar(
        select(Entry)
        .options(selectinload(Entry.leader), selectinload(Entry.contest), selectinload(Entry.track))
        .where(Entry.admission_no == admission_no, Entry.state == "qualified")
    )


def _with_facts() -> Select[Any]:
    final = select(ResultRun.id).where(stages.is_final_run())
    standing = (
        Publication.contest_id == Contest.id,
        Publication.withdrawn_at.is_(None),
        Publication.run_id.in_(final),
    )
    tracks = select(func.count(Track.id)).where(
        Track.contest_id == Contest.id, Track.id.not_in(halts.void_tracks())
    )
    judging = select(func.count(Panel.id)).where(
        Panel.contest_id == Contest.id, Panel.state != "preparing"
    )
    published = select(func.count(Publication.id)).where(*standing)
    until = select(func.max(Publication.until)).where(*standing)
    return select(
        Contest,
        tracks.scalar_subquery().label("tracks"),
        judging.scalar_subquery().label("judging"),
        published.scalar_subquery().label("published"),
        until.scalar_subquery().label("notice_until"),
        halts.void_reason().label("void"),
    ).order_by(Contest.entry_opens.desc(), Contest.id)


def _listed(rows: Iterable[Any], now: datetime) -> list[Listed]:
    return [Listed(row.Contest, _phase(row, now)) for row in rows]


def _phase(row: Any, now: datetime) -> states.Phase:
    contest: Contest = row.Contest
    facts = states.ContestFacts(
        announced=contest.announced_at is not None,
        opens=clock.local(contest.entry_opens),
        closes=clock.local(contest.entry_closes),
        tracks=row.tracks,
        judging=row.judging > 0,
        published=row.published,
        notice_until=row.notice_until,
        void=row.void,
    )
    return states.phase(facts, now=now, today=clock.day_of(now))
