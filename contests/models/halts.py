"""Side exits: a contest or track that is suspended or cancelled, a panel that is opened again by two."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contests.models.editions import Contest, Track
from contests.models.judging import Panel
from core.append_only import append_only
from core.db import Row, UtcDateTime, explain


class Halt(Row):
    """暂停 or 取消 of one track, or of the whole contest (no track). A suspension ends when another person
    resumes, with a reason; a cancellation stays."""

    __tablename__ = "contests_halt"
    __table_args__ = (
        CheckConstraint("kind IN ('suspended', 'void')", name="kind"),
        CheckConstraint("kind = 'suspended' OR resumed_at IS NULL", name="void_stays"),
        Index(
            "uq_contests_halt_track",
            "track_id",
            "kind",
            unique=True,
            sqlite_where=text("resumed_at IS NULL"),
            postgresql_where=text("resumed_at IS NULL"),
        ),
        Index(
            "uq_contests_halt_contest",
            "contest_id",
            "kind",
            unique=True,
            sqlite_where=text("resumed_at IS NULL AND track_id IS NULL"),
            postgresql_where=text("resumed_at IS NULL AND track_id IS NULL"),
        ),
    )
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"), index=True)
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("contests_track.id"))
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    by_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    by_label: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    resumed_by: Mapped[str] = mapped_column(String(60), default="")
    resumed_why: Mapped[str] = mapped_column(String(200), default="")
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contest: Mapped[Contest] = relationship()
    track: Mapped[Track | None] = relationship()


@append_only
class Reopening(Row):
    """A word of one person that a closed panel should be opened again. It counts once somebody of another
    role has confirmed it: that row names the first in `answers_id`. A second row that says "dropped" sets
    the word aside."""

    __tablename__ = "contests_reopening"
    __table_args__ = (
        UniqueConstraint("answers_id"),
        CheckConstraint("kind IN ('proposed', 'confirmed', 'dropped')", name="kind"),
        CheckConstraint("role IN ('chief_judge', 'contest_office', 'supervisor')", name="role"),
        CheckConstraint("(kind = 'proposed') = (answers_id IS NULL)", name="answer"),
    )
    opaque_id = True

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("contests_panel.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    by_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    by_label: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("contests_reopening.id"))

    panel: Mapped[Panel] = relationship()


explain("uq_contests_halt_track", "刚有人也办理了暂停或取消，请刷新页面", "place")
explain("uq_contests_halt_contest", "刚有人也办理了暂停或取消，请刷新页面", "place")
explain("uq_contests_reopening_answers_id", "这次重新开放刚有人办理，请刷新页面", None)
