"""What the chief judge tells a contestant in private."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.append_only import append_only
from core.db import Row, UtcDateTime, explain


@append_only
class Feedback(Row):
    """评语 on one performance, in the name of the panel; the latest version counts. Read by its contestant
    once the result is released, where the office has opened feedback."""

    __tablename__ = "contests_feedback"
    __table_args__ = (UniqueConstraint("performance_id", "version"),)

    performance_id: Mapped[UUID] = mapped_column(ForeignKey("contests_performance.id"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(String(600))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    written_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


explain("uq_contests_feedback_performance_id_version", "刚有人也写了评语，请重新打开页面核对", None)
