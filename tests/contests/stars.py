"""Reviews of streamers for tests, made through the real services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from contests.models import StarCandidate, StarEvidence, StarNotice, StarReview, StarRun
from contests.services import star_results, stars
from contests.services.publishing import Notice
from contests.star_rules import CRITERIA
from core import clock, files
from core.access import Actor
from core.db import db
from people.models import Organisation
from people.queries import organisation_by_uscc
from tests.contests import judging
from tests.contests.factories import OFFICE, PDF
from tests.people import world

USCC = world.valid_uscc("91330800MA28F1234")
RULE: dict[str, Any] = {
    "weight_fame": 30,
    "weight_driving": 35,
    "weight_sales": 35,
    "source_employer": 30,
    "source_expert": 40,
    "source_customers": 30,
    "experts": 2,
    "floor_1": "",
    "floor_2": "",
    "floor_3": "70",
    "floor_4": "80",
    "floor_5": "90",
    "most": None,
}


def office() -> Actor:
    """The office of the city, with an account."""
    return judging.known("周主任", "contest_office")


def supervisor() -> Actor:
    """A supervisor of the city."""
    return judging.known("孔监督", "supervisor")


def make_review(year: int | None = None, *, rule: bool = True, **over: Any) -> StarReview:
    """A review of a year (this one), with the rule set unless told otherwise."""
    with db.unit():
        review = stars.open_review(actor=OFFICE, year=year or clock.today().year, now=clock.now())
    if rule:
        set_rule(review, **over)
    return review


def set_rule(review: StarReview, **over: Any) -> None:
    """Weights, floors and number."""
    with db.unit():
        stars.set_rule(
            actor=OFFICE,
            review_id=review.id,
            typed=RULE | over,
            basis="主管部门会议纪要第 8 期",
            now=clock.now(),
        )


def operator() -> Organisation:
    """三衢直播, registered once."""
    return organisation_by_uscc(USCC) or world.organisation("三衢直播", USCC)


def make_candidate(review: StarReview, place: int = 0, **over: Any) -> StarCandidate:
    """A candidate of 三衢直播, of whom everything is proved."""
    operator()
    values: dict[str, Any] = {
        "name": judging.NAMES[place],
        "document_number": judging.judge_number(500 + place),
        "stage_name": f"山里的{judging.NAMES[place]}",
        "uscc": USCC,
        "operator_settled": True,
        "cultivated": True,
    }
    with db.unit():
        return stars.add_candidate(
            actor=OFFICE,
            review_id=review.id,
            wish=stars.CandidateWish(**values | over),
            now=clock.now(),
        )


def enter(candidate: StarCandidate, source: str, mark: str, marker: str = "", **over: Any) -> int:
    """The same mark in all criteria from one marker."""
    values: dict[str, Any] = {
        "marker": marker or {"employer": "三衢直播", "customers": "观众回访"}.get(source, "陈专家"),
        "employer": "浙江农林大学" if source == "expert" else "",
        "sample": 120 if source == "customers" else None,
        "texts": dict.fromkeys(CRITERIA, mark),
    }
    with db.unit():
        return stars.enter_marks(
            actor=OFFICE,
            candidate_id=candidate.id,
            wish=stars.MarkWish(source=source, **values | over),
            now=clock.now(),
        )


def mark_all(candidate: StarCandidate, mark: str) -> None:
    """One employer, two experts, one survey."""
    enter(candidate, "employer", mark)
    enter(candidate, "expert", mark, "陈专家")
    enter(candidate, "expert", mark, "刘专家")
    enter(candidate, "customers", mark)


def compute(review: StarReview) -> StarRun:
    """Work the review out."""
    with db.unit():
        return star_results.compute_stars(actor=OFFICE, review_id=review.id, now=clock.now())


def sign(run: StarRun) -> None:
    """Both sides."""
    for actor in (office(), supervisor()):
        with db.unit():
            star_results.sign_stars(actor=actor, run_id=run.id, now=clock.now())


def publish(run: StarRun, document_no: str = "衢农发〔2026〕12 号") -> StarNotice:
    """Signed and public for five working days."""
    sign(run)
    head = Notice(document_no, clock.today(), 5, "0570-0000000")
    with db.unit():
        return star_results.publish_stars(actor=OFFICE, run_id=run.id, notice=head, now=clock.now())


def withdraw(notice: StarNotice, reason: str = "有异议成立，需要复核") -> None:
    """Take a notice back."""
    with db.unit():
        star_results.withdraw_stars(
            actor=OFFICE, notice_id=notice.id, reason=reason, now=clock.now()
        )


def published(year: int | None = None, *marks: str, **over: Any) -> StarNotice:
    """A review with a candidate for each mark (one with 85), published."""
    review = make_review(year)
    for place, mark in enumerate(marks or ("85",)):
        mark_all(make_candidate(review, place, **over), mark)
    return publish(compute(review))


def file_evidence(candidate_id: UUID) -> StarEvidence:
    """A document that speaks for a candidate, filed before anything was public."""
    digest = files.store(current_app.extensions["settings"].files, PDF)
    evidence = StarEvidence(
        candidate_id=candidate_id,
        source="employer",
        criterion="driving",
        told="助销胡柚 41 万斤",
        origin="青石合作社",
        filename="证明.pdf",
        kind="pdf",
        digest=digest,
        added_by="周主任",
        added=clock.now(),
    )
    with db.unit() as session:
        session.add(evidence)
    return evidence
