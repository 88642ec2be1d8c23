"""The judge at a seat: sitting down, the list, one sheet, its confirmation, withdrawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from flask import flash, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response

from contests.forms.judging import (
    ConfirmForm,
    PinForm,
    ReasonForm,
    SeatForm,
    SheetForm,
    mark_field,
    sheet_data,
    sheet_form,
)
from contests.queries import judging as queries
from contests.queries.judging import Sheet
from contests.score_sheets import Value, running_total, sheet_digest, unmarked, zeros
from contests.score_sheets import spoken as spoken_mark
from contests.services import marking as service
from contests.services import recusing, seats
from contests.views.blueprint import bp
from contests.views.judge_lists import beside, sheet_page
from contests.views.score_sheet import criteria_rows
from core import clock
from core.access import access, actor, public
from core.db import db
from core.errors import DomainError
from core.forms import attempt
from core.web import page
from people import sessions
from people.services.sign_in import Throttled, note_failure

Answer = Response | tuple[str, int]
ELSEWHERE = "这个席位已在另一台设备登录。两台都能评分；同一项在两台上改了，会请您选一个"


@bp.route("/judge/s/<token>", methods=["GET", "POST"])
@public
def judge_door(token: str) -> Answer:
    """The printed QR leads here: name and PIN. The address is a secret and leaves no trace."""
    seat = seats.seat_of_token(token)
    form = PinForm()
    done = _sit_down(form, lambda pin, address: seats.weigh(token=token, pin=pin, address=address))
    answer = make_response(done or page("contests/judge/judge_door.html", form=form, seat=seat))
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/judge/sign-in", methods=["GET", "POST"])
@public
def judge_sign_in() -> Answer:
    """The same with a typed code."""
    form = SeatForm()
    code = form.code.data or ""
    done = _sit_down(form, lambda pin, address: seats.weigh(code=code, pin=pin, address=address))
    return done or page("contests/judge/judge_sign_in.html", form=form)


def _sit_down(form: PinForm, weigh: Callable[[str, str], seats.SeatGuess]) -> Response | None:
    """No idempotent form: each try counts, and the token must not be stored."""
    if not form.validate_on_submit():
        return None
    guess = weigh(form.pin.data or "", request.remote_addr or "")
    try:
        with db.unit():
            token, elsewhere = seats.sit_down(guess=guess, now=clock.now())
    except Throttled as error:
        form.place(error)
        return None
    except DomainError as error:
        with db.unit():
            note_failure(guess=guess.throttle, now=clock.now())
        form.place(error)
        return None
    session.clear()
    session.permanent = True
    sessions.begin(token)
    if elsewhere:
        flash(ELSEWHERE, "warning")
    return redirect(url_for("contests.judge_panel"), 303)


@bp.get("/judge/")
@access("contests.score")
def judge_panel() -> Answer:
    """The performances in draw order, page by page, with what is done and what comes next."""
    seat = queries.own_seat(actor())
    listed = sheet_page(queries.own_sheets(actor()), seat)
    return page("contests/judge/judge_panel.html", seat=seat, listed=listed)


@bp.route("/judge/performances/<performance:performance_id>", methods=["GET", "POST"])
@access("contests.score")
def judge_sheet(performance_id: UUID) -> Answer:
    """One sheet; what is right of it is kept, what is wrong is told at its place."""
    sheet = queries.own_sheet(actor(), performance_id)
    marks = queries.marks_on(sheet.id)
    form = sheet_form(sheet.aspects)(data=sheet_data(sheet.aspects, marks))
    saved: list[service.Saved] = []
    done = attempt(
        form,
        lambda: saved.append(_save(form, performance_id)),
        to=lambda _: _after_saving(performance_id),
    )
    if saved and saved[0].errors:
        done = None
        _tell(form, saved[0])
        marks = queries.marks_on(sheet.id)
    return done or _sheet_page(form, sheet, marks)


def _save(form: SheetForm, performance_id: UUID) -> service.Saved:
    typed = service.Typed(form.texts(), form.bases(), UUID(form.form_token.data or ""))
    return service.save_sheet(
        actor=actor(), performance_id=performance_id, typed=typed, now=clock.now()
    )


def _after_saving(performance_id: UUID) -> str:
    endpoint = "judge_confirm" if "confirm" in request.form else "judge_sheet"
    return url_for(f"contests.{endpoint}", performance_id=performance_id)


def _tell(form: SheetForm, saved: service.Saved) -> None:
    """Errors at their marks, new base versions, and a fresh token: this one has been spent."""
    for key, sentence in saved.errors.items():
        form.place(DomainError(sentence, mark_field(key)))
    for key, version in saved.versions.items():
        form[f"base_{key}"].data = str(version)
    form.form_token.data = str(uuid4())


def _sheet_page(form: SheetForm, sheet: Sheet, marks: Mapping[str, Value]) -> Answer:
    seat = queries.own_seat(actor())
    listed, before, behind = beside(queries.own_sheets(actor()), seat, sheet.performance_id)
    return page(
        "contests/judge/judge_sheet.html",
        form=form,
        sheet=sheet,
        seat=seat,
        groups=criteria_rows(sheet, marks, form),
        total=running_total(sheet.aspects, marks),
        full=sum(int(one.most * 1000) for one in sheet.aspects),
        with_total=all(one.kind != "level" for one in sheet.aspects),
        editable=sheet.state == "open" and sheet.panel_state == "open",
        left=len(unmarked(sheet.aspects, marks)),
        listed=listed,
        before=before,
        behind=behind,
    )


@bp.route("/judge/performances/<performance:performance_id>/confirm", methods=["GET", "POST"])
@access("contests.score")
def judge_confirm(performance_id: UUID) -> Answer:
    """Everything once more; the signature is bound to exactly these marks."""
    sheet = queries.own_sheet(actor(), performance_id)
    marks = queries.marks_on(sheet.id)
    form = ConfirmForm(digest=sheet_digest(sheet.aspects, marks))
    done = attempt(
        form, lambda: _confirm(form, performance_id), to=lambda _: _to_list("评分表已确认")
    )
    if done is None and form.form_errors:  # what is shown now is what the next try signs
        form.digest.data = sheet_digest(sheet.aspects, marks)
    return done or page(
        "contests/judge/judge_confirm.html",
        form=form,
        sheet=sheet,
        seat=queries.own_seat(actor()),
        marks=marks,
        spoken=spoken_mark,
        gaps=unmarked(sheet.aspects, marks),
        zeros=[one.key for one in zeros(sheet.aspects, marks)],
        total=running_total(sheet.aspects, marks),
    )


def _confirm(form: ConfirmForm, performance_id: UUID) -> Sheet:
    return service.confirm_sheet(
        actor=actor(),
        performance_id=performance_id,
        digest=form.digest.data or "",
        zeros_meant=bool(form.zeros_meant.data),
        now=clock.now(),
    )


@bp.route("/judge/performances/<performance:performance_id>/recuse", methods=["GET", "POST"])
@access("contests.score")
def judge_recuse(performance_id: UUID) -> Answer:
    """Withdraw from one performance."""
    sheet = queries.own_sheet(actor(), performance_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: recusing.declare_conflict(
            actor=actor(),
            performance_id=performance_id,
            reason=form.reason.data or "",
            now=clock.now(),
        ),
        to=lambda _: _to_list("已登记回避"),
    )
    seat = queries.own_seat(actor())
    return done or page("contests/judge/judge_recuse.html", form=form, sheet=sheet, seat=seat)


def _to_list(message: str) -> str:
    flash(message)
    return url_for("contests.judge_panel")
