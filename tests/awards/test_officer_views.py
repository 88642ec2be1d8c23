"""The officer's pages: the chain from an own result to the sheet, and the seven cases."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from python_calamine import load_workbook

from awards.models import AwardLine, Evidence, PayoutSheet
from core.audit import AuditEntry
from core.db import db
from tests.awards.factories import (
    PDF,
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

FILE = {"content_type": "application/pdf"}


def _pdf(name: str = "回单.pdf", content: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


@pytest.fixture
def officer(sign_in: Person) -> CheckedClient:
    """李工, stepped up."""
    return sign_in("award_officer", name="李工", stepped_up=True)


@pytest.fixture
def approver(sign_in: Person) -> CheckedClient:
    """陈静, stepped up."""
    return sign_in("award_approver", name="陈静", stepped_up=True)


def _settled(*, paid: bool = False) -> Any:
    """The settings confirmed, a provincial result of 王芳, and her voucher if `paid`."""
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        make_result([make_person("王芳")])
        office.evaluate()
        if paid:
            office.voucher("QZ26-0001", "5000.37")
        return the_lines()[0].id


def _line() -> AwardLine:
    db.session.expire_all()
    return db.session.query(AwardLine).filter(AwardLine.state != "superseded").one()


def test_the_chain_from_a_result_to_the_sheet(
    officer: CheckedClient, approver: CheckedClient, sign_in: Person, app: Flask
) -> None:
    line_id = _settled()
    officer.get("/office/awards/")
    assert "待补证" in officer.text()
    officer.get(f"/office/awards/lines/{line_id}")
    assert "登记奖金到账凭证" in officer.text()
    done = officer.submit(
        f"/office/awards/lines/{line_id}/voucher",
        prize_paid="5,000.37",
        dated="2026-06-05",
        document_no="回单 88",
    )
    officer.submit(done.location, file=_pdf())
    assert (_line().status, _line().fen) == ("payable", 500037)

    approver.submit(f"/office/awards/lines/{line_id}/approve")
    assert _line().state == "approved"
    _enter_account(sign_in)

    done = officer.submit("/office/awards/sheets/new", lines=[str(line_id)])
    sheet = db.session.query(PayoutSheet).one()
    officer.get(done.location)
    assert sheet.digest in officer.text()
    path = f"/office/awards/sheets/{sheet.id}/file"
    assert id_number("王芳") not in officer.text()
    first = officer.submit(path, expect=200).data
    second = officer.submit(path, expect=200).data
    assert first == second
    rows = load_workbook(io.BytesIO(first)).get_sheet_by_index(0).to_python()
    assert rows[2] == [
        *(1, "王芳", "居民身份证", id_number("王芳"), "技能奖项 1:1 配套奖励"),
        *("衢委发〔2020〕7号第 18 条", "柯城区", 5000.37, "伍仟元叁角柒分"),
        *("农业银行柯城支行", "", "王芳", "6222021209000123456", "JB000001"),
    ]
    assert rows[3][7:9] == [5000.37, "伍仟元叁角柒分"]
    assert _verbs("download_sheet") == 2


def _enter_account(sign_in: Person) -> None:
    person_id = _line().person_id
    payee = sign_in("contestant", name="王芳", person_id=person_id, stepped_up=True)
    payee.submit(
        "/me/awards/payee",
        holder="王芳",
        bank="农业银行柯城支行",
        account="6222 0212 0900 0123 456",
        sure="y",
        bank_code="",
    )


def _verbs(verb: str) -> int:
    return db.session.query(AuditEntry).filter_by(stream="awards", verb=verb).count()


def test_every_page_of_the_officer_opens(officer: CheckedClient, approver: CheckedClient) -> None:
    line_id = _settled(paid=True)
    evidence = db.session.query(Evidence).one()
    pages = [
        "/office/awards/?state=proposed&status=payable",
        f"/office/awards/lines/{line_id}",
        "/office/awards/evidence",
        "/office/awards/evidence?type=hosting",
        "/office/awards/evidence/new",
        *(f"/office/awards/evidence/new/{kind}" for kind in _KINDS),
        f"/office/awards/evidence/{evidence.id}",
        f"/office/awards/evidence/{evidence.id}/correct",
        f"/office/awards/evidence/{evidence.id}/withdraw",
        f"/office/awards/evidence/{evidence.id}/documents",
        "/office/awards/settings",
        *(f"/office/awards/settings/{name}" for name in ("A01", "A04", "A05", "A08")),
        "/office/awards/rules",
        "/office/awards/sheets",
        "/office/awards/sheets/new",
    ]
    for path in pages:
        assert officer.get(path).status_code == 200, path
    approver.get(f"/office/awards/lines/{line_id}/approve")
    assert "同意发放 5,000.37 元" in approver.text()


_KINDS = ("contest_result", "star_rating", "contribution", "hosting")


def test_an_outside_prize_is_filed_on_two_pages(officer: CheckedClient) -> None:
    _settled()
    done = officer.submit(
        "/office/awards/evidence/new/contest_result",
        dated="2026-05-20",
        document_no="人社部函〔2026〕5号",
        id_number=id_number("刘洋"),
        name="刘洋",
        county="330881",
        contest="全国职业技能大赛",
        event="焊接",
        family="skill",
        level="national",
        medal="银奖",
        issuer="人社部",
        prize_paid="20000",
        achievement="",
        members="",
    )
    assert len(the_lines()) == 1  # nothing before the document
    officer.submit(done.location, file=_pdf())
    assert [(line.person.name, line.fen) for line in the_lines() if line.fen] == [("刘洋", 2000000)]


def test_a_wrong_digit_is_said_at_its_field_and_nothing_is_lost(officer: CheckedClient) -> None:
    officer.submit(
        "/office/awards/evidence/new/contribution",
        expect=422,
        dated="2026-05-20",
        document_no="衢财〔2026〕5号",
        id_number=id_number("方小雨")[:-1] + "?",
        name="方小雨",
        year="2026",
        known_streamer="yes",
        contribution="1e5",
    )
    assert officer.errors() == ["金额请写成数字，最多两位小数，如 12345.60。"]
    assert officer.page.select_one("#document_no")["value"] == "衢财〔2026〕5号"


def test_a_document_of_another_kind_is_refused(officer: CheckedClient) -> None:
    _settled(paid=True)
    evidence = db.session.query(Evidence).one()
    officer.submit(
        f"/office/awards/evidence/{evidence.id}/documents",
        expect=422,
        file=_pdf("凭证.doc", b"\xd0\xcf\x11\xe0old"),
    )
    assert officer.errors()[0].startswith("“凭证.doc”是旧版 Office 文件")


def test_a_correction_of_a_stale_version_is_refused(officer: CheckedClient) -> None:
    _settled(paid=True)
    evidence = db.session.query(Evidence).one()
    path = f"/office/awards/evidence/{evidence.id}/correct"
    fields = {
        "prize_paid": "4000",
        "dated": "2026-06-01",
        "document_no": "回单",
        "reason": "金额看错了",
    }
    officer.get(path)
    first = dict(fields)
    other = officer.application.test_client()
    assert other is not officer
    officer.send(path, **first)
    assert (_line().fen, _line().target_fen) == (400000, 400000)
    officer.submit(path, expect=422, **{**fields, "prize_paid": "3000", "seen": "1"})
    assert officer.errors() == ["这项证据刚刚被别人改过，请重新打开页面，核对后再改"]


def test_withdrawn_evidence_takes_the_sum_away(officer: CheckedClient) -> None:
    _settled(paid=True)
    evidence = db.session.query(Evidence).one()
    officer.submit(f"/office/awards/evidence/{evidence.id}/withdraw", reason="回单是别人的")
    assert (_line().status, _line().fen) == ("needs_evidence", 0)


def test_documents_come_back_as_they_were(officer: CheckedClient, client: CheckedClient) -> None:
    _settled(paid=True)
    evidence = db.session.query(Evidence).one()
    content = PDF + b"scan"
    officer.submit(f"/office/awards/evidence/{evidence.id}/documents", file=_pdf(content=content))
    document = [one for one in evidence.documents if one.filename == "回单.pdf"][0]
    answer = officer.get(f"/office/awards/documents/{document.id}")
    assert (answer.data, answer.mimetype) == (content, "application/pdf")
    assert client.get(f"/office/awards/documents/{document.id}").status_code == 302


def test_an_evaluation_is_asked_for_with_a_button(officer: CheckedClient) -> None:
    _settled()
    officer.get("/office/awards/")
    officer.send("/office/awards/evaluate")
    officer.get("/office/awards/")
    assert "测算完成，没有变化" in officer.text("body")


READERS = ("award_reviewer", "award_approver", "auditor")
OUTSIDERS = ("contestant", "contest_office", "judge", "system_admin", "training_organiser")


@pytest.mark.parametrize("role", READERS)
def test_others_of_the_office_read_but_do_not_file(sign_in: Person, role: str) -> None:
    line_id = _settled()
    client = sign_in(role, stepped_up=True)
    assert client.get(f"/office/awards/lines/{line_id}").status_code == 200
    assert client.get("/office/awards/").status_code == 200
    assert client.get("/office/awards/evidence/new").status_code == 403
    assert client.get(f"/office/awards/lines/{line_id}/voucher").status_code == 403
    assert client.get("/office/awards/sheets/new").status_code == 403


@pytest.mark.parametrize("role", OUTSIDERS)
def test_outsiders_see_nothing(sign_in: Person, role: str) -> None:
    line_id = _settled()
    client = sign_in(role, stepped_up=True)
    for path in ("/office/awards/", f"/office/awards/lines/{line_id}", "/office/awards/sheets"):
        assert client.get(path).status_code == 403


def test_not_signed_in_goes_to_the_door(client: CheckedClient) -> None:
    assert client.get("/office/awards/").status_code == 302


def test_finance_takes_sheets_and_nothing_else(sign_in: Person, tmp_path: Path) -> None:
    client = sign_in("finance", stepped_up=True)
    assert client.get("/office/awards/sheets").status_code == 200
    assert client.get("/office/awards/").status_code == 403


def test_unknown_objects_are_not_found(officer: CheckedClient) -> None:
    for path in ("lines", "evidence", "sheets", "documents"):
        assert officer.get(f"/office/awards/{path}/{uuid4()}").status_code == 404
    assert officer.get("/office/awards/evidence/new/voucher").status_code == 404
    assert officer.get("/office/awards/settings/Z99").status_code == 404


def test_money_asks_for_a_step_up(sign_in: Person) -> None:
    client = sign_in("award_officer", name="李工")
    answer = client.get("/office/awards/sheets/new")
    assert answer.status_code == 302
    assert "step-up" in answer.location


def test_the_work_list_asks_the_same_questions_for_one_line_and_for_three(
    officer: CheckedClient,
) -> None:
    _settled(paid=True)
    officer.get("/office/awards/")
    before = officer.queries
    with db.unit():
        for serial, name in enumerate(("刘洋", "何明"), start=2):
            make_result([make_person(name)], code=f"Q{serial}")
    officer.get("/office/awards/")
    officer.send("/office/awards/evaluate")
    assert len(the_lines()) == 3
    officer.get("/office/awards/")
    assert officer.queries == before


def test_a_refused_sheet_names_the_line(officer: CheckedClient, approver: CheckedClient) -> None:
    line_id = _settled(paid=True)
    approver.submit(f"/office/awards/lines/{line_id}/approve")
    officer.get("/office/awards/sheets/new")
    assert "没有可以列入的项目" in officer.text()
    with db.unit():
        pay_to(_line().person)
        make_organisation("三衢直播", 1)
    officer.submit("/office/awards/sheets/new", expect=422, lines=[])
    assert officer.errors() == ["请至少选择一项"]


@pytest.mark.parametrize("path", ["/office/awards/", "/office/awards/evidence"])
def test_a_page_number_beyond_the_database_shows_an_empty_page(
    officer: CheckedClient, path: str
) -> None:
    assert officer.get(f"{path}?page={10**20}").status_code == 200


def test_a_voucher_before_its_result_is_refused_and_a_second_one_leads_to_the_first(
    officer: CheckedClient,
) -> None:
    line_id = _settled()
    path = f"/office/awards/lines/{line_id}/voucher"
    typed = {"prize_paid": "５，０００．３７", "document_no": "回单 88"}
    officer.submit(path, expect=422, dated="2026-05-31", **typed)
    assert officer.errors() == ["到账日期早于成绩文件的日期（2026-06-01），请核对"]
    officer.submit(path, dated="2026-06-01", **typed)
    evidence = db.session.query(Evidence).one()
    assert evidence.current.keys == {"prize_paid_fen": 500037}
    correct = f"/office/awards/evidence/{evidence.id}/correct"
    officer.get(path)
    assert [str(one["href"]) for one in officer.page.select("main a.btn")] == [correct]
    officer.submit(correct, expect=422, reason="再看一遍", dated="2026-06-01", **typed)
    assert officer.errors() == ["没有改动，不需要保存"]


def test_a_file_that_proves_another_fact_already_is_pointed_out(officer: CheckedClient) -> None:
    with db.unit():
        office = Office()
        make_result([make_person("王芳")])
        make_result([make_person("刘洋")], code="QB26")
        first = office.voucher("QZ26-0001", "5000", document=False).id
        second = office.voucher("QB26-0001", "700", document=False).id
    officer.submit(f"/office/awards/evidence/{first}/documents", file=_pdf())
    done = officer.submit(f"/office/awards/evidence/{second}/documents", file=_pdf())
    officer.get(done.location)
    assert "同一份材料还用于证据 ZM000001" in officer.text("body")


def test_nothing_is_ticked_on_a_new_sheet_unless_asked(
    officer: CheckedClient, approver: CheckedClient
) -> None:
    line_id = _settled(paid=True)
    approver.submit(f"/office/awards/lines/{line_id}/approve")
    with db.unit():
        pay_to(_line().person)
    officer.get("/office/awards/sheets/new")
    assert [one.has_attr("checked") for one in officer.page.select("input[name=lines]")] == [False]
    officer.get("/office/awards/sheets/new?all=1")
    assert [one.has_attr("checked") for one in officer.page.select("input[name=lines]")] == [True]
