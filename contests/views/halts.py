"""Side exits: suspend or cancel a contest or a track, resume it; open a closed panel again by two."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests import life
from contests.forms.entrant import DeedForm
from contests.forms.halts import HaltForm
from contests.forms.judging import ReasonForm
from contests.models import Halt, Panel, Reopening
from contests.queries import halts as queries
from contests.queries.office import managed_contest
from contests.queries.panels import panel_within
from contests.services import halting, reopening
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.route("/office/contests/<contest:contest_id>/halts", methods=["GET", "POST"])
@access("contests.halt")
def halts(contest_id: UUID) -> Answer:
    """All suspensions and cancellations of a contest, and one more."""
    contest = managed_contest(actor(), contest_id)
    form = HaltForm()
    form.offer(contest.tracks)
    done = attempt(form, lambda: _halt(form, contest_id), to=lambda _: _halts_address(contest_id))
    return done or page(
        "contests/halts/halts.html",
        form=form,
        contest=contest,
        rows=queries.all_of(contest_id),
        words=life.HALT_WORDS,
    )


def _halt(form: HaltForm, contest_id: UUID) -> Halt:
    deed = halting.cancel if form.kind.data == life.VOID else halting.suspend
    return deed(
        actor=actor(),
        contest_id=contest_id,
        track_id=form.place.data or "",
        reason=form.reason.data or "",
        now=clock.now(),
    )


def _halts_address(contest_id: UUID) -> str:
    flash("已记录，选手和公开页面都会看到")
    return url_for("contests.halts", contest_id=contest_id)


@bp.route("/office/halts/<halt:halt_id>/resume", methods=["GET", "POST"])
@access("contests.resume")
def resume(halt_id: UUID) -> Answer:
    """Let what was suspended go on."""
    halt = queries.halt_within(actor(), halt_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: halting.resume(actor=actor(), halt_id=halt_id, now=clock.now(), **form.values()),
        to=lambda one: _resumed(one.contest_id),
    )
    return done or page("contests/halts/resume.html", form=form, halt=halt, told=queries.told(halt))


def _resumed(contest_id: UUID) -> str:
    flash("已恢复")
    return url_for("contests.standings", contest_id=contest_id)


@bp.route("/office/panels/<panel:panel_id>/reopen", methods=["GET", "POST"])
@access("contests.reopen")
def reopen_panel(panel_id: UUID) -> Answer:
    """Ask for a panel to be opened again, or answer somebody who asked."""
    form = ReasonForm()
    done = attempt(
        form,
        lambda: reopening.propose(
            actor=actor(), panel_id=panel_id, now=clock.now(), **form.values()
        ),
        to=_proposed,
    )
    return done or _reopen_page(panel_id, form)


def _reopen_page(panel_id: UUID, form: BaseForm) -> Answer:
    panel = panel_within(actor(), panel_id, *queries.REOPENERS)
    return page(
        "contests/halts/reopen_panel.html",
        form=form,
        words=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None),
        deed=DeedForm(formdata=None),
        panel=panel,
        said=queries.waiting_reopenings([panel_id]).get(panel_id),
        roles=queries.REOPENERS,
    )


def _proposed(said: Reopening) -> str:
    flash("已提出，等另一方确认")
    return url_for("contests.panel", panel_id=said.panel_id)


@bp.post("/office/reopenings/<reopening:reopening_id>/confirm")
@access("contests.reopen")
def confirm_reopening(reopening_id: UUID) -> Answer:
    """Another role agrees."""
    said = queries.reopening_within(actor(), reopening_id)
    form = DeedForm()
    done = attempt(
        form,
        lambda: reopening.confirm(actor=actor(), reopening_id=reopening_id, now=clock.now()),
        to=lambda panel: _back(panel, "已重新开放评分"),
    )
    return done or _reopen_page(said.panel_id, form)


@bp.post("/office/reopenings/<reopening:reopening_id>/drop")
@access("contests.reopen")
def drop_reopening(reopening_id: UUID) -> Answer:
    """It is not done, with a reason."""
    said = queries.reopening_within(actor(), reopening_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: reopening.drop(
            actor=actor(), reopening_id=reopening_id, now=clock.now(), **form.values()
        ),
        to=lambda panel: _back(panel, "没有重新开放"),
    )
    return done or _reopen_page(said.panel_id, form)


def _back(panel: Panel, message: str) -> str:
    flash(message)
    return url_for("contests.panel", panel_id=panel.id)
