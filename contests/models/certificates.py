"""Certificates: issued once the result is released, revoked with a reason; rows are never changed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contests.models.publishing import FinalRelease
from contests.models.results import ResultLine
from core.append_only import append_only
from core.db import Row, UtcDateTime, explain


@append_only
class Certificate(Row):
    """One person's certificate for a line of a released result, with all that stands on the paper. `token`
    is what the QR carries; `title` the team or project, "" in contests of single persons; `rank` None
    where the contest does not tell it. `copy` counts: a revoked one may be followed by another."""

    __tablename__ = "contests_certificate"
    __table_args__ = (UniqueConstraint("line_id", "person_id", "copy"),)
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"))
    release_id: Mapped[UUID] = mapped_column(ForeignKey("contests_final_release.id"), index=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("contests_result_line.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    copy: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    token: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    contest_name: Mapped[str] = mapped_column(String(120))
    track_name: Mapped[str] = mapped_column(String(60))
    prize: Mapped[str] = mapped_column(String(60))
    rank: Mapped[int | None]
    issuer: Mapped[str] = mapped_column(String(120))
    dated: Mapped[date]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    issued_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    release: Mapped[FinalRelease] = relationship()
    line: Mapped[ResultLine] = relationship()
    revocation: Mapped[CertificateRevocation | None] = relationship(back_populates="certificate")


@append_only
class CertificateRevocation(Row):
    """A certificate counts no more. `cause` is public (contests.certificates), `reason` is the office's."""

    __tablename__ = "contests_certificate_revocation"
    __table_args__ = (
        CheckConstraint(
            "cause IN ('replaced', 'misprint', 'ineligible', 'other')",
            name="cause",
        ),
    )

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("contests_certificate.id"), unique=True)
    cause: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    revoked_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    certificate: Mapped[Certificate] = relationship(back_populates="revocation")


explain(
    "uq_contests_certificate_line_id_person_id_copy", "刚有人也在发放证书，请重新打开页面核对", None
)
explain("uq_contests_certificate_revocation_certificate_id", "这张证书已经撤销", None)
