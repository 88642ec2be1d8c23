"""What kind of installation this database is: demo, production or test. Set once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import UtcDateTime, db
from core.errors import DomainError


class Installation(db.Model):  # type: ignore[name-defined]
    """The one row that says which mode the database was made for."""

    __tablename__ = "core_installation"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mode: Mapped[str] = mapped_column(String(12))
    created: Mapped[datetime] = mapped_column(UtcDateTime)


def settle_mode(session: Session, *, mode: str, now: datetime) -> str:
    """Write the mode into a new database; refuse to run an existing one in another mode."""
    found = session.get(Installation, 1)
    if found is None:
        session.add(Installation(id=1, mode=mode, created=now))
        session.flush()
    elif found.mode != mode:
        raise DomainError(
            f"这个数据库是 {found.mode} 模式建立的，不能以 {mode} 模式运行。请核对 SAIXUN_MODE 和数据库地址。"
        )
    return mode


def stored_mode(session: Session) -> str | None:
    """The mode of this database, or None before the first migration settled it."""
    return session.scalar(select(Installation.mode))
