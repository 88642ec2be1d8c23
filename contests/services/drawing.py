"""Before a draw: its secret is fixed and the digest of it published."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from contests import draw
from contests.models import DrawCommitment, Panel
from contests.queries import fairness, stages
from contests.queries.panels import OFFICE
from contests.queries.results import track_within
from contests.services.running import require_running
from contests.services.trail import stream
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError


def commit_draw(*, actor: Actor, track_id: UUID, stage_id: UUID, now: datetime) -> DrawCommitment:
    """Fix the secret of the next draw of a track in a stage; its SHA-256 is public from now on. One
    at a time: nobody makes several and picks."""
    track = track_within(actor, track_id, OFFICE, for_update=True)
    stage = stages.stage_in(track.contest, stage_id)
    if track.contest.announced_at is None:
        raise DomainError("赛事还没有发布，先发布再公布抽签承诺")
    require_running(track.contest_id, track.id)
    made = fairness.commitments(track.id, stage.id)
    if any(one.panel_id is None for one in made):
        raise DomainError("已经公布过抽签承诺，还没有抽签；承诺不能更换")
    one = DrawCommitment(
        contest_id=track.contest_id,
        track_id=track.id,
        stage_id=stage.id,
        serial=len(made) + 1,
        secret=secrets.token_hex(32),
        made_by=actor.label,
        at=now,
    )
    db.session.add(one)
    db.session.flush()
    audit.record(
        actor=actor,
        verb="commit_draw",
        subject=one,
        now=now,
        stream=stream(track.contest_id),
        changes={"track": track.code, "stage": stage.key, "sha256": draw.commitment(one.secret)},
    )
    return one


def use_commitment(panel: Panel) -> DrawCommitment:
    """The commitment that waits for this panel's draw; DomainError where none was published."""
    made = fairness.commitments(panel.track_id, panel.stage_id)
    found = next((one for one in made if one.panel_id is None), None)
    if found is None:
        raise DomainError("还没有公布这个赛道、这个阶段的抽签承诺，请先在“抽签”页公布", "track_id")
    return found
