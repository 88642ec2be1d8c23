"""A contest (one edition), its tracks with rankings of their own, divisions and stages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Row, UtcDateTime, explain

FAMILIES = ("startup", "skill", "livestream", "culture")
LEVELS = {
    "world": "世界级",
    "national": "国家级",
    "provincial": "省级",
    "city": "市级",
    "county": "县级",
}


class Contest(Row):
    """One edition. Its phase follows from the dates and what was published (contests.states)."""

    __tablename__ = "contests_contest"
    __table_args__ = (
        CheckConstraint("entry_closes > entry_opens", name="entry_window"),
        CheckConstraint(
            "level IN ('world', 'national', 'provincial', 'city', 'county')", name="level"
        ),
    )
    opaque_id = True

    slug: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """The start of every number of this edition: QZ26."""
    name: Mapped[str] = mapped_column(String(120))
    preset: Mapped[str] = mapped_column(String(30))
    family: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(12))
    sponsor: Mapped[str] = mapped_column(String(120))
    organizer: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(120))
    venue: Mapped[str] = mapped_column(String(120), default="")
    held_on: Mapped[date]
    entry_opens: Mapped[datetime] = mapped_column(UtcDateTime)
    entry_closes: Mapped[datetime] = mapped_column(UtcDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entry_rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Entrant kind, team size, form fields, documents and method (contests.entry_rules)."""
    scoring: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The SPEC of all its stages (contests.spec), copied from the preset."""
    appeals: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The levels of objection and appeal with their clocks (contests.appeals)."""
    certificate_rank: Mapped[bool] = mapped_column(default=False)
    """Whether certificates tell the place beside the prize."""
    feedback_open: Mapped[bool] = mapped_column(default=False)
    """Whether contestants see the private feedback once their result is released."""
    last_entry_no: Mapped[int] = mapped_column(default=0)
    last_certificate_no: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(UtcDateTime)

    tracks: Mapped[list[Track]] = relationship(back_populates="contest", order_by="Track.position")
    divisions: Mapped[list[Division]] = relationship(
        back_populates="contest", order_by="Division.position"
    )
    stages: Mapped[list[Stage]] = relationship(back_populates="contest", order_by="Stage.position")


class Track(Row):
    """赛道 or 赛项: own ranking, own host."""

    __tablename__ = "contests_track"
    __table_args__ = (UniqueConstraint("contest_id", "code"),)
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"))
    code: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(60))
    host: Mapped[str] = mapped_column(String(120), default="")
    position: Mapped[int]
    last_admission_no: Mapped[int] = mapped_column(default=0)

    contest: Mapped[Contest] = relationship(back_populates="tracks")


class Division(Row):
    """组别: who competes with whom by status, such as workers and students."""

    __tablename__ = "contests_division"
    __table_args__ = (UniqueConstraint("contest_id", "name"),)
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"))
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]

    contest: Mapped[Contest] = relationship(back_populates="divisions")


class Stage(Row):
    """初赛, 决赛 …: a stage of the contest's SPEC, of the same key. Its rubric is locked by the first
    mark."""

    __tablename__ = "contests_stage"
    __table_args__ = (UniqueConstraint("contest_id", "key"),)
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"))
    key: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    recheck: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The rule of the re-check before signing (contests.recheck); None where there is none."""
    rubric_version: Mapped[int] = mapped_column(default=1)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contest: Mapped[Contest] = relationship(back_populates="stages")


explain("uq_contests_contest_slug", "这个网址简称已被别的赛事使用，请换一个", "slug")
explain("uq_contests_contest_code", "这个编号前缀已被别的赛事使用，请换一个", "number_start")
explain("uq_contests_track_contest_id_code", "这个赛道代码已经用过，请换一个", "code")
explain("ck_contests_contest_entry_window", "报名截止时间要晚于开始时间", "entry_closes")
