"""Blind indexes: how a login, a document or a phone is found without being readable."""

from __future__ import annotations

from core.vault import vault
from people.identifiers import IdNumber


def login_index(login: str) -> str:
    """Of a phone number or staff name."""
    return vault().index("login", login.strip().lower())


def document_index(number: IdNumber) -> str:
    """Of a document; it makes a person unique."""
    return vault().index("document", f"{number.kind}:{number.number}")


def phone_index(phone: str) -> str:
    """Of a normalised phone number."""
    return vault().index("phone", phone)
