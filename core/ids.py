"""Primary keys, made before insert: field encryption is bound to them and bulk inserts need no read-back."""

from __future__ import annotations

import os
import time
from uuid import UUID, uuid4


def opaque() -> UUID:
    """A random key (version 4) for rows that a scoring role or the public may see."""
    return uuid4()


def ordered() -> UUID:
    """A key that sorts by time (version 7, RFC 9562): index pages stay warm."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def is_key(text: str) -> bool:
    """Whether a text is a key in its one written form; tokens that a browser sends are checked."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
