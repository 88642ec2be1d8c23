"""Certificates of a released result: issued at once for all who won, revoked, issued again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update

from contests import certificates, entry_rules, numbering
from contests.models import (
    Certificate,
    CertificateRevocation,
    Contest,
    FinalRelease,
    Publication,
    ResultLine,
)
from contests.queries import certificates as queries
from contests.queries import objections, stages
from contests.queries.panels import OFFICE, covers
from contests.services.running import require_running
from contests.services.trail import note
from core import clock
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed
from core.stated import stated
from people.models import Person, SignInAttempt

WITHDRAWN = "公示已经撤回，不能发放证书"


@dataclass(frozen=True)
class Issued:
    """How many certificates were made, and how many lines wait for an answer to an objection."""

    made: int
    waiting: int


def obstacle_to_issue(notice: Publication, release: FinalRelease | None) -> str:
    """Why no certificate can be issued, in Chinese; "" when it can."""
    if notice.withdrawn_at is not None:
        return WITHDRAWN
    if stages.after(notice.contest, notice.stage) is not None:
        return "这不是最后一个阶段，证书随最终结果发放"
    if release is None:
        return "成绩定稿以后才能发放证书"
    return "" if _won(notice.run.lines) else "这份成绩没有人获奖"


def issue(*, actor: Actor, publication_id: UUID, now: datetime) -> Issued:
    """Certificates for everybody who won something and has none yet, one for each member of a team. A
    line with an open objection waits."""
    notice = objections.notice_within(actor, publication_id, for_update=True)
    if not covers(actor, notice.contest_id, OFFICE):
        raise NotAllowed("证书由赛事办发放")
    objections.lock_track(notice)
    require_running(notice.contest_id, notice.track_id)
    release = objections.release_of(notice.id)
    why = obstacle_to_issue(notice, release)
    if why or release is None:
        raise DomainError(why)
    won, holds = _won(notice.run.lines), objections.holds()
    free = [one for one in won if not objections.held(holds, notice.id, one.id)]
    have = {(one.line_id, one.person_id) for one in queries.of_notice(notice.id)}
    people = queries.holders([one.entry_id for one in free])
    due = [
        (line, person)
        for line in free
        for person in people[line.entry_id]
        if (line.id, person.id) not in have
    ]
    waiting = len(won) - len(free)
    if not due:
        raise DomainError(
            f"能发的证书都已发放，还有 {waiting} 项有异议没有办结" if waiting else "证书都已发放"
        )
    made = _made(actor, notice, release, due, now)
    told = {"numbers": [one.number for one in made], "waiting": waiting}
    note(actor, "issue_certificates", notice, now, told)
    db.session.flush()
    return Issued(len(made), waiting)


def _won(lines: Sequence[ResultLine]) -> list[ResultLine]:
    return [one for one in lines if certificates.prize_text(one.medal, one.prize)]


def _made(
    actor: Actor,
    notice: Publication,
    release: FinalRelease,
    due: Sequence[tuple[ResultLine, Person]],
    now: datetime,
    copy: int = 1,
) -> list[Certificate]:
    contest, today = notice.contest, clock.day_of(now)
    is_team = entry_rules.read(contest.entry_rules).is_team
    first = _next_number(contest, len(due))
    made = [
        Certificate(
            contest_id=contest.id,
            release_id=release.id,
            line_id=line.id,
            person_id=person.id,
            copy=copy,
            number=numbering.certificate_number(contest.code, today.year, first + place),
            token=certificates.token_of(secrets.token_bytes(certificates.TOKEN_BYTES)),
            name=person.name,
            title=line.entry.title if is_team else "",
            contest_name=contest.name,
            track_name=notice.track.name,
            prize=certificates.prize_text(line.medal, line.prize),
            rank=line.rank if contest.certificate_rank else None,
            issuer=contest.sponsor,
            dated=today,
            account_id=actor.account_id,
            issued_by=actor.label,
            at=now,
        )
        for place, (line, person) in enumerate(due)
    ]
    db.session.add_all(made)
    return made


def _next_number(contest: Contest, count: int) -> int:
    """The first of so many numbers, in one statement: two offices never get the same."""
    last = db.session.scalar(
        update(Contest)
        .where(Contest.id == contest.id)
        .values(last_certificate_no=Contest.last_certificate_no + count)
        .returning(Contest.last_certificate_no)
        .execution_options(synchronize_session=False)
    )
    return (last or 0) - count + 1


def revoke(
    *, actor: Actor, certificate_id: UUID, cause: str, reason: str, now: datetime
) -> Certificate:
    """One certificate counts no more; the row and its code stay."""
    found = queries.certificate_within(actor, certificate_id, for_update=True)
    if cause not in certificates.CAUSES:
        raise DomainError("请选择撤销说明", "cause")
    if found.revocation is not None:
        raise DomainError("这张证书已经撤销")
    _revoke(actor, found, cause, stated(reason), now)
    told = {"numbers": [found.number], "cause": cause}
    note(actor, "revoke_certificates", queries.notice_of(found), now, told, reason.strip())
    db.session.flush()
    return found


def revoke_all(*, actor: Actor, notice: Publication, reason: str, now: datetime) -> None:
    """Every certificate of a notice that is withdrawn."""
    standing = [one for one in queries.of_notice(notice.id) if one.revocation is None]
    for one in standing:
        _revoke(actor, one, certificates.REPLACED, reason, now)
    if standing:
        told = {"numbers": [one.number for one in standing], "cause": certificates.REPLACED}
        note(actor, "revoke_certificates", notice, now, told, reason)


def _revoke(actor: Actor, one: Certificate, cause: str, reason: str, now: datetime) -> None:
    one.revocation = CertificateRevocation(
        cause=cause,
        reason=reason,
        account_id=actor.account_id,
        revoked_by=actor.label,
        at=now,
    )


def issue_again(*, actor: Actor, certificate_id: UUID, now: datetime) -> Certificate:
    """A new certificate instead of a revoked one: with a number and a code of its own and the name as it
    is known now."""
    old = queries.certificate_within(actor, certificate_id)
    notice = objections.notice_within(actor, queries.notice_of(old).id, for_update=True)
    objections.lock_track(notice)
    if notice.withdrawn_at is not None:
        raise DomainError(WITHDRAWN)
    old = queries.certificate_within(actor, certificate_id, for_update=True)
    if old.revocation is None:
        raise DomainError("这张证书有效，要补发请先撤销")
    if old.copy != queries.last_copy(old):
        raise DomainError("这张证书已经补发过")
    if why := objections.held(objections.holds(), notice.id, old.line_id):
        raise DomainError(f"{why}，不能补发")
    person = db.session.get_one(Person, old.person_id)
    (made,) = _made(actor, notice, old.release, [(old.line, person)], now, old.copy + 1)
    note(actor, "issue_certificates", notice, now, {"numbers": [made.number], "for": old.number})
    db.session.flush()
    return made


def note_miss(*, address: str, now: datetime) -> None:
    """Count a code that nobody has; those of yesterday are forgotten."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    db.session.add(SignInAttempt(key=queries.address_key(address), at=now))
    db.session.flush()
