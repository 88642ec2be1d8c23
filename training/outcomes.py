"""What training brought about, as frozen facts: the only door for awards and overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core import clock
from core.db import db
from training.models import (
    Enrolment,
    MatchRun,
    MentorshipRound,
    Pair,
    Participant,
    TrainingClass,
)


@dataclass(frozen=True)
class Completion:
    """A trainee completed a class (结业). `on` is the Shanghai day on which the class closed;
    `county` is that of the class."""

    person_id: UUID
    programme: str
    class_id: UUID
    class_code: str
    county: str
    on: date


@dataclass(frozen=True)
class Pairing:
    """A master and an apprentice of a published round, from the Shanghai day of publication on."""

    master_id: UUID
    apprentice_id: UUID
    round_id: UUID
    year: int
    trade: str
    on: date


def completions() -> list[Completion]:
    """All completions, by day, class and person."""
    query = (
        select(
            Enrolment.person_id,
            TrainingClass.programme,
            TrainingClass.id,
            TrainingClass.code,
            TrainingClass.county,
            TrainingClass.closed_at,
        )
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(Enrolment.state == "passed", TrainingClass.closed_at.is_not(None))
        .order_by(TrainingClass.closed_at, TrainingClass.id, Enrolment.person_id)
    )
    return [
        Completion(person, programme, class_id, code, county, clock.day_of(closed))
        for person, programme, class_id, code, county, closed in db.session.execute(query)
        if closed is not None
    ]


def pairings() -> list[Pairing]:
    """The pairs of all published rounds, from the newest run of each."""
    master, apprentice = aliased(Participant), aliased(Participant)
    later = aliased(MatchRun)
    query = (
        select(
            master.person_id,
            apprentice.person_id,
            MentorshipRound.id,
            MentorshipRound.year,
            apprentice.trade,
            MentorshipRound.published_at,
        )
        .select_from(Pair)
        .join(MatchRun, MatchRun.id == Pair.run_id)
        .join(MentorshipRound, MentorshipRound.id == MatchRun.round_id)
        .join(master, master.id == Pair.master_id)
        .join(apprentice, apprentice.id == Pair.apprentice_id)
        .outerjoin(later, (later.round_id == MatchRun.round_id) & (later.number > MatchRun.number))
        .where(MentorshipRound.state == "published", later.id.is_(None))
        .order_by(MentorshipRound.published_at, MentorshipRound.id, Pair.id)
    )
    return [
        Pairing(one, other, found, year, trade, clock.day_of(published))
        for one, other, found, year, trade, published in db.session.execute(query)
        if published is not None
    ]
