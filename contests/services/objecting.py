"""Objections and appeals are filed and answered; after the notice the result is released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contests import appeals, life
from contests.models import FinalRelease, Objection, Publication, ResultLine
from contests.queries import grounds, halts, results
from contests.queries import objections as queries
from contests.queries.panels import OFFICE, SUPERVISOR, covers
from contests.services.trail import stream
from core import audit, clock
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed, NotFound
from core.stated import stated
from people.identifiers import parse_name

WHOLE_TRACK, OWN_LINE = "track", "own"
LONGEST = 600


@dataclass(frozen=True)
class Visitor:
    """Somebody who came in person: real name and how to reach them; both are kept sealed."""

    name: str
    contact: str


def object_to_own(
    *, actor: Actor, entry_id: UUID, about: str, grounds: str, now: datetime
) -> Objection:
    """A contestant objects to the own line or to the track, or goes on to the next level."""
    _, notice, line = results.own_result(actor, entry_id)
    if notice is None:
        raise NotFound("成绩还没有公示")
    if about == OWN_LINE and line is None:
        raise DomainError("没有您的成绩，只能对整个赛道提出异议", "about")
    line_id = line.id if line and about == OWN_LINE else None
    queries.lock_track(notice)
    last = queries.latest(queries.filed_by(actor, notice.id), line_id)
    made = _filed(notice, line_id, last, grounds, now)
    made.account_id = actor.account_id
    return _kept(actor, made, notice, now)


def obstacle_to_object(
    actor: Actor, notice: Publication, line: ResultLine | None, now: datetime
) -> str:
    """Why a contestant can file nothing today, neither to the own line nor to the track; "" if they can."""
    filed, today = queries.filed_by(actor, notice.id), clock.day_of(now)
    told = ""
    for line_id in (None, line.id) if line else (None,):
        last = queries.latest(filed, line_id)
        said = queries.said_of(last) if last else None
        try:
            appeals.next_level(said, today=today, notice_until=notice.until)
        except DomainError as refusal:
            told = refusal.message
        else:
            return ""
    return told


def record_objection(
    *,
    actor: Actor,
    publication_id: UUID,
    line_id: UUID | None,
    visitor: Visitor,
    grounds: str,
    now: datetime,
) -> Objection:
    """The office writes down what somebody brought in person, also after the notice: a late objection
    holds the award all the same."""
    notice = queries.notice_within(actor, publication_id, for_update=True)
    if not covers(actor, notice.contest_id, OFFICE):
        raise NotAllowed("由赛事办登记")
    if line_id is not None and line_id not in {one.id for one in notice.run.lines}:
        raise DomainError("请从名单中选一项", "line_id")
    if not visitor.contact.strip():
        raise DomainError("请填写联系方式", "contact")
    name = parse_name(visitor.name)
    known = [one for one in queries.of_notice(notice.id) if one.name == name]
    last = queries.latest(known, line_id)
    late = last is None and clock.day_of(now) > notice.until
    made = _filed(notice, line_id, last, grounds, now, late=late)
    made.name, made.contact, made.recorded_by = name, visitor.contact.strip(), actor.label
    return _kept(actor, made, notice, now)


def _filed(
    notice: Publication,
    line_id: UUID | None,
    last: Objection | None,
    grounds: str,
    now: datetime,
    *,
    late: bool = False,
) -> Objection:
    if notice.withdrawn_at is not None:
        raise DomainError("这份公示已经撤回")
    today, said = clock.day_of(now), queries.said_of(last) if last else None
    level = 0 if late else appeals.next_level(said, today=today, notice_until=notice.until)
    rule = appeals.levels_of(notice.contest.appeals)[level]
    due = appeals.answer_by(rule, today)
    return Objection(
        publication_id=notice.id,
        line_id=line_id,
        number=len(queries.of_notice(notice.id)) + 1,
        level=level,
        title=rule.title,
        grounds=stated(grounds, "grounds", longest=LONGEST),
        filed_at=now,
        answer_by=due.day if due else None,
        answer_by_confirmed=due.confirmed if due else True,
    )


def _kept(actor: Actor, made: Objection, notice: Publication, now: datetime) -> Objection:
    db.session.add(made)
    told = {"number": made.number, "level": made.level, "title": made.title}
    _record(actor, "file_objection", made, notice, now, told)
    db.session.flush()
    return made


def answer_objection(
    *, actor: Actor, objection_id: UUID, upheld: bool, answer: str, now: datetime
) -> Objection:
    """Answer with a reason. An objection that is upheld holds the line until the result is mended."""
    found = queries.objection_within(actor, objection_id)
    queries.lock_track(found.publication)
    db.session.refresh(found, ["upheld", "answered_at"])
    if found.upheld is not None:
        raise DomainError("这条异议已经答复")
    notice, today = found.publication, clock.day_of(now)
    levels = appeals.levels_of(notice.contest.appeals)
    found.upheld, found.answer = upheld, stated(answer, "answer", longest=LONGEST)
    found.answered_by, found.answered_at = actor.label, now
    if not upheld:
        found.appeal_until = appeals.file_until(levels, found.level, today)
    told = {"number": found.number, "level": found.level, "upheld": upheld}
    _record(actor, "answer_objection", found, notice, now, told, found.answer)
    db.session.flush()
    return found


def obstacle_to_release(notice: Publication, now: datetime) -> str:
    """Why a notice cannot be released yet, in Chinese; "" when it can."""
    found = queries.of_notice(notice.id)
    holds = [(one.number, appeals.hold(one.title, queries.said_of(one))) for one in found]
    return life.why_not_release(
        stopped=halts.why_stopped(notice.contest_id, notice.track_id),
        withdrawn=notice.withdrawn_at is not None,
        until=notice.until,
        today=clock.day_of(now),
        holds=[(number, why) for number, why in holds if why],
        appeals=[(one.number, one.appeal_until) for one in found if one.appeal_until],
    )


def release(*, actor: Actor, publication_id: UUID, now: datetime) -> FinalRelease:
    """定稿: after the notice, without an open objection, by somebody other than the publisher."""
    notice = queries.notice_within(actor, publication_id, for_update=True)
    queries.lock_track(notice)
    if queries.release_of(notice.id):
        raise DomainError("这份成绩已经定稿")
    if actor.account_id == notice.published_by:
        raise DomainError("公示是您发布的，请由另一人定稿")
    if not covers(actor, notice.contest_id, OFFICE, SUPERVISOR):
        raise NotAllowed("由赛事办或监督定稿")
    if why := obstacle_to_release(notice, now):
        raise DomainError(why)
    if stale := grounds.proven_staleness_of(results.run_of(notice.run_id)):
        raise DomainError(f"{stale}，不能定稿")
    made = FinalRelease(
        publication_id=notice.id,
        account_id=actor.account_id,
        signer=actor.label,
        result_digest=notice.run.result_digest,
        at=now,
    )
    db.session.add(made)
    _record(actor, "release_result", made, notice, now, {"digest": made.result_digest})
    db.session.flush()
    return made


def _record(
    actor: Actor,
    verb: str,
    subject: Objection | FinalRelease,
    notice: Publication,
    now: datetime,
    told: Mapping[str, object],
    reason: str = "",
) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        subject=subject,
        now=now,
        stream=stream(notice.contest_id),
        changes=told,
        reason=reason,
    )
