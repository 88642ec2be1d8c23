"""What every answer has: headers, error pages in Chinese, the display settings."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.db import db
from core.web import CSP, file_answer, page_number
from tests.pages import CheckedClient, Person


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
    def fail() -> str:
        db.session.execute(text("SELECT :name FROM no_such_table"), {"name": "王芳"})
        return ""

    fail.__access__ = "public"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "core.healthz", fail)
    client.get("/healthz")
    assert caplog.records
    assert "王芳" not in caplog.text


def test_a_file_keeps_its_chinese_name_in_a_latin_header(app: Flask) -> None:
    with app.test_request_context():
        answer = file_answer(b"PK", kind="xlsx", filename="发放表 1.xlsx")
    name = answer.headers["Content-Disposition"]
    assert name == "attachment; filename*=UTF-8''%E5%8F%91%E6%94%BE%E8%A1%A8%201.xlsx"
    assert name.encode("latin-1")
