"""Layers of codes: what their custodians make and open, and what the supervisor confirms."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests.forms.entrant import DeedForm
from contests.forms.panels import OpeningForm
from contests.queries import fairness
from contests.services import sealing
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.get("/office/seals")
@access("contests.see_seals")
def seals() -> Answer:
    """The panels with layers and what is next for each."""
    return page("contests/sealing/seals.html", rows=fairness.sealed_panels(actor()))


@bp.get("/office/panels/<panel:panel_id>/seal")
@access("contests.see_seals")
def seal(panel_id: UUID) -> Answer:
    """The layers of one panel; a custodian sees the own table, nobody two of them."""
    return _seal_page(panel_id, OpeningForm())


def _seal_page(panel_id: UUID, form: BaseForm) -> Answer:
    found = fairness.sealed_panel(actor(), panel_id)
    return page(
        "contests/sealing/seal.html",
        form=form,
        found=found,
        panel=found.panel,
        own=fairness.own_layer(actor(), found),
        commitment=fairness.draw.commitment,
        deed=DeedForm(formdata=None),
        me=actor().account_id,
    )


@bp.post("/office/panels/<panel:panel_id>/seal/layer")
@access("contests.seal")
def make_layer(panel_id: UUID) -> Answer:
    """Make the next layer of codes and keep it."""
    form = OpeningForm()
    done = attempt(
        form,
        lambda: sealing.make_layer(actor=actor(), panel_id=panel_id, now=clock.now()),
        to=lambda one: _done(panel_id, f"第 {one.number} 层已加密，由您保管"),
    )
    return done or _seal_page(panel_id, form)


@bp.post("/office/panels/<panel:panel_id>/seal/open")
@access("contests.seal")
def open_layer(panel_id: UUID) -> Answer:
    """Open the last closed layer."""
    form = OpeningForm()
    done = attempt(
        form,
        lambda: sealing.open_layer(
            actor=actor(), panel_id=panel_id, reason=form.reason.data or "", now=clock.now()
        ),
        to=lambda one: _done(panel_id, f"第 {one.number} 层已启封"),
    )
    return done or _seal_page(panel_id, form)


@bp.post("/office/panels/<panel:panel_id>/seal/confirm")
@access("contests.unseal")
def unseal(panel_id: UUID) -> Answer:
    """Confirm that every layer was opened in presence: names stand beside codes from now on."""
    form = OpeningForm()
    done = attempt(
        form,
        lambda: sealing.unseal(actor=actor(), panel_id=panel_id, now=clock.now()),
        to=lambda _: _done(panel_id, "已启封"),
    )
    return done or _seal_page(panel_id, form)


def _done(panel_id: UUID, message: str) -> str:
    flash(message)
    return url_for("contests.seal", panel_id=panel_id)
