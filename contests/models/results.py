"""Results: immutable runs with the reason for every figure, signatures, publications."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contests.models.editions import Contest, Stage, Track
from contests.models.entries import Entry
from contests.prizes import MEDAL_TITLES
from core.append_only import append_only
from core.db import Row, UtcDateTime, explain


@append_only
class ResultRun(Row):
    """One computation for a track: inputs, spec, engine; the same inputs give the same run."""

    __tablename__ = "contests_result_run"
    __table_args__ = (UniqueConstraint("track_id", "stage_id", "seq"),)
    opaque_id = True

    track_id: Mapped[UUID] = mapped_column(ForeignKey("contests_track.id"), index=True)
    stage_id: Mapped[UUID] = mapped_column(ForeignKey("contests_stage.id"))
    seq: Mapped[int]
    engine: Mapped[str] = mapped_column(String(20))
    input_digest: Mapped[str] = mapped_column(String(64))
    result_digest: Mapped[str] = mapped_column(String(64))
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    track: Mapped[Track] = relationship()
    stage: Mapped[Stage] = relationship()
    lines: Mapped[list[ResultLine]] = relationship(
        back_populates="run", order_by="ResultLine.position"
    )
    signatures: Mapped[list[RunSignature]] = relationship(order_by="RunSignature.at")


@append_only
class ResultLine(Row):
    """One entry's place in a run. `total_milli` is the published, rounded figure; `figures` are texts
    by key; `why` tells the tie rule that was needed and what is missing. `inputs` are the entry's marks
    as they were: from them the reason of every figure is worked out again whenever it is asked for."""

    __tablename__ = "contests_result_line"
    __table_args__ = (
        UniqueConstraint("run_id", "entry_id"),
        UniqueConstraint("run_id", "position"),
    )
    opaque_id = True

    run_id: Mapped[UUID] = mapped_column(ForeignKey("contests_result_run.id"), index=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("contests_entry.id"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(12))
    total_milli: Mapped[int | None]
    rank: Mapped[int | None]
    prize: Mapped[str] = mapped_column(String(40), default="")
    medal: Mapped[str] = mapped_column(String(12), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[dict[str, Any]] = mapped_column(JSON)
    inputs: Mapped[list[list[str]]] = mapped_column(JSON, default=list, deferred=True)

    run: Mapped[ResultRun] = relationship(back_populates="lines")
    entry: Mapped[Entry] = relationship()

    @property
    def outcome(self) -> str:
        """Medal and prize in words, or that the entry goes on; "" for none."""
        goes_on = "晋级" if self.why.get("advances") else ""
        return "，".join(filter(None, (MEDAL_TITLES.get(self.medal), self.prize, goes_on)))


@append_only
class RunSignature(Row):
    """Somebody stands for a run: bound to its digest."""

    __tablename__ = "contests_run_signature"
    __table_args__ = (UniqueConstraint("run_id", "role"), UniqueConstraint("run_id", "account_id"))

    run_id: Mapped[UUID] = mapped_column(ForeignKey("contests_result_run.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    signer: Mapped[str] = mapped_column(String(60))
    result_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@append_only
class FirmnessCheck(Row):
    """What would change the prizes of a run (contests.robustness), asked once before it is signed."""

    __tablename__ = "contests_firmness_check"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("contests_result_run.id"), unique=True)
    probes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


@append_only
class RecheckFinding(Row):
    """What the re-check found on the sheets of one line; the latest version counts."""

    __tablename__ = "contests_recheck_finding"
    __table_args__ = (UniqueConstraint("line_id", "version"),)

    line_id: Mapped[UUID] = mapped_column(ForeignKey("contests_result_line.id"))
    version: Mapped[int]
    faulty: Mapped[bool]
    remark: Mapped[str] = mapped_column(String(200), default="")
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    checker: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Publication(Row):
    """The notice of a track's result in one stage. `dated` is the day of the result document: facts for awards
    carry it. Persons' names are masked unless `full_names_basis` says by what they are told in full.
    Withdrawn, never deleted."""

    __tablename__ = "contests_publication"
    __table_args__ = (
        CheckConstraint("until >= dated", name="period"),
        Index(
            "uq_contests_publication_live",
            "track_id",
            "stage_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"), index=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("contests_track.id"))
    stage_id: Mapped[UUID] = mapped_column(ForeignKey("contests_stage.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("contests_result_run.id"))
    document_no: Mapped[str] = mapped_column(String(60))
    dated: Mapped[date]
    until: Mapped[date]
    until_confirmed: Mapped[bool]
    contact: Mapped[str] = mapped_column(String(120))
    full_names_basis: Mapped[str] = mapped_column(String(60), default="")
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

    contest: Mapped[Contest] = relationship()
    track: Mapped[Track] = relationship()
    stage: Mapped[Stage] = relationship()
    run: Mapped[ResultRun] = relationship()


explain("uq_contests_run_signature_run_id_account_id", "您已经签过这份成绩，须由另一人签", None)

explain(
    "uq_contests_recheck_finding_line_id_version", "刚有人也在记录复核，请重新打开页面核对", None
)

explain("uq_contests_publication_live", "这个赛道这个阶段的成绩已经公示", None)
