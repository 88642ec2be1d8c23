"""The chief judge's console; the office and the supervisor may look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from contests.forms.entrant import DeedForm
from contests.forms.judging import AbsenceForm, AdjustmentForm, ReasonForm
from contests.models import Panel
from contests.queries import console, halts, judges, stages
from contests.queries import panels as queries
from contests.queries.panels import CHIEF, OFFICE, WATCHERS, covers
from contests.score_sheets import spoken
from contests.services import adjusting
from contests.services import chairing as service
from contests.views.blueprint import bp
from contests.views.panels import PANEL_STATES
from core import clock, ids
from core.access import access, actor
from core.errors import NotFound
from core.forms import BaseForm, attempt
from core.web import page, page_number

Answer = Response | tuple[str, int]
UNDO = "undo:"


@bp.get("/office/panels/<panel:panel_id>")
@access("contests.see_panels")
def panel(panel_id: UUID) -> Answer:
    """Judges × performances: what is done, what is missing, who is far apart."""
    return _panel_page(panel_id, DeedForm())


def _panel_page(panel_id: UUID, form: BaseForm) -> Answer:
    shown = queries.panel_within(actor(), panel_id, *WATCHERS)
    number = page_number()
    matrix = console.matrix(shown, names=queries.sees_names(actor(), shown), page=number)
    return page(
        "contests/chief/panel.html",
        form=form,
        deed=DeedForm(formdata=None),
        panel=shown,
        states=PANEL_STATES,
        matrix=matrix,
        number=number,
        adjusts=bool(queries.rule_of(shown.stage).adjustments),
        leads=covers(actor(), shown.contest_id, CHIEF),
        manages=covers(actor(), shown.contest_id, OFFICE),
        reopens=bool(halts.roles_in(actor(), shown.contest_id)),
        reopening=halts.waiting_reopenings([panel_id]).get(panel_id),
        stopped=halts.why_stopped(shown.contest_id, shown.track_id),
    )


@bp.get("/office/panels/<panel:panel_id>/judges")
@access("contests.chair")
def judge_report(panel_id: UUID) -> Answer:
    """Severity, spread, agreement and drift of each judge, for the chief judge alone."""
    shown = queries.panel_within(actor(), panel_id, CHIEF)
    return page("contests/chief/judge_report.html", panel=shown, rows=judges.figures_of(shown))


@bp.post("/office/panels/<panel:panel_id>/close")
@access("contests.chair")
def close_panel(panel_id: UUID) -> Answer:
    """End the marking."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.close_panel(actor=actor(), panel_id=panel_id, now=clock.now()),
        to=lambda one: _back(one, "已结束评分，可以计算成绩了"),
    )
    return done or _panel_page(panel_id, form)


def _back(one: Panel, message: str) -> str:
    flash(message)
    return url_for("contests.panel", panel_id=one.id)


@bp.route(
    "/office/panels/<panel:panel_id>/performances/<performance:performance_id>/no-show",
    methods=["GET", "POST"],
)
@access("contests.chair")
def note_no_show(panel_id: UUID, performance_id: UUID) -> Answer:
    """The contestant did not come, or came after all."""
    shown = queries.panel_within(actor(), panel_id, CHIEF)
    one = next((found for found in shown.performances if found.id == performance_id), None)
    if one is None:
        raise NotFound("没有这个出场号")
    form = ReasonForm()
    done = attempt(
        form,
        lambda: service.note_no_show(
            actor=actor(),
            panel_id=panel_id,
            performance_id=performance_id,
            now=clock.now(),
            **form.values(),
        ),
        to=lambda changed: _back(changed, "已登记"),
    )
    return done or page("contests/chief/note_no_show.html", form=form, panel=shown, one=one)


@bp.route(
    "/office/panels/<panel:panel_id>/performances/<performance:performance_id>/adjustments",
    methods=["GET", "POST"],
)
@access("contests.chair")
def adjust(panel_id: UUID, performance_id: UUID) -> Answer:
    """Penalties and bonuses of one performance: all of them, one more, or one taken back."""
    shown = queries.panel_within(actor(), panel_id, CHIEF)
    one = next((found for found in shown.performances if found.id == performance_id), None)
    if one is None:
        raise NotFound("没有这个出场号")
    offered = {found.key: found for found in queries.rule_of(shown.stage).adjustments}
    acts = stages.acts_on(one.id)
    cancelled = {act.cancels_id for act in acts}
    form = AdjustmentForm()
    form.deed.choices = [SelectChoice(key, found.title) for key, found in offered.items()]
    form.deed.choices += [
        SelectChoice(f"{UNDO}{act.id}", f"撤销：{offered[act.key].title}，{act.reason}")
        for act in acts
        if act.cancels_id is None and act.id not in cancelled
    ]
    done = attempt(
        form,
        lambda: _adjusted(shown, performance_id, form),
        to=lambda _: url_for("contests.adjust", panel_id=panel_id, performance_id=performance_id),
    )
    return done or page(
        "contests/chief/adjust.html",
        form=form,
        panel=shown,
        one=one,
        offered=offered,
        acts=acts,
        cancelled=cancelled,
    )


def _adjusted(panel: Panel, performance_id: UUID, form: AdjustmentForm) -> object:
    deed, reason = form.deed.data or "", form.reason.data or ""
    if deed.startswith(UNDO):
        named = deed.removeprefix(UNDO)
        act_id = UUID(named) if ids.is_key(named) else ids.opaque()
        return adjusting.take_back(actor=actor(), act_id=act_id, reason=reason, now=clock.now())
    return adjusting.adjust(
        actor=actor(),
        panel_id=panel.id,
        performance_id=performance_id,
        key=deed,
        size=form.size.data or "",
        reason=reason,
        now=clock.now(),
    )


@bp.get("/office/sheets/<assignment:sheet_id>")
@access("contests.see_panels")
def sheet(sheet_id: UUID) -> Answer:
    """One judge's sheet with every change that was made to it."""
    return page("contests/chief/sheet.html", **_sheet_context(sheet_id))


def _sheet_context(sheet_id: UUID) -> dict[str, Any]:
    found = console.sheet(actor(), sheet_id)
    leads = covers(actor(), found.sheet.contest_id, CHIEF)
    return {
        "found": found,
        "spoken": spoken,
        "leads": leads and found.sheet.panel_state == "open",
    }


@bp.route("/office/sheets/<assignment:sheet_id>/return", methods=["GET", "POST"])
@access("contests.chair")
def return_sheet(sheet_id: UUID) -> Answer:
    """Give a confirmed or excused sheet back to its judge."""
    return _about_sheet(
        sheet_id,
        ReasonForm(),
        "contests/chief/return_sheet.html",
        lambda form: service.return_sheet(
            actor=actor(), sheet_id=sheet_id, now=clock.now(), **form.values()
        ),
    )


@bp.route("/office/sheets/<assignment:sheet_id>/absence", methods=["GET", "POST"])
@access("contests.chair")
def code_absence(sheet_id: UUID) -> Answer:
    """Say why a sheet stays empty."""
    return _about_sheet(
        sheet_id,
        AbsenceForm(),
        "contests/chief/code_absence.html",
        lambda form: service.code_absence(
            actor=actor(), sheet_id=sheet_id, now=clock.now(), **form.values()
        ),
    )


def _about_sheet(
    sheet_id: UUID, form: BaseForm, template: str, act: Callable[[BaseForm], object]
) -> Answer:
    context = _sheet_context(sheet_id)
    done = attempt(
        form,
        lambda: act(form),
        to=lambda _: url_for("contests.sheet", sheet_id=sheet_id),
    )
    return done or page(template, form=form, **context)
