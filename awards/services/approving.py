"""Approval by a second person, of exactly what that person saw."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from awards import collect, lines
from awards.models import AwardLine
from awards.models.lines import APPROVED, PROPOSED, RETURNED
from awards.queries import evidence as evidence_queries
from awards.queries import lines as queries
from awards.queries import payees as payee_queries
from awards.services import proposing, steps
from contests.results import has_judged
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed
from core.money import yuan
from core.stated import stated

STREAM = "awards"


def approve(*, actor: Actor, line_id: UUID, seen: str, now: datetime) -> bool:
    """Approve a line as it was seen (`seen` is its digest).

    All facts are evaluated anew first. If the line came out otherwise than seen, nothing is
    approved, the new evaluation stays, and the answer is False.
    """
    steps.one_decision_at_a_time()
    line = queries.one(line_id)
    if line.state != PROPOSED:
        raise DomainError(_not_open(line))
    proposing.evaluate(actor=actor, now=now, proposer=None)
    if line.digest != seen or line.state != PROPOSED:
        return False
    refusal = why_not(line)
    if refusal:
        raise DomainError(refusal)
    refuse_involved(actor, line)
    account = payee_queries.current_of_line(line)
    line.state, line.approved_by, line.approved_at = APPROVED, actor.account_id, now
    line.approved_label = actor.label
    line.approved_account_id = account.id if account else None
    steps.note(line, steps.APPROVE, actor=actor, now=now)
    _record(actor, "approve_line", line, "", now)
    return True


def _not_open(line: AwardLine) -> str:
    if line.state == RETURNED:
        return "这项奖补已退回经办人员，重新提交后才能审批"
    if line.approved_by:
        return f"这项奖补已由{line.approved_label}审批，不需要再审批"
    return "这项奖补已不再适用，不能审批"


def send_back(*, actor: Actor, line_id: UUID, reason: str, now: datetime) -> AwardLine:
    """Take an approval back before the line is on a sheet, for a reason."""
    steps.one_decision_at_a_time()
    line = queries.one(line_id)
    if line.state != APPROVED:
        raise DomainError("这项奖补没有待列入发放表的审批")
    text = stated(reason)
    steps.undo_approval(line, steps.REVOKE, actor=actor, now=now, text=text)
    _record(actor, "revoke_approval", line, text, now)
    return line


def return_line(*, actor: Actor, line_id: UUID, seen: str, reason: str, now: datetime) -> AwardLine:
    """Not agreed: the line goes back to the officer with a reason, as it was seen."""
    steps.one_decision_at_a_time()
    line = queries.one(line_id)
    if line.state != PROPOSED or why_not(line):
        raise DomainError("这项奖补现在不在待审批，不能退回")
    if line.digest != seen:
        raise DomainError("依据刚刚有变化，请重新打开页面，核对后再决定")
    refuse_involved(actor, line)
    text = stated(reason)
    line.state = RETURNED
    steps.note(line, steps.RETURN, actor=actor, now=now, text=text)
    _record(actor, "return_line", line, text, now)
    return line


def resubmit(*, actor: Actor, line_id: UUID, answer: str, now: datetime) -> AwardLine:
    """The officer answers a return whose grounds need no change; whoever answers proposes the line.
    A change of the grounds resubmits by itself, at the next evaluation."""
    steps.one_decision_at_a_time()
    line = queries.one(line_id)
    if line.state != RETURNED:
        raise DomainError("这项奖补没有被退回，不需要重新提交")
    text = stated(answer, "answer", what="说明")
    line.state, line.proposed_by = PROPOSED, actor.account_id
    steps.note(line, steps.RESUBMIT, actor=actor, now=now, text=text)
    _record(actor, "resubmit_line", line, text, now)
    return line


def _record(actor: Actor, verb: str, line: AwardLine, reason: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        subject=line,
        now=now,
        stream=STREAM,
        reason=reason,
        changes={"number": line.number, "fen": line.fen, "digest": line.digest},
    )
    db.session.flush()


def why_not(line: AwardLine) -> str:
    """Why a line cannot be approved as it stands, or an empty text."""
    if line.status != lines.PAYABLE:
        return f"不能审批。{line.why}"
    if line.fen < 0:
        return f"已多发 {yuan(-line.fen)} 元，应另行办理追回，不能审批"
    if line.fen == 0:
        return "应发为 0 元，不需要审批"
    return ""


def refuse_involved(actor: Actor, line: AwardLine) -> None:
    """Four eyes by person, not by role: not the proposer, not who filed the evidence, not the
    payee or who acts for it, nor a judge of that contest. NotAllowed."""
    if actor.account_id == line.proposed_by:
        raise NotAllowed("这项奖补是您提出测算的，须由另一人审批")
    if actor.account_id in _filers(line):
        raise NotAllowed("这项奖补的证据是您登记的，须由另一人审批")
    if is_payee(actor, line):
        raise NotAllowed("您是这项奖补的收款人，须由另一人办理")
    if is_judge(actor, line):
        raise NotAllowed("您参加过这项赛事的评判或成绩签字，须由另一人办理")


def is_payee(actor: Actor, line: AwardLine) -> bool:
    """Whether the actor gets the money or acts for the organisation that does."""
    if line.organisation_id:
        reach = actor.reach("organisation_agent")
        return reach.covers("organisation", line.organisation_id)
    return line.person_id is not None and line.person_id == actor.person_id


def is_judge(actor: Actor, line: AwardLine) -> bool:
    """Whether the actor judged, or signed, a result of ours on which the line rests."""
    return any(has_judged(actor, number) for number in _source_numbers(line, "result"))


def _filers(line: AwardLine) -> set[UUID]:
    """Whoever filed what the newest proposal of the line rests on."""
    filed = [evidence_queries.by_number(number) for number in _source_numbers(line, "evidence")]
    return {account for evidence in filed if evidence for account in collect.filers_of(evidence)}


def _source_numbers(line: AwardLine, kind: str) -> list[str]:
    """The numbers of the entries or of the evidence behind the newest proposal."""
    sources = queries.proposals(line.id)[0].sources
    return [source["number"] for source in sources if source["kind"] == kind]
