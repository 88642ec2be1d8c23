"""Filed evidence: what the office knows from documents, in versions that are never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import append_only
from core.db import Row, UtcDateTime, explain

VOUCHER = "prize_paid"
TYPES = {
    "contest_result": "外部竞赛获奖",
    "star_rating": "星级主播认定",
    "contribution": "地方综合贡献核定",
    "hosting": "承办赛事",
    VOUCHER: "奖金到账凭证",
}


@append_only
class Evidence(Row):
    """One matter on file. `about` is, for a voucher, the id of the fact whose prize was paid."""

    __tablename__ = "awards_evidence"
    __table_args__ = (
        CheckConstraint(
            "type IN ('contest_result', 'star_rating', 'contribution', 'hosting', 'prize_paid')",
            name="type",
        ),
        CheckConstraint("(type = 'prize_paid') = (about IS NOT NULL)", name="about"),
    )

    serial: Mapped[int] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(String(20))
    about: Mapped[str | None] = mapped_column(String(40), unique=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)

    versions: Mapped[list[EvidenceVersion]] = relationship(
        back_populates="evidence", order_by="EvidenceVersion.seq"
    )
    documents: Mapped[list[EvidenceDocument]] = relationship(
        back_populates="evidence", order_by="EvidenceDocument.added, EvidenceDocument.id"
    )

    @property
    def number(self) -> str:
        """The number people see; also the id of the fact."""
        return f"ZM{self.serial:06d}"

    @property
    def current(self) -> EvidenceVersion:
        """The version that counts."""
        return self.versions[-1]

    @property
    def counts(self) -> bool:
        """Whether it gives a fact: only what a document proves does."""
        return bool(self.documents)


@append_only
class EvidenceVersion(Row):
    """What the documents say. `keys` are those of awards.facts; persons and organisations stand
    in them as references (awards.payee_refs). A withdrawal is a version as well."""

    __tablename__ = "awards_evidence_version"
    __table_args__ = (UniqueConstraint("evidence_id", "seq"),)

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("awards_evidence.id"))
    seq: Mapped[int]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    dated: Mapped[date]
    document_no: Mapped[str] = mapped_column(String(60))
    keys: Mapped[dict[str, Any]] = mapped_column(JSON)
    members: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    filed_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    filed_label: Mapped[str] = mapped_column(String(60))
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    evidence: Mapped[Evidence] = relationship(back_populates="versions")


@append_only
class EvidenceDocument(Row):
    """A scanned document; the bytes lie in the file store by sha256."""

    __tablename__ = "awards_evidence_document"
    __table_args__ = (UniqueConstraint("evidence_id", "digest"),)

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("awards_evidence.id"))
    filename: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    added_label: Mapped[str] = mapped_column(String(60))
    added: Mapped[datetime] = mapped_column(UtcDateTime)

    evidence: Mapped[Evidence] = relationship(back_populates="documents")


_AGAIN = "刚刚有人登记了别的证据，请再提交一次"
explain("uq_awards_evidence_serial", _AGAIN)
explain("uq_awards_evidence_about", "这项获奖已登记过到账凭证，请在原凭证上更正")
explain("uq_awards_evidence_version_evidence_id_seq", "刚刚有人改了这项证据，请重新打开页面")
explain("uq_awards_evidence_document_evidence_id_digest", "这份材料已经上传过", "file")
