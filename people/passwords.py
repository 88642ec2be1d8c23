"""argon2id (19 MiB, t=2, p=1), at most as many at once as the machine can bear."""

from __future__ import annotations

import os
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core.errors import DomainError

MEMORY_KIB = 19 * 1024
SHORTEST_PUBLIC = 8
SHORTEST_STAFF = 12
LONGEST = 128
TOO_COMMON = frozenset(
    """
    12345678 123456789 1234567890 password 11111111 00000000 88888888 66666666 87654321 qwertyui
    qwertyuiop abcd1234 a1234567 1qaz2wsx 123123123 password123 123456789012 111111111111
    qwerty123456 abc123456789
    """.split()
)

_hasher = PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)
_at_once = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) - 1))
_NOBODY = _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """Hash a new password."""
    with _at_once:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Verify; an unknown account costs the same time as a wrong password."""
    with _at_once:
        try:
            return _hasher.verify(stored or _NOBODY, password) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def check_strength(password: str, *, staff: bool, field: str = "password") -> None:
    """Length counts, composition does not. Raises DomainError at `field`."""
    shortest = SHORTEST_STAFF if staff else SHORTEST_PUBLIC
    if len(password) < shortest:
        raise DomainError(f"密码至少 {shortest} 个字符，现在是 {len(password)} 个", field)
    if len(password) > LONGEST:
        raise DomainError(f"密码最多 {LONGEST} 个字符", field)
    if password.lower() in TOO_COMMON or len(set(password)) == 1:
        raise DomainError("这个密码太常见，容易被猜到，请换一个", field)
