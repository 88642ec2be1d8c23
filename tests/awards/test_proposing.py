"""From facts to lines: own results, evidence, positions, and what falls when inputs change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from awards.models import EvaluationRun, Evidence, ProposedLine
from awards.services import approving, sheets
from awards.services import evidence as evidence_service
from awards.services.evidence import Statement
from core.db import db
from core.errors import DomainError
from tests.awards.factories import (
    NOW,
    SETTINGS,
    Office,
    brief,
    id_number,
    make_organisation,
    make_person,
    make_result,
    pay_to,
    the_lines,
    uscc,
)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    """The award office with A01-A03 settled, inside one unit."""
    with db.unit():
        made = Office()
        made.settle(**SETTINGS)
        yield made


def test_own_provincial_result_waits_for_the_voucher_and_then_pays_the_same(office: Office) -> None:
    make_result([make_person("王芳")])
    office.evaluate()
    assert brief() == [("18.skill_match", "needs_evidence", 0)]
    office.voucher("QZ26-0001", "5000.37", document=False)
    office.evaluate()
    assert brief() == [("18.skill_match", "needs_evidence", 0)]  # no document, no fact
    office.attach(db.session.query(Evidence).one())
    assert brief() == [("18.skill_match", "payable", 500037)]


def test_city_result_gives_no_line(office: Office) -> None:
    make_result([make_person("王芳")], level="city")
    office.evaluate()
    assert brief() == []


def test_a_place_without_a_prize_gives_no_line(office: Office) -> None:
    make_result([make_person("王芳")], prize="")
    office.evaluate()
    assert brief() == []


def test_a_team_is_one_line_until_the_sum_is_known_and_then_one_each(office: Office) -> None:
    people = [make_person(name) for name in ("王芳", "刘洋", "何明")]
    make_result(people)
    office.evaluate()
    assert [line.payee for line in the_lines()] == ["team:QZ26-0001"]
    office.voucher("QZ26-0001", "10000")
    assert [(line.person.name, line.fen) for line in the_lines() if line.person] == [
        ("王芳", 333334),
        ("刘洋", 333333),
        ("何明", 333333),
    ]
    assert [line.payee for line in the_lines("superseded")] == ["team:QZ26-0001"]


def test_outside_prize_comes_by_evidence_alone(office: Office) -> None:
    office.file("contest_result", **_outside("王芳", "national", "8000"))
    assert brief() == [("18.skill_match", "payable", 800000)]


def test_an_outside_prize_of_unknown_sum_waits(office: Office) -> None:
    office.file("contest_result", **_outside("王芳", "national", ""))
    assert brief() == [("18.skill_match", "needs_evidence", 0)]


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


def test_hosting_is_refused_while_the_tariff_is_unset(office: Office) -> None:
    host = make_organisation("衢州技师学院", 1)
    office.file("hosting", uscc=host.uscc, contest="全国技能大赛", scope="national", approved="yes")
    assert brief() == [("12.host", "unset", 0)]
    office.settle(A05="全国性 = 300000\n国际性 = 500000")
    office.evaluate()
    assert brief() == [("12.host", "payable", 30_000_000)]


def test_streamer_contribution_is_unset_then_follows_the_ratio(office: Office) -> None:
    office.file("contribution", **_contribution("方小雨"))
    assert brief() == [("18.streamer_contribution", "unset", 0)]
    office.settle(A04="80%")
    office.evaluate()
    assert brief() == [("18.streamer_contribution", "payable", 9_876_542)]


def _contribution(name: str) -> dict[str, str]:
    return {
        "id_number": id_number(name),
        "name": name,
        "year": "2026",
        "known_streamer": "yes",
        "contribution": "123,456.78",
    }


def _rating(name: str, code: str, settled: str = "yes") -> dict[str, str]:
    return {
        "id_number": id_number(name),
        "name": name,
        "uscc": code,
        "star": "3",
        "star_certified": "yes",
        "operator_settled": settled,
        "cultivated": "yes",
    }


def test_two_operators_for_one_streamer_are_in_conflict(office: Office) -> None:
    one, other = make_organisation("三衢直播", 1), make_organisation("烂柯文化", 2)
    office.file("star_rating", **_rating("方小雨", one.uscc))
    assert brief() == [("18.star_operator", "payable", 10_000_000)]
    office.file("star_rating", **_rating("方小雨", other.uscc))
    assert brief() == [("18.star_operator", "conflict", 0)] * 2


def test_an_operator_of_unknown_seat_waits_and_one_elsewhere_gets_no_line(office: Office) -> None:
    firm = make_organisation("三衢直播", 1)
    office.file("star_rating", **_rating("方小雨", firm.uscc, settled=""))
    office.file("star_rating", **_rating("刘洋", firm.uscc, settled="no"))
    assert brief() == [("18.star_operator", "needs_evidence", 0)]


def test_an_unregistered_organisation_is_named_at_its_field(office: Office) -> None:
    with pytest.raises(DomainError) as refused:
        office.file("star_rating", **_rating("方小雨", uscc(9)))
    assert refused.value.field == "uscc"


def test_the_same_inputs_make_no_new_run(office: Office) -> None:
    make_result([make_person("王芳")])
    office.evaluate()
    before = db.session.query(ProposedLine).count()
    office.evaluate()
    assert db.session.query(EvaluationRun).count() == 1
    assert db.session.query(ProposedLine).count() == before == 1


def test_a_withdrawn_notice_makes_the_line_void(office: Office) -> None:
    notice = make_result([make_person("王芳")])
    office.voucher("QZ26-0001", "5000")
    notice.withdrawn_at = NOW
    office.evaluate()
    assert [(line.state, line.fen) for line in the_lines()] == [("void", 0)]


def test_an_approval_falls_when_the_sum_changes(office: Office) -> None:
    make_result([make_person("王芳")])
    evidence = office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    assert office.approve(line)
    _correct(office, evidence, "4000")
    assert (line.state, line.fen, line.approved_by) == ("proposed", 400000, None)


def test_an_approval_falls_when_a_document_is_added(office: Office) -> None:
    make_result([make_person("王芳")])
    evidence = office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    office.approve(line)
    office.attach(evidence, b"%PDF-1.7 another startxref\n9\n%%EOF")
    assert (line.state, line.fen) == ("proposed", 500000)


def _correct(office: Office, evidence: Evidence, yuan: str) -> None:
    evidence_service.correct(
        actor=office.officer,
        evidence_id=evidence.id,
        statement=Statement(NOW.date(), "回单 0601", {"prize_paid_fen": int(yuan) * 100}),
        reason="金额看错了",
        seen=1,
        now=NOW,
    )
    office.evaluate()


def _paid(office: Office, root: Path) -> None:
    """Approve everything payable and put it on a sheet."""
    ready = [line for line in the_lines("proposed") if line.status == "payable" and line.fen > 0]
    for line in ready:
        assert office.approve(line)
    sheets.make_sheet(
        actor=office.officer, line_ids=[line.id for line in ready], root=root, now=NOW
    )


def test_a_higher_prize_of_the_same_achievement_tops_up(office: Office, tmp_path: Path) -> None:
    person = make_person("王芳")
    make_result([person])
    office.voucher("QZ26-0001", "3000")
    pay_to(person)
    _paid(office, tmp_path)
    outside = _outside("王芳", "national", "10000", achievement="QZ26-0001")
    office.file("contest_result", **outside)
    assert brief("proposed") == [
        ("18.skill_match", "payable", 700000),
    ]
    _paid(office, tmp_path)
    assert brief("proposed") == []
    assert sum(fen for _, _, fen in brief("on_sheet")) == 1_000_000


def test_a_withdrawal_after_payment_is_shown_as_a_sum_to_recover(
    office: Office, tmp_path: Path
) -> None:
    person = make_person("王芳")
    notice = make_result([person])
    office.voucher("QZ26-0001", "3000")
    pay_to(person)
    _paid(office, tmp_path)
    notice.withdrawn_at = NOW
    office.evaluate()
    (line,) = the_lines("proposed")
    assert (line.status, line.fen, line.seq) == ("void", -300000, 2)
    assert approving.why_not(line)


def test_proposals_keep_every_step(office: Office) -> None:
    make_result([make_person("王芳")])
    office.evaluate()
    office.voucher("QZ26-0001", "5000")
    (line,) = the_lines()
    assert [one.status for one in line.proposals] == ["needs_evidence", "payable"]
    assert (
        line.proposals[-1]
        .trace[-1]
        .endswith("5,000.00 元。上级实发奖金 5,000.00 元，按 1:1 配套 5,000.00 元")
    )
