"""The server is killed in the middle of a roster and of a payout sheet: all or nothing, and no lock."""

from __future__ import annotations

import http.client
import re
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from awards.models import PayoutSheet
from core import audit, clock, files
from core.db import db
from people.models import Person
from tests.awards import factories as awards
from tests.pages import CheckedClient
from tests.pages import Person as SignIn
from tests.training import factories as make
from tests.training import rosters
from tools import environment, servers
from training.models import ImportJob, TrainingClass

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
PATIENCE = 60
"""Seconds: a roster of 10,000 rows takes three on a machine that does nothing else."""


def fatal_post(app: Flask, place: str, client: CheckedClient, path: str, **fields: object) -> None:
    """Start a server that dies at `place`, send it the form at `path`, see it die."""
    folder, url = app.extensions["settings"].instance, app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-m", "tests.mortal_server", str(folder), url, place]
    environ = environment.child_environ() | {"SAIXUN_HOST": "127.0.0.1", "SAIXUN_PORT": "0"}
    cookie = client.get_cookie("saixun", domain="localhost")
    assert cookie is not None
    headers = {"Cookie": f"saixun={cookie.value}", "Host": "localhost"}
    db.session.remove()
    with servers.running(command, environ) as server, ExitStack() as stack:
        connection = stack.enter_context(
            closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE))
        )
        connection.request("GET", path, headers=headers)
        shown = connection.getresponse()
        page = shown.read().decode()
        if fresh := shown.headers["Set-Cookie"]:  # the session now holds the secret of its forms
            headers["Cookie"] = fresh.partition(";")[0]
        body = urlencode({**dict(HIDDEN.findall(page)), **fields}, doseq=True)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST", path, body, headers)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            raise AssertionError(f"it lives: {connection.getresponse().read().decode()[-2000:]}")


def test_a_roster_of_ten_thousand_is_wholly_out_and_can_be_written_again(
    app: Flask, sign_in: SignIn
) -> None:
    class_id = make.make_class(seats=10_000).id
    job_id = make.dry_run(class_id, rosters.xlsx(rosters.realistic(10_000))).id
    client = sign_in("training_organiser", name="李组织")
    path = f"/office/training/imports/{job_id}"
    fatal_post(app, "training.services.rosters:_write", client, path, rows="all")
    assert db.session.get_one(TrainingClass, class_id).taken == 0
    assert db.session.get_one(ImportJob, job_id).state == "parsed"
    assert (make.enrolled(class_id), people()) == ([], 0)
    assert list(audit.verify(db.session())) == []
    small = make.import_roster(class_id, rosters.xlsx(rosters.realistic(3)))
    assert (small.state, len(make.enrolled(class_id)), people()) == ("applied", 3, 3)
    client.get(path)
    assert "写入" in client.text()


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("os:fsync", [".new-"]),  # the bytes are there, the name is not
        ("core.files:store_sealed", [".sealed"]),  # the file is there, the sheet is not
        ("core.once:settle", [".sealed"]),  # all is there but the commit
    ],
)
def test_a_payout_sheet_is_wholly_out_and_can_be_made_again(
    app: Flask, sign_in: SignIn, place: str, left: list[str]
) -> None:
    with db.unit():
        office = awards.Office()
        office.settle(**awards.SETTINGS)
        wang = awards.make_person("王芳")
        awards.make_result([wang])
        office.voucher("QZ26-0001", "5000")
        awards.pay_to(wang)
        office.approve(awards.the_lines()[0])
        chosen = [str(line.id) for line in awards.the_lines()]
    root = app.extensions["settings"].files
    before = stored(root)
    officer = sign_in("award_officer", name="李工", stepped_up=True)
    path = "/office/awards/sheets/new"
    fatal_post(app, place, officer, path, lines=chosen)
    assert [kind(name) for name in stored(root) - before] == left
    assert db.session.scalars(select(PayoutSheet)).all() == []
    assert [line.state for line in awards.the_lines()] == ["approved"]
    assert list(audit.verify(db.session())) == []
    assert files.damaged(root, app.extensions["vault"]) == []
    officer.submit(path, lines=chosen)
    db.session.expire_all()
    (sheet,) = db.session.scalars(select(PayoutSheet)).all()
    assert len(files.load_sealed(root, sheet.digest, app.extensions["vault"])) == sheet.size
    files.sweep(root, now=clock.now().timestamp() + files.ABANDONED_SECONDS)
    assert {kind(name) for name in stored(root) - before} == {".sealed"}


def stored(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}


def kind(name: str) -> str:
    return next((mark for mark in (".new-", ".sealed") if mark in name), name)
