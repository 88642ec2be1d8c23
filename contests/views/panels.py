"""The contest office: panels, judges, seat sheets, given values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from contests.catalogue import load_presets
from contests.forms.entrant import DeedForm
from contests.forms.panels import JudgeForm, PanelForm, givens_form
from contests.models import GivenValue, Panel
from contests.queries import panels as queries
from contests.queries.office import managed_contest
from contests.queries.panels import OFFICE, rule_of
from contests.score_sheets import MILLI
from contests.services import crossing, seats
from contests.services import panels as service
from contests.services.givens import enter_givens, given_field
from contests.services.seating import JudgeWish
from contests.views.blueprint import bp
from core import clock, qr
from core.access import access, actor
from core.db import db
from core.errors import NotFound
from core.exact import decimal_text
from core.forms import BaseForm, attempt
from core.web import page, page_number

Answer = Response | tuple[str, int]
PAGE = 100
PANEL_STATES = {
    "preparing": ("筹备中", ""),
    "open": ("评分中", "info"),
    "closed": ("已结束", "ok"),
}


@bp.get("/office/panels")
@access("contests.see_panels")
def panels() -> Answer:
    """The panels within reach, and the way to their results."""
    rows = queries.panels(actor())
    return page("contests/panels/panels.html", rows=rows, states=PANEL_STATES)


@bp.route("/office/contests/<contest:contest_id>/panels/new", methods=["GET", "POST"])
@access("contests.panels")
def create_panel(contest_id: UUID) -> Answer:
    """Draw the order of all qualified entries of a track."""
    contest = managed_contest(actor(), contest_id)
    wanted = request.args.get("stage")
    chosen = next((one for one in contest.stages if str(one.id) == wanted), contest.stages[0])
    form = PanelForm(
        name="第一评委组",
        coding="blind" if load_presets()[contest.preset].blind else "open",
        track_id=request.args.get("track"),
        stage_id=str(chosen.id),
        judges_each=str(crossing.usual_each(rule_of(chosen)) or ""),
    )
    form.track_id.choices = [(str(one.id), one.name) for one in contest.tracks]
    form.stage_id.choices = [(str(one.id), one.title) for one in contest.stages]
    done = attempt(
        form,
        lambda: service.create_panel(
            actor=actor(), contest_id=contest_id, now=clock.now(), **form.plan()
        ),
        to=_desk_of,
    )
    return done or page("contests/panels/create_panel.html", form=form, contest=contest)


def _desk_of(panel: Panel) -> str:
    return url_for("contests.panel_desk", panel_id=panel.id)


@bp.get("/office/panels/<panel:panel_id>/desk")
@access("contests.panels")
def panel_desk(panel_id: UUID) -> Answer:
    """Judges, order and what is missing before it can begin."""
    return _desk_page(panel_id, DeedForm())


def _desk_page(panel_id: UUID, form: BaseForm) -> Answer:
    panel = queries.panel_within(actor(), panel_id, OFFICE)
    rule, number = rule_of(panel.stage), page_number()
    return page(
        "contests/panels/panel_desk.html",
        turns=panel.performances[(number - 1) * PAGE : number * PAGE],
        number=number,
        pages=-(-len(panel.performances) // PAGE),
        form=form,
        panel=panel,
        states=PANEL_STATES,
        seating=service.seating(panel),
        criteria={one.key: one.title for one in rule.criteria},
        givens=rule.givens,
        titles=queries.titles_of(panel.id),
    )


@bp.route("/office/panels/<panel:panel_id>/judges/new", methods=["GET", "POST"])
@access("contests.panels")
def assign_judge(panel_id: UUID) -> Answer:
    """A judge takes a seat."""
    panel = queries.panel_within(actor(), panel_id, OFFICE)
    criteria = [(one.key, one.title) for one in rule_of(panel.stage).criteria]
    form = JudgeForm(criteria=[key for key, _ in criteria])
    form.criteria.choices = criteria
    done = attempt(
        form,
        lambda: service.assign_judge(
            actor=actor(), panel_id=panel_id, wish=_wish(form), now=clock.now()
        ),
        to=lambda _: url_for("contests.panel_desk", panel_id=panel_id),
    )
    return done or page("contests/panels/assign_judge.html", form=form, panel=panel)


def _wish(form: JudgeForm) -> JudgeWish:
    typed = form.values()
    return JudgeWish(**typed | {"criteria": tuple(typed["criteria"] or ())})


@bp.post("/office/panels/<panel:panel_id>/judges/<seat:seat_id>/remove")
@access("contests.panels")
def remove_judge(panel_id: UUID, seat_id: UUID) -> Answer:
    """Take a seat away before it begins."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.remove_judge(
            actor=actor(), panel_id=panel_id, seat_id=seat_id, now=clock.now()
        ),
        to=lambda _: url_for("contests.panel_desk", panel_id=panel_id),
    )
    return done or _desk_page(panel_id, form)


@bp.post("/office/panels/<panel:panel_id>/open")
@access("contests.panels")
def open_panel(panel_id: UUID) -> Answer:
    """Begin the marking."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.open_panel(actor=actor(), panel_id=panel_id, now=clock.now()),
        to=_opened,
    )
    return done or _desk_page(panel_id, form)


def _opened(panel: Panel) -> str:
    flash("已开始评分")
    return _desk_of(panel)


@bp.post("/office/panels/<panel:panel_id>/seats")
@access("contests.panels")
def print_seats(panel_id: UUID) -> Answer:
    """Seat sheets with QR and PIN, for all seats or one: shown once, the ones before are void. Never
    kept under a form token: the answer holds the secrets."""
    panel = queries.panel_within(actor(), panel_id, OFFICE)
    form = DeedForm()
    if not form.validate_on_submit():
        return _desk_page(panel_id, form)
    wanted = request.args.get("seat", "")
    chosen = [one.id for one in panel.present if wanted in ("", str(one.id))]
    if not chosen:
        raise NotFound("没有这个席位")
    made = seats.make_credentials(chosen)
    with db.unit():
        panel = seats.issue(actor=actor(), panel_id=panel_id, credentials=made, now=clock.now())
    by_seat = {one.id: one for one in panel.seats}
    base = current_app.extensions["settings"].base_url or request.url_root
    cards = [(by_seat[one.seat_id], one, _picture(base, one.token)) for one in made]
    return page("contests/panels/print_seats.html", panel=panel, cards=cards, now=clock.now())


def _picture(base: str, token: str) -> str:
    path = url_for("contests.judge_door", token=token, _external=False)
    return qr.svg(base.rstrip("/") + path, title="评委席位二维码")


@bp.route("/office/panels/<panel:panel_id>/givens", methods=["GET", "POST"])
@access("contests.panels")
def givens(panel_id: UUID) -> Answer:
    """Scores that no judge gives, typed from their own sheets."""
    panel = queries.panel_within(actor(), panel_id, OFFICE)
    held = queries.givens_of([panel.id])
    cells = _given_cells(panel, held)
    form = givens_form((one.field, one.label) for one in cells)(
        data={one.field: _shown(held.get(one.place)) for one in cells}
    )
    done = attempt(
        form,
        lambda: enter_givens(
            actor=actor(),
            panel_id=panel_id,
            typed={one.place: form[one.field].data or "" for one in cells},
            reason=form.reason.data or "",
            now=clock.now(),
        ),
        to=lambda count: _entered(panel_id, count),
    )
    return done or page(
        "contests/panels/givens.html", form=form, panel=panel, cells=cells, corrects=bool(held)
    )


@dataclass(frozen=True)
class GivenCell:
    """One box of the page of given values."""

    place: tuple[UUID, str]
    field: str
    label: str
    admission_no: str
    title: str


def _given_cells(panel: Panel, held: Mapping[tuple[UUID, str], GivenValue]) -> list[GivenCell]:
    """In the order of 准考证号, which is how the sheets come; NotFound where nothing is given."""
    rule = rule_of(panel.stage)
    if not rule.givens:
        raise NotFound("这个阶段没有需要录入的成绩")
    titles = queries.titles_of(panel.id)
    order = sorted(panel.performances, key=lambda one: titles[one.id][1])
    return [
        GivenCell(
            (one.id, given.key),
            given_field(one.entry_id, given.key),
            given.title + ("（已认定作废）" if _is_void(held, one.id, given.key) else ""),
            titles[one.id][1],
            titles[one.id][0],
        )
        for one in order
        for given in rule.givens
    ]


def _is_void(held: Mapping[tuple[UUID, str], GivenValue], performance_id: UUID, key: str) -> bool:
    value = held.get((performance_id, key))
    return value is not None and bool(value.absence)


def _shown(value: GivenValue | None) -> str:
    return decimal_text(Fraction(value.milli, MILLI)) if value and value.milli is not None else ""


def _entered(panel_id: UUID, count: int) -> str:
    flash(f"已保存 {count} 项")
    return url_for("contests.givens", panel_id=panel_id)
