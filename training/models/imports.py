"""An uploaded roster or pairing workbook: what the dry run found, and whether it was written."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Row, UtcDateTime
from training.models.classes import TrainingClass
from training.models.mentorship import MentorshipRound


class ImportJob(Row):
    """One upload, for a class or for a pairing round. The file lies in the store under its sha256.

    `report` = {"issues": [{sheet, row, column, value, code, text}], "ignored": [heading], …}; values
    are masked. `counts` = {"new", "update", "unchanged", "errors", "warnings", "rows"}.
    """

    __tablename__ = "training_import_job"
    __table_args__ = (
        CheckConstraint("state IN ('parsed', 'applied')", name="state"),
        CheckConstraint("(class_id IS NULL) <> (round_id IS NULL)", name="subject"),
    )

    class_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_class.id"), index=True)
    round_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("training_mentorship_round.id"), index=True
    )
    file_sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default="parsed")
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    by_label: Mapped[str] = mapped_column(String(60))
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    training_class: Mapped[TrainingClass | None] = relationship()
    round: Mapped[MentorshipRound | None] = relationship()
