"""Payout sheets: once, from what was approved, to the fen, and never again for the same line."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from python_calamine import load_workbook

from awards import payout_table
from awards.models import AwardLine, PayoutSheet, SheetRow
from awards.services import sheets
from core import files
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed
from core.vault import vault
from tests.awards.factories import (
    NOW,
    SETTINGS,
    Office,
    id_number,
    make_person,
    make_result,
    pay_to,
    the_lines,
)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    """Three members of a team with accounts, their lines approved."""
    with db.unit():
        made = Office()
        made.settle(**SETTINGS)
        people = [make_person(name) for name in ("王芳", "刘洋", "何明")]
        make_result(people)
        made.voucher("QZ26-0001", "10000")
        for number, person in enumerate(people):
            pay_to(person, f"62220212090001234{number:02d}")
        for line in the_lines():
            made.approve(line)
        yield made


def _make(office: Office, root: Path, lines: list[AwardLine] | None = None) -> PayoutSheet:
    chosen = the_lines("approved") if lines is None else lines
    return sheets.make_sheet(
        actor=office.officer, line_ids=[line.id for line in chosen], root=root, now=NOW
    )


def _rows(root: Path, sheet: PayoutSheet) -> list[list[object]]:
    data = files.load_sealed(root, sheet.digest, vault())
    return load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_a_team_stands_on_the_sheet_to_the_fen(office: Office, tmp_path: Path) -> None:
    sheet = _make(office, tmp_path)
    rows = _rows(tmp_path, sheet)
    assert [row[7] for row in rows[2:6]] == [3333.34, 3333.33, 3333.33, 10000]
    assert rows[0][0] == "衢州市奖补资金发放表"
    assert rows[1] == [column.title for column in payout_table.COLUMNS]
    assert rows[5][8] == "壹万元整"
    assert rows[6][1] == "制表：李工"
    assert rows[7][1] == "发放表编号：FF2026-001"
    assert (sheet.count, sheet.total_fen) == (3, 1_000_000)


def test_the_file_lies_sealed_and_keeps_its_digest(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "sheets"
    sheet = _make(office, root)
    (kept,) = [path for path in root.rglob("*") if path.is_file()]
    assert kept.name == f"{sheet.digest}.sealed"
    assert kept.read_bytes().find(b"PK\x03\x04") == -1
    taken = sheets.download(actor=office.officer, sheet_id=sheet.id, root=root, now=NOW)
    assert (hashlib.sha256(taken.data).hexdigest(), len(taken.data)) == (sheet.digest, sheet.size)


def test_numbers_that_are_names_stay_text(office: Office, tmp_path: Path) -> None:
    rows = _rows(tmp_path, _make(office, tmp_path))
    assert [rows[2][place] for place in (3, 10, 12)] == [
        id_number("王芳"),
        "103341000018",
        "6222021209000123400",
    ]


def test_the_file_is_written_once_and_served_as_stored(office: Office, tmp_path: Path) -> None:
    sheet = _make(office, tmp_path)
    first = sheets.download(actor=office.officer, sheet_id=sheet.id, root=tmp_path, now=NOW)
    assert hashlib.sha256(first.data).hexdigest() == sheet.digest
    assert (first.filename, len(first.data)) == ("发放表-FF2026-001.xlsx", sheet.size)


def test_a_line_goes_on_one_sheet_only(office: Office, tmp_path: Path) -> None:
    lines = the_lines("approved")
    _make(office, tmp_path, lines)
    with pytest.raises(DomainError, match="已列入一份发放表"):
        _make(office, tmp_path, lines[:1])


def test_the_database_holds_a_line_to_one_live_sheet(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="列入了另一份发放表"):
        _stand_twice(tmp_path)


def _stand_twice(root: Path) -> None:
    """Past the service."""
    with db.unit() as session:
        office = Office()
        office.settle(**SETTINGS)
        person = make_person("王芳")
        make_result([person])
        office.voucher("QZ26-0001", "5000")
        pay_to(person)
        office.approve(the_lines()[0])
        (row,) = _make(office, root).rows
        same = {name: getattr(row, name) for name in ("sheet_id", "line_id", "account_id", "name")}
        session.add(SheetRow(**same, position=2, item="", clause="", county="", fen=500000))


def test_nothing_chosen_and_unknown_lines_are_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="至少选择一项"):
        _make(office, tmp_path, [])
    with pytest.raises(DomainError, match="已不存在"):
        sheets.make_sheet(
            actor=office.officer, line_ids=[office.officer.account_id], root=tmp_path, now=NOW
        )


def test_without_an_account_a_line_waits(app: Flask, tmp_path: Path) -> None:
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        make_result([make_person("王芳")])
        office.voucher("QZ26-0001", "5000")
        office.approve(the_lines()[0])
        with pytest.raises(DomainError, match="还没有填写收款账户"):
            _make(office, tmp_path)


def test_who_approved_does_not_make_the_sheet(office: Office, tmp_path: Path) -> None:
    both = Actor(office.approver.account_id, None, None, "陈静", office.officer.grants)
    ids = [line.id for line in the_lines("approved")]
    with pytest.raises(NotAllowed):
        sheets.make_sheet(actor=both, line_ids=ids, root=tmp_path, now=NOW)


def test_a_payee_does_not_make_the_sheet(office: Office, tmp_path: Path) -> None:
    line = the_lines("approved")[0]
    payee = Actor(office.officer.account_id, line.person_id, None, "王芳", office.officer.grants)
    with pytest.raises(NotAllowed):
        sheets.make_sheet(actor=payee, line_ids=[line.id], root=tmp_path, now=NOW)


def test_what_changed_since_the_approval_does_not_go_on_a_sheet(app: Flask, tmp_path: Path) -> None:
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        person = make_person("王芳")
        notice = make_result([person])
        office.voucher("QZ26-0001", "5000")
        pay_to(person)
        office.approve(the_lines()[0])
        notice.withdrawn_at = NOW
        with pytest.raises(DomainError, match="请先重新测算"):
            _make(office, tmp_path, the_lines())
        assert db.session.query(PayoutSheet).count() == 0


def test_a_renamed_person_needs_a_matching_account(office: Office, tmp_path: Path) -> None:
    line = the_lines("approved")[0]
    line.person.name = "王方"
    with pytest.raises(DomainError, match="户名"):
        _make(office, tmp_path, [line])


def test_a_voided_sheet_frees_its_lines_for_a_new_approval(office: Office, tmp_path: Path) -> None:
    sheet = _make(office, tmp_path)
    with pytest.raises(NotAllowed):
        sheets.void_sheet(actor=office.officer, sheet_id=sheet.id, reason="账户有误", now=NOW)
    sheets.void_sheet(actor=office.approver, sheet_id=sheet.id, reason="账户有误", now=NOW)
    assert [(line.state, line.fen) for line in the_lines()] == [
        ("proposed", 333334),
        ("proposed", 333333),
        ("proposed", 333333),
    ]
    for line in the_lines():
        assert office.approve(line)
    assert _make(office, tmp_path).number == "FF2026-002"
    with pytest.raises(DomainError, match="已经作废"):
        sheets.void_sheet(actor=office.approver, sheet_id=sheet.id, reason="再来一次", now=NOW)


def test_the_sheet_names_the_end_of_the_audit_chain(app: Flask, tmp_path: Path) -> None:
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        person = make_person("王芳")
        make_result([person])
        office.voucher("QZ26-0001", "5000")
        pay_to(person)
        office.approve(the_lines()[0])
    with db.unit():
        sheet = _make(office, tmp_path)
        assert sheet.audit_head.startswith("awards 第 ")
        assert len(sheet.audit_head.split(" ")[-1]) == 32
        assert _rows(tmp_path, sheet)[5][4] == f"审计链：{sheet.audit_head}"
