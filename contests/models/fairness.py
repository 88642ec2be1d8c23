"""Fairness: seeds that are fixed before the draw, and the layers of codes that hide who performs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contests.models.editions import Contest, Stage, Track
from contests.models.judging import Panel
from core.db import Row, UtcDateTime, explain


class DrawCommitment(Row):
    """The secret of a draw, fixed and its SHA-256 published before anybody draws; the first panel that is
    drawn afterwards uses it up."""

    __tablename__ = "contests_draw_commitment"
    __table_args__ = (
        UniqueConstraint("track_id", "stage_id", "serial"),
        UniqueConstraint("panel_id"),
    )

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"), index=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("contests_track.id"))
    stage_id: Mapped[UUID] = mapped_column(ForeignKey("contests_stage.id"))
    serial: Mapped[int]
    secret: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    panel_id: Mapped[UUID | None] = mapped_column(ForeignKey("contests_panel.id"))

    contest: Mapped[Contest] = relationship()
    track: Mapped[Track] = relationship()
    stage: Mapped[Stage] = relationship()
    panel: Mapped[Panel | None] = relationship()


class BlindLayer(Row):
    """一次、二次、三次加密: the codes of this layer follow from those of the layer below (the first: from
    the 准考证号) and a secret that its custodian alone sees used. Opened again from the last to the
    first once the result is signed."""

    __tablename__ = "contests_blind_layer"
    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        UniqueConstraint("panel_id", "custodian_id"),
        CheckConstraint("number BETWEEN 1 AND 3", name="number"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("contests_panel.id"))
    number: Mapped[int]
    secret: Mapped[str] = mapped_column(String(64))
    custodian_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    custodian: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(String(60), default="")
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why somebody else than the custodian opened it."""


explain(
    "uq_contests_draw_commitment_track_id_stage_id_serial", "刚有人也公布了抽签承诺，请刷新页面"
)
explain("uq_contests_draw_commitment_panel_id", "这份抽签承诺刚被用掉，请刷新页面")
explain("uq_contests_blind_layer_panel_id_number", "这一层刚有人加密，请刷新页面")
explain("uq_contests_blind_layer_panel_id_custodian_id", "一个人只能保管一层，请另一位加密裁判来做")
