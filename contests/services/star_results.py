"""The result of a review of streamers: computed, signed by two sides, published, withdrawn."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from contests import star_rules
from contests.models import StarLine, StarNotice, StarRun, StarSignature
from contests.queries import stars as queries
from contests.queries.stars import OFFICE, SEERS, SUPERVISOR
from contests.reasons import figure_or_none
from contests.score_sheets import MILLI
from contests.scoring import ENGINE_VERSION, compute
from contests.services.publishing import MOST_WORKDAYS, Notice
from contests.services.stars import editable_review, record
from contests.star_rules import UNSET
from core import clock
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated
from core.workdays import Calendar


def compute_stars(*, actor: Actor, review_id: UUID, now: datetime) -> StarRun:
    """Work the review out. The same rule, candidates and marks give the same run again; refused until the
    office has set the rule."""
    review = editable_review(actor, review_id)
    if review.rule is None:
        raise DomainError(UNSET)
    if not review.candidates:
        raise DomainError("还没有候选人")
    rule = star_rules.read_rule(review.rule)
    ground = queries.ground_of(review, rule)
    last = queries.last_run(review.id)
    if last is not None and last.input_digest == ground.digest:
        return last
    run = StarRun(
        review_id=review.id,
        seq=(last.seq if last else 0) + 1,
        engine=ENGINE_VERSION,
        rule=rule.as_json(),
        input_digest=ground.digest,
        made_by=actor.label,
        made_at=now,
    )
    rows = compute(star_rules.spec_of_rule(rule), ground.marks, sorted(ground.numbers))
    run.lines = [
        StarLine(
            candidate_id=ground.numbers[row.entry],
            position=place,
            total_milli=_milli(row.figures["total"].value),
            rank=row.rank,
            star=star_rules.star_of(row.figures["total"].value, row.rank, rule),
            figures={key: figure_or_none(cell) for key, cell in row.figures.items()},
            problems=list(row.problems),
        )
        for place, row in enumerate(rows, start=1)
    ]
    db.session.add(run)
    record(actor, "compute_stars", run, review, now, {"seq": run.seq, "digest": ground.digest})
    db.session.flush()
    return run


def _milli(total: Fraction | None) -> int | None:
    return None if total is None else int(total * MILLI)


def sign_stars(*, actor: Actor, run_id: UUID, now: datetime) -> StarSignature:
    """Stand for a fresh, complete run: the office and a supervisor, two persons."""
    run = queries.run_within(actor, run_id, *SEERS)
    queries.review_within(actor, run.review_id, *SEERS, for_update=True)
    _check_fresh(run, "签字")
    lacking = [one.candidate.number for one in run.lines if one.total_milli is None]
    if lacking:
        raise DomainError(f"{'、'.join(lacking)} 没有综合得分，补齐后重新计算再签")
    if any(one.account_id == actor.account_id for one in run.signatures):
        raise DomainError("您已经签过，须由另一人签")
    taken = {one.role for one in run.signatures}
    role = next(
        (one for one in (SUPERVISOR, OFFICE) if actor.reach(one).everything and one not in taken),
        None,
    )
    if role is None:
        raise DomainError("您这一方已经签过，等另一方签字")
    signature = StarSignature(
        run_id=run.id, role=role, account_id=actor.account_id, signer=actor.label, at=now
    )
    run.signatures.append(signature)
    record(actor, "sign_stars", run, run.review, now, {"role": role, "digest": run.input_digest})
    db.session.flush()
    return signature


def publish_stars(*, actor: Actor, run_id: UUID, notice: Notice, now: datetime) -> StarNotice:
    """Make a signed, fresh result public for some working days."""
    run = queries.run_within(actor, run_id, OFFICE)
    queries.review_within(actor, run.review_id, OFFICE, for_update=True)
    _check_fresh(run, "公示")
    if not queries.is_signed(run):
        raise DomainError("赛事办和监督仲裁两方都签字后才能公示")
    if queries.notices(run.review_id):
        raise DomainError("这一年的结果已经公示；要更换请先撤回")
    today = clock.day_of(now)
    if not 1 <= notice.workdays <= MOST_WORKDAYS:
        raise DomainError(f"公示期填 1 到 {MOST_WORKDAYS} 个工作日", "workdays")
    if notice.dated > today:
        raise DomainError("文件日期不能晚于今天", "dated")
    deadline = Calendar.load().add(today, notice.workdays)
    made = StarNotice(
        review_id=run.review_id,
        run_id=run.id,
        document_no=_filled(notice.document_no, "document_no", "请填写文号"),
        dated=notice.dated,
        until=deadline.day,
        until_confirmed=deadline.confirmed,
        contact=_filled(notice.contact, "contact", "请填写受理电话"),
        published_at=now,
    )
    db.session.add(made)
    told = {"document_no": made.document_no, "digest": run.input_digest}
    record(actor, "publish_stars", made, run.review, now, told)
    db.session.flush()
    return made


def withdraw_stars(*, actor: Actor, notice_id: UUID, reason: str, now: datetime) -> StarNotice:
    """Take a notice back; whoever pays by it sees that."""
    notice = queries.notice_within(actor, notice_id)
    queries.review_within(actor, notice.review_id, OFFICE, for_update=True)
    if notice.withdrawn_at is not None:
        raise DomainError("这份公示已经撤回")
    notice.withdrawn_at, notice.withdrawn_reason = now, stated(reason)
    told = {"document_no": notice.document_no}
    record(actor, "withdraw_stars", notice, notice.review, now, told, notice.withdrawn_reason)
    db.session.flush()
    return notice


def _check_fresh(run: StarRun, deed: str) -> None:
    stale = queries.staleness(run)
    if stale:
        raise DomainError(f"{stale}，不能{deed}")


def _filled(text: str, field: str, message: str) -> str:
    if not text.strip():
        raise DomainError(message, field)
    return text.strip()
