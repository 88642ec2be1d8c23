"""Payout sheets (发放表): written once, with their rows as they were."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from awards.models.lines import AwardLine
from awards.models.payees import PayeeAccount
from core.db import Row, UtcDateTime, explain


class PayoutSheet(Row):
    """One sheet. `digest` is the sha256 of its xlsx, `audit_head` the end of the audit chain when
    it was made: whoever keeps the paper can tell whether the trail was rewritten."""

    __tablename__ = "awards_payout_sheet"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        CheckConstraint("total_fen > 0", name="total"),
        CheckConstraint("voided_by <> made_by", name="second_person"),
    )

    year: Mapped[int]
    serial: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    count: Mapped[int]
    total_fen: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    audit_head: Mapped[str] = mapped_column(String(80))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    made_label: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    voided_label: Mapped[str] = mapped_column(String(60), default="")
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_reason: Mapped[str] = mapped_column(Text, default="")

    rows: Mapped[list[SheetRow]] = relationship(
        back_populates="sheet", order_by="SheetRow.position"
    )

    @property
    def number(self) -> str:
        """The number people see."""
        return f"FF{self.year}-{self.serial:03d}"


class SheetRow(Row):
    """One payee's row as it stands in the file. A line stands on one live sheet at most; only
    `live` ever changes, when the whole sheet is voided."""

    __tablename__ = "awards_sheet_row"
    __table_args__ = (
        UniqueConstraint("sheet_id", "position"),
        Index(
            "uq_awards_sheet_row_live",
            "line_id",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
        CheckConstraint("fen > 0", name="fen"),
    )

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("awards_payout_sheet.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("awards_line.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("awards_payee_account.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    item: Mapped[str] = mapped_column(String(60))
    clause: Mapped[str] = mapped_column(String(40))
    county: Mapped[str] = mapped_column(String(40))
    fen: Mapped[int] = mapped_column(BigInteger)
    live: Mapped[bool] = mapped_column(default=True)

    sheet: Mapped[PayoutSheet] = relationship(back_populates="rows")
    line: Mapped[AwardLine] = relationship()
    account: Mapped[PayeeAccount] = relationship()


explain("uq_awards_sheet_row_live", "有一项刚刚列入了另一份发放表，请重新打开页面")
explain("uq_awards_payout_sheet_year_serial", "刚刚有人生成了另一份发放表，请再试一次")
