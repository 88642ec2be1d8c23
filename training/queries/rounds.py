"""Pairing rounds: who takes part, the newest run, its pairs and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from core.db import db
from core.errors import NotFound
from training.mentoring_rules import Apprentice, Master
from training.models import (
    ImportJob,
    MatchRun,
    MentorshipRound,
    Pair,
    Participant,
    UnmetWish,
    Wish,
)
from training.queries.searching import matching

PAGE = 50


def rounds() -> list[MentorshipRound]:
    """All rounds, the newest first."""
    query = select(MentorshipRound).order_by(
        MentorshipRound.year.desc(), MentorshipRound.opened_at.desc(), MentorshipRound.id
    )
    return list(db.session.scalars(query))


def round_of(round_id: UUID | None) -> MentorshipRound:
    """One round, or NotFound."""
    found = db.session.get(MentorshipRound, round_id) if round_id else None
    if found is None:
        raise NotFound("没有这一轮配对")
    return found


def sizes(round_id: UUID) -> dict[str, int]:
    """{side: number} of the participants, the stated places of the masters under "places", how many
    masters stated none under "unstated", apprentices without a wish under "wishless"."""
    rows = db.session.execute(
        select(
            Participant.side,
            func.count(),
            func.sum(Participant.places),
            func.count(Participant.places),
            func.count().filter(Participant.id.not_in(select(Wish.participant_id))),
        )
        .where(Participant.round_id == round_id)
        .group_by(Participant.side)
        .order_by(Participant.side)
    ).all()
    found = {"master": 0, "apprentice": 0, "places": 0, "unstated": 0, "wishless": 0}
    for side, number, places, stated, wishless in rows:
        found[side] = number
        if side == "master":
            found |= {"places": places or 0, "unstated": number - stated}
        else:
            found["wishless"] = wishless
    return found


def overrides(round_id: UUID) -> dict[str, MatchRun]:
    """{apprentice 编号: the run that moved them last} since the round was computed the last time."""
    found: dict[str, MatchRun] = {}
    for run in runs_of(round_id):
        if not run.moves:
            break
        for apprentice in run.moves:
            found.setdefault(apprentice, run)
    return found


def participants(round_id: UUID) -> list[Participant]:
    """Everybody in a round, by side and 编号."""
    query = select(Participant).where(Participant.round_id == round_id)
    return list(db.session.scalars(query.order_by(Participant.side, Participant.key)))


def participant_of(round_id: UUID, participant_id: UUID, side: str) -> Participant:
    """A master or an apprentice of this round, or NotFound."""
    found = db.session.get(Participant, participant_id)
    if found is None or found.round_id != round_id or found.side != side:
        raise NotFound("本轮名单中没有这个人")
    return found


@dataclass(frozen=True)
class Sides:
    """A round as the engine reads it; `ids` leads from a 编号 back to the row."""

    masters: tuple[Master, ...]
    apprentices: tuple[Apprentice, ...]
    ids: dict[str, UUID]


def sides(round_id: UUID) -> Sides:
    """Both sides with their wishes as 编号, in two queries."""
    people = participants(round_id)
    keys = {one.id: one.key for one in people}
    wishes: dict[UUID, list[str]] = {one.id: [] for one in people}
    query = (
        select(Wish.participant_id, Wish.wanted_id)
        .join(Participant, Participant.id == Wish.participant_id)
        .where(Participant.round_id == round_id)
        .order_by(Wish.participant_id, Wish.rank)
    )
    for participant, wanted in db.session.execute(query):
        wishes[participant].append(keys[wanted])
    masters, apprentices = [], []
    for one in people:
        named = (one.key, one.name, one.trade, one.level, one.county, one.employer)
        wished = tuple(wishes[one.id])
        if one.side == "master":
            masters.append(Master(*named, places=one.places, wishes=wished))
        else:
            apprentices.append(Apprentice(*named, wishes=wished))
    return Sides(tuple(masters), tuple(apprentices), {one.key: one.id for one in people})


def runs_of(round_id: UUID) -> list[MatchRun]:
    """All runs, the newest first."""
    query = select(MatchRun).where(MatchRun.round_id == round_id)
    return list(db.session.scalars(query.order_by(MatchRun.number.desc())))


def newest_run(round_id: UUID) -> MatchRun | None:
    """The run that counts."""
    query = select(MatchRun).where(MatchRun.round_id == round_id)
    return db.session.scalar(query.order_by(MatchRun.number.desc()).limit(1))


def assignment(run_id: UUID) -> dict[str, str]:
    """{apprentice 编号: master 编号} of a run."""
    return {pair.apprentice.key: pair.master.key for pair in _pairs(run_id)}


def _pairs(run_id: UUID) -> list[Pair]:
    query = (
        select(Pair)
        .options(joinedload(Pair.master), joinedload(Pair.apprentice))
        .where(Pair.run_id == run_id)
    )
    return list(db.session.scalars(query))


def taught_by(run_id: UUID, master_id: UUID) -> list[Participant]:
    """The apprentices of a master in a run."""
    query = (
        select(Participant)
        .join(Pair, Pair.apprentice_id == Participant.id)
        .where(Pair.run_id == run_id, Pair.master_id == master_id)
    )
    return list(db.session.scalars(query.order_by(Participant.key)))


def master_of(run_id: UUID, apprentice_id: UUID) -> Participant | None:
    """The master of an apprentice in a run."""
    query = (
        select(Participant)
        .join(Pair, Pair.master_id == Participant.id)
        .where(Pair.run_id == run_id, Pair.apprentice_id == apprentice_id)
    )
    return db.session.scalar(query)


def pair_page(run_id: UUID, page: int, text: str = "") -> list[Pair]:
    """The pairs of a run by master, one page and one more row; `text` is a 编号 or a name."""
    master, apprentice = Pair.master, Pair.apprentice
    query = (
        select(Pair)
        .options(joinedload(master), joinedload(apprentice))
        .where(Pair.run_id == run_id)
        .join(Participant, Participant.id == Pair.master_id)
    )
    if text.strip():
        named = matching((Participant.key, Participant.name), text)
        query = query.where(master.has(named) | apprentice.has(named))
    query = query.order_by(Participant.key, Pair.id)
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def unmet_page(run_id: UUID, page: int) -> list[UnmetWish]:
    """The unmet wishes of a run by apprentice, one page and one more row."""
    query = (
        select(UnmetWish)
        .options(joinedload(UnmetWish.apprentice))
        .join(Participant, Participant.id == UnmetWish.apprentice_id)
        .where(UnmetWish.run_id == run_id)
        .order_by(Participant.key, UnmetWish.wish)
    )
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def without_master(run_id: UUID, round_id: UUID) -> list[Participant]:
    """The apprentices whom a run left without a master."""
    paired = select(Pair.apprentice_id).where(Pair.run_id == run_id)
    query = (
        select(Participant)
        .where(
            Participant.round_id == round_id,
            Participant.side == "apprentice",
            Participant.id.not_in(paired),
        )
        .order_by(Participant.key)
    )
    return list(db.session.scalars(query))


def pairing_job(job_id: UUID) -> ImportJob:
    """An upload for a round with its report, or NotFound."""
    found = db.session.scalar(
        select(ImportJob)
        .options(undefer(ImportJob.report), joinedload(ImportJob.round))
        .where(ImportJob.id == job_id)
    )
    if found is None or found.round_id is None:
        raise NotFound("没有这次导入")
    return found


@dataclass(frozen=True)
class Own:
    """What a person sees of a published round: the place in it, the pairs, the unmet wishes."""

    round: MentorshipRound
    participant: Participant
    pairs: list[Pair]
    unmet: list[UnmetWish]
    wished: dict[int, Participant]


def own_pairings(person_id: UUID | None) -> list[Own]:
    """The published rounds in which a person takes part, the newest first."""
    query = (
        select(Participant, MentorshipRound)
        .join(MentorshipRound, MentorshipRound.id == Participant.round_id)
        .where(Participant.person_id == person_id, MentorshipRound.state == "published")
        .order_by(MentorshipRound.published_at.desc(), MentorshipRound.id)
    )
    return [_own(found, one) for one, found in db.session.execute(query).all()]


def _own(found: MentorshipRound, one: Participant) -> Own:
    run = newest_run(found.id)
    if run is None:
        return Own(found, one, [], [], {})
    side = Pair.master_id if one.side == "master" else Pair.apprentice_id
    pairs = (
        select(Pair)
        .options(joinedload(Pair.master), joinedload(Pair.apprentice))
        .where(Pair.run_id == run.id, side == one.id)
        .order_by(Pair.id)
    )
    unmet = (
        select(UnmetWish)
        .where(UnmetWish.run_id == run.id, UnmetWish.apprentice_id == one.id)
        .order_by(UnmetWish.wish)
    )
    wished = (
        select(Wish.rank, Participant)
        .join(Participant, Participant.id == Wish.wanted_id)
        .where(Wish.participant_id == one.id)
        .order_by(Wish.rank)
    )
    return Own(
        found,
        one,
        list(db.session.scalars(pairs)),
        list(db.session.scalars(unmet)),
        {row[0]: row[1] for row in db.session.execute(wished)},
    )
