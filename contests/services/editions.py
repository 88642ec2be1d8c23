"""Editions of contests: made from a preset, changed until announced, announced."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from contests import appeals, entry_rules
from contests.catalogue import Preset
from contests.edition_rules import Plan, check_plan, parse_divisions, parse_tracks
from contests.models import Contest, Division, Stage, Track
from contests.numbering import parse_start
from contests.queries.office import managed_contest
from contests.queries.public import phase_of
from contests.services.trail import stream
from core import audit, clock
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed


def create_contest(*, actor: Actor, preset: Preset, plan: Plan, now: datetime) -> Contest:
    """A contest with tracks, divisions and the stages of its preset; not yet visible to the public.

    Only an office of the whole city makes contests. Raises DomainError at the field that is wrong.
    """
    if not actor.reach("contest_office").everything:
        raise NotAllowed("只有全市范围的赛事办可以新建赛事")
    contest = Contest(
        preset=preset.key,
        family=preset.family,
        entry_rules=entry_rules.from_preset(preset),
        scoring=dict(preset.spec.canonical),
        appeals=appeals.stored(preset.appeals),
        certificate_rank=preset.certificate_rank,
        created=now,
        **_columns(plan),
    )
    contest.stages = [
        Stage(
            key=one.key,
            title=one.title,
            position=place,
            recheck=preset.recheck.stored if preset.recheck else None,
        )
        for place, one in enumerate(preset.spec.stages, start=1)
    ]
    _set_parts(contest, plan)
    db.session.add(contest)
    _record(actor, "create_contest", contest, now, {"preset": preset.key, "code": contest.code})
    db.session.flush()
    return contest


def change_contest(*, actor: Actor, contest_id: UUID, plan: Plan, now: datetime) -> Contest:
    """Replace what was planned; refused once the contest is announced."""
    contest = managed_contest(actor, contest_id, for_update=True)
    if contest.announced_at:
        raise DomainError("赛事已经发布，选手已按公布的内容报名，不能再改")
    for name, value in _columns(plan).items():
        setattr(contest, name, value)
    _set_parts(contest, plan)
    _record(actor, "change_contest", contest, now, {"code": contest.code})
    db.session.flush()
    return contest


def announce(*, actor: Actor, contest_id: UUID, now: datetime) -> Contest:
    """Make the contest public; entries open by its dates."""
    contest = managed_contest(actor, contest_id, for_update=True)
    if contest.announced_at:
        raise DomainError("赛事已经发布过")
    if contest.entry_closes <= now:
        raise DomainError("报名截止时间已经过去，请先改日期再发布")
    if not contest.venue:
        raise DomainError("还没有填写比赛地点，准考证上要用，请先补上再发布")
    contest.announced_at = now
    _record(actor, "announce_contest", contest, now, {})
    db.session.flush()
    return contest


def extend_entries(
    *, actor: Actor, contest_id: UUID, closes: datetime, reason: str, now: datetime
) -> Contest:
    """Give more time, also after the first deadline; the public page shows the new one."""
    contest = _announced(actor, contest_id, now)
    if closes <= max(contest.entry_closes, now):
        raise DomainError("新的截止时间要晚于现在，也要晚于原定的截止时间", "entry_closes")
    if closes > clock.from_local(datetime.combine(contest.held_on, time.min)):
        raise DomainError(f"比赛日期是 {contest.held_on}，截止时间不能晚于比赛当天", "entry_closes")
    return _move_closing(actor, contest, "extend_entries", closes, reason, now)


def close_entries(*, actor: Actor, contest_id: UUID, reason: str, now: datetime) -> Contest:
    """End the entry window now."""
    contest = _announced(actor, contest_id, now)
    if not contest.entry_opens < now < contest.entry_closes:
        raise DomainError("现在不在报名时间内，不用提前截止")
    return _move_closing(actor, contest, "close_entries", now, reason, now)


def _announced(actor: Actor, contest_id: UUID, now: datetime) -> Contest:
    contest = managed_contest(actor, contest_id, for_update=True)
    if contest.announced_at is None:
        raise DomainError("赛事还没有发布，请直接修改报名时间")
    phase = phase_of(contest.id, now)
    if phase.key in ("judging", "notice", "ended"):
        raise DomainError("评审已经开始，报名时间不能再改")
    if phase.key == "void":
        raise DomainError(phase.reason)
    return contest


def _move_closing(
    actor: Actor, contest: Contest, verb: str, closes: datetime, reason: str, now: datetime
) -> Contest:
    changes: dict[str, object] = {
        "entry_closes": [contest.entry_closes, closes],
        "reason": reason,
    }
    contest.entry_closes = closes
    _record(actor, verb, contest, now, changes)
    db.session.flush()
    return contest


def _columns(plan: Plan) -> dict[str, object]:
    held_from = clock.from_local(datetime.combine(plan.held_on, time.min))
    check_plan(plan, held_from=held_from)
    return {
        "slug": plan.slug,
        "code": parse_start(plan.number_start),
        "name": plan.name,
        "level": plan.level,
        "sponsor": plan.sponsor,
        "organizer": plan.organizer,
        "summary": plan.summary,
        "contact": plan.contact,
        "venue": plan.venue,
        "held_on": plan.held_on,
        "entry_opens": plan.entry_opens,
        "entry_closes": plan.entry_closes,
    }


def _set_parts(contest: Contest, plan: Plan) -> None:
    """Tracks by code and divisions by name: what stays keeps its row."""
    tracks = {track.code: track for track in contest.tracks}
    kept = []
    for place, (code, name) in enumerate(parse_tracks(plan.tracks), start=1):
        track = tracks.pop(code, None) or Track(code=code)
        track.name, track.position = name, place
        kept.append(track)
    divisions = {division.name: division for division in contest.divisions}
    held = []
    for place, name in enumerate(parse_divisions(plan.divisions), start=1):
        division = divisions.pop(name, None) or Division(name=name)
        division.position = place
        held.append(division)
    contest.tracks, contest.divisions = kept, held
    for gone in (*tracks.values(), *divisions.values()):
        db.session.delete(gone)


def _record(
    actor: Actor, verb: str, contest: Contest, now: datetime, changes: dict[str, object]
) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        subject=contest,
        now=now,
        stream=stream(contest.id),
        changes=changes,
    )
