"""Canonical JSON: one text for one value, so that equal values have equal hashes."""

from __future__ import annotations

import hashlib
import json


def text(value: object) -> str:
    """The JSON of a value with sorted keys, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """The sha256 of the canonical JSON of a value, in hexadecimal."""
    return hashlib.sha256(text(value).encode()).hexdigest()
