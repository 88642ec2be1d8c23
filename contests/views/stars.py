"""The yearly review of streamers: year, rule, candidates, evidence, marks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, flash, url_for
from werkzeug.wrappers import Response

from contests import star_rules
from contests.forms.stars import (
    CandidateForm,
    EvidenceForm,
    MarksForm,
    ProofForm,
    YearForm,
    rule_form,
)
from contests.models import StarCandidate, StarReview
from contests.queries import stars as queries
from contests.queries.stars import OFFICE, SEERS
from contests.services import stars as service
from contests.star_rules import CRITERIA, SOURCES, STARS
from contests.views.blueprint import bp
from core import clock, files
from core.access import access, actor
from core.exact import decimal_text
from core.forms import BaseForm, attempt, before_unit
from core.web import file_answer, files_root, page

Answer = Response | tuple[str, int]


@bp.get("/office/stars")
@access("contests.see_stars")
def star_reviews() -> Answer:
    """All reviews, and the stars that hold now."""
    notices = queries.notices()
    city = actor().reach(*SEERS).everything
    return page(
        "contests/stars/star_reviews.html",
        city=city,
        rows=queries.reviews(actor()) if city else [],
        published={one.review_id: one for one in notices},
        standing=queries.standing_stars(notices),
    )


@bp.route("/office/stars/new", methods=["GET", "POST"])
@access("contests.stars")
def open_review() -> Answer:
    """Begin the review of a year."""
    queries.check_reach(actor(), OFFICE)
    form = YearForm(year=clock.today().year)
    done = attempt(
        form,
        lambda: service.open_review(actor=actor(), now=clock.now(), **form.values()),
        to=_desk_of,
    )
    return done or page("contests/stars/open_review.html", form=form)


def _desk_of(review: StarReview) -> str:
    return url_for("contests.star_review", review_id=review.id)


@bp.get("/office/stars/<star_review:review_id>")
@access("contests.see_stars")
def star_review(review_id: UUID) -> Answer:
    """One review: rule, candidates, how far it is."""
    return review_page(review_id, None)


def review_page(review_id: UUID, form: BaseForm | None) -> Answer:
    """The page of a review; `form` shows the refusal of its deeds."""
    review = queries.review_within(actor(), review_id, *SEERS)
    run = queries.last_run(review.id)
    notices = queries.notices(review.id)
    return page(
        "contests/stars/star_review.html",
        form=form,
        review=review,
        rule=star_rules.read_rule(review.rule) if review.rule else None,
        unset=star_rules.UNSET,
        run=run,
        stale=queries.staleness(run) if run else "",
        notice=notices[0] if notices else None,
        marked=_marked(review),
        **policy(),
    )


def policy() -> dict[str, Any]:
    """The words of the policy, for pages that rest on them."""
    return {
        "quote": star_rules.QUOTE,
        "source_quote": star_rules.SOURCE_QUOTE,
        "criteria": CRITERIA,
        "sources": SOURCES,
    }


def _marked(review: StarReview) -> dict[UUID, dict[str, int]]:
    """How many markers of each source have marked each candidate."""
    markers: dict[UUID, dict[str, set[str]]] = {}
    for one in queries.marks_of(candidate.id for candidate in review.candidates):
        markers.setdefault(one.candidate_id, {}).setdefault(one.source, set()).add(one.marker)
    return {
        candidate_id: {source: len(names) for source, names in found.items()}
        for candidate_id, found in markers.items()
    }


@bp.route("/office/stars/<star_review:review_id>/rule", methods=["GET", "POST"])
@access("contests.stars")
def set_star_rule(review_id: UUID) -> Answer:
    """Weights, floors, numbers: what the policy leaves to the office."""
    review = queries.review_within(actor(), review_id, OFFICE)
    form = rule_form()(**_present(review))
    done = attempt(
        form,
        lambda: service.set_rule(
            actor=actor(),
            review_id=review_id,
            typed=form.values(),
            basis=form.basis.data or "",
            now=clock.now(),
        ),
        to=_desk_of,
    )
    return done or page(
        "contests/stars/set_star_rule.html", form=form, review=review, stars=STARS, **policy()
    )


def _present(review: StarReview) -> dict[str, Any]:
    if review.rule is None:
        return {}
    rule = star_rules.read_rule(review.rule)
    found: dict[str, Any] = {f"weight_{key}": share for key, share in rule.criteria.items()}
    found |= {f"source_{key}": share for key, share in rule.sources.items()}
    found |= {f"floor_{star}": decimal_text(floor) for star, floor in rule.floors.items()}
    return found | {"experts": rule.experts, "most": rule.most, "basis": review.rule_basis}


@bp.route("/office/stars/<star_review:review_id>/candidates/new", methods=["GET", "POST"])
@access("contests.stars")
def add_candidate(review_id: UUID) -> Answer:
    """One more candidate."""
    review = queries.review_within(actor(), review_id, OFFICE)
    form = CandidateForm()
    done = attempt(
        form,
        lambda: service.add_candidate(
            actor=actor(),
            review_id=review_id,
            wish=service.CandidateWish(**form.values() | form.proved()),
            now=clock.now(),
        ),
        to=_candidate_page,
    )
    return done or page("contests/stars/add_candidate.html", form=form, review=review)


def _candidate_page(candidate: StarCandidate) -> str:
    return url_for("contests.star_candidate", candidate_id=candidate.id)


@bp.get("/office/star-candidates/<star_candidate:candidate_id>")
@access("contests.see_stars")
def star_candidate(candidate_id: UUID) -> Answer:
    """Evidence and marks of a candidate by source."""
    candidate = queries.candidate_within(actor(), candidate_id, *SEERS)
    return page(
        "contests/stars/star_candidate.html",
        candidate=candidate,
        evidence=queries.evidence_of(candidate.id),
        marks=queries.marks_of([candidate.id]),
        public=bool(queries.notices(candidate.review_id)),
        **policy(),
    )


@bp.route("/office/star-candidates/<star_candidate:candidate_id>/proof", methods=["GET", "POST"])
@access("contests.stars")
def prove_operator(candidate_id: UUID) -> Answer:
    """What is proved of the operator."""
    candidate = queries.candidate_within(actor(), candidate_id, OFFICE)
    words = {None: "", True: "yes", False: "no"}
    form = ProofForm(
        operator_settled=words[candidate.operator_settled], cultivated=words[candidate.cultivated]
    )
    done = attempt(
        form,
        lambda: service.prove_operator(
            actor=actor(),
            candidate_id=candidate_id,
            reason=form.reason.data or "",
            now=clock.now(),
            **form.proved(),
        ),
        to=_candidate_page,
    )
    return done or page("contests/stars/prove_operator.html", form=form, candidate=candidate)


@bp.route("/office/star-candidates/<star_candidate:candidate_id>/evidence", methods=["GET", "POST"])
@access("contests.stars")
def add_star_evidence(candidate_id: UUID) -> Answer:
    """File evidence, with a document if there is one."""
    candidate = queries.candidate_within(actor(), candidate_id, OFFICE)
    form = EvidenceForm()
    wish = before_unit(form, lambda: _evidence(form))
    done = wish and attempt(
        form,
        lambda: service.add_evidence(
            actor=actor(), candidate_id=candidate_id, wish=wish, now=clock.now()
        ),
        to=lambda _: _candidate_page(candidate),
    )
    return done or page(
        "contests/stars/add_star_evidence.html", form=form, candidate=candidate, **policy()
    )


def _evidence(form: EvidenceForm) -> service.EvidenceWish:
    typed = {name: text for name, text in form.values().items() if name != "file"}
    upload = form.file.data
    if not upload or not upload.filename:
        return service.EvidenceWish(**typed)
    data = upload.read()
    kind = files.sniff(data, upload.filename)
    name = files.short_name(files.offered_name(upload.filename, kind))
    return service.EvidenceWish(
        **typed, filename=name, kind=kind, digest=files.store(files_root(), data)
    )


@bp.get("/office/star-evidence/<star_evidence:evidence_id>/file")
@access("contests.see_stars")
def star_document(evidence_id: UUID) -> Answer:
    """The document behind a piece of evidence."""
    found = queries.evidence_within(actor(), evidence_id)
    data = files.load(current_app.extensions["settings"].files, found.digest)
    return file_answer(data, kind=found.kind, filename=found.filename)  # type: ignore[arg-type]


@bp.route("/office/star-candidates/<star_candidate:candidate_id>/marks", methods=["GET", "POST"])
@access("contests.stars")
def enter_star_marks(candidate_id: UUID) -> Answer:
    """What an employer, an expert or a survey of customers gives."""
    candidate = queries.candidate_within(actor(), candidate_id, OFFICE)
    form = MarksForm()
    done = attempt(form, lambda: _enter(form, candidate_id), to=lambda n: _entered(candidate, n))
    return done or page(
        "contests/stars/enter_star_marks.html", form=form, candidate=candidate, **policy()
    )


def _enter(form: MarksForm, candidate_id: UUID) -> int:
    typed = form.values()
    texts = {key: typed.pop(f"mark_{key}") or "" for key in CRITERIA}
    wish = service.MarkWish(**typed, texts=texts)
    return service.enter_marks(actor=actor(), candidate_id=candidate_id, wish=wish, now=clock.now())


def _entered(candidate: StarCandidate, count: int) -> str:
    flash(f"已保存 {count} 项")
    return _candidate_page(candidate)
