"""A pairing round (千名技师带高徒): who takes part, what they wish, and each run with its reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import append_only
from core.db import Row, UtcDateTime, explain
from core.vault import Sealed
from people.models import Person


class MentorshipRound(Row):
    """One round. The lottery seed is drawn at the start and its sha256 shown from then on, so that
    nobody can choose it later; `rules` is a copy of the settings the round began with."""

    __tablename__ = "training_mentorship_round"
    __table_args__ = (
        UniqueConstraint("year", "name"),
        CheckConstraint("state IN ('collecting', 'computed', 'published')", name="state"),
    )

    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12), default="collecting")
    seed_sealed: Mapped[str] = mapped_column(String(200))
    seed_commitment: Mapped[str] = mapped_column(String(64))
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    seed = Sealed("seed_sealed")


class Participant(Row):
    """A master or an apprentice of a round, as the sheet described them. `places` is for masters."""

    __tablename__ = "training_participant"
    __table_args__ = (
        UniqueConstraint("round_id", "key"),
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint("side IN ('master', 'apprentice')", name="side"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey("training_mentorship_round.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(60))
    trade: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(24))
    county: Mapped[str] = mapped_column(String(12), default="")
    employer: Mapped[str] = mapped_column(String(200), default="")
    places: Mapped[int | None]

    person: Mapped[Person] = relationship()


class Wish(Row):
    """Whom a participant would like, best first; `rank` counts from 1."""

    __tablename__ = "training_wish"
    __table_args__ = (
        UniqueConstraint("participant_id", "rank"),
        UniqueConstraint("participant_id", "wanted_id"),
    )

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("training_participant.id"))
    wanted_id: Mapped[UUID] = mapped_column(ForeignKey("training_participant.id"))
    rank: Mapped[int]


@append_only
class MatchRun(Row):
    """One complete pairing of a round: computed, or the one before with a move made by hand.

    The newest run counts. `moves` {apprentice key: master key} and `blocking` [[apprentice key,
    master key]] belong to a move; `stats` = {"pairs", "unmatched", "first_wish", "blocking"}.
    """

    __tablename__ = "training_match_run"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    round_id: Mapped[UUID] = mapped_column(ForeignKey("training_mentorship_round.id"))
    number: Mapped[int]
    engine: Mapped[str] = mapped_column(String(40))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    lottery_seed: Mapped[str] = mapped_column(String(64))
    moves: Mapped[dict[str, str]] = mapped_column(JSON)
    blocking: Mapped[list[list[str]]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200), default="")
    stats: Mapped[dict[str, int]] = mapped_column(JSON)
    by_label: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@append_only
class Pair(Row):
    """A master and an apprentice of one run. Texts call people by 编号, never by name."""

    __tablename__ = "training_pair"
    __table_args__ = (UniqueConstraint("run_id", "apprentice_id"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("training_match_run.id"))
    master_id: Mapped[UUID] = mapped_column(ForeignKey("training_participant.id"), index=True)
    apprentice_id: Mapped[UUID] = mapped_column(ForeignKey("training_participant.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    parts: Mapped[dict[str, int]] = mapped_column(JSON)

    master: Mapped[Participant] = relationship(foreign_keys=[master_id])
    apprentice: Mapped[Participant] = relationship(foreign_keys=[apprentice_id])


@append_only
class UnmetWish(Row):
    """Why a wish of an apprentice was not met in one run. `wish` counts from 1."""

    __tablename__ = "training_unmet_wish"
    __table_args__ = (UniqueConstraint("run_id", "apprentice_id", "wish"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("training_match_run.id"))
    apprentice_id: Mapped[UUID] = mapped_column(ForeignKey("training_participant.id"), index=True)
    wish: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)

    apprentice: Mapped[Participant] = relationship()


explain("uq_training_mentorship_round_year_name", "这一年已有同名的轮次，请换一个名称", "name")
explain("uq_training_match_run_round_id_number", "配对刚被别人更新，请重新打开页面核对后再操作")
