"""Converters are named after the models."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from core.audit import AuditEntry
from core.urls import converter_name
from people.models import IdentityClaim, Person


def test_names() -> None:
    names = [converter_name(model) for model in (Person, IdentityClaim, AuditEntry)]
    assert names == ["person", "identity_claim", "audit_entry"]


def test_a_malformed_id_reaches_no_view(shared_app: Flask) -> None:
    adapter = shared_app.url_map.bind("localhost")
    key = uuid4()
    assert adapter.match(f"/office/persons/{key}") == ("people.person", {"person_id": key})
    for wrong in ("1", "x", f"{key}x", key.hex):
        with pytest.raises(NotFound):
            adapter.match(f"/office/persons/{wrong}")
