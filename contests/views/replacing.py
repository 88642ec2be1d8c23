"""The contest office: a judge leaves in mid-session, with or without somebody who comes instead."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests.forms.panels import WithdrawalForm
from contests.models import Panel
from contests.queries import panels as queries
from contests.queries.panels import OFFICE
from contests.services import replacing as service
from contests.services.seating import JudgeWish
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.forms import attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.route("/office/panels/<panel:panel_id>/judges/<seat:seat_id>/withdraw", methods=["GET", "POST"])
@access("contests.panels")
def withdraw_judge(panel_id: UUID, seat_id: UUID) -> Answer:
    """Why a judge leaves, what becomes of the sheets, who comes instead."""
    panel = queries.panel_within(actor(), panel_id, OFFICE)
    seat = service.seat_of(panel, seat_id)
    form = WithdrawalForm()
    done = attempt(
        form,
        lambda: service.withdraw_judge(
            actor=actor(), panel_id=panel_id, seat_id=seat_id, wish=_wish(form), now=clock.now()
        ),
        to=_withdrawn,
    )
    return done or page(
        "contests/replacing/withdraw_judge.html",
        form=form,
        panel=panel,
        seat=seat,
        counts=Counter(queries.states_at(seat.id)),
    )


def _wish(form: WithdrawalForm) -> service.Withdrawal:
    new = JudgeWish(**form.new_judge(), criteria=()) if form.comes.data == "new" else None
    return service.Withdrawal(
        reason=form.why.data or "",
        successor=new,
        anew=form.confirmed.data == "anew",
        anew_reason=form.anew_reason.data or "",
    )


def _withdrawn(panel: Panel) -> str:
    flash("评委已退出，席位单已作废；新评委请另行打印席位单")
    return url_for("contests.panel_desk", panel_id=panel.id)
