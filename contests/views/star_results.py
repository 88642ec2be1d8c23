"""The result of a review of streamers: compute, sign, publish, withdraw, for everybody to read."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests import star_rules
from contests.forms.entrant import DeedForm
from contests.forms.judging import ReasonForm
from contests.forms.results import NoticeForm
from contests.models import StarRun
from contests.queries import stars as queries
from contests.queries.stars import OFFICE, SEERS
from contests.services import star_results as service
from contests.services.publishing import Notice
from contests.services.rulings import SIDES
from contests.views.blueprint import bp
from contests.views.stars import policy, review_page
from core import clock
from core.access import access, actor, public
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.post("/office/stars/<star_review:review_id>/compute")
@access("contests.stars")
def compute_stars(review_id: UUID) -> Answer:
    """Work a review out; the same marks give the run that is there."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.compute_stars(actor=actor(), review_id=review_id, now=clock.now()),
        to=_run_address,
    )
    return done or review_page(review_id, form)


def _run_address(run: StarRun) -> str:
    return url_for("contests.star_run", run_id=run.id)


@bp.get("/office/star-runs/<star_run:run_id>")
@access("contests.see_stars")
def star_run(run_id: UUID) -> Answer:
    """One result with the figures behind each total."""
    return _run_page(run_id, DeedForm())


def _run_page(run_id: UUID, form: BaseForm) -> Answer:
    run = queries.run_within(actor(), run_id, *SEERS)
    return page(
        "contests/stars/star_run.html",
        form=form,
        run=run,
        rule=star_rules.read_rule(run.rule),
        stale=queries.staleness(run),
        signed=queries.is_signed(run),
        has_signed=any(one.account_id == actor().account_id for one in run.signatures),
        notices=queries.notices(run.review_id),
        sides=SIDES,
        **policy(),
    )


@bp.post("/office/star-runs/<star_run:run_id>/sign")
@access("contests.sign_stars")
def sign_stars(run_id: UUID) -> Answer:
    """Stand for a result."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.sign_stars(actor=actor(), run_id=run_id, now=clock.now()),
        to=lambda _: _signed(run_id),
    )
    return done or _run_page(run_id, form)


def _signed(run_id: UUID) -> str:
    flash("已签字")
    return url_for("contests.star_run", run_id=run_id)


@bp.route("/office/star-runs/<star_run:run_id>/publish", methods=["GET", "POST"])
@access("contests.stars")
def publish_stars(run_id: UUID) -> Answer:
    """The head of the notice, and out it goes."""
    run = queries.run_within(actor(), run_id, OFFICE)
    form = NoticeForm(dated=clock.today(), workdays=5)
    done = attempt(
        form,
        lambda: service.publish_stars(
            actor=actor(), run_id=run_id, notice=Notice(**form.values()), now=clock.now()
        ),
        to=lambda _: url_for("contests.public_stars"),
    )
    return done or page("contests/stars/publish_stars.html", form=form, run=run)


@bp.route("/office/star-notices/<star_notice:notice_id>/withdraw", methods=["GET", "POST"])
@access("contests.stars")
def withdraw_stars(notice_id: UUID) -> Answer:
    """Take a notice back."""
    notice = queries.notice_within(actor(), notice_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: service.withdraw_stars(
            actor=actor(), notice_id=notice_id, now=clock.now(), **form.values()
        ),
        to=lambda one: url_for("contests.star_review", review_id=one.review_id),
    )
    return done or page("contests/stars/withdraw_stars.html", form=form, notice=notice)


@bp.get("/stars")
@public
def public_stars() -> Answer:
    """The notices of all years; the latest says who has a star now."""
    return page(
        "contests/stars/public_stars.html",
        notices=queries.notices(),
        today=clock.today(),
        **policy(),
    )
