"""The account that an award is paid to: entered by the payee, an organisation's by two persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from awards.models import AccountDecision, AccountMismatch, PayeeAccount
from awards.models.payees import REFUSED
from awards.queries import lines as line_queries
from awards.queries import payees as queries
from awards.services import steps
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed, NotFound
from core.stated import stated
from people.identifiers import (
    mask_account,
    name_key,
    parse_account,
    parse_bank_code,
    parse_organisation,
)
from people.queries import person_by_id

STREAM = "awards"


@dataclass(frozen=True)
class BankDetails:
    """What the payee typed."""

    holder: str
    bank: str
    account: str
    bank_code: str = ""


def enter_own(*, actor: Actor, details: BankDetails, now: datetime) -> PayeeAccount:
    """A person's own account. The holder must be that person. Raises DomainError at its field."""
    if actor.person_id is None:
        raise DomainError("请先填写实名信息，再填写收款账户")
    steps.one_decision_at_a_time()
    person = person_by_id(actor.person_id)
    made = _made(actor, details, person.name, now)
    earlier = queries.current_of_person(person.id)
    made.person_id, made.seq = person.id, earlier.seq + 1 if earlier else 1
    return _entered(actor, made, earlier, now)


def enter_for_organisation(
    *, actor: Actor, organisation_id: UUID, details: BankDetails, now: datetime
) -> PayeeAccount:
    """An organisation's account, entered by one of its agents; another person must type it again."""
    steps.one_decision_at_a_time()
    organisation = queries.represented(actor, organisation_id)
    made = _made(actor, details, organisation.name, now)
    earlier = queries.current_of_organisation(organisation.id)
    made.organisation_id, made.seq = organisation.id, earlier.seq + 1 if earlier else 1
    return _entered(actor, made, earlier, now)


def _made(actor: Actor, details: BankDetails, owner: str, now: datetime) -> PayeeAccount:
    holder = parse_organisation(details.holder, label="户名", field="holder")
    if name_key(holder) != name_key(owner):
        raise DomainError("户名要与收款人登记的名称一致，不能用别人的账户收款", "holder")
    code = parse_bank_code(details.bank_code) if details.bank_code.strip() else ""
    made = PayeeAccount(
        holder=holder,
        bank=parse_organisation(details.bank, label="开户银行", field="bank"),
        bank_code=code,
        entered_by=actor.account_id,
        entered_label=actor.label,
        entered_at=now,
    )
    made.account_number = parse_account(details.account)
    return made


def _entered(
    actor: Actor, made: PayeeAccount, earlier: PayeeAccount | None, now: datetime
) -> PayeeAccount:
    if earlier and earlier.stage != REFUSED and _same(earlier, made):
        raise DomainError("与现在的收款账户相同，不需要保存")
    db.session.add(made)
    db.session.flush()
    fallen = []
    for line in line_queries.open_lines_of(made):
        # Approved for another account: the approver has to see the new one.
        if line.approved_account_id:
            text = f"收款人更换了收款账户，现为 {mask_account(made.account_number)}"
            steps.fall(line, actor=actor, now=now, text=text)
            fallen.append(line.number)
    audit.record(
        actor=actor,
        verb="enter_payee_account",
        subject=made,
        now=now,
        stream=STREAM,
        changes={"account": mask_account(made.account_number), "fallen": fallen},
    )
    db.session.flush()
    return made


def _same(one: PayeeAccount, other: PayeeAccount) -> bool:
    return (one.holder, one.bank, one.bank_code, one.account_number) == (
        other.holder,
        other.bank,
        other.bank_code,
        other.account_number,
    )


def confirm(*, actor: Actor, account_id: UUID, typed: str, now: datetime) -> bool:
    """A second person (another agent, or the reviewer) types an organisation's account again from
    its proof. Another number than the one on file is counted, nothing is confirmed, answer False.
    """
    account = _to_decide(actor, account_id)
    number = parse_account(typed)
    if number != account.account_number:
        _note_mismatch(actor, account, number, now)
        return False
    _decide(actor, account, "", now)
    audit.record(
        actor=actor,
        verb="confirm_payee_account",
        subject=account,
        now=now,
        stream=STREAM,
        changes={
            "account": mask_account(account.account_number),
            "mismatches": len(account.mismatches),
        },
    )
    db.session.flush()
    return True


def refuse(*, actor: Actor, account_id: UUID, reason: str, now: datetime) -> AccountDecision:
    """The second person refuses an organisation's account; the organisation reads why."""
    account = _to_decide(actor, account_id)
    why = stated(reason)
    made = _decide(actor, account, why, now)
    audit.record(
        actor=actor,
        verb="refuse_payee_account",
        subject=account,
        now=now,
        stream=STREAM,
        reason=why,
        changes={"account": mask_account(account.account_number)},
    )
    db.session.flush()
    return made


def _to_decide(actor: Actor, account_id: UUID) -> PayeeAccount:
    """An organisation's newest account, which this actor did not enter and nobody decided on."""
    account = queries.account(account_id)
    if account.organisation_id is None:
        raise NotFound("没有这个收款账户")
    if "award_reviewer" not in actor.roles:
        queries.represented(actor, account.organisation_id)
    if account.entered_by == actor.account_id:
        raise NotAllowed("这个收款账户是您填写的，须由另一人核对")
    newest = queries.current_of_organisation(account.organisation_id)
    if newest is None or newest.id != account.id:
        raise DomainError("这个单位已改用另一个收款账户，请重新打开页面")
    if account.decision:
        done = "确认" if account.decision.accepted else "退回"
        raise DomainError(f"这个收款账户已由{account.decision.decided_label}{done}")
    return account


def _decide(actor: Actor, account: PayeeAccount, reason: str, now: datetime) -> AccountDecision:
    made = AccountDecision(
        account=account,
        entered_by=account.entered_by,
        accepted=not reason,
        reason=reason,
        decided_by=actor.account_id,
        decided_label=actor.label,
        decided_at=now,
    )
    db.session.add(made)
    return made


def _note_mismatch(actor: Actor, account: PayeeAccount, typed: str, now: datetime) -> None:
    made = AccountMismatch(
        account=account, typed_by=actor.account_id, typed_label=actor.label, at=now
    )
    db.session.add(made)
    audit.record(
        actor=actor,
        verb="mistype_payee_account",
        subject=account,
        now=now,
        stream=STREAM,
        changes={
            "account": mask_account(account.account_number),
            "typed": mask_account(typed),
            "mismatches": len(account.mismatches),
        },
    )
    db.session.flush()
