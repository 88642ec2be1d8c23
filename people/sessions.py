"""From the cookie to the actor: Flask-Login over our own session rows, one query a request."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import flask_login
from flask import Flask, g
from sqlalchemy import Select, and_, bindparam, select, update
from werkzeug.wrappers import Response

from core import clock
from core.access import Actor, Grant
from core.db import UNAVAILABLE, db
from people import roles
from people.models import Account, LoginSession, RoleGrant
from people.services.sign_in import STEP_UP_VALID, token_hash

SEEN_EVERY = timedelta(minutes=5)
manager = flask_login.LoginManager()


class SignedIn(flask_login.UserMixin):
    """What Flask-Login carries: the token of the cookie and the actor it stands for."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        """The token, never an account id."""
        return self.token


def init_app(app: Flask) -> None:
    """Attach Flask-Login and the loader the gate uses."""
    manager.session_protection = None
    manager.init_app(app)
    app.extensions["load_actor"] = _present_actor
    app.after_request(_note_seen)


def begin(token: str) -> None:
    """Put a fresh token into the cookie; whatever session was there before is left behind."""
    actor = Actor(None, None, None, "")
    flask_login.login_user(SignedIn(token, actor))


def end() -> None:
    """Take the token out of the cookie."""
    flask_login.logout_user()


def _present_actor() -> Actor | None:
    user = flask_login.current_user
    return user.actor if user.is_authenticated else None


@manager.user_loader
def _load(token: str) -> SignedIn | None:
    now = clock.now()
    rows = db.session.execute(_ground(), {"token_hash": token_hash(token)}).all()
    if not rows:
        return None
    found = rows[0]
    if not _alive(found, now):
        g.former_account = found.account_id  # what was typed waits for this account alone
        return None
    if now - found.seen > SEEN_EVERY:
        g.seen = (found.id, now)
    return SignedIn(token, _actor(rows, now))


@cache
def _ground() -> Select[Any]:
    """A session with its account and one row a role; built once, because every request asks it."""
    found: Any = (
        select(
            LoginSession.id,
            LoginSession.account_id,
            LoginSession.seat_id,
            LoginSession.seat_contest,
            LoginSession.person_id,
            LoginSession.label,
            LoginSession.seen,
            LoginSession.ends,
            LoginSession.ended_at,
            LoginSession.idle_seconds,
            LoginSession.stepped_up_at,
            Account.label.label("account_label"),
            Account.person_id.label("account_person"),
            Account.disabled_at,
            Account.totp_sealed,
            RoleGrant.role,
            RoleGrant.scope,
            RoleGrant.scope_id,
        )
        .outerjoin(Account, Account.id == LoginSession.account_id)
        .outerjoin(
            RoleGrant, and_(RoleGrant.account_id == Account.id, RoleGrant.ended_at.is_(None))
        )
        .where(LoginSession.token_hash == bindparam("token_hash"))
    )
    return found


def _alive(row: Any, now: datetime) -> bool:
    idle_since = now - timedelta(seconds=row.idle_seconds)
    return (
        row.ended_at is None
        and row.disabled_at is None
        and now < row.ends
        and row.seen > idle_since
    )


def _actor(rows: Any, now: datetime) -> Actor:
    found = rows[0]
    grants = tuple(Grant(row.role, row.scope, row.scope_id) for row in rows if row.role is not None)
    if found.seat_id:
        grants = (Grant("judge", "contest", found.seat_contest),)
    stepped = found.stepped_up_at is not None and now - found.stepped_up_at < STEP_UP_VALID
    held = frozenset(grant.role for grant in grants)
    staff = roles.is_staff(held)
    return Actor(
        account_id=found.account_id,
        person_id=found.account_person if found.account_id else found.person_id,
        session_id=found.id,
        label=found.account_label or found.label,
        grants=grants,
        seat_id=found.seat_id,
        stepped_up=stepped,
        must_set_up=staff and not found.totp_sealed,
        roles_text=roles.labels(held),
    )


def _note_seen(response: Response) -> Response:
    """At most every five minutes, in a unit of its own after the answer is decided. A database that
    only reads still shows its pages."""
    noted: tuple[UUID, datetime] | None = g.pop("seen", None)
    if noted and g.get("actor"):
        with suppress(*UNAVAILABLE), db.unit() as session:
            session.execute(
                update(LoginSession).where(LoginSession.id == noted[0]).values(seen=noted[1])
            )
    return response
