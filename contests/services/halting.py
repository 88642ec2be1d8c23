"""Side exits: a contest or a track is suspended, resumed by somebody else, or cancelled for good."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contests import life
from contests.models import Contest, Halt, Publication, Track
from contests.queries import halts as queries
from contests.queries.office import managed_contest
from contests.queries.results import live_publications
from contests.services import publishing
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated

OTHER_PERSON = "暂停是您办理的，请由另一人写明原因后恢复"


def suspend(*, actor: Actor, contest_id: UUID, track_id: str, reason: str, now: datetime) -> Halt:
    """Stop a track, or with "" the whole contest: nothing is drawn, scored, computed, signed, published or
    released until somebody else resumes. Entries go on."""
    contest = _running(actor, contest_id)
    track = queries.track_of(contest, track_id)
    return _halted(actor, contest, track, life.SUSPENDED, stated(reason), now)


def cancel(*, actor: Actor, contest_id: UUID, track_id: str, reason: str, now: datetime) -> Halt:
    """取消 a track, or with "" the whole contest, for good. Notices that stand are withdrawn with the same
    reason, so that nobody is paid by them."""
    contest = _running(actor, contest_id)
    track = queries.track_of(contest, track_id)
    why = stated(reason)
    made = _halted(actor, contest, track, life.VOID, why, now)
    for notice in _notices(contest, track):
        publishing.withdraw(actor=actor, publication_id=notice.id, reason=why, now=now)
    return made


def _running(actor: Actor, contest_id: UUID) -> Contest:
    contest = managed_contest(actor, contest_id, for_update=True)
    if contest.announced_at is None:
        raise DomainError("赛事还没有发布，没有什么可以暂停或取消")
    return contest


def _notices(contest: Contest, track: Track | None) -> list[Publication]:
    found = live_publications([contest.id])
    return [one for one in found if track is None or one.track_id == track.id]


def _halted(
    actor: Actor, contest: Contest, track: Track | None, kind: str, reason: str, now: datetime
) -> Halt:
    track_id = track.id if track else None
    stand = [one for one in queries.standing([contest.id]) if one.track_id in (None, track_id)]
    cancelled = [one for one in stand if one.kind == life.VOID]
    same = [one for one in stand if one.kind == kind and one.track_id == track_id]
    if cancelled or same:
        raise DomainError(queries.told((cancelled or same)[0]).words, "place")
    made = Halt(
        contest_id=contest.id,
        track_id=track_id,
        track=track,
        kind=kind,
        reason=reason,
        by_account_id=actor.account_id,
        by_label=actor.label,
        at=now,
    )
    db.session.add(made)
    db.session.flush()
    told = {"kind": kind, "track": track.code if track else ""}
    note(actor, "halt", made, now, told, reason)
    db.session.flush()
    return made


def resume(*, actor: Actor, halt_id: UUID, reason: str, now: datetime) -> Halt:
    """Let a suspended contest or track go on: another person than the one who stopped it."""
    halt = queries.halt_within(actor, halt_id, for_update=True)
    if halt.kind == life.VOID:
        raise DomainError("已经取消，不能恢复；要再办请新建一届")
    if halt.resumed_at is not None:
        raise DomainError("已经恢复")
    if actor.account_id is None or actor.account_id == halt.by_account_id:
        raise DomainError(OTHER_PERSON)
    halt.resumed_why, halt.resumed_by, halt.resumed_at = stated(reason), actor.label, now
    note(actor, "resume", halt, now, {"track": halt.track.code if halt.track else ""}, reason)
    db.session.flush()
    return halt
