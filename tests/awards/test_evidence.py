"""Filing evidence: persons found by number, versions, and refusals at their fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from awards.models import Evidence
from awards.services import evidence as service
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError
from people.models import Person
from tests.awards.factories import (
    NOW,
    SETTINGS,
    Office,
    id_number,
    make_organisation,
    make_person,
    make_result,
    the_lines,
)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    """The award office in one unit."""
    with db.unit():
        made = Office()
        made.settle(**SETTINGS)
        yield made


def _prize(who: str, **over: Any) -> dict[str, Any]:
    return {
        "id_number": id_number(who),
        "name": who,
        "contest": "全国焊接大赛",
        "family": "skill",
        "level": "national",
        "medal": "金奖",
        "issuer": "人社部",
        "prize_paid": "9000",
        **over,
    }


def test_a_known_person_is_found_by_number(office: Office) -> None:
    person = make_person("王芳")
    made = office.file("contest_result", **_prize("王芳"))
    assert made.current.keys["subject"] == f"person:{person.id}"
    assert db.session.query(Person).count() == 1


def test_an_unknown_person_is_registered(office: Office) -> None:
    office.file("contest_result", **_prize("刘洋", county="330881"))
    made = db.session.query(Person).one()
    assert (made.name, made.county, made.identity) == ("刘洋", "330881", "declared")


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": "王方"}, "name"),
        ({"id_number": "330802198503010010"}, "id_number"),
        ({"members": "只有姓名"}, "members"),
        ({"members": "刘洋 330802198503010010"}, "members"),
        ({"members": f"王芳 {id_number('王芳')}"}, "members"),
        ({"achievement": "QZ99-0001"}, "achievement"),
        ({"dated": date(2026, 6, 11)}, "dated"),
    ],
)
def test_refusals_stand_at_their_fields(office: Office, over: dict[str, Any], field: str) -> None:
    make_person("王芳")
    with pytest.raises(DomainError) as refused:
        office.file("contest_result", **_prize("王芳", **over))
    assert refused.value.field == field


def test_the_document_may_be_of_today(office: Office) -> None:
    assert office.file("contest_result", **_prize("王芳", dated=date(2026, 6, 10)))


def test_another_persons_achievement_is_refused(office: Office) -> None:
    make_result([make_person("刘洋")])
    with pytest.raises(DomainError, match="不是同一个人的"):
        office.file("contest_result", **_prize("王芳", achievement="QZ26-0001"))


def test_a_team_from_outside_is_split(office: Office) -> None:
    members = f"刘洋 {id_number('刘洋')}\n何明，{id_number('何明').lower()}"
    office.file("contest_result", **_prize("王芳", members=members, prize_paid="100"))
    assert [(line.person.name, line.fen) for line in the_lines() if line.person] == [
        ("王芳", 3334),
        ("刘洋", 3333),
        ("何明", 3333),
    ]


def test_a_year_out_of_range_is_refused(office: Office) -> None:
    values = {"id_number": id_number("方小雨"), "name": "方小雨", "known_streamer": "yes"}
    for year in ("2019", "2027"):
        with pytest.raises(DomainError) as refused:
            office.file("contribution", year=year, **values)
        assert refused.value.field == "year"


def test_one_voucher_a_result(app: Flask) -> None:
    with db.unit():
        office = Office()
        office.voucher("QZ26-0001", "5000")
    with pytest.raises(DomainError, match="已登记过到账凭证"):
        _again(office)


def _again(office: Office) -> None:
    with db.unit():
        office.voucher("QZ26-0001", "5000")


def test_the_same_document_twice_is_refused(office: Office) -> None:
    made = office.file("contest_result", **_prize("王芳"))
    with pytest.raises(DomainError, match="已经上传过"):
        office.attach(made)


def test_a_withdrawal_needs_a_reason_and_happens_once(office: Office) -> None:
    made = office.file("contest_result", **_prize("王芳"))
    with pytest.raises(DomainError) as refused:
        _withdraw(office, made, "错", 1)
    assert refused.value.field == "reason"
    _withdraw(office, made, "主办单位取消了奖项", 1)
    assert [(line.state, line.fen) for line in the_lines()] == [("void", 0)]
    with pytest.raises(DomainError, match="已经撤销"):
        _withdraw(office, made, "主办单位取消了奖项", 2)


def _withdraw(office: Office, made: Evidence, reason: str, seen: int) -> None:
    service.withdraw(actor=office.officer, evidence_id=made.id, reason=reason, seen=seen, now=NOW)
    office.evaluate()


def test_a_correction_after_a_withdrawal_brings_the_line_back(office: Office) -> None:
    made = office.file("contest_result", **_prize("王芳"))
    _withdraw(office, made, "主办单位取消了奖项", 1)
    current = made.current
    service.correct(
        actor=office.officer,
        evidence_id=made.id,
        statement=service.Statement(current.dated, current.document_no, current.keys),
        reason="主办单位恢复了奖项",
        seen=2,
        now=NOW,
    )
    office.evaluate()
    assert [(line.state, line.status, line.fen) for line in the_lines()] == [
        ("proposed", "payable", 900000)
    ]


def test_the_trail_says_what_was_filed_without_personal_data(app: Flask) -> None:
    with db.unit():
        office = Office()
        office.file("contest_result", **_prize("王芳"))
        make_organisation("三衢直播", 1)
    rows = db.session.query(AuditEntry).filter_by(stream="awards").all()
    verbs = {row.verb for row in rows}
    assert {"file_evidence", "add_evidence_document", "evaluate"} <= verbs
    assert not [row for row in rows if id_number("王芳") in str(row.changes)]
