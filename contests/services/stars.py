"""The yearly review of streamers: year, rule, candidates, evidence, marks. What the office does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contests import star_rules
from contests.models import StarCandidate, StarEvidence, StarMark, StarReview
from contests.queries import stars as queries
from contests.queries.stars import OFFICE
from contests.score_sheets import MILLI
from contests.star_rules import CRITERIA, FULL, SOURCES, STEP
from core import audit, clock
from core.access import Actor
from core.db import Row, db
from core.errors import DomainError, FieldErrors
from core.exact import decimal
from core.stated import stated
from people.identifiers import employer_key, name_key, parse_id_number, parse_name, parse_uscc
from people.models import Organisation, Person
from people.queries import organisation_by_uscc
from people.services.registration import make_person, person_of

FIRST_YEAR = 2020


@dataclass(frozen=True)
class CandidateWish:
    """A candidate as typed. The two answers are None where there is no proof yet."""

    name: str
    document_number: str
    stage_name: str
    uscc: str
    operator_settled: bool | None
    cultivated: bool | None


@dataclass(frozen=True)
class EvidenceWish:
    """Evidence as typed, with a file that is already in the store, or ""."""

    source: str
    criterion: str
    told: str
    origin: str
    filename: str = ""
    kind: str = ""
    digest: str = ""


@dataclass(frozen=True)
class MarkWish:
    """What one marker gives: texts by criterion. `employer` is asked of experts, `sample` (how many were
    asked) of surveys of customers."""

    source: str
    marker: str
    employer: str
    sample: int | None
    texts: Mapping[str, str]
    reason: str = ""


def open_review(*, actor: Actor, year: int, now: datetime) -> StarReview:
    """Begin the review of a year."""
    queries.check_reach(actor, OFFICE)
    if not FIRST_YEAR <= year <= clock.day_of(now).year:
        raise DomainError(f"年度填 {FIRST_YEAR} 到今年", "year")
    review = StarReview(year=year, created_by=actor.label, created=now)
    db.session.add(review)
    record(actor, "open_star_review", review, review, now, {"year": year})
    db.session.flush()
    return review


def set_rule(
    *, actor: Actor, review_id: UUID, typed: Mapping[str, Any], basis: str, now: datetime
) -> StarReview:
    """Set what the policy leaves open, with the document on which it rests."""
    review = editable_review(actor, review_id)
    rule = star_rules.check_rule(typed)
    review.rule, review.rule_basis = (
        rule.as_json(),
        _filled(basis, "basis", "请填写依据的文件或会议"),
    )
    review.rule_set_by, review.rule_set_at = actor.label, now
    told = rule.as_json() | {"basis": review.rule_basis}
    record(actor, "set_star_rule", review, review, now, told)
    db.session.flush()
    return review


def add_candidate(
    *, actor: Actor, review_id: UUID, wish: CandidateWish, now: datetime
) -> StarCandidate:
    """A streamer and the operator behind; the number is given once."""
    review = editable_review(actor, review_id)
    operator = _operator(wish.uscc)
    person = _person(wish, now)
    review.last_number += 1
    candidate = StarCandidate(
        review_id=review.id,
        number=f"XJ{review.year}-{review.last_number:03d}",
        person_id=person.id,
        operator_id=operator.id,
        stage_name=_filled(wish.stage_name, "stage_name", "请填写直播用的名称"),
        operator_settled=wish.operator_settled,
        cultivated=wish.cultivated,
        added_by=actor.label,
        added=now,
    )
    db.session.add(candidate)
    told = {
        "number": candidate.number,
        "operator": operator.uscc,
        "operator_settled": wish.operator_settled,
        "cultivated": wish.cultivated,
    }
    record(actor, "add_star_candidate", candidate, review, now, told)
    db.session.flush()
    return candidate


def prove_operator(
    *,
    actor: Actor,
    candidate_id: UUID,
    operator_settled: bool | None,
    cultivated: bool | None,
    reason: str,
    now: datetime,
) -> StarCandidate:
    """Correct what is proved of the operator, with a reason."""
    candidate = queries.candidate_within(actor, candidate_id, OFFICE)
    editable_review(actor, candidate.review_id)
    why = stated(reason)
    candidate.operator_settled, candidate.cultivated = operator_settled, cultivated
    told = {"operator_settled": operator_settled, "cultivated": cultivated}
    record(actor, "prove_star_operator", candidate, candidate.review, now, told, why)
    db.session.flush()
    return candidate


def add_evidence(
    *, actor: Actor, candidate_id: UUID, wish: EvidenceWish, now: datetime
) -> StarEvidence:
    """File what speaks for a candidate."""
    candidate = queries.candidate_within(actor, candidate_id, OFFICE)
    editable_review(actor, candidate.review_id)
    _check_choice(wish.source, SOURCES, "source", "请选择来源")
    _check_choice(wish.criterion, CRITERIA, "criterion", "请选择评定条件")
    evidence = StarEvidence(
        candidate_id=candidate.id,
        source=wish.source,
        criterion=wish.criterion,
        told=_filled(wish.told, "told", "请写明事实和数字"),
        origin=_filled(wish.origin, "origin", "请写明由谁提供或出自哪份文件"),
        filename=wish.filename,
        kind=wish.kind,
        digest=wish.digest,
        added_by=actor.label,
        added=now,
    )
    db.session.add(evidence)
    told = {"number": candidate.number, "sha256": wish.digest}
    record(actor, "add_star_evidence", evidence, candidate.review, now, told)
    db.session.flush()
    return evidence


def enter_marks(*, actor: Actor, candidate_id: UUID, wish: MarkWish, now: datetime) -> int:
    """Keep what one marker gives in all three criteria; returns how many changed. A correction needs a
    reason. Of customers a figure of a survey is recorded; nobody votes and nothing is counted."""
    candidate = queries.candidate_within(actor, candidate_id, OFFICE)
    editable_review(actor, candidate.review_id)
    _check_choice(wish.source, SOURCES, "source", "请选择来源")
    marker = _filled(wish.marker, "marker", "请填写评价人或调查的名称")
    _check_marker(candidate, wish)
    typed = _typed_marks(wish.texts)
    held = {
        one.criterion: one
        for one in queries.marks_of([candidate.id])
        if (one.source, one.marker) == (wish.source, marker)
    }
    fresh = []
    for criterion, milli in typed.items():
        present = held.get(criterion)
        if present is None or (present.milli, present.sample) != (milli, wish.sample):
            fresh.append(
                StarMark(
                    candidate_id=candidate.id,
                    source=wish.source,
                    marker=marker,
                    employer=wish.employer.strip(),
                    criterion=criterion,
                    milli=milli,
                    sample=wish.sample,
                    version=(present.version if present else 0) + 1,
                    entered_by=actor.label,
                    at=now,
                )
            )
    why = stated(wish.reason) if any(one.version > 1 for one in fresh) else ""
    for one in fresh:
        one.reason = why
    db.session.add_all(fresh)
    if fresh:
        told = {"source": wish.source, "milli": {one.criterion: one.milli for one in fresh}}
        record(actor, "enter_star_marks", candidate, candidate.review, now, told, why)
    db.session.flush()
    return len(fresh)


def _check_marker(candidate: StarCandidate, wish: MarkWish) -> None:
    """Experts come from elsewhere; a survey says how many were asked."""
    if wish.source == "expert":
        employer = _filled(wish.employer, "employer", "请填写专家的工作单位，用来核对回避")
        if employer_key(employer) == employer_key(candidate.operator.name):
            raise DomainError("专家与运营主体是同一单位，应当回避", "employer")
    if wish.source == "customers" and (wish.sample is None or wish.sample < 1):
        raise DomainError("请填写调查了多少人", "sample")


def _typed_marks(texts: Mapping[str, str]) -> dict[str, int]:
    """Thousandths by criterion; FieldErrors by `mark_<criterion>`."""
    found, wrong = {}, {}
    for key in CRITERIA:
        value = decimal(texts.get(key, "").strip())
        if value is None or not 0 <= value <= FULL or value % STEP:
            wrong[f"mark_{key}"] = "填 0 到 100 的分数，最多两位小数"
        else:
            found[key] = int(value * MILLI)
    if wrong:
        raise FieldErrors(wrong)
    return found


def editable_review(actor: Actor, review_id: UUID) -> StarReview:
    """A review of which no result is public, locked for a change."""
    review = queries.review_within(actor, review_id, OFFICE, for_update=True)
    if queries.notices(review.id):
        raise DomainError("这一年的结果正在公示，要改请先撤回公示")
    return review


def _operator(uscc: str) -> Organisation:
    found = organisation_by_uscc(parse_uscc(uscc))
    if found is None:
        raise DomainError("这个单位还没有登记，请先在“单位”里登记", "uscc")
    return found


def _person(wish: CandidateWish, now: datetime) -> Person:
    name = parse_name(wish.name)
    number = parse_id_number(wish.document_number, today=clock.day_of(now))
    known = person_of(number=number)
    if known is None:
        known = make_person(number=number, name=name, county="", employer="", phone="", now=now)
        db.session.flush()
    elif name_key(known.name) != name_key(name):
        raise DomainError("这个证件号码已有登记，姓名与填写的不同，请核对证件", "name")
    return known


def _check_choice(value: str, among: Mapping[str, str], field: str, message: str) -> None:
    if value not in among:
        raise DomainError(message, field)


def _filled(text: str, field: str, message: str) -> str:
    if not text.strip():
        raise DomainError(message, field)
    return text.strip()


def record(
    actor: Actor,
    verb: str,
    subject: Row,
    review: StarReview,
    now: datetime,
    changes: Mapping[str, object],
    reason: str = "",
) -> None:
    """Write into the audit stream of a review."""
    audit.record(
        actor=actor,
        verb=verb,
        subject=subject,
        now=now,
        stream=f"stars/{review.id}",
        changes=changes,
        reason=reason,
    )
