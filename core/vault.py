"""Sensitive fields: AES-256-GCM bound to their row, and a keyed blind index for look-up.

A ciphertext moved to another row or column does not open: table, column and row id are
authenticated with it. The ID space is small, so the index is an HMAC with a key of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

VERSION = "v1"
NONCE_BYTES = 12


class Vault:
    """Seals and indexes with the keys of this installation."""

    def __init__(self, field_key: bytes, index_key: bytes) -> None:
        self._cipher = AESGCM(field_key)
        self._index_key = index_key

    def seal(self, text: str, place: str) -> str:
        """Encrypt; `place` is table|column|row id. Result: "v1:" + base64(nonce, ciphertext)."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{VERSION}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Decrypt; raises cryptography's InvalidTag when moved or altered."""
        raw = base64.b64decode(sealed.removeprefix(f"{VERSION}:"))
        return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()

    def seal_bytes(self, data: bytes, place: str) -> bytes:
        """Encrypt a file; `place` is what it is bound to. Result: nonce, ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """Decrypt a file; raises cryptography's InvalidTag when moved or altered."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())

    def index(self, kind: str, text: str) -> str:
        """The blind index of a normalised value: 64 hex digits, the same for the same value."""
        return hmac.new(self._index_key, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()


def vault() -> Vault:
    """The vault of the running installation."""
    return current_app.extensions["vault"]


class Sealed:
    """A model attribute whose column holds the ciphertext: `phone = Sealed("phone_sealed")`.

    The row must have its id before a value is set, which `core.db.Row` sees to.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}|{self.column}|{row.id}"

    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return vault().open(sealed, self._place(row)) if sealed else ""

    def __set__(self, row: Any, value: str) -> None:
        setattr(row, self.column, vault().seal(value, self._place(row)) if value else "")
