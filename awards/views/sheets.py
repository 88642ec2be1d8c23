"""Payout sheets: what is ready, a new sheet, its file."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from awards.forms.money import PlainForm, ReasonForm, SheetForm
from awards.queries import sheets as queries
from awards.services import sheets as service
from awards.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.db import db
from core.forms import attempt
from core.web import file_answer, page

Answer = Response | tuple[str, int]


@bp.get("/office/awards/sheets")
@access("awards.see_sheets")
def sheets() -> Answer:
    """All sheets, the newest first."""
    return page("awards/sheets/sheets.html", rows=queries.sheets(), ready=queries.approved_lines())


@bp.route("/office/awards/sheets/new", methods=["GET", "POST"])
@access("awards.make_sheet")
def make_sheet() -> Answer:
    """Choose approved lines and write the sheet, once."""
    ready = queries.approved_lines()
    open_ = [one for one in ready if not one.obstacle]
    every = "all" in request.args
    form = SheetForm(data={"lines": [one.line.id for one in open_] if every else []})
    form.lines.choices = [SelectChoice(one.line.id, one.line.number) for one in ready]
    root = current_app.extensions["settings"].files
    done = attempt(
        form,
        lambda: service.make_sheet(
            actor=actor(), line_ids=form.lines.data or [], root=root, now=clock.now()
        ),
        to=lambda made: _made(made.id),
    )
    return done or page("awards/sheets/make_sheet.html", form=form, ready=ready)


def _made(sheet_id: UUID) -> str:
    flash("发放表已生成，文件只写这一次")
    return url_for("awards.sheet", sheet_id=sheet_id)


@bp.get("/office/awards/sheets/<payout_sheet:sheet_id>")
@access("awards.see_sheets")
def sheet(sheet_id: UUID) -> Answer:
    """One sheet: rows with masked accounts, the total, the checksum."""
    return page("awards/sheets/sheet.html", sheet=queries.one(sheet_id))


@bp.route("/office/awards/sheets/<payout_sheet:sheet_id>/file", methods=["GET", "POST"])
@access("awards.download_sheet")
def download_sheet(sheet_id: UUID) -> Answer:
    """The stored file; who took it and when goes on the record."""
    found = queries.one(sheet_id)
    form = PlainForm()
    if not form.validate_on_submit():
        return page("awards/sheets/download_sheet.html", form=form, sheet=found)
    root = current_app.extensions["settings"].files
    with db.unit():
        taken = service.download(actor=actor(), sheet_id=sheet_id, root=root, now=clock.now())
    return file_answer(taken.data, kind="xlsx", filename=taken.filename)


@bp.route("/office/awards/sheets/<payout_sheet:sheet_id>/void", methods=["GET", "POST"])
@access("awards.void_sheet")
def void_sheet(sheet_id: UUID) -> Answer:
    """A sheet that will not be paid; its lines wait for approval again."""
    found = queries.one(sheet_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: service.void_sheet(
            actor=actor(), sheet_id=sheet_id, reason=form.reason.data or "", now=clock.now()
        ),
        to=lambda _: url_for("awards.sheet", sheet_id=sheet_id),
    )
    return done or page("awards/sheets/void_sheet.html", form=form, sheet=found)
