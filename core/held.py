"""A POST whose session has ended loses nothing: its text waits, encrypted, for one hour.

Files and passwords are not kept. After sign-in the form opens at the same address with
`?held=<form token>` and comes back filled.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import ids
from core.db import UtcDateTime, db
from core.vault import vault

KEPT_FOR = timedelta(hours=1)
LARGEST = 200_000
LONGEST_PATH = 400
NEVER_KEPT = ("password", "code", "pin", "csrf_token")


class HeldPost(db.Model):  # type: ignore[name-defined]
    """The fields of one interrupted form."""

    __tablename__ = "core_held_post"

    token: Mapped[str] = mapped_column(String(36), primary_key=True)
    path: Mapped[str] = mapped_column(String(LONGEST_PATH))
    fields_sealed: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


def keep(
    session: Session,
    *,
    token: str,
    path: str,
    fields: list[tuple[str, str]],
    now: datetime,
    owner: str = "",
) -> bool:
    """Hold the fields; False when the token is not one of ours or they are too many to hold.

    `owner` is the account that typed them, "" where nobody knows: sealed in, so that only the same
    account reads them, also where two people share a computer.
    """
    kept = [(name, text) for name, text in fields if not name.startswith(NEVER_KEPT)]
    too_long = sum(len(text) for _, text in kept) > LARGEST or len(path) > LONGEST_PATH
    if not ids.is_key(token) or too_long:
        return False
    session.execute(delete(HeldPost).where((HeldPost.until < now) | (HeldPost.token == token)))
    sealed = vault().seal(json.dumps(kept, ensure_ascii=False), _place(token, path, owner))
    session.add(HeldPost(token=token, path=path, fields_sealed=sealed, until=now + KEPT_FOR))
    session.flush()
    return True


def recall(
    session: Session, *, token: str, path: str, now: datetime, owner: str = ""
) -> list[tuple[str, str]]:
    """The held fields of this form at this address, or nothing; those of `owner` or of nobody."""
    held = session.scalar(select(HeldPost).where(HeldPost.token == token, HeldPost.until >= now))
    if held is None or held.path != path:
        return []
    for whose in (owner, ""):
        try:
            opened = vault().open(held.fields_sealed, _place(token, path, whose))
        except InvalidTag:
            continue
        return [(name, text) for name, text in json.loads(opened)]
    return []


def _place(token: str, path: str, owner: str) -> str:
    return f"core_held_post|fields|{token}|{path}|{owner}"
