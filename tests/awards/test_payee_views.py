"""The payee's own pages: one's own things and nobody else's."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask

from awards.models import PayeeAccount
from core.db import db
from people.models import Account, IdentityClaim
from tests.awards.factories import (
    NOW,
    SETTINGS,
    Office,
    id_number,
    make_organisation,
    make_person,
    make_result,
    pay_to,
    the_lines,
)
from tests.pages import CheckedClient, Person

DETAILS = {
    "bank": "农业银行柯城支行",
    "account": "6222021209000123456",
    "bank_code": "",
    "sure": "y",
}


@pytest.fixture
def person_id(app: Flask) -> UUID:
    """王芳 with a payable line, and 刘洋 with one and an account of his own."""
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        wang, liu = make_person("王芳"), make_person("刘洋")
        make_result([wang])
        make_result([liu], code="QB26")
        office.voucher("QZ26-0001", "5000")
        office.voucher("QB26-0001", "777")
        pay_to(liu, "6228480402564890018")
        return wang.id


@pytest.fixture
def payee(sign_in: Person, person_id: UUID) -> CheckedClient:
    """王芳, stepped up."""
    return sign_in("contestant", name="王芳", person_id=person_id, stepped_up=True)


def test_one_sees_the_own_lines_and_not_another_persons(payee: CheckedClient) -> None:
    payee.get("/me/awards")
    assert "5,000.00" in payee.text()
    assert "777.00" not in payee.text()
    assert "****0018" not in payee.text()
    assert "请填写收款账户" in payee.text()


def test_the_account_is_entered_and_shown_masked(payee: CheckedClient) -> None:
    payee.submit("/me/awards/payee", holder="王芳", **DETAILS)
    payee.get("/me/awards")
    assert "****3456" in payee.text()
    assert DETAILS["account"] not in payee.page.get_text()
    assert id_number("王芳") not in payee.page.get_text()


def test_a_wrong_check_digit_is_asked_about_first(payee: CheckedClient) -> None:
    typed = {"holder": "王芳", **DETAILS}
    del typed["sure"]
    payee.get("/me/awards/payee")
    assert not payee.page.select("input[name=sure]")
    payee.send("/me/awards/payee", expect=422, **typed)
    assert payee.page.select("input[name=sure]")
    assert [one.split("，")[0] for one in payee.errors()] == ["这个账号的校验位与银行卡的规则不符"]
    assert db.session.query(PayeeAccount).filter_by(holder="王芳").count() == 0
    payee.send("/me/awards/payee", **typed, sure="y")
    payee.get("/me/awards")
    assert "收款账户已保存" in payee.text("body")


def test_who_waits_for_an_identity_check_reads_what_to_do(sign_in: Person, person_id: UUID) -> None:
    client = sign_in("contestant", name="另一个王芳")
    with db.unit():
        account = db.session.query(Account).filter_by(label="另一个王芳").one()
        db.session.add(
            IdentityClaim(
                account_id=account.id, person_id=person_id, claimed_name="王芳", created=NOW
            )
        )
    client.get("/me/awards")
    assert "请带身份证原件到赛事办核对" in client.text()


def test_somebody_elses_name_is_refused_and_the_rest_is_kept(payee: CheckedClient) -> None:
    payee.submit("/me/awards/payee", expect=422, holder="刘洋", **DETAILS)
    assert payee.errors() == ["户名要与收款人登记的名称一致，不能用别人的账户收款"]
    assert payee.page.select_one("#bank")["value"] == DETAILS["bank"]


def test_entering_asks_for_a_step_up(sign_in: Person, person_id: UUID) -> None:
    client = sign_in("contestant", name="王芳", person_id=person_id)
    answer = client.get("/me/awards/payee")
    assert (answer.status_code, "step-up" in answer.location) == (302, True)


def test_without_a_profile_the_way_to_it_is_shown(sign_in: Person) -> None:
    client = sign_in("contestant", name="新人")
    client.get("/me/awards")
    assert "请先填写实名信息" in client.text()


def test_a_double_click_enters_one_account(payee: CheckedClient) -> None:
    payee.get("/me/awards/payee")
    first = payee.send("/me/awards/payee", holder="王芳", **DETAILS)
    fields = {
        str(one["name"]): str(one.get("value", "")) for one in payee.page.select("main form input")
    }
    again = payee.post(
        "/me/awards/payee",
        data=fields | {"holder": "王芳", **DETAILS},
        content_type="multipart/form-data",
    )
    assert again.location == first.location
    assert db.session.query(PayeeAccount).filter_by(holder="王芳").count() == 1


def test_officials_have_no_own_awards(sign_in: Person) -> None:
    assert sign_in("award_officer", name="李").get("/me/awards").status_code == 403


def _firm(name: str, serial: int) -> UUID:
    with db.unit():
        return make_organisation(name, serial).id


def _agent(sign_in: Person, firm: UUID, name: str, stepped_up: bool = True) -> CheckedClient:
    return sign_in(
        "organisation_agent",
        name=name,
        scope="organisation",
        scope_id=firm,
        stepped_up=stepped_up,
    )


def test_two_agents_enter_and_confirm(sign_in: Person) -> None:
    firm = _firm("三衢直播", 1)
    first, second = _agent(sign_in, firm, "吴经办"), _agent(sign_in, firm, "郑经办")
    path = f"/me/awards/organisations/{firm}"
    first.submit(f"{path}/payee", holder="三衢直播", **DETAILS)
    account = db.session.query(PayeeAccount).one()
    confirm = f"/me/awards/accounts/{account.id}/confirm"
    first.get(path)
    assert "须由本单位另一位经办人" in first.text()
    first.submit(confirm, expect=403, account=DETAILS["account"])
    second.submit(confirm, account=DETAILS["account"])
    first.get(path)
    assert "已确认，郑经办" in first.text()


def test_an_agent_of_another_organisation_finds_nothing(sign_in: Person) -> None:
    firm, other = _firm("三衢直播", 1), _firm("烂柯文化", 2)
    agent, stranger = _agent(sign_in, firm, "吴经办"), _agent(sign_in, other, "郑经办")
    agent.submit(f"/me/awards/organisations/{firm}/payee", holder="三衢直播", **DETAILS)
    account = db.session.query(PayeeAccount).one()
    for path in (
        f"/me/awards/organisations/{firm}",
        f"/me/awards/organisations/{firm}/payee",
        f"/me/awards/accounts/{account.id}/confirm",
        f"/me/awards/organisations/{uuid4()}",
    ):
        assert stranger.get(path).status_code == 404


def test_a_persons_account_cannot_be_confirmed_by_anybody(sign_in: Person, person_id: UUID) -> None:
    account = db.session.query(PayeeAccount).one()
    agent = _agent(sign_in, _firm("三衢直播", 1), "吴经办")
    assert agent.get(f"/me/awards/accounts/{account.id}/confirm").status_code == 404


def test_the_agent_sees_what_the_organisation_is_awarded(sign_in: Person, app: Flask) -> None:
    with db.unit():
        office = Office()
        firm = make_organisation("三衢直播", 1)
        office.file(
            "star_rating",
            id_number=id_number("方小雨"),
            name="方小雨",
            uscc=firm.uscc,
            star="3",
            star_certified="yes",
            operator_settled="yes",
            cultivated="yes",
        )
        firm_id = firm.id
        assert len(the_lines()) == 1
    agent = _agent(sign_in, firm_id, "吴经办")
    agent.get("/me/awards")
    assert "三衢直播" in agent.text()
    agent.get(f"/me/awards/organisations/{firm_id}")
    assert "100,000.00" in agent.text()
    assert "方小雨" not in agent.page.get_text()
