"""The gate: where it sends people, and what it writes down."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select

from core.audit import AuditEntry
from core.db import db
from core.gate import safe_next
from tests.pages import CheckedClient, Person


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/me/profile?page=2", "/me/profile?page=2"),
        ("https://evil.example/", ""),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("\\\\evil.example", ""),
        ("javascript:alert(1)", ""),
        ("/\t/evil.example", ""),
        ("me", ""),
        ("//[", ""),
        ("/\r\nSet-Cookie: a=b", ""),
        ("/me?q=村播", "/me?q=村播"),
        ("", ""),
        (None, ""),
    ],
)
def test_safe_next(address: str | None, kept: str) -> None:
    assert safe_next(address) == kept


def test_a_visitor_is_led_to_the_door_and_back(client: CheckedClient) -> None:
    assert client.get("/office/audit?page=2").location == ("/sign-in?next=/office/audit?page%3D2")
    assert client.post("/office/accounts/new").status_code == 401


def test_a_refusal_is_written_down(sign_in: Person) -> None:
    assert sign_in("finance", name="周莉").get("/office/audit").status_code == 403
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "denied")).one()
    assert (entry.actor_label, entry.subject, entry.changes) == (
        "周莉",
        "GET people.audit_trail",
        {"action": "people.audit"},
    )


def test_an_unmarked_view_is_closed(app: Flask, sign_in: Person, monkeypatch: object) -> None:
    client = sign_in("system_admin")
    view = app.view_functions["people.accounts"]
    marked = view.__dict__.pop("__access__")
    try:
        assert client.get("/office/accounts").status_code == 403
        assert app.test_client().get("/office/accounts").status_code == 403
    finally:
        view.__access__ = marked  # type: ignore[attr-defined]


def test_wrong_methods_and_unknown_addresses_answer_for_themselves(client: CheckedClient) -> None:
    assert client.post("/office/audit").status_code == 405
    assert client.get("/nothing-here").status_code == 404


@pytest.mark.parametrize(
    "path", ["/sign-in?next=%00", "/contests/%00", "/office/audit?stream=a%00"]
)
def test_a_nul_byte_in_the_address_is_refused(client: CheckedClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_nul_byte_in_a_form_or_a_file_name_is_refused(client: CheckedClient) -> None:
    assert client.post("/sign-up", data={"mobile": "139\0"}).status_code == 400
    named = {"file": (io.BytesIO(b"%PDF-1.4"), "证明\0.pdf")}
    assert client.post("/sign-up", data=named).status_code == 400
