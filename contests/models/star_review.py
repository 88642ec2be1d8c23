"""The yearly review of streamers (星级主播): candidates, evidence, marks, results, notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import append_only
from core.db import Row, UtcDateTime, explain
from people.models import Organisation, Person

SOURCES = "source IN ('employer', 'expert', 'customers')"
CRITERIA = "criterion IN ('fame', 'driving', 'sales')"
NOT_WITHDRAWN = "withdrawn_at IS NULL"


class StarReview(Row):
    """The review of one year. `rule` is what the office has set (contests.star_rules), None until then;
    `rule_basis` names the document on which it rests."""

    __tablename__ = "contests_star_review"
    __table_args__ = (UniqueConstraint("year"),)
    opaque_id = True

    year: Mapped[int]
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    rule_basis: Mapped[str] = mapped_column(String(120), default="")
    rule_set_by: Mapped[str] = mapped_column(String(60), default="")
    rule_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_number: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = mapped_column(String(60))
    created: Mapped[datetime] = mapped_column(UtcDateTime)

    candidates: Mapped[list[StarCandidate]] = relationship(
        back_populates="review", order_by="StarCandidate.number"
    )


class StarCandidate(Row):
    """A streamer in a review and the operator behind. `number` is XJ2026-001. `operator_settled` and
    `cultivated` are None while nobody has proved either: unknown is not false."""

    __tablename__ = "contests_star_candidate"
    __table_args__ = (UniqueConstraint("review_id", "person_id"), UniqueConstraint("number"))
    opaque_id = True

    review_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_review.id"))
    number: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("people_organisation.id"))
    stage_name: Mapped[str] = mapped_column(String(60))
    operator_settled: Mapped[bool | None]
    cultivated: Mapped[bool | None]
    added_by: Mapped[str] = mapped_column(String(60))
    added: Mapped[datetime] = mapped_column(UtcDateTime)

    review: Mapped[StarReview] = relationship(back_populates="candidates")
    person: Mapped[Person] = relationship()
    operator: Mapped[Organisation] = relationship()


@append_only
class StarEvidence(Row):
    """What speaks for a candidate in one criterion, from one of the three sources."""

    __tablename__ = "contests_star_evidence"
    __table_args__ = (
        CheckConstraint(SOURCES, name="source"),
        CheckConstraint(CRITERIA, name="criterion"),
    )
    opaque_id = True

    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_candidate.id"), index=True)
    source: Mapped[str] = mapped_column(String(10))
    criterion: Mapped[str] = mapped_column(String(10))
    told: Mapped[str] = mapped_column(String(500))
    origin: Mapped[str] = mapped_column(String(120))
    """Who says so: an operator, a document, a platform, a survey."""
    filename: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(10), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    added_by: Mapped[str] = mapped_column(String(60))
    added: Mapped[datetime] = mapped_column(UtcDateTime)


@append_only
class StarMark(Row):
    """What one marker gives a candidate in one criterion, in thousandths of a mark up to 100; the latest
    version counts. A marker is an employer, an expert or a survey of customers; of a survey `sample` is how
    many were asked."""

    __tablename__ = "contests_star_mark"
    __table_args__ = (
        UniqueConstraint("candidate_id", "source", "marker", "criterion", "version"),
        CheckConstraint(SOURCES, name="source"),
        CheckConstraint(CRITERIA, name="criterion"),
        CheckConstraint("milli BETWEEN 0 AND 100000", name="milli"),
    )

    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_candidate.id"))
    source: Mapped[str] = mapped_column(String(10))
    marker: Mapped[str] = mapped_column(String(60))
    employer: Mapped[str] = mapped_column(String(120), default="")
    criterion: Mapped[str] = mapped_column(String(10))
    milli: Mapped[int]
    sample: Mapped[int | None]
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    entered_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@append_only
class StarRun(Row):
    """One computation of a review; never changed. Whether it is stale follows from the digest."""

    __tablename__ = "contests_star_run"
    __table_args__ = (UniqueConstraint("review_id", "seq"),)
    opaque_id = True

    review_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_review.id"))
    seq: Mapped[int]
    engine: Mapped[str] = mapped_column(String(10))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    input_digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    review: Mapped[StarReview] = relationship()
    lines: Mapped[list[StarLine]] = relationship(order_by="StarLine.position")
    signatures: Mapped[list[StarSignature]] = relationship(order_by="StarSignature.at")


@append_only
class StarLine(Row):
    """What one candidate came to: figures by criterion as text, the total in thousandths, the star."""

    __tablename__ = "contests_star_line"
    __table_args__ = (
        UniqueConstraint("run_id", "candidate_id"),
        CheckConstraint("star BETWEEN 1 AND 5", name="star"),
    )
    opaque_id = True

    run_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_run.id"))
    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_candidate.id"))
    position: Mapped[int]
    total_milli: Mapped[int | None]
    rank: Mapped[int | None]
    star: Mapped[int | None]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    problems: Mapped[list[str]] = mapped_column(JSON)

    candidate: Mapped[StarCandidate] = relationship()


@append_only
class StarSignature(Row):
    """One person stands for a run; two of two sides are needed."""

    __tablename__ = "contests_star_signature"
    __table_args__ = (
        UniqueConstraint("run_id", "role"),
        UniqueConstraint("run_id", "account_id"),
        CheckConstraint("role IN ('supervisor', 'contest_office')", name="role"),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_run.id"))
    role: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    signer: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StarNotice(Row):
    """The notice of a run; it is withdrawn, never changed."""

    __tablename__ = "contests_star_notice"
    __table_args__ = (
        Index(
            "uq_contests_star_notice_live",
            "review_id",
            unique=True,
            sqlite_where=text(NOT_WITHDRAWN),
            postgresql_where=text(NOT_WITHDRAWN),
        ),
    )
    opaque_id = True

    review_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_review.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("contests_star_run.id"))
    document_no: Mapped[str] = mapped_column(String(60))
    dated: Mapped[date]
    until: Mapped[date]
    until_confirmed: Mapped[bool]
    contact: Mapped[str] = mapped_column(String(120))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="")

    review: Mapped[StarReview] = relationship()
    run: Mapped[StarRun] = relationship()


explain("uq_contests_star_review_year", "这一年的评审已经建立", "year")
explain("uq_contests_star_candidate_review_id_person_id", "这位主播已在今年的候选名单里", "name")
explain("uq_contests_star_notice_live", "这一年的结果已经公示；要更换请先撤回", None)
explain("uq_contests_star_signature_run_id_role", "这一方已经签过，等另一方签字", None)
explain("uq_contests_star_signature_run_id_account_id", "您已经签过，须由另一人签", None)
