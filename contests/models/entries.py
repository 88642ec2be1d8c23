"""Entries: one person's or a team's wish to compete, from draft to admission."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contests.models.editions import Contest, Division, Track
from core.append_only import append_only
from core.db import Row, UtcDateTime, explain
from people.models import Person

LIVE = "state NOT IN ('withdrawn', 'rejected')"


class Entry(Row):
    """报名. `number` at submission, `admission_no` when qualified; people see numbers, never ids.

    The employer is copied at the time of entry: it decides conflicts later, whatever changes.
    """

    __tablename__ = "contests_entry"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'qualified', 'rejected', 'withdrawn')",
            name="state",
        ),
        Index(
            "uq_contests_entry_leader_track",
            "track_id",
            "leader_id",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
    )
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"), index=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("contests_track.id"), index=True)
    division_id: Mapped[UUID] = mapped_column(ForeignKey("contests_division.id"))
    leader_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    title: Mapped[str] = mapped_column(String(120))
    employer: Mapped[str] = mapped_column(String(120))
    county: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    admission_no: Mapped[str | None] = mapped_column(String(24), unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contest: Mapped[Contest] = relationship()
    track: Mapped[Track] = relationship()
    division: Mapped[Division] = relationship()
    leader: Mapped[Person] = relationship()
    members: Mapped[list[EntryMember]] = relationship(
        back_populates="entry", order_by="EntryMember.position"
    )
    documents: Mapped[list[EntryDocument]] = relationship(
        back_populates="entry", order_by="EntryDocument.key, EntryDocument.place"
    )
    reviews: Mapped[list[EntryReview]] = relationship(
        back_populates="entry", order_by="EntryReview.at"
    )


class EntryMember(Row):
    """A team member besides the leader, invited by phone; counts once confirmed.

    `track_id` repeats the entry's, so that an index can hold a person to one team a track; the
    employer is copied when the member confirms.
    """

    __tablename__ = "contests_entry_member"
    __table_args__ = (
        UniqueConstraint("entry_id", "phone_index"),
        CheckConstraint("state IN ('invited', 'confirmed', 'declined', 'removed')", name="state"),
        Index(
            "uq_contests_entry_member_person_track",
            "track_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'confirmed'"),
            postgresql_where=text("state = 'confirmed'"),
        ),
    )
    opaque_id = True

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("contests_entry.id"), index=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("contests_track.id"))
    name: Mapped[str] = mapped_column(String(60))
    phone_index: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    employer: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(10), default="invited")
    position: Mapped[int]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship(back_populates="members")
    person: Mapped[Person | None] = relationship()


class EntryDocument(Row):
    """A file of a document; the newest of a key and place counts. The bytes lie in the file store by
    sha256."""

    __tablename__ = "contests_entry_document"
    __table_args__ = (UniqueConstraint("entry_id", "key", "place"),)
    opaque_id = True

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("contests_entry.id"), index=True)
    key: Mapped[str] = mapped_column(String(30))
    place: Mapped[int] = mapped_column(default=1)
    filename: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    added: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship(back_populates="documents")


@append_only
class EntryReview(Row):
    """One decision of the eligibility review; `reasons` are sentences per form field."""

    __tablename__ = "contests_entry_review"
    __table_args__ = (
        CheckConstraint("verdict IN ('qualified', 'returned', 'rejected')", name="verdict"),
    )

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("contests_entry.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[dict[str, str]] = mapped_column(JSON)
    reviewer: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship(back_populates="reviews")


explain(
    "uq_contests_entry_leader_track",
    "您在这个赛道已有一份报名，请在“我的报名”里继续填写或修改",
    "track_id",
)
explain("uq_contests_entry_member_entry_id_phone_index", "这个手机号已在成员名单中", "mobile")
explain(
    "uq_contests_entry_member_person_track",
    "您已是这个赛道另一支队伍的成员，一个赛道只能参加一支队伍",
    None,
)
