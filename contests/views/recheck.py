"""The re-check before signing: the list, on screen and on paper, and what was found."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests import draw
from contests.forms.results import RecheckForm, recheck_form
from contests.models import ResultRun
from contests.queries import grounds
from contests.queries import results as queries
from contests.queries.panels import WATCHERS
from contests.queries.recheck import Recheck, recheck_of
from contests.services import rechecking as service
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.errors import NotFound
from core.forms import attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.get("/office/runs/<result_run:run_id>/recheck")
@access("contests.see_panels")
def recheck(run_id: UUID) -> Answer:
    """Who is re-checked, and what has been found."""
    run, check = _found(run_id)
    return _recheck_page(run, check, _form(check))


@bp.post("/office/runs/<result_run:run_id>/recheck/findings")
@access("contests.recheck")
def record_recheck(run_id: UUID) -> Answer:
    """Keep what was found on these sheets."""
    run, check = _found(run_id)
    form = _form(check)
    found = {
        one.id: service.Finding(form[f"finding_{one.id.hex}"].data or "", _remark(form, one.id))
        for one in check.due
    }
    done = attempt(
        form,
        lambda: service.record_findings(actor=actor(), run_id=run_id, found=found, now=clock.now()),
        to=lambda _: _kept(run_id),
    )
    return done or _recheck_page(run, check, form)


@bp.get("/office/runs/<result_run:run_id>/recheck/print")
@access("contests.see_panels")
def recheck_print(run_id: UUID) -> Answer:
    """The list to work through with the paper sheets."""
    run, check = _found(run_id)
    return page(
        "contests/recheck/recheck_print.html",
        run=run,
        check=check,
        stale=grounds.staleness_of(run),
        now=clock.now(),
    )


def _found(run_id: UUID) -> tuple[ResultRun, Recheck]:
    run = queries.run_within(actor(), run_id, *WATCHERS)
    check = recheck_of(run)
    if check is None:
        raise NotFound("这个赛事没有规定成绩复核")
    return run, check


def _form(check: Recheck) -> RecheckForm:
    names = [(one.id.hex, one.code) for one in check.due]
    held = {
        f"finding_{one.id.hex}": service.FAULTY if kept.faulty else service.CORRECT
        for one in check.due
        if (kept := check.latest.get(one.code))
    }
    return recheck_form(names, list(service.LABELS.items()))(data=held)


def _remark(form: RecheckForm, line_id: UUID) -> str:
    return form[service.remark_field(line_id)].data or ""


def _kept(run_id: UUID) -> str:
    flash("复核记录已保存")
    return url_for("contests.recheck", run_id=run_id)


def _recheck_page(run: ResultRun, check: Recheck, form: RecheckForm) -> Answer:
    stale = grounds.staleness_of(run)
    return page(
        "contests/recheck/recheck.html",
        form=form,
        run=run,
        check=check,
        stale=stale,
        commitment=draw.commitment(check.seed),
        open=not stale and not run.signatures,
    )
