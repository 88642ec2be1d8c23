"""Judging: panels, judges' seats, performances, marks, given values.

Scoring roles, their addresses and operations name the performance, never the entry. A mark is an
operation (append-only); the current mark is its projection.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contests.models.editions import Contest, Stage, Track
from contests.models.entries import Entry
from core.append_only import append_only
from core.db import Row, UtcDateTime, explain
from people.models import Person

ABSENCES = {"recused": "回避", "no_show": "未到场", "technical": "技术故障"}
SHEET_STATES = {
    "open": "评分中", "confirmed": "已确认", "recused": "已回避", "absent": "记为缺席", "replaced": "已换人",
}  # fmt: skip


class Panel(Row):
    """评委组: some judges over the performances of one track in one stage."""

    __tablename__ = "contests_panel"
    __table_args__ = (
        UniqueConstraint("stage_id", "track_id", "name"),
        CheckConstraint("state IN ('preparing', 'open', 'closed')", name="state"),
        CheckConstraint("layers = 0 OR (blind AND layers BETWEEN 1 AND 3)", name="layers"),
    )
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"), index=True)
    stage_id: Mapped[UUID] = mapped_column(ForeignKey("contests_stage.id"))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("contests_track.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    blind: Mapped[bool] = mapped_column(default=False)
    judges_each: Mapped[int | None]
    """How many of the panel's judges see each performance; None: all of them."""
    layers: Mapped[int] = mapped_column(default=0)
    """Of a blind panel: by how many layers of codes, each with a custodian of its own; with 0 the
    system gives the codes and the office may look."""
    draw_seed: Mapped[str] = mapped_column(String(64))
    """The secret of the commitment. With the word of the witness it repeats the draw: the order follows
    from both and the 准考证号 (contests.draw)."""
    witness: Mapped[str] = mapped_column(String(60), default="")
    recheck_seed: Mapped[str] = mapped_column(String(64))
    """Chooses the sample of the re-check; told to nobody before a result is computed. Its digest is
    in the trail from the draw on."""
    state: Mapped[str] = mapped_column(String(10), default="preparing")
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When two roles last opened it again: runs that are older are superseded."""
    unsealed_by: Mapped[str] = mapped_column(String(60), default="")
    unsealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contest: Mapped[Contest] = relationship()
    stage: Mapped[Stage] = relationship()
    track: Mapped[Track] = relationship()
    seats: Mapped[list[Seat]] = relationship(back_populates="panel", order_by="Seat.position")
    performances: Mapped[list[Performance]] = relationship(
        back_populates="panel", order_by="Performance.position"
    )

    @property
    def present(self) -> list[Seat]:
        """The seats whose judges have not left."""
        return [one for one in self.seats if one.withdrawn_at is None]

    @property
    def sealed(self) -> bool:
        """Whether nobody may see together who performs and under which code."""
        return self.layers > 0 and self.unsealed_at is None


class Seat(Row):
    """A judge's place at a panel. The printed QR carries a token, the judge knows the PIN; both are
    kept as hashes and can be issued anew, which ends the open sessions. `criteria` are the keys of
    what this judge marks; `code` may be typed where no camera is at hand. Of a judge who left in
    mid-session the seat stays, with what was confirmed there; `withdrawn_why` says why."""

    __tablename__ = "contests_seat"
    __table_args__ = (
        UniqueConstraint("panel_id", "person_id"),
        UniqueConstraint("panel_id", "position"),
    )
    opaque_id = True

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("contests_panel.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    judge_name: Mapped[str] = mapped_column(String(60))
    employer: Mapped[str] = mapped_column(String(120))
    position: Mapped[int]
    criteria: Mapped[list[str]] = mapped_column(JSON)
    code: Mapped[str | None] = mapped_column(String(8), unique=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(200), default="")
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_why: Mapped[str] = mapped_column(String(200), default="")

    panel: Mapped[Panel] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()


class Performance(Row):
    """One entry's turn in one stage: what judges see and score."""

    __tablename__ = "contests_performance"
    __table_args__ = (
        UniqueConstraint("stage_id", "entry_id"),
        UniqueConstraint("panel_id", "position"),
        UniqueConstraint("panel_id", "code"),
        CheckConstraint("state IN ('scheduled', 'no_show')", name="state"),
    )
    opaque_id = True

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("contests_panel.id"), index=True)
    stage_id: Mapped[UUID] = mapped_column(ForeignKey("contests_stage.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("contests_entry.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(12))
    """The blind code (or draw number) that judges and boards show; one of its kind in stage and
    track."""
    state: Mapped[str] = mapped_column(String(10), default="scheduled")
    reason: Mapped[str] = mapped_column(String(200), default="")

    panel: Mapped[Panel] = relationship(back_populates="performances")
    entry: Mapped[Entry] = relationship()


class Assignment(Row):
    """One judge over one performance: the score sheet. `reason` says why the chief judge returned
    it, why the judge is excused, or why another judge marks in place of this one: a replaced sheet
    keeps its marks and counts nowhere."""

    __tablename__ = "contests_assignment"
    __table_args__ = (
        UniqueConstraint("performance_id", "seat_id"),
        CheckConstraint(
            "state IN ('open', 'confirmed', 'recused', 'absent', 'replaced')", name="state"
        ),
    )
    opaque_id = True

    performance_id: Mapped[UUID] = mapped_column(ForeignKey("contests_performance.id"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("contests_seat.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    reason: Mapped[str] = mapped_column(String(200), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_digest: Mapped[str] = mapped_column(String(64), default="")

    performance: Mapped[Performance] = relationship()
    seat: Mapped[Seat] = relationship()
    marks: Mapped[list[Mark]] = relationship(back_populates="assignment", order_by="Mark.aspect")


@append_only
class MarkOperation(Row):
    """An act on one mark. Its id is the client's UUID; nothing here is ever edited. Neither value
    nor absence means that the mark was taken back.

    `made_ms` is the device's clock, `age_ms` how long it waited there: evidence only, order and
    deadlines follow `received`.
    """

    __tablename__ = "contests_mark_operation"
    __table_args__ = (UniqueConstraint("assignment_id", "aspect", "version"),)

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("contests_assignment.id"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("contests_seat.id"))
    aspect: Mapped[str] = mapped_column(String(40))
    milli: Mapped[int | None]
    absence: Mapped[str] = mapped_column(String(12), default="")
    base: Mapped[int]
    version: Mapped[int]
    rubric_version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[str] = mapped_column(String(10), default="form")
    made_ms: Mapped[int | None] = mapped_column(BigInteger)
    age_ms: Mapped[int | None] = mapped_column(BigInteger)
    received: Mapped[datetime] = mapped_column(UtcDateTime)


class Mark(Row):
    """The current value of one aspect on one sheet, in thousandths; or a coded absence; or neither
    after it was taken back: then it is due."""

    __tablename__ = "contests_mark"
    __table_args__ = (
        UniqueConstraint("assignment_id", "aspect"),
        CheckConstraint("milli IS NULL OR absence = ''", name="value_or_absence"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("contests_assignment.id"), index=True)
    aspect: Mapped[str] = mapped_column(String(40))
    milli: Mapped[int | None]
    absence: Mapped[str] = mapped_column(String(12), default="")
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    assignment: Mapped[Assignment] = relationship(back_populates="marks")


@append_only
class GivenValue(Row):
    """A value that no judge gives (a theory score, net sales), in thousandths; the latest version counts.
    `absence` is "void" in place of a value that two persons declared void."""

    __tablename__ = "contests_given_value"
    __table_args__ = (
        UniqueConstraint("performance_id", "key", "version"),
        CheckConstraint(
            "(milli IS NULL AND absence = 'void') OR (milli IS NOT NULL AND absence = '')",
            name="value_or_absence",
        ),
    )

    performance_id: Mapped[UUID] = mapped_column(ForeignKey("contests_performance.id"))
    key: Mapped[str] = mapped_column(String(40))
    milli: Mapped[int | None] = mapped_column(BigInteger)
    absence: Mapped[str] = mapped_column(String(12), default="")
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")
    entered_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


explain(
    "uq_contests_mark_operation_assignment_id_aspect_version",
    "这一项刚在另一台设备上改过，请重新打开页面核对",
)
explain("pk_contests_mark_operation", "这个操作正在保存，请稍候再发")
explain("uq_contests_seat_panel_id_position", "刚有人也在安排评委，请再试一次")
explain(
    "uq_contests_given_value_performance_id_key_version", "刚有人也改了这个成绩，请重新打开页面核对"
)
explain("uq_contests_seat_panel_id_person_id", "这位裁判已在本评委组", "name")
explain("uq_contests_performance_stage_id_entry_id", "这件作品已编入本阶段的评委组", None)
explain("uq_contests_panel_stage_id_track_id_name", "这个赛道已有同名的评委组", "name")
