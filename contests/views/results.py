"""Results for officials: compute, look at every reason, sign, publish, withdraw."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests.forms.entrant import DeedForm
from contests.forms.judging import ReasonForm
from contests.forms.results import AdmissionForm, ResultNoticeForm
from contests.models import ResultRun
from contests.queries import grounds, halts, life, stages
from contests.queries import lines as line_queries
from contests.queries import results as queries
from contests.queries.panels import OFFICE, WATCHERS, covers
from contests.queries.recheck import recheck_of
from contests.services import firmness, publishing, staging
from contests.services import results as service
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.errors import DomainError
from core.forms import BaseForm, attempt
from core.web import page, page_number

Answer = Response | tuple[str, int]
OFFERED_WORKDAYS = 5


@bp.get("/office/contests/<contest:contest_id>/results")
@access("contests.see_panels")
def standings(contest_id: UUID) -> Answer:
    """All tracks: judged, computed, signed, published."""
    return standings_page(contest_id, DeedForm())


def standings_page(contest_id: UUID, form: BaseForm) -> Answer:
    """The page of `standings`, with what was refused."""
    contest, rows = queries.standings(actor(), contest_id)
    return page(
        "contests/results/standings.html",
        form=form,
        contest=contest,
        rows=rows,
        states=life.states_of(contest, rows, clock.now()),
        halts=[(one, halts.told(one)) for one in halts.standing([contest_id])],
        is_signed=queries.is_signed,
        manages=covers(actor(), contest_id, OFFICE),
    )


@bp.post("/office/tracks/<track:track_id>/stages/<stage:stage_id>/compute")
@access("contests.compute")
def compute_result(track_id: UUID, stage_id: UUID) -> Answer:
    """Compute a track as far as a stage; unchanged marks give the run that is there."""
    track = queries.track_within(actor(), track_id, *WATCHERS)
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.compute_run(
            actor=actor(), track_id=track_id, stage_id=stage_id, now=clock.now()
        ),
        to=_run_address,
    )
    return done or standings_page(track.contest_id, form)


def _run_address(run: ResultRun) -> str:
    return url_for("contests.result_run", run_id=run.id)


@bp.get("/office/runs/<result_run:run_id>")
@access("contests.see_panels")
def result_run(run_id: UUID) -> Answer:
    """One run with the reason of every figure."""
    return _run_page(run_id, DeedForm())


def _run_page(run_id: UUID, form: BaseForm) -> Answer:
    run = queries.run_within(actor(), run_id, *WATCHERS)
    contest_id = run.track.contest_id
    number = page_number()
    rows = line_queries.line_page(run_id, number)
    return page(
        "contests/results/result_run.html",
        form=form,
        run=run,
        rows=rows[: line_queries.PAGE],
        more=len(rows) > line_queries.PAGE,
        number=number,
        stale=grounds.staleness_of(run),
        check=recheck_of(run),
        signed=queries.is_signed(run),
        firmness=queries.firmness_of(run.id),
        publication=queries.publication_of_run(run.id),
        names=queries.shows_names(actor(), run),
        manages=covers(actor(), contest_id, OFFICE),
        stopped=halts.why_stopped(contest_id, run.track_id),
        roles=service.SIGNING_LABELS,
        has_signed=any(one.account_id == actor().account_id for one in run.signatures),
    )


@bp.post("/office/runs/<result_run:run_id>/firmness")
@access("contests.compute")
def check_firmness(run_id: UUID) -> Answer:
    """Ask what would change the prizes. Worked out before the unit begins: it takes seconds."""
    form = DeedForm()
    try:
        found = firmness.probe(actor=actor(), run_id=run_id)
    except DomainError as refusal:
        form.place(refusal)
        return _run_page(run_id, form)
    done = attempt(
        form,
        lambda: firmness.keep(actor=actor(), run_id=run_id, found=found, now=clock.now()),
        to=lambda _: url_for("contests.result_run", run_id=run_id, _anchor="firmness"),
    )
    return done or _run_page(run_id, form)


@bp.get("/office/result-lines/<result_line:line_id>")
@access("contests.see_panels")
def result_line(line_id: UUID) -> Answer:
    """One line with the reason of every figure, worked out anew."""
    return _line_page(line_id, AdmissionForm())


@bp.post("/office/result-lines/<result_line:line_id>/admission")
@access("contests.panels")
def admit(line_id: UUID) -> Answer:
    """Let an entry take part in the following stage against the cut, or leave it out."""
    form = AdmissionForm()
    done = attempt(
        form,
        lambda: staging.admit(actor=actor(), line_id=line_id, now=clock.now(), **form.values()),
        to=lambda _: _admitted(line_id),
    )
    return done or _line_page(line_id, form)


def _admitted(line_id: UUID) -> str:
    flash("已记录，请重新计算成绩")
    return url_for("contests.result_line", line_id=line_id)


def _line_page(line_id: UUID, form: BaseForm) -> Answer:
    line = line_queries.line_within(actor(), line_id, *WATCHERS)
    run = line.run
    following = stages.after(run.track.contest, run.stage)
    said = stages.admissions(run.track_id) if following else {}
    return page(
        "contests/results/result_line.html",
        form=form,
        line=line,
        run=run,
        following=following,
        word=said.get((following.id, line.entry_id)) if following else None,
        manages=covers(actor(), run.track.contest_id, OFFICE),
        reasons=line_queries.reasons_of(line),
        names=queries.shows_names(actor(), run),
    )


@bp.post("/office/runs/<result_run:run_id>/sign")
@access("contests.sign")
def sign_run(run_id: UUID) -> Answer:
    """Stand for a run."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.sign_run(actor=actor(), run_id=run_id, now=clock.now()),
        to=lambda _: _signed(run_id),
    )
    return done or _run_page(run_id, form)


def _signed(run_id: UUID) -> str:
    flash("已签字")
    return url_for("contests.result_run", run_id=run_id)


@bp.route("/office/runs/<result_run:run_id>/publish", methods=["GET", "POST"])
@access("contests.publish")
def publish_result(run_id: UUID) -> Answer:
    """The head of the notice, and out it goes."""
    run = queries.run_within(actor(), run_id, OFFICE)
    contact = run.track.contest.contact
    form = ResultNoticeForm(dated=clock.today(), workdays=OFFERED_WORKDAYS, contact=contact)
    done = attempt(
        form,
        lambda: publishing.publish(
            actor=actor(),
            run_id=run_id,
            notice=publishing.Notice(**form.values()),
            now=clock.now(),
        ),
        to=lambda _: url_for("contests.public_result", slug=run.track.contest.slug),
    )
    return done or page("contests/results/publish_result.html", form=form, run=run)


@bp.route("/office/publications/<publication:publication_id>/withdraw", methods=["GET", "POST"])
@access("contests.publish")
def withdraw_result(publication_id: UUID) -> Answer:
    """Take a notice back."""
    notice = queries.publication_within(actor(), publication_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: publishing.withdraw(
            actor=actor(), publication_id=publication_id, now=clock.now(), **form.values()
        ),
        to=lambda one: url_for("contests.standings", contest_id=one.contest_id),
    )
    return done or page("contests/results/withdraw_result.html", form=form, notice=notice)
