"""What every answer has: headers, error pages in Chinese, the display settings."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text, update
from sqlalchemy.exc import OperationalError

from core import clock
from core.db import db
from core.web import CSP, file_answer, page_number
from people.models import LoginSession
from tests.pages import CheckedClient, Person
from tests.people import world


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing-here", "/healthz", "/office/audit"])
def test_headers_on_every_answer(client: CheckedClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers  # plain http


def test_pages_of_somebody_are_not_stored(sign_in: Person, client: CheckedClient) -> None:
    assert sign_in("auditor").get("/office/audit").headers["Cache-Control"] == "private, no-store"
    assert client.get("/sign-in").headers["Cache-Control"] == "private, no-cache"


def test_the_cookie_is_closed_to_scripts(client: CheckedClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (RuntimeError("geheim 330802199003071283"), 500, "编号"),
        (OperationalError("SELECT geheim", {}, Exception("locked")), 503, ""),
    ],
)
def test_a_failure_tells_no_secrets(
    app: Flask,
    client: CheckedClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    words: str,
) -> None:
    def fail() -> str:
        raise error

    fail.__access__ = "public"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "core.healthz", fail)
    answer = client.get("/healthz")
    assert answer.status_code == status
    assert "geheim" not in answer.get_data(as_text=True)
    assert "330802" not in answer.get_data(as_text=True)
    assert words in client.text()


def test_the_display_settings_are_kept_in_a_cookie(client: CheckedClient) -> None:
    client.get("/sign-in")
    client.send("/display", size="large", theme="dark")
    client.get("/sign-in")
    assert client.page.html["data-size"] == "large"  # type: ignore[index]
    assert client.page.html["data-theme"] == "dark"  # type: ignore[index]
    client.send("/display", size="huge", next="https://evil.example")
    client.get("/sign-in")
    assert client.page.html["data-size"] == "large"  # type: ignore[index]


def test_health(client: CheckedClient) -> None:
    assert client.get("/healthz").get_data(as_text=True) == "ok\n"
    assert client.get("/readyz").get_data(as_text=True) == "ready\n"


@pytest.mark.parametrize(("asked", "number"), [("0", 1), ("x", 1), ("3", 3), ("9" * 30, 1_000_000)])
def test_page_numbers_stay_within_the_database(app: Flask, asked: str, number: int) -> None:
    with app.test_request_context(f"/?page={asked}"):
        assert page_number() == number


def test_a_page_far_beyond_the_last_is_empty(sign_in: Person) -> None:
    assert sign_in("auditor").get("/office/audit?page=" + "9" * 30).status_code == 200


def test_what_was_typed_does_not_enter_the_log(
    app: Flask,
    client: CheckedClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    typed = "王芳"  # not in the failing line itself: a traceback quotes the source

    def fail() -> str:
        db.session.execute(text("SELECT :name FROM no_such_table"), {"name": typed})
        return ""

    fail.__access__ = "public"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "core.healthz", fail)
    client.get("/healthz")
    assert caplog.records
    assert typed not in caplog.text


def test_a_file_keeps_its_chinese_name_in_a_latin_header(app: Flask) -> None:
    with app.test_request_context():
        answer = file_answer(b"PK", kind="xlsx", filename="发放表 1.xlsx")
    name = answer.headers["Content-Disposition"]
    assert name == "attachment; filename*=UTF-8''%E5%8F%91%E6%94%BE%E8%A1%A8%201.xlsx"
    assert name.encode("latin-1")


@contextmanager
def read_only() -> Iterator[None]:
    """The database of this test takes no writes for a while: a full disk, a standby."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    closed = "PRAGMA query_only = ON" if on_sqlite else "SET default_transaction_read_only = on"
    opened = "PRAGMA query_only = OFF" if on_sqlite else "SET default_transaction_read_only = off"

    def close(connection: Any, *rest: Any) -> None:
        connection.execute(closed)

    event.listen(db.engine, "checkout", close)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", close)
        with db.engine.connect() as connection:
            connection.exec_driver_sql(opened)
            connection.commit()


def test_a_database_that_only_reads_shows_pages_refuses_writes_and_heals(sign_in: Person) -> None:
    office, finance = sign_in("contest_office"), sign_in("finance", name="周莉")
    with db.unit() as session:
        session.execute(update(LoginSession).values(seen=clock.now() - timedelta(minutes=6)))
    path = "/office/organisations/new"
    typed = {"name": "衢州巨化实训基地", "uscc": world.valid_uscc("91330800MA28F1234")}
    with read_only():
        assert office.get(path).status_code == 200
        assert finance.get("/office/audit").status_code == 403
        office.get(path)
        office.send(path, expect=503, county="330802", **typed)
        assert "没有执行" in office.text()
    office.submit(path, county="330802", **typed)


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 503), (errno.ENOENT, 500)])
def test_a_full_disk_is_no_fault_of_the_program(
    app: Flask, client: CheckedClient, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    def fail() -> str:
        raise OSError(number, "geheim")

    fail.__access__ = "public"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "core.healthz", fail)
    assert client.get("/healthz").status_code == status
