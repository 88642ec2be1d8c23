"""The checked client: every answer of every test is held to the house rules.

Well-formed HTML, lang, one h1 that starts the title, unique ids, a label for each control, CSRF in
each POST form, no inline script or style, security headers; no uncommitted change, no write on GET.
"""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any

import html5lib
from bs4 import BeautifulSoup
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from core import clock
from core.db import db
from people.models import Account, LoginSession, RoleGrant
from people.services import accounts as account_services
from people.services import sign_in as sign_in_services

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b.*?\b(\w+)", re.IGNORECASE)
WRITTEN_ON_GET = {
    "people_login_session",
    "core_audit_entry",
    "core_audit_head",
    "people_sign_in_attempt",
}
"""Last-seen, denials, codes that nobody has: the only writes a GET may cause, each in a unit of its own."""
LABELLED = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea"


class Watch:
    """Listens to the database while a test runs: statements, and flushes left uncommitted."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.statements: list[str] = []
        self.dirty: set[int] = set()
        app.extensions["watch"] = self

    def __enter__(self) -> Watch:
        event.listen(db.engine, "before_cursor_execute", self._executed)
        event.listen(Session, "after_flush", self._flushed)
        event.listen(Session, "after_commit", self._done)
        event.listen(Session, "after_rollback", self._done)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        event.remove(db.engine, "before_cursor_execute", self._executed)
        event.remove(Session, "after_flush", self._flushed)
        event.remove(Session, "after_commit", self._done)
        event.remove(Session, "after_rollback", self._done)

    def _executed(self, conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        self.statements.append(statement)

    def _flushed(self, session: Session, context: Any) -> None:
        self.dirty.add(id(session))

    def _done(self, session: Session) -> None:
        self.dirty.discard(id(session))


class CheckedClient(FlaskClient):
    """A test client that looks at what it gets. `page` is the last HTML as a tree; with
    `reads_pages` off it looks at the answer's head only (for thousands of refusals)."""

    reads_pages = True

    def open(self, *args: Any, **kwargs: Any) -> Any:
        watch: Watch = self.application.extensions["watch"]
        db.session.rollback()
        watch.statements.clear()
        watch.dirty.clear()
        for name in list(g):  # the test's context stays open: each request starts with nothing
            g.pop(name)
        response = super().open(*args, **kwargs)
        assert not watch.dirty, "the request left uncommitted changes"
        db.session.rollback()
        self.queries = len(
            [text for text in watch.statements if text.lstrip().upper().startswith("SELECT")]
        )
        if response.request.method == "GET":
            written = {found[2] for text in watch.statements if (found := _write_of(text))}
            assert written <= WRITTEN_ON_GET, f"GET wrote {written - WRITTEN_ON_GET}"
        check_headers(response)
        if (
            self.reads_pages
            and response.mimetype == "text/html"
            and response.data
            and response.status_code not in _MOVED
        ):
            self.page = check_page(response.get_data(as_text=True))
        return response

    def submit(self, path: str, *, expect: int = 303, **fields: Any) -> Any:
        """Open a form, fill it and send it with its own hidden fields, as a browser does."""
        opened = self.get(path)
        assert opened.status_code == 200, (path, opened.status_code)
        return self.send(path, expect=expect, **fields)

    def send(self, path: str, *, expect: int = 303, **fields: Any) -> Any:
        """POST the form of the page last opened (the one whose action is `path` or empty)."""
        data = hidden_fields(self.page, path) | fields
        response = self.post(path, data=data, content_type="multipart/form-data")
        shown = self.page.select_one("#errors") if response.status_code == 422 else None
        assert response.status_code == expect, (response.status_code, shown and shown.get_text())
        return response

    def text(self, selector: str = "main") -> str:
        """The text of a part of the last page, white space folded."""
        return re.sub(
            r"\s+", " ", " ".join(part.get_text(" ") for part in self.page.select(selector))
        ).strip()

    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return [item.get_text(strip=True) for item in self.page.select("#errors li")]


_MOVED = {301, 302, 303, 307, 308}


def _write_of(statement: str) -> re.Match[str] | None:
    text = re.sub(r"\b(INTO|FROM)\b", " ", statement, flags=re.IGNORECASE)
    return WRITES.match(text)


def hidden_fields(page: BeautifulSoup, path: str) -> dict[str, str]:
    """The hidden inputs of the form on this page that posts to `path`."""
    forms = [
        form
        for form in page.select("form[method=post]")
        if form.select_one("input[name=form_token]") or form.get("action") == path
    ]
    wanted = [form for form in forms if form.get("action") == path] or [
        form for form in forms if not form.get("action")
    ]
    assert wanted, f"no form for {path} on this page"
    return {
        str(item["name"]): str(item.get("value", ""))
        for item in wanted[0].select("input[type=hidden]")
    }


def check_headers(response: Any) -> None:
    """On every answer, 404 and 500 included."""
    policy = response.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers.get("X-Content-Type-Options") == "nosniff"


def check_page(text: str) -> BeautifulSoup:
    """Parse strictly and hold the page to the house rules."""
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(text)
    page = BeautifulSoup(text, "html.parser")
    assert page.html is not None
    assert page.html.get("lang") == "zh-CN"
    headings = page.select("h1")
    assert len(headings) == 1, [heading.get_text() for heading in headings]
    title = page.title.get_text(strip=True) if page.title else ""
    assert title.startswith(headings[0].get_text(strip=True)), title
    _check_ids(page)
    _check_controls(page)
    for form in page.select("form[method=post]:not([action='/display'])"):
        assert form.select_one("input[name=csrf_token]"), f"no CSRF token: {form.get('action')}"
    assert not page.select("[style]"), page.select("[style]")[:1]
    assert not [
        s for s in page.select("script") if not s.get("src") and s.get("type") != "application/json"
    ]
    assert not page.select("style")
    handlers = [tag for tag in page.select("*") for name in tag.attrs if name.startswith("on")]
    assert not handlers, handlers[:1]
    return page


def _check_ids(page: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in page.select("[id]")]
    assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
    for tag in page.select("[aria-describedby], [aria-labelledby], label[for]"):
        named = " ".join(
            str(tag.get(name, "")) for name in ("aria-describedby", "aria-labelledby", "for")
        )
        missing = set(named.split()) - set(ids)
        assert not missing, f"{missing} named by {tag.name} but not on the page"


def _check_controls(page: BeautifulSoup) -> None:
    for control in page.select(LABELLED):
        named = (
            control.get("aria-label")
            or control.get("aria-labelledby")
            or control.find_parent("label")
        )
        labelled = named or page.select_one(f'label[for="{control.get("id")}"]')
        assert labelled, f"no label for {control}"


class Person:
    """Signs somebody in without the door, through the same session rows. Accounts are made once a
    test and role, so that two clients may be the same official."""

    SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.made: dict[tuple[str, ...], Account] = {}

    def __call__(
        self,
        *roles: str,
        name: str = "测试员",
        scope: str = "city",
        scope_id: object = "",
        person_id: Any = None,
        stepped_up: bool = False,
    ) -> CheckedClient:
        """A client whose cookie holds a fresh session of an account with these roles."""
        key = (*roles, name, scope, str(scope_id))
        now = clock.now()
        with db.unit() as session:
            if key not in self.made:
                self.made[key] = self._make(key, roles, name, scope, str(scope_id), person_id)
            account = session.merge(self.made[key])
            token = sign_in_services.open_session(account=account, staff=False, now=now)
            if stepped_up:
                hashed = sign_in_services.token_hash(token)
                row = session.query(LoginSession).filter_by(token_hash=hashed).one()
                row.stepped_up_at = now
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        client.account_id = account.id  # type: ignore[attr-defined]
        return client  # type: ignore[return-value]

    def _make(
        self,
        key: tuple[str, ...],
        roles: tuple[str, ...],
        name: str,
        scope: str,
        scope_id: str,
        person_id: Any,
    ) -> Account:
        account = account_services.create_account(
            actor=None,
            login="-".join(key),
            label=name,
            password_hash="unused",
            now=clock.now(),
        )
        account.person_id = person_id
        account.totp_secret = self.SECRET
        for role in roles:
            account.grants.append(
                RoleGrant(role=role, scope=scope, scope_id=scope_id, granted_at=clock.now())
            )
        return account
