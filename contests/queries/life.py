"""The state of every track in every stage, from what is stored (contests.life)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from contests import life
from contests.models import BlindLayer, Contest, Entry, Panel, Stage
from contests.queries import halts, objections, public, stages
from contests.queries.results import Standing, is_signed
from core import clock
from core.db import db

TO_CHECK = "查完复核名单，再由裁判长一方、监督或赛事办一方签字"
HELD = "办结异议后定稿"


def states_of(
    contest: Contest, rows: Sequence[Standing], now: datetime
) -> dict[tuple[UUID, UUID], life.Standing]:
    """By track and stage. A fixed number of queries: whether a re-check is done is told on the page of its
    run, because its list is worked out from the ranks."""
    phase = public.phase_of(contest.id, now)
    stopped = halts.standing([contest.id])
    waiting = _waiting(contest)
    layers = _layers([one.id for row in rows for one in row.outline.own])
    notices = [row.publication.id for row in rows if row.publication]
    released, held = objections.releases(notices), {place[0] for place in objections.holds()}
    signed = {(row.track.id, row.stage.id) for row in rows if _is_settled(row)}
    found = {}
    for row in rows:
        notice = row.publication
        facts = life.StageFacts(
            phase=phase.key,
            phase_reason=phase.reason,
            waiting=waiting.get(row.track.id, 0),
            earlier=_earlier(contest, row, signed),
            panels=tuple([_facts(one, layers) for one in row.outline.own]),
            closed=row.outline.closed,
            computed=row.run is not None,
            stale=row.stale,
            recheck=TO_CHECK if row.stage.recheck else None,
            signed=row.run is not None and is_signed(row.run),
            notice_until=notice.until if notice else None,
            release=HELD if notice and notice.id in held else "",
            released=notice is not None and notice.id in released,
            halt=halts.on_track(stopped, contest.id, row.track.id),
        )
        found[row.track.id, row.stage.id] = life.standing(facts, today=clock.day_of(now))
    return found


def _is_settled(row: Standing) -> bool:
    return row.run is not None and not row.stale and is_signed(row.run)


def _earlier(contest: Contest, row: Standing, signed: set[tuple[UUID, UUID]]) -> str:
    before: Stage | None = stages.before(contest, row.stage)
    if before is None or (row.track.id, before.id) in signed:
        return ""
    return f"等“{before.title}”的成绩两方签字"


def _facts(panel: Panel, layers: dict[UUID, int]) -> life.PanelFacts:
    return life.PanelFacts(panel.state, panel.layers, layers.get(panel.id, 0), panel.sealed)


def _layers(panel_ids: list[UUID]) -> dict[UUID, int]:
    query = (
        select(BlindLayer.panel_id, func.count(BlindLayer.id))
        .where(BlindLayer.panel_id.in_(panel_ids))
        .group_by(BlindLayer.panel_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _waiting(contest: Contest) -> dict[UUID, int]:
    query = (
        select(Entry.track_id, func.count(Entry.id))
        .where(Entry.contest_id == contest.id, Entry.state == "submitted")
        .group_by(Entry.track_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
