"""After the notice: objections and appeals, the final release."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contests.models.results import Publication, ResultLine
from core.append_only import append_only
from core.db import Row, UtcDateTime, explain
from core.vault import Sealed


class Objection(Row):
    """An objection or appeal against a line of a notice, or against the whole track (no line). Level 0
    is the objection, each further level an appeal. Who filed it stays sealed; `account_id` is that of
    a contestant who filed it on the own page, None for somebody who came in person."""

    __tablename__ = "contests_objection"
    __table_args__ = (
        CheckConstraint("(upheld IS NULL) = (answered_at IS NULL)", name="answered"),
        UniqueConstraint("publication_id", "number"),
    )
    opaque_id = True

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("contests_publication.id"), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("contests_result_line.id"))
    number: Mapped[int]
    level: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    name_sealed: Mapped[str] = mapped_column(Text, default="")
    contact_sealed: Mapped[str] = mapped_column(Text, default="")
    grounds: Mapped[str] = mapped_column(String(600))
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(60), default="")
    answer_by: Mapped[date | None]
    answer_by_confirmed: Mapped[bool] = mapped_column(default=True)
    upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(600), default="")
    answered_by: Mapped[str] = mapped_column(String(60), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appeal_until: Mapped[date | None]

    name = Sealed("name_sealed")
    contact = Sealed("contact_sealed")
    publication: Mapped[Publication] = relationship()
    line: Mapped[ResultLine | None] = relationship()


@append_only
class FinalRelease(Row):
    """定稿: somebody other than the publisher stands for the result after its notice. Facts for awards
    begin here."""

    __tablename__ = "contests_final_release"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("contests_publication.id"), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    signer: Mapped[str] = mapped_column(String(60))
    result_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    publication: Mapped[Publication] = relationship()


explain("uq_contests_final_release_publication_id", "这份成绩已经定稿", None)
explain("uq_contests_objection_publication_id_number", "刚有人也在登记，请再试一次", None)
