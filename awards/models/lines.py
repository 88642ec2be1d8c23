"""Award lines: evaluations as they were, never changed, and the living line of each award."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
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

from awards.models.payees import PayeeAccount
from core.append_only import append_only
from core.db import Row, UtcDateTime, explain
from people.models import Organisation, Person

PROPOSED, APPROVED, RETURNED, ON_SHEET = "proposed", "approved", "returned", "on_sheet"
SUPERSEDED, VOID = "superseded", "void"


@append_only
class EvaluationRun(Row):
    """One run of the engine over all facts; the same inputs give no new run."""

    __tablename__ = "awards_evaluation_run"

    seq: Mapped[int] = mapped_column(unique=True)
    book: Mapped[str] = mapped_column(String(40))
    book_sha256: Mapped[str] = mapped_column(String(64))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    settings_digest: Mapped[str] = mapped_column(String(64))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    result_hash: Mapped[str] = mapped_column(String(64))
    facts: Mapped[int]
    lines: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AwardLine(Row):
    """One award to one payee out of one fact. `seq` counts payments of the same award: a top-up
    after the first one is a line of its own. All sums in fen.

    `fen` is what is still due (target less what stands on sheets); `digest` covers all that an
    approver sees.
    """

    __tablename__ = "awards_line"
    __table_args__ = (
        UniqueConstraint("award_key", "payee", "instalment", "fact_id", "seq"),
        Index(
            "uq_awards_line_open",
            "award_key",
            "payee",
            "instalment",
            "fact_id",
            unique=True,
            sqlite_where=text("state IN ('proposed', 'approved', 'returned')"),
            postgresql_where=text("state IN ('proposed', 'approved', 'returned')"),
        ),
        CheckConstraint(
            "state IN ('proposed', 'approved', 'returned', 'on_sheet', 'superseded', 'void')",
            name="state",
        ),
        CheckConstraint(
            "(state IN ('approved', 'on_sheet')) = (approved_by IS NOT NULL)", name="approved"
        ),
        CheckConstraint("approved_by <> proposed_by", name="second_person"),
        CheckConstraint(
            "state NOT IN ('approved', 'on_sheet') OR (status = 'payable' AND fen > 0)",
            name="payable",
        ),
        CheckConstraint("person_id IS NULL OR organisation_id IS NULL", name="payee"),
    )

    serial: Mapped[int] = mapped_column(unique=True)
    rule: Mapped[str] = mapped_column(String(40), index=True)
    clause: Mapped[str] = mapped_column(String(12))
    award_key: Mapped[str] = mapped_column(String(300))
    payee: Mapped[str] = mapped_column(String(60))
    instalment: Mapped[int]
    fact_id: Mapped[str] = mapped_column(String(40), index=True)
    seq: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people_organisation.id"), index=True
    )
    fact_date: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default=PROPOSED, index=True)
    status: Mapped[str] = mapped_column(String(20))
    target_fen: Mapped[int] = mapped_column(BigInteger)
    fen: Mapped[int] = mapped_column(BigInteger)
    why: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    approved_label: Mapped[str] = mapped_column(String(60), default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("awards_payee_account.id"))
    changed: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    approved_account: Mapped[PayeeAccount | None] = relationship()
    proposals: Mapped[list[ProposedLine]] = relationship(
        back_populates="line", order_by="ProposedLine.id"
    )
    steps: Mapped[list[LineStep]] = relationship(
        back_populates="line", order_by="LineStep.at, LineStep.id"
    )

    @property
    def number(self) -> str:
        """The number people see."""
        return f"JB{self.serial:06d}"


@append_only
class ProposedLine(Row):
    """A line as one run proposed it, with all its grounds; written when it is new or differs."""

    __tablename__ = "awards_proposed_line"
    __table_args__ = (UniqueConstraint("run_id", "line_id"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("awards_evaluation_run.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("awards_line.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    target_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    fen: Mapped[int] = mapped_column(BigInteger)
    why: Mapped[str] = mapped_column(Text)
    trace: Mapped[list[str]] = mapped_column(JSON)
    fact: Mapped[dict[str, Any]] = mapped_column(JSON)
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    instalments: Mapped[int]
    year: Mapped[int]
    tax: Mapped[str] = mapped_column(String(20))
    funding: Mapped[str] = mapped_column(String(10))

    run: Mapped[EvaluationRun] = relationship()
    line: Mapped[AwardLine] = relationship(back_populates="proposals")


@append_only
class LineStep(Row):
    """What was decided on a line and what undid it; `text` is what somebody wrote or what changed."""

    __tablename__ = "awards_line_step"

    line_id: Mapped[UUID] = mapped_column(ForeignKey("awards_line.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    fen: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    by_label: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    line: Mapped[AwardLine] = relationship(back_populates="steps")


_AGAIN = "刚刚有人重新测算过，请再试一次"
explain("uq_awards_evaluation_run_seq", _AGAIN)
explain("uq_awards_line_serial", _AGAIN)
explain("uq_awards_line_open", _AGAIN)
explain("ck_awards_line_second_person", "审批人不能是提出测算的人，须由另一人审批")
