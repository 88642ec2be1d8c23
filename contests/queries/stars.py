"""Reviews of streamers: for the office and the supervisors, and what is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from contests import star_rules
from contests.marks import Mark, input_digest
from contests.models import (
    StarCandidate,
    StarEvidence,
    StarLine,
    StarMark,
    StarNotice,
    StarReview,
    StarRun,
    StarSignature,
)
from contests.score_sheets import MILLI
from contests.scoring import ENGINE_VERSION
from contests.star_rules import StarRule
from core import canonical
from core.access import Actor
from core.db import db
from core.errors import NotFound
from core.exact import decimal_text

OFFICE, SUPERVISOR = "contest_office", "supervisor"
SEERS = (OFFICE, SUPERVISOR)
UNKNOWN = "没有这项评审，或者不在您的负责范围内"


@dataclass(frozen=True)
class Ground:
    """What a result stands on now: the rule, the marks, who is reviewed, and the digest of all."""

    rule: StarRule
    marks: tuple[Mark, ...]
    numbers: dict[str, UUID]
    digest: str


def check_reach(actor: Actor, *roles: str) -> None:
    """The review is the city's: a role for one contest does not carry to it."""
    if not actor.reach(*roles).everything:
        raise NotFound(UNKNOWN)


def reviews(actor: Actor) -> list[StarReview]:
    """All reviews, the latest year first."""
    check_reach(actor, *SEERS)
    query = select(StarReview).options(selectinload(StarReview.candidates))
    return list(db.session.scalars(query.order_by(StarReview.year.desc())))


def review_within(
    actor: Actor, review_id: UUID, *roles: str, for_update: bool = False
) -> StarReview:
    """A review with its candidates; NotFound for whoever is not of the city."""
    check_reach(actor, *roles)
    query = (
        select(StarReview)
        .options(
            selectinload(StarReview.candidates).joinedload(StarCandidate.person),
            selectinload(StarReview.candidates).joinedload(StarCandidate.operator),
        )
        .where(StarReview.id == review_id)
    )
    if for_update:
        query = query.with_for_update(of=StarReview).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def candidate_within(actor: Actor, candidate_id: UUID, *roles: str) -> StarCandidate:
    """A candidate with person, operator and review; else NotFound."""
    check_reach(actor, *roles)
    query = select(StarCandidate).options(
        joinedload(StarCandidate.person),
        joinedload(StarCandidate.operator),
        joinedload(StarCandidate.review),
    )
    found = db.session.scalar(query.where(StarCandidate.id == candidate_id))
    if found is None:
        raise NotFound("没有这位候选人，或者不在您的负责范围内")
    return found


def evidence_of(candidate_id: UUID) -> list[StarEvidence]:
    """The evidence of a candidate in order of time."""
    query = select(StarEvidence).where(StarEvidence.candidate_id == candidate_id)
    return list(db.session.scalars(query.order_by(StarEvidence.added, StarEvidence.id)))


def evidence_within(actor: Actor, evidence_id: UUID) -> StarEvidence:
    """One piece of evidence with a file; else NotFound."""
    check_reach(actor, *SEERS)
    found = db.session.get(StarEvidence, evidence_id)
    if found is None or not found.digest:
        raise NotFound("没有这份材料")
    return found


def marks_of(candidate_ids: Iterable[UUID]) -> list[StarMark]:
    """The marks that count, in order of candidate, source, marker, criterion."""
    query = (
        select(StarMark)
        .where(StarMark.candidate_id.in_(list(candidate_ids)))
        .order_by(StarMark.version)
    )
    latest = {
        (one.candidate_id, one.source, one.marker, one.criterion): one
        for one in db.session.scalars(query)
    }
    return [latest[key] for key in sorted(latest, key=lambda key: (str(key[0]), *key[1:]))]


def ground_of(review: StarReview, rule: StarRule) -> Ground:
    """What the result of a review stands on now."""
    spec = star_rules.spec_of_rule(rule)
    numbers = {one.number: one.id for one in review.candidates}
    names = {candidate_id: number for number, candidate_id in numbers.items()}
    marks = [
        Mark(
            names[one.candidate_id],
            "",
            star_rules.aspect_of(one.source, one.criterion),
            one.marker,
            decimal_text(Fraction(one.milli, MILLI)),
        )
        for one in marks_of(names)
    ]
    content = {
        "rule": rule.as_json(),
        "marks": input_digest(spec, marks, ENGINE_VERSION),
        "candidates": sorted(numbers),
    }
    return Ground(rule, tuple(sorted(marks)), numbers, canonical.digest(content))


def last_run(review_id: UUID) -> StarRun | None:
    """The latest computation of a review."""
    query = select(StarRun).where(StarRun.review_id == review_id).order_by(StarRun.seq.desc())
    return db.session.scalar(query.limit(1))


def run_within(actor: Actor, run_id: UUID, *roles: str) -> StarRun:
    """A computation with lines and signatures; else NotFound."""
    check_reach(actor, *roles)
    query = (
        select(StarRun)
        .options(
            joinedload(StarRun.review),
            selectinload(StarRun.lines)
            .joinedload(StarLine.candidate)
            .options(joinedload(StarCandidate.person), joinedload(StarCandidate.operator)),
            selectinload(StarRun.signatures),
        )
        .where(StarRun.id == run_id)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def staleness(run: StarRun) -> str:
    """Why a run must not be signed or published any more; "" while it is fresh."""
    last = last_run(run.review_id)
    if last is None or last.id != run.id:
        return "后来又计算过一次，这一次已被替代"
    review = run.review
    rule = star_rules.read_rule(review.rule) if review.rule else None
    if rule is None or ground_of(review, rule).digest != run.input_digest:
        return "计算之后办法、名单或评分有改动，请重新计算"
    return ""


def is_signed(run: StarRun) -> bool:
    """Whether both sides stand for the run."""
    return {one.role for one in run.signatures} == set(SEERS)


def notices(review_id: UUID | None = None) -> list[StarNotice]:
    """The notices that stand, the latest year first, with names."""
    query = (
        select(StarNotice)
        .join(StarReview, StarReview.id == StarNotice.review_id)
        .options(
            joinedload(StarNotice.review),
            joinedload(StarNotice.run)
            .selectinload(StarRun.lines)
            .joinedload(StarLine.candidate)
            .options(joinedload(StarCandidate.person), joinedload(StarCandidate.operator)),
        )
        .where(StarNotice.withdrawn_at.is_(None))
        .order_by(StarReview.year.desc())
    )
    if review_id is not None:
        query = query.where(StarNotice.review_id == review_id)
    return list(db.session.scalars(query))


def notice_within(actor: Actor, notice_id: UUID) -> StarNotice:
    """A notice that the office may withdraw; else NotFound."""
    check_reach(actor, OFFICE)
    found = db.session.get(StarNotice, notice_id)
    if found is None:
        raise NotFound("没有这份公示")
    return found


def standing_stars(notices: Iterable[StarNotice]) -> dict[UUID, tuple[int, int]]:
    """(star, year) by person as it holds now: the latest published review counts alone, so that a star
    that it does not give again has lapsed."""
    latest = max(notices, key=lambda one: one.review.year, default=None)
    if latest is None:
        return {}
    return {
        one.candidate.person_id: (one.star, latest.review.year)
        for one in latest.run.lines
        if one.star is not None
    }


def has_signed(account_id: UUID | None, number: str) -> bool:
    """Whether somebody signed a result in which this candidate stands."""
    query = (
        select(StarSignature.id)
        .join(StarLine, StarLine.run_id == StarSignature.run_id)
        .join(StarCandidate, StarCandidate.id == StarLine.candidate_id)
        .where(StarCandidate.number == number, StarSignature.account_id == account_id)
    )
    return db.session.scalar(query.limit(1)) is not None
