"""Approval by a second person, of exactly what that person saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from awards.services import approving, settings, sheets
from contests.models import Contest, Panel, ResultRun, RunSignature, Seat
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, NotAllowed
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


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    """The award office with A01-A03 settled, inside one unit."""
    with db.unit():
        made = Office()
        made.settle(**SETTINGS)
        yield made


def _outside(name: str, level: str, yuan: str, **more: str) -> dict[str, str]:
    return {
        "id_number": id_number(name),
        "name": name,
        "contest": "全国焊接技能大赛",
        "family": "skill",
        "level": level,
        "medal": "金奖",
        "issuer": "人力资源社会保障部",
        "prize_paid": yuan,
        **more,
    }


def test_four_eyes_hold_whatever_the_roles(office: Office) -> None:
    make_result([make_person("王芳")])
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    both = Actor(office.officer.account_id, None, None, "李工", office.approver.grants)
    with pytest.raises(NotAllowed, match="是您提出测算的"):
        office.approve(line, both)


def test_who_filed_the_evidence_does_not_approve_even_if_another_evaluated(office: Office) -> None:
    office.file("contest_result", **_outside("王芳", "national", "8000"))
    (line,) = the_lines()
    line.proposed_by = office.second_officer.account_id
    with pytest.raises(NotAllowed, match="证据是您登记的"):
        office.approve(line, office.officer)


def test_the_payee_does_not_approve(office: Office) -> None:
    person = make_person("王芳")
    make_result([person])
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    payee = Actor(office.approver.account_id, person.id, None, "王芳", office.approver.grants)
    with pytest.raises(NotAllowed, match="收款人"):
        office.approve(line, payee)


def _as_seat(contest: Contest, office: Office) -> Actor:
    judge = make_person("钱裁判")
    panel = Panel(
        contest_id=contest.id,
        track_id=contest.tracks[0].id,
        stage_id=contest.stages[0].id,
        name="评委组",
        draw_seed="0" * 64,
        recheck_seed="1" * 64,
    )
    panel.seats.append(
        Seat(person_id=judge.id, judge_name="钱裁判", employer="", position=1, criteria=[])
    )
    db.session.add(panel)
    return replace(office.approver, person_id=judge.id)


def _as_signer(contest: Contest, office: Office) -> Actor:
    run = db.session.scalars(select(ResultRun)).one()
    signature = RunSignature(
        role="supervisor",
        account_id=office.approver.account_id,
        signer="陈静",
        result_digest=run.result_digest,
        at=NOW,
    )
    run.signatures.append(signature)
    return office.approver


def _as_chief(contest: Contest, office: Office) -> Actor:
    chief = Grant("chief_judge", "contest", str(contest.id))
    return replace(office.approver, grants=(*office.approver.grants, chief))


@pytest.mark.parametrize("involved", [_as_seat, _as_signer, _as_chief])
def test_a_judge_of_the_contest_neither_approves_its_awards_nor_lists_them(
    office: Office, tmp_path: Path, involved: Callable[[Contest, Office], Actor]
) -> None:
    winner = make_person("王芳")
    notice = make_result([winner])
    pay_to(winner)
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    judge = involved(notice.contest, office)
    db.session.flush()
    with pytest.raises(NotAllowed, match="参加过这项赛事的评判或成绩签字"):
        office.approve(line, judge)
    assert office.approve(line, make_actor("何明", "award_approver"))
    with pytest.raises(NotAllowed, match="所依据赛事的评判或成绩签字"):
        sheets.make_sheet(actor=judge, line_ids=[line.id], root=tmp_path, now=NOW)


def test_a_judge_of_another_contest_approves(office: Office) -> None:
    make_result([make_person("王芳")])
    other = make_result([make_person("刘洋")], code="JQ26")
    office.voucher("QZ26-0001", "5000")
    line = next(one for one in the_lines() if one.fen)
    assert office.approve(line, _as_chief(other.contest, office))


def test_what_changed_since_it_was_seen_is_not_approved(office: Office) -> None:
    notice = make_result([make_person("王芳")])
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    notice.withdrawn_at = NOW
    assert not office.approve(line)
    assert line.state == "void"


def test_another_ground_of_the_same_sum_is_not_approved_unseen(office: Office) -> None:
    make_result([make_person("王芳")])
    evidence = office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    seen = line.digest
    office.attach(evidence, b"%PDF-1.7 another startxref\n9\n%%EOF")
    assert not approving.approve(actor=office.approver, line_id=line.id, seen=seen, now=NOW)
    assert (line.state, line.fen, line.approved_by) == ("proposed", 500000, None)


def test_the_second_click_says_who_approved(office: Office) -> None:
    make_result([make_person("王芳")])
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    office.approve(line)
    with pytest.raises(DomainError, match="已由陈静审批"):
        office.approve(line)


def test_an_unconfirmed_setting_only_simulates(app: Flask) -> None:
    with db.unit():
        office = Office()
        office.settle(A01="highest_per_achievement", A02="equal")
        settings.set_value(
            actor=office.officer, setting="A03", text="issuer_cash", document_no="x", now=NOW
        )
        make_result([make_person("王芳")])
        office.voucher("QZ26-0001", "5000")
        (line,) = the_lines()
        assert (line.status, line.target_fen, line.fen) == ("unconfirmed", 500000, 0)
        with pytest.raises(DomainError, match="^不能审批"):
            office.approve(line)


def test_an_approval_taken_back_needs_a_reason(office: Office) -> None:
    make_result([make_person("王芳")])
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    with pytest.raises(DomainError, match="没有待列入"):
        approving.send_back(actor=office.approver, line_id=line.id, reason="要再核对", now=NOW)
    office.approve(line)
    approving.send_back(actor=office.approver, line_id=line.id, reason="要再核对", now=NOW)
    assert (line.state, line.approved_by) == ("proposed", None)


def test_a_return_stops_the_line_until_the_officer_answers(office: Office) -> None:
    make_result([make_person("王芳")])
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    act = {"line_id": line.id, "now": NOW}
    with pytest.raises(DomainError, match="刚刚有变化"):
        approving.return_line(actor=office.approver, seen="x", reason="凭证不清楚", **act)
    with pytest.raises(NotAllowed, match="是您提出测算的"):
        approving.return_line(actor=office.officer, seen=line.digest, reason="凭证不清楚", **act)
    with pytest.raises(DomainError, match="至少 4 个字"):
        approving.return_line(actor=office.approver, seen=line.digest, reason="不", **act)
    approving.return_line(actor=office.approver, seen=line.digest, reason="凭证不清楚", **act)
    office.evaluate()
    assert line.state == "returned"
    with pytest.raises(DomainError, match="已退回经办人员"):
        office.approve(line)
    with pytest.raises(DomainError, match="至少 4 个字"):
        approving.resubmit(actor=office.second_officer, answer="好", **act)
    approving.resubmit(actor=office.second_officer, answer="银行已核对原件", **act)
    assert (line.state, line.proposed_by) == ("proposed", office.second_officer.account_id)
    assert office.approve(line)
    assert [(one.kind, one.text) for one in line.steps] == [
        ("returned", "凭证不清楚"),
        ("resubmitted", "银行已核对原件"),
        ("approved", ""),
    ]


def test_mended_evidence_resubmits_by_itself(office: Office) -> None:
    make_result([make_person("王芳")])
    evidence = office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    seen = line.digest
    approving.return_line(
        actor=office.approver, line_id=line.id, seen=seen, reason="凭证不清楚", now=NOW
    )
    office.attach(evidence, b"%PDF-1.7 clearer startxref\n9\n%%EOF")
    assert (line.state, [one.kind for one in line.steps]) == (
        "proposed",
        ["returned", "resubmitted"],
    )


def test_what_undid_an_approval_stays_with_the_line(office: Office, tmp_path: Path) -> None:
    winner = make_person("王芳")
    make_result([winner])
    evidence = office.voucher("QZ26-0001", "5000")
    pay_to(winner)
    (line,) = the_lines()
    office.approve(line)
    office.attach(evidence, b"%PDF-1.7 page two startxref\n9\n%%EOF")
    office.approve(line)
    pay_to(winner, "6222021209000999999")
    office.approve(line)
    sheet = office.sheet([line], tmp_path)
    sheets.void_sheet(actor=office.approver, sheet_id=sheet.id, reason="开户行写错了", now=NOW)
    assert [(one.kind, one.text) for one in line.steps] == [
        ("approved", ""),
        ("fallen", "重新测算后依据有变化，现应发 5,000.00 元"),
        ("approved", ""),
        ("fallen", "收款人更换了收款账户，现为 ****9999"),
        ("approved", ""),
        ("listed", "FF2026-001"),
        ("sheet_voided", "发放表 FF2026-001 作废：开户行写错了"),
    ]


def test_who_acts_for_the_organisation_does_not_approve(office: Office) -> None:
    firm = make_organisation("三衢直播", 1)
    values = {"star": "3", "star_certified": "yes", "operator_settled": "yes", "cultivated": "yes"}
    office.file(
        "star_rating", id_number=id_number("方小雨"), name="方小雨", uscc=firm.uscc, **values
    )
    (line,) = the_lines()
    agent = Grant("organisation_agent", "organisation", str(firm.id))
    both = Actor(office.approver.account_id, None, None, "陈静", (*office.approver.grants, agent))
    with pytest.raises(NotAllowed, match="收款人"):
        office.approve(line, both)


def test_the_database_refuses_the_proposer_too(app: Flask) -> None:
    with pytest.raises(DomainError, match="须由另一人审批"):
        _approve_alone()


def _approve_alone() -> None:
    """Past the service."""
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        make_result([make_person("王芳")])
        office.voucher("QZ26-0001", "5000")
        (line,) = the_lines()
        line.state, line.approved_by = "approved", line.proposed_by
