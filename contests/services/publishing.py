"""The notice of a result: published once signed, withdrawn with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contests import life
from contests.models import Publication, ResultRun
from contests.queries import fairness, grounds, halts
from contests.queries import results as queries
from contests.queries.panels import OFFICE
from contests.services import certifying
from contests.services.trail import note
from core import clock
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated
from core.workdays import Calendar

MOST_WORKDAYS = 30


@dataclass(frozen=True)
class Notice:
    """What the office writes above a notice. `dated` is the day of the result document, `workdays`
    the length of the notice by the contest's rules."""

    document_no: str
    dated: date
    workdays: int
    contact: str
    full_names_basis: str = ""
    """By what the names of persons are told in full; "" masks them."""


def publish(*, actor: Actor, run_id: UUID, notice: Notice, now: datetime) -> Publication:
    """Make a signed, fresh result public. The period counts from the day of publishing."""
    run = queries.run_within(actor, run_id, OFFICE, for_update=True)
    _check_run(run)
    today = clock.day_of(now)
    if not 1 <= notice.workdays <= MOST_WORKDAYS:
        raise DomainError(f"公示期填 1 到 {MOST_WORKDAYS} 个工作日", "workdays")
    if notice.dated > today:
        raise DomainError("文件日期不能晚于今天", "dated")
    deadline = Calendar.load().add(today, notice.workdays)
    publication = Publication(
        contest_id=run.track.contest_id,
        track_id=run.track_id,
        stage_id=run.stage_id,
        run_id=run.id,
        document_no=_filled(notice.document_no, "请填写文号", "document_no"),
        dated=notice.dated,
        until=deadline.day,
        until_confirmed=deadline.confirmed,
        contact=_filled(notice.contact, "请填写受理电话", "contact"),
        full_names_basis=notice.full_names_basis.strip(),
        published_by=actor.account_id,
        published_at=now,
    )
    db.session.add(publication)
    told = {"document_no": publication.document_no, "digest": run.result_digest}
    note(actor, "publish_result", publication, now, told)
    db.session.flush()
    return publication


def _check_run(run: ResultRun) -> None:
    why = life.why_not_publish(
        stopped=halts.why_stopped(run.track.contest_id, run.track_id),
        stale=grounds.proven_staleness_of(run),
        signed=queries.is_signed(run),
        sealed=fairness.is_sealed(run.track_id, run.stage_id),
        published=queries.is_published(run.track_id, run.stage),
    )
    if why:
        raise DomainError(why)


def withdraw(*, actor: Actor, publication_id: UUID, reason: str, now: datetime) -> Publication:
    """Take a notice back; whoever pays by it sees that, and its certificates are revoked."""
    publication = queries.publication_within(actor, publication_id, for_update=True)
    if publication.withdrawn_at is not None:
        raise DomainError("这份公示已经撤回")
    publication.withdrawn_at = now
    publication.withdrawn_reason = stated(reason)
    told = {"document_no": publication.document_no}
    note(actor, "withdraw_result", publication, now, told, publication.withdrawn_reason)
    certifying.revoke_all(
        actor=actor, notice=publication, reason=publication.withdrawn_reason, now=now
    )
    db.session.flush()
    return publication


def _filled(text: str, message: str, field: str) -> str:
    if not text.strip():
        raise DomainError(message, field)
    return text.strip()
