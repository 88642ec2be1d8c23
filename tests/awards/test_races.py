"""Approvals and sheets when two people decide at the same moment, on either database."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from awards.models import AwardLine, Evidence, LineStep, PayoutSheet, SheetRow
from awards.services import approving, sheets, statements
from awards.services import evidence as evidence_service
from awards.services.steps import APPROVE
from core import audit
from core.db import db
from tests.awards.factories import (
    DAY,
    NOW,
    SETTINGS,
    Office,
    make_actor,
    make_person,
    make_result,
    pay_to,
    the_lines,
)
from tests.racing import overtaken

SECOND = "何明"


@pytest.fixture
def office(app: Flask) -> Office:
    """Two members of a team with accounts, their lines proposed."""
    with db.unit():
        made = Office()
        made.settle(**SETTINGS)
        people = [make_person(name) for name in ("王芳", "刘洋")]
        make_result(people)
        made.voucher("QZ26-0001", "10000")
        for number, person in enumerate(people):
            pay_to(person, f"62220212090001234{number:02d}")
        made.other = make_actor(SECOND, "award_approver")  # type: ignore[attr-defined]
    return made


def fresh() -> list[AwardLine]:
    """The lines as a third person sees them."""
    db.session.rollback()
    db.session.expire_all()
    return the_lines()


def approvals() -> int:
    return len(db.session.scalars(select(LineStep).where(LineStep.kind == APPROVE)).all())


def sheet_of(office: Office, ids: list[UUID], root: Path) -> None:
    sheets.make_sheet(actor=office.officer, line_ids=ids, root=root, now=NOW)


def test_the_second_of_two_approvals_is_told_who_was_first(app: Flask, office: Office) -> None:
    line = fresh()[0]
    line_id, seen = line.id, line.digest
    told = overtaken(
        app,
        lambda: office.approve(line),
        lambda: approving.approve(
            actor=office.other,  # type: ignore[attr-defined]
            line_id=line_id,
            seen=seen,
            now=NOW,
        ),
    )
    assert told == "这项奖补已由陈静审批，不需要再审批"
    assert (fresh()[0].approved_label, approvals()) == ("陈静", 1)
    assert list(audit.verify(db.session())) == []


def test_a_return_does_not_meet_an_approval(app: Flask, office: Office) -> None:
    line = fresh()[0]
    line_id, seen = line.id, line.digest
    told = overtaken(
        app,
        lambda: office.approve(line),
        lambda: approving.return_line(
            actor=office.other,  # type: ignore[attr-defined]
            line_id=line_id,
            seen=seen,
            reason="材料不清楚",
            now=NOW,
        ),
    )
    assert told == "这项奖补现在不在待审批，不能退回"
    assert [line.state for line in fresh()] == ["approved", "proposed"]


def test_an_approval_never_takes_what_was_evaluated_meanwhile(app: Flask, office: Office) -> None:
    line = fresh()[0]
    line_id, seen = line.id, line.digest
    evidence_id = db.session.scalars(select(Evidence.id)).one()
    approved: list[bool] = []

    def second() -> None:
        approved.append(
            approving.approve(actor=office.approver, line_id=line_id, seen=seen, now=NOW)
        )

    def first() -> None:
        values = {"dated": DAY, "document_no": "回单 0601", "prize_paid": "9000"}
        evidence_service.correct(
            actor=office.officer,
            evidence_id=evidence_id,
            statement=statements.read(
                actor=office.officer, kind="prize_paid", values=values, now=NOW
            ),
            reason="银行回单的金额看错了",
            seen=1,
            now=NOW,
        )
        office.evaluate()

    assert overtaken(app, first, second) == ""
    assert approved == [False]
    assert fresh()[0].state == "proposed"


def test_two_sheets_never_hold_the_same_line(app: Flask, office: Office) -> None:
    with db.unit():
        for line in the_lines():
            office.approve(line)
    root = app.extensions["settings"].files
    ids = [line.id for line in fresh()]
    told = overtaken(
        app,
        lambda: sheet_of(office, ids, root),
        lambda: sheet_of(office, ids[1:], root),
    )
    assert told == "JB000002 已列入一份发放表"
    assert [line.state for line in fresh()] == ["on_sheet", "on_sheet"]
    assert len(db.session.scalars(select(SheetRow)).all()) == 2
    assert len(list(root.glob("*/*.sealed"))) == 1


def test_two_sheets_of_different_lines_get_two_numbers(app: Flask, office: Office) -> None:
    with db.unit():
        for line in the_lines():
            office.approve(line)
    root = app.extensions["settings"].files
    ids = [line.id for line in fresh()]
    told = overtaken(
        app,
        lambda: sheet_of(office, ids[:1], root),
        lambda: sheet_of(office, ids[1:], root),
    )
    assert told == ""
    db.session.rollback()
    made = db.session.scalars(select(PayoutSheet).order_by(PayoutSheet.serial)).all()
    assert [sheet.number for sheet in made] == ["FF2026-001", "FF2026-002"]
