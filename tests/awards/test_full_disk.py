"""A payout sheet on a full disk: no sheet, no half file, no line held."""

from __future__ import annotations

from flask import Flask

from awards.models import PayoutSheet
from core import audit
from core.db import db
from core.web import NO_DISK
from tests import disks
from tests.awards.factories import SETTINGS, Office, make_person, make_result, pay_to, the_lines
from tests.pages import Person

PATH = "/office/awards/sheets/new"


def test_a_sheet_that_finds_no_room_is_told_and_holds_no_line(app: Flask, sign_in: Person) -> None:
    with db.unit():
        office = Office()
        office.settle(**SETTINGS)
        wang = make_person("王芳")
        make_result([wang])
        office.voucher("QZ26-0001", "5000")
        pay_to(wang)
        office.approve(the_lines()[0])
        chosen = [str(line.id) for line in the_lines()]
    root = app.extensions["settings"].files
    before = {path for path in root.rglob("*") if path.is_file()}
    officer = sign_in("award_officer", name="李工", stepped_up=True)
    officer.get(PATH)
    with disks.full():
        officer.send(PATH, expect=503, lines=chosen)
    assert NO_DISK in officer.text()
    db.session.expire_all()
    assert ([line.state for line in the_lines()], db.session.query(PayoutSheet).all()) == (
        ["approved"],
        [],
    )
    assert {path for path in root.rglob("*") if path.is_file()} == before
    assert list(audit.verify(db.session())) == []
    db.session.rollback()
    officer.submit(PATH, lines=chosen)
    db.session.expire_all()
    assert [line.state for line in the_lines()] == ["on_sheet"]
