"""What people enter between stages and beside the marks: who takes part against the cut, penalties."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.append_only import append_only
from core.db import Row, UtcDateTime, explain


@append_only
class StageAdmission(Row):
    """递补, 外卡, 弃权: an entry takes part in a later stage against the cut, or does not; None takes an
    earlier word back. The latest version counts."""

    __tablename__ = "contests_stage_admission"
    __table_args__ = (UniqueConstraint("stage_id", "entry_id", "version"),)

    stage_id: Mapped[UUID] = mapped_column(ForeignKey("contests_stage.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("contests_entry.id"), index=True)
    takes_part: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    entered_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@append_only
class AdjustmentAct(Row):
    """One penalty or bonus on a performance, in thousandths as entered (a penalty is positive), with its
    reason; an act that `cancels` another takes it back and has no size. Marks are never edited."""

    __tablename__ = "contests_adjustment_act"
    __table_args__ = (UniqueConstraint("cancels_id"),)
    opaque_id = True

    performance_id: Mapped[UUID] = mapped_column(ForeignKey("contests_performance.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    milli: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    cancels_id: Mapped[UUID | None] = mapped_column(ForeignKey("contests_adjustment_act.id"))
    entered_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


explain(
    "uq_contests_stage_admission_stage_id_entry_id_version",
    "刚有人也改了这份报名能否参加这个阶段，请重新打开页面核对",
    None,
)
explain("uq_contests_adjustment_act_cancels_id", "这一次加减分已经撤销", None)
