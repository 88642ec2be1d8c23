"""The approver's and the reviewer's pages: four eyes by person, double clicks, two tabs."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from awards.models import AwardLine, Evidence, PayeeAccount, PayoutSheet
from awards.services import payees, sheets
from awards.services.payees import BankDetails
from core.audit import AuditEntry
from core.db import db
from tests.awards.factories import (
    NOW,
    SETTINGS,
    Office,
    id_number,
    make_actor,
    make_organisation,
    make_person,
    make_result,
    pay_to,
    the_lines,
)
from tests.pages import CheckedClient, Person


@pytest.fixture
def approver(sign_in: Person) -> CheckedClient:
    """陈静, stepped up."""
    return sign_in("award_approver", name="陈静审批", stepped_up=True)


@pytest.fixture
def payable(app: Flask) -> UUID:
    """A payable line of 5,000 yuan of 王芳, proposed by the officer."""
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        make_result([make_person("王芳")])
        office.voucher("QZ26-0001", "5000")
        return the_lines()[0].id


def _line(line_id: UUID) -> AwardLine:
    db.session.expire_all()
    return db.session.get_one(AwardLine, line_id)


def _path(line_id: UUID, what: str = "approve") -> str:
    return f"/office/awards/lines/{line_id}/{what}"


def test_approve_shows_the_grounds_and_writes_once(approver: CheckedClient, payable: UUID) -> None:
    approver.get(_path(payable))
    shown = approver.text()
    for part in (
        "世界级、国家级、省级技能奖项的，给予 1:1 配套奖励",
        "5,000.00 元（伍仟元整）",
        "QZ26-0001",
    ):
        assert part in shown
    first = approver.send(_path(payable))
    assert _line(payable).state == "approved"
    fields = {"csrf_token": "", "form_token": ""}
    fields |= {
        str(one["name"]): str(one["value"])
        for one in approver.page.select("main form input[value]")
    }
    again = approver.post(_path(payable), data=fields)
    assert again.location == first.location  # the double click leads to the first result
    count = db.session.query(AuditEntry).filter_by(stream="awards", verb="approve_line").count()
    assert count == 1


def test_a_second_tab_hears_who_was_first(
    approver: CheckedClient, sign_in: Person, payable: UUID
) -> None:
    other = sign_in("award_approver", name="何明审批", stepped_up=True)
    other.get(_path(payable))
    approver.submit(_path(payable))
    other.send(_path(payable), expect=422)
    assert other.errors() == ["这项奖补已由陈静审批审批，不需要再审批"]


def test_what_changed_meanwhile_is_shown_again_and_not_approved(
    approver: CheckedClient, payable: UUID
) -> None:
    approver.get(_path(payable))
    with db.unit():
        evidence = db.session.query(Evidence).one()
        evidence_id = evidence.id
        other = Office.__new__(Office)
        other.officer = make_actor("汪经办", "award_officer")
        other.attach(
            db.session.get_one(Evidence, evidence_id), b"%PDF-1.7 page two startxref\n9\n%%EOF"
        )
    approver.send(_path(payable))
    assert _line(payable).state == "proposed"
    approver.get(f"/office/awards/lines/{payable}")
    assert "没有审批" in approver.text("body")
    approver.submit(_path(payable))
    assert _line(payable).state == "approved"


def test_one_person_in_both_roles_is_refused(sign_in: Person, app: Flask) -> None:
    both = sign_in("award_officer", "award_approver", name="李工", stepped_up=True)
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        make_result([make_person("王芳")])
        office.evaluate()
        line_id = the_lines()[0].id
    done = both.submit(
        _path(line_id, "voucher"), prize_paid="5000", dated="2026-06-05", document_no="回单"
    )
    both.submit(done.location, file=(io.BytesIO(b"%PDF-1.4 x startxref\n9\n%%EOF"), "a.pdf"))
    (line,) = the_lines()
    both.submit(_path(line.id), expect=403)
    assert _line(line.id).state == "proposed"


def test_an_unpayable_line_says_why(approver: CheckedClient, app: Flask) -> None:
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        make_result([make_person("王芳")])
        office.evaluate()
        line_id = the_lines()[0].id
    approver.get(_path(line_id))
    assert "不能审批。待补证：上级实发奖金" in approver.text()
    assert not approver.page.select("form button:-soup-contains('同意发放')")


def test_an_approval_can_be_taken_back_with_a_reason(
    approver: CheckedClient, payable: UUID
) -> None:
    approver.submit(_path(payable))
    approver.submit(_path(payable, "revoke"), expect=422, reason="错")
    assert approver.errors() == ["请写明原因（至少 4 个字）"]
    approver.submit(_path(payable, "revoke"), reason="材料需要再核")
    assert _line(payable).state == "proposed"


def test_a_line_is_returned_and_the_officer_answers(
    approver: CheckedClient, sign_in: Person, payable: UUID
) -> None:
    approver.get(_path(payable))
    assert approver.page.select_one(f'a[href="{_path(payable, "return")}"]')
    approver.submit(_path(payable, "return"), reason="凭证上的名字看不清")
    assert _line(payable).state == "returned"
    approver.get(_path(payable))
    assert "已退回经办人员，重新提交后才能审批" in approver.text()
    officer = sign_in("award_officer", name="周经办")
    officer.get("/office/awards/?state=returned")
    assert _line(payable).number in officer.text()
    officer.get(f"/office/awards/lines/{payable}")
    assert "凭证上的名字看不清" in officer.text()
    officer.submit(_path(payable, "resubmit"), answer="已与银行核对，是本人")
    approver.get(_path(payable))
    assert "上次退回：凭证上的名字看不清" in approver.text()
    assert "已与银行核对，是本人" in approver.text()
    approver.submit(_path(payable))
    assert _line(payable).state == "approved"


def test_the_line_leads_to_everything_it_rests_on(approver: CheckedClient, payable: UUID) -> None:
    with db.unit():
        evidence = db.session.query(Evidence).one()
        targets = [
            "/results/qz26#A",
            f"/office/awards/evidence/{evidence.id}",
            f"/office/awards/documents/{evidence.documents[0].id}",
        ]
    for page in (f"/office/awards/lines/{payable}", _path(payable)):
        approver.get(page)
        heading = approver.page.find("h2", string="事实的来源")
        links = heading.find_parent(["section", "div"]).select("li a")
        assert [str(one["href"]) for one in links] == targets


def test_a_dispute_says_what_would_resolve_it(approver: CheckedClient, app: Flask) -> None:
    with db.unit():
        office = Office()
        values = {"star": "3", "star_certified": "yes", "operator_settled": "yes"}
        for serial, name in enumerate(("三衢直播", "烂柯文化"), start=1):
            firm = make_organisation(name, serial)
            office.file(
                "star_rating",
                id_number=id_number("方小雨"),
                name="方小雨",
                uscc=firm.uscc,
                cultivated="yes",
                **values,
            )
        line_id = the_lines()[0].id
        hrefs = [
            f"/office/awards/evidence/{one.id}"
            for one in db.session.query(Evidence).order_by(Evidence.serial)
        ]
    approver.get(f"/office/awards/lines/{line_id}")
    note = approver.page.select_one(".note")
    assert "由主管部门裁定归谁" in note.get_text()
    assert [str(one["href"]) for one in note.select("li a")] == hrefs


def test_unknown_lines_and_accounts_are_not_found(approver: CheckedClient, sign_in: Person) -> None:
    assert approver.get(_path(uuid4())).status_code == 404
    reviewer = sign_in("award_reviewer", name="徐芳", stepped_up=True)
    assert reviewer.get(f"/office/awards/accounts/{uuid4()}/confirm").status_code == 404


@pytest.mark.parametrize("role", ["award_officer", "award_reviewer", "finance", "auditor"])
def test_other_roles_do_not_approve(sign_in: Person, payable: UUID, role: str) -> None:
    client = sign_in(role, name="别人", stepped_up=True)
    assert client.get(_path(payable)).status_code == 403
    assert client.post(_path(payable), data={}).status_code in (400, 403)
    assert _line(payable).state == "proposed"


def test_without_step_up_the_approver_confirms_first(sign_in: Person, payable: UUID) -> None:
    client = sign_in("award_approver", name="陈静审批")
    answer = client.get(_path(payable))
    assert (answer.status_code, "step-up" in answer.location) == (302, True)


def test_not_signed_in_goes_to_the_door(client: CheckedClient, payable: UUID) -> None:
    assert client.get(_path(payable)).status_code == 302


def _waiting_account() -> tuple[UUID, Any]:
    with db.unit():
        firm = make_organisation("三衢直播", 1)
        agent = make_actor(
            "吴经办", "organisation_agent", scope="organisation", scope_id=str(firm.id)
        )
        made = payees.enter_for_organisation(
            actor=agent,
            organisation_id=firm.id,
            details=BankDetails("三衢直播", "工商银行衢州分行", "1209280009000123456"),
            now=NOW,
        )
        return made.id, agent


def test_the_reviewer_types_an_account_again_without_seeing_it(
    sign_in: Person, approver: CheckedClient
) -> None:
    account_id, _ = _waiting_account()
    reviewer = sign_in("award_reviewer", name="徐芳", stepped_up=True)
    path = f"/office/awards/accounts/{account_id}/confirm"
    for page in ("/office/awards/accounts", path):
        reviewer.get(page)
        assert "3456" not in reviewer.page.get_text()
    assert approver.get(path).status_code == 403
    done = reviewer.submit(path, account="1209280009000123465")
    assert done.location == path
    reviewer.get(path)
    assert "与填写的账号不一致" in reviewer.text("body")
    assert "1 次，最近是徐芳" in reviewer.text()
    assert "3456" not in reviewer.page.get_text()
    reviewer.submit(path, account="１２０９２８０００９０００１２３４５６")
    db.session.expire_all()
    assert db.session.get_one(PayeeAccount, account_id).usable
    reviewer.get(path)
    assert not reviewer.page.select("main form")


def test_an_account_is_refused_with_a_reason_that_its_agent_reads(sign_in: Person) -> None:
    account_id, agent = _waiting_account()
    reviewer = sign_in("award_reviewer", name="徐芳", stepped_up=True)
    path = f"/office/awards/accounts/{account_id}/refuse"
    reviewer.submit(path, expect=422, reason="")
    assert reviewer.errors() == ["请写明原因"]
    reviewer.submit(path, reason="开户证明上是另一家支行")
    organisation_id = db.session.get_one(PayeeAccount, account_id).organisation_id
    other = sign_in(
        "organisation_agent",
        name="郑经办",
        scope="organisation",
        scope_id=organisation_id,
        stepped_up=True,
    )
    other.get(f"/me/awards/organisations/{organisation_id}")
    assert "开户证明上是另一家支行" in other.text()


def test_a_sheet_is_voided_by_the_approver_only(
    sign_in: Person, approver: CheckedClient, app: Flask
) -> None:
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        person = make_person("王芳")
        make_result([person])
        office.voucher("QZ26-0001", "5000")
        pay_to(person)
        line = the_lines()[0]
        office.approve(line)
        root = app.extensions["settings"].files
        sheet = sheets.make_sheet(actor=office.officer, line_ids=[line.id], root=root, now=NOW)
        path = f"/office/awards/sheets/{sheet.id}"
    assert (
        sign_in("award_officer", name="李", stepped_up=True).get(f"{path}/void").status_code == 403
    )
    approver.submit(f"{path}/void", reason="开户行写错了")
    approver.get(path)
    assert "已作废" in approver.text()
    assert db.session.query(PayoutSheet).one().voided_reason == "开户行写错了"
    finance = sign_in("finance", name="财务", stepped_up=True)
    assert finance.submit(f"{path}/file", expect=200).mimetype.endswith("sheet")
    assert approver.get(f"{path}/file").status_code == 403
