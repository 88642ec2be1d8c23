"""Payee accounts: one's own, an organisation's by two persons, and what a change undoes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from awards.models import PayeeAccount
from awards.queries import payees as queries
from awards.services import payees
from awards.services.payees import BankDetails
from core.access import Actor
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, NotAllowed, NotFound
from people.models import Organisation, Person
from tests.awards.factories import (
    NOW,
    SETTINGS,
    Office,
    make_actor,
    make_organisation,
    make_person,
    make_result,
    the_lines,
)

CARD = "6222021209000123456"
BANK = "中国农业银行衢州柯城支行"


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    """The award office in one unit."""
    with db.unit():
        made = Office()
        made.settle(**SETTINGS)
        yield made


def _payee(person: Person) -> Actor:
    return make_actor(person.name, "contestant", person_id=person.id)


def _enter(actor: Actor, **over: str) -> PayeeAccount:
    details = {"holder": actor.label, "bank": BANK, "account": CARD, **over}
    return payees.enter_own(actor=actor, details=BankDetails(**details), now=NOW)


def test_ones_own_account_is_usable_at_once_and_sealed(office: Office) -> None:
    made = _enter(_payee(make_person("王芳")), account="6222 0212-0900 0123 456")
    assert (made.account_number, made.usable, made.seq) == (CARD, True, 1)
    stored = db.session.execute(text("SELECT account_sealed FROM awards_payee_account")).scalar()
    assert CARD not in stored
    assert stored.startswith("v1:")


def test_the_trail_holds_the_masked_number_only(app: Flask) -> None:
    with db.unit():
        _enter(_payee(make_person("王芳")))
    (entry,) = db.session.query(AuditEntry).filter_by(verb="enter_payee_account").all()
    assert entry.changes == {"account": "****3456", "fallen": []}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("holder", "刘洋", "户名要与收款人登记的名称一致，不能用别人的账户收款"),
        ("account", "6.22202E+18", None),
        ("account", "1234567", "银行账号现有 7 位，应为 8 至 30 位，请核对"),
        ("bank_code", "12345", None),
        ("bank", "=HYPERLINK(1)", None),
    ],
)
def test_bad_input_is_said_at_its_field(
    office: Office, field: str, value: str, sentence: str | None
) -> None:
    with pytest.raises(DomainError) as refused:
        _enter(_payee(make_person("王芳")), **{field: value})
    assert refused.value.field == field
    assert sentence in (None, refused.value.message)


def test_dots_and_blanks_of_a_name_do_not_matter(office: Office) -> None:
    person = make_person("阿依古丽·买买提")
    made = _enter(_payee(person), holder="阿依古丽•买买提")
    assert made.usable


def test_the_same_account_again_is_not_a_change(office: Office) -> None:
    payee = _payee(make_person("王芳"))
    _enter(payee)
    with pytest.raises(DomainError, match="不需要保存"):
        _enter(payee)


def test_without_a_profile_there_is_no_account(office: Office) -> None:
    with pytest.raises(DomainError, match="实名信息"):
        _enter(make_actor("无名", "contestant"))


def test_a_changed_account_undoes_the_approval(office: Office) -> None:
    person = make_person("王芳")
    payee = _payee(person)
    _enter(payee)
    make_result([person])
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    office.approve(line)
    _enter(payee, account="6222021209000999999")
    assert (line.state, line.approved_by) == ("proposed", None)


def test_the_first_account_after_the_approval_leaves_it(office: Office) -> None:
    person = make_person("王芳")
    make_result([person])
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    office.approve(line)
    payee = _payee(person)
    _enter(payee)
    assert line.state == "approved"
    _enter(payee, account="6222021209000999999")
    assert line.state == "approved"  # the approver had seen none: the sheet says which one


def _agent(firm: Organisation, name: str) -> Actor:
    return make_actor(name, "organisation_agent", scope="organisation", scope_id=str(firm.id))


def _enter_for(
    actor: Actor, firm: Organisation, account: str = "1209280009000123456"
) -> PayeeAccount:
    return payees.enter_for_organisation(
        actor=actor,
        organisation_id=firm.id,
        details=BankDetails(firm.name, BANK, account),
        now=NOW,
    )


def _confirm(actor: Actor, account: PayeeAccount, typed: str = "1209280009000123456") -> bool:
    return payees.confirm(actor=actor, account_id=account.id, typed=typed, now=NOW)


def test_an_organisations_account_is_typed_again_by_a_second_person(office: Office) -> None:
    firm = make_organisation("三衢直播", 1)
    first, second = _agent(firm, "吴经办"), _agent(firm, "郑经办")
    made = _enter_for(first, firm)
    assert not made.usable
    with pytest.raises(NotAllowed):
        _confirm(first, made)
    assert _confirm(second, made, "1209 2800 0900 0123 456")
    assert made.usable
    with pytest.raises(DomainError, match="已由郑经办确认"):
        _confirm(office.reviewer, made)


def test_another_number_is_counted_and_confirms_nothing(app: Flask) -> None:
    with db.unit():
        office, firm = Office(), make_organisation("三衢直播", 1)
        made = _enter_for(_agent(firm, "吴经办"), firm)
        assert not _confirm(office.reviewer, made, "1209280009000123465")
        assert (made.usable, [one.typed_label for one in made.mismatches]) == (False, ["徐芳"])
        assert _confirm(office.reviewer, made)
    kept = ("mistype_payee_account", "confirm_payee_account")
    query = db.session.query(AuditEntry).filter(AuditEntry.verb.in_(kept)).order_by(AuditEntry.seq)
    assert [(one.verb, one.changes) for one in query] == [
        (kept[0], {"account": "****3456", "typed": "****3465", "mismatches": 1}),
        (kept[1], {"account": "****3456", "mismatches": 1}),
    ]


def test_a_refused_account_says_why_and_may_be_entered_again(office: Office) -> None:
    firm = make_organisation("三衢直播", 1)
    agent = _agent(firm, "吴经办")
    made = _enter_for(agent, firm)
    with pytest.raises(DomainError, match="至少 4 个字"):
        payees.refuse(actor=office.reviewer, account_id=made.id, reason="不对", now=NOW)
    with pytest.raises(NotAllowed):
        payees.refuse(actor=agent, account_id=made.id, reason="开户行写错了", now=NOW)
    payees.refuse(actor=office.reviewer, account_id=made.id, reason="没有开户证明", now=NOW)
    assert (made.stage, made.usable) == ("refused", False)
    assert queries.waiting_accounts() == []
    with pytest.raises(DomainError, match="已由徐芳退回"):
        _confirm(office.reviewer, made)
    assert _enter_for(agent, firm).stage == "waiting"


def test_the_reviewer_may_be_the_second_person_and_a_change_starts_over(office: Office) -> None:
    firm = make_organisation("三衢直播", 1)
    agent = _agent(firm, "吴经办")
    older = _enter_for(agent, firm)
    newer = _enter_for(agent, firm, "1209280009000777777")
    with pytest.raises(DomainError, match="另一个收款账户"):
        _confirm(office.reviewer, older)
    assert [one.id for one in queries.waiting_accounts()] == [newer.id]
    _confirm(office.reviewer, newer, "1209280009000777777")
    assert queries.waiting_accounts() == []


def test_an_agent_of_another_organisation_finds_nothing(office: Office) -> None:
    firm, other = make_organisation("三衢直播", 1), make_organisation("烂柯文化", 2)
    stranger = _agent(other, "吴经办")
    made = _enter_for(_agent(firm, "郑经办"), firm)
    with pytest.raises(NotFound):
        _enter_for(stranger, firm)
    with pytest.raises(NotFound):
        _confirm(stranger, made)
