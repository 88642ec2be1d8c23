"""Sessions end: by time, by sign-out, by a change of roles, at once and on the server."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.access import Actor, Grant
from core.db import db
from people.models import Account, LoginSession
from people.services import accounts, sign_in
from tests.pages import CheckedClient, Person
from tests.people import world

SECURITY = Actor(uuid4(), None, None, "徐敏", (Grant("security_admin"),))


def entered(app: Flask, account: Account, *, staff: bool, at: datetime) -> CheckedClient:
    """A browser whose session was opened at that moment."""
    with db.unit() as session:
        row = session.get_one(Account, account.id)
        token = sign_in.open_session(account=row, staff=staff, now=at)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("staff", "ago", "alive"),
    [
        (True, timedelta(minutes=29), True),
        (True, timedelta(minutes=31), False),
        (False, timedelta(days=29), True),
        (False, timedelta(days=31), False),
    ],
)
def test_idle_and_absolute_ends(app: Flask, staff: bool, ago: timedelta, alive: bool) -> None:
    account = world.official("auditor") if staff else world.contestant()
    client = entered(app, account, staff=staff, at=clock.now() - ago)
    status = client.get("/office/audit" if staff else "/me/profile").status_code
    assert status == (200 if alive else 302)


def test_an_official_ends_after_twelve_hours_however_busy(app: Flask) -> None:
    client = entered(
        app, world.official("auditor"), staff=True, at=clock.now() - timedelta(hours=12)
    )
    with db.unit() as session:
        session.scalars(select(LoginSession)).one().seen = clock.now()
    assert client.get("/office/audit").status_code == 302


def test_being_seen_is_noted_at_most_every_five_minutes(app: Flask) -> None:
    early = clock.now() - timedelta(minutes=6)
    client = entered(app, world.official("auditor"), staff=True, at=early)
    client.get("/office/audit")
    first = db.session.scalars(select(LoginSession.seen)).one()
    assert first > early
    client.get("/office/audit")
    assert db.session.scalars(select(LoginSession.seen)).one() == first


def test_a_new_role_ends_the_open_sessions(app: Flask) -> None:
    account = world.official("auditor")
    client = entered(app, account, staff=True, at=clock.now())
    assert client.get("/office/audit").status_code == 200
    with db.unit():
        accounts.grant_role(
            actor=SECURITY,
            account=accounts.account_of(account.id),
            role="finance",
            now=clock.now(),
        )
    assert client.get("/office/audit").status_code == 302


def test_a_withdrawn_role_ends_the_open_sessions(app: Flask) -> None:
    account = world.official("auditor")
    client = entered(app, account, staff=True, at=clock.now())
    with db.unit():
        grant = accounts.account_of(account.id).grants[0]
        accounts.end_role(actor=SECURITY, grant=grant, now=clock.now())
    assert client.get("/office/audit").status_code == 302
    assert entered(app, account, staff=True, at=clock.now()).get("/office/audit").status_code == 403


def test_disabling_ends_the_open_sessions(app: Flask) -> None:
    account = world.official("auditor")
    client = entered(app, account, staff=True, at=clock.now())
    with db.unit():
        accounts.disable(
            actor=SECURITY,
            account=accounts.account_of(account.id),
            reason="调离岗位",
            now=clock.now(),
        )
    assert client.get("/office/audit").status_code == 302


def test_a_seat_is_a_judge_of_its_contest_only(app: Flask) -> None:
    seat, contest, judge = uuid4(), uuid4(), world.person("陈评委", 130)
    with db.unit():
        sign_in.open_seat_session(
            seat_id=seat,
            contest_id=contest,
            person_id=judge.id,
            label="3 号评委",
            ends=clock.now() + timedelta(hours=1),
            now=clock.now(),
        )
        sign_in.end_sessions(now=clock.now(), seat_id=seat)
    assert db.session.scalars(select(LoginSession)).one().ended_at is not None


def test_a_forged_cookie_is_nobody(app: Flask, sign_in: Person) -> None:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "guessed"
    assert client.get("/me/profile").status_code == 302


def test_the_masthead_names_the_roles(sign_in: Person) -> None:
    client = sign_in("auditor", name="徐敏")
    client.get("/office/audit")
    assert "徐敏" in client.text(".me")
    assert "审计员" in client.text(".me")


# What is typed survives an ended session


def test_an_expired_post_comes_back_filled_without_the_password(
    app: Flask, client: CheckedClient
) -> None:
    world.contestant("13900000001")
    client.submit("/sign-in", login="13900000001", password=world.PASSWORD)
    client.get("/me/profile")
    with db.unit() as session:
        session.scalars(select(LoginSession)).one().ended_at = clock.now()
    typed = {"name": "王芳", "employer": "莲花镇", "county": "330803", "password": "never kept"}
    answer = client.send("/me/profile", expect=401, **typed)
    assert "填写的文字已经保留" in client.text()
    onward = client.page.select_one("main a.btn")["href"]  # type: ignore[index]
    stored = db.session.execute(db.text("SELECT fields_sealed FROM core_held_post")).scalar_one()
    assert "王芳" not in stored
    came = client.submit(str(onward), login="13900000001", password=world.PASSWORD)
    client.get(came.location)
    assert client.page.select_one("#name")["value"] == "王芳"  # type: ignore[index]
    assert client.page.select_one("#county option[selected]")["value"] == "330803"  # type: ignore[index]
    assert "never kept" not in str(client.page)
    assert answer.status_code == 401


def test_a_stale_csrf_token_keeps_the_text(client: CheckedClient) -> None:
    world.contestant("13900000001")
    client.submit("/sign-in", login="13900000001", password=world.PASSWORD)
    client.get("/me/profile")
    client.send("/me/profile", expect=400, name="王芳", csrf_token="stale")
    back = client.page.select_one("main a.btn")["href"]  # type: ignore[index]
    client.get(str(back))
    assert client.page.select_one("#name")["value"] == "王芳"  # type: ignore[index]


def test_what_an_ended_session_typed_waits_for_its_account_alone(app: Flask) -> None:
    """Two people at one computer: the second signs in and must not read what the first typed."""
    wang, li = world.contestant("13900000001"), world.contestant("13900000002")
    old = entered(app, wang, staff=False, at=clock.now() - timedelta(days=31))
    token = str(uuid4())
    old.post("/me/profile", data={"name": "王芳", "form_token": token})
    for account, shown in ((li, ""), (wang, "王芳")):
        client = entered(app, account, staff=False, at=clock.now())
        client.get(f"/me/profile?held={token}")
        assert client.page.select_one("#name")["value"] == shown  # type: ignore[index]
