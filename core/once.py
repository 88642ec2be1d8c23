"""Each mutating request happens once: one table for form tokens and device operations.

Same key and same body: the first result again. Same key, other body: refused (409).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import UtcDateTime, db, insert_unless_there
from core.errors import SameKeyOtherBody


class Operation(db.Model):  # type: ignore[name-defined]
    """A request that was carried out, and what it answered."""

    __tablename__ = "core_operation"

    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    actor: Mapped[str] = mapped_column(String(36))
    endpoint: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    result: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def claim(
    session: Session, *, key: str, actor: str, endpoint: str, digest: str, now: datetime
) -> Any | None:
    """Take the key for this unit. Returns None when it was free, else the earlier result.

    Two requests with one key queue at the unique key, not at a look-up. Raises SameKeyOtherBody.
    """
    row = {"key": key, "actor": actor, "endpoint": endpoint, "digest": digest, "at": now}
    if insert_unless_there(session, Operation, {**row, "result": None}):
        return None
    earlier = session.execute(
        select(Operation.actor, Operation.endpoint, Operation.digest, Operation.result).where(
            Operation.key == key
        )
    ).one()
    if (earlier.actor, earlier.endpoint, earlier.digest) != (actor, endpoint, digest):
        raise SameKeyOtherBody(
            "这份表已经提交过一次，第二次的内容与第一次不同，没有保存。请重新打开页面，核对后再修改。"
        )
    return earlier.result


def settle(session: Session, *, key: str, result: Any) -> None:
    """Keep what the request answered."""
    session.execute(update(Operation).where(Operation.key == key).values(result=result))
