"""Draws: the office commits to their seeds; everybody sees commitments and repeats what was drawn."""

from __future__ import annotations

from uuid import UUID

from flask import flash, jsonify, url_for
from werkzeug.wrappers import Response

from contests.forms.entrant import DeedForm
from contests.queries import fairness
from contests.queries.office import managed_contest
from contests.queries.panels import OFFICE
from contests.queries.public import announced_by_slug
from contests.queries.results import track_within
from contests.services import drawing
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor, public
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.get("/office/contests/<contest:contest_id>/draws")
@access("contests.panels")
def draws(contest_id: UUID) -> Answer:
    """Track by stage: what was committed to, what was drawn."""
    return _draws_page(contest_id, DeedForm())


def _draws_page(contest_id: UUID, form: BaseForm) -> Answer:
    contest = managed_contest(actor(), contest_id)
    return page(
        "contests/draws/draws.html",
        form=form,
        contest=contest,
        made=fairness.commitments_of(contest),
        commitment=fairness.draw.commitment,
    )


@bp.post("/office/tracks/<track:track_id>/stages/<stage:stage_id>/commit-draw")
@access("contests.panels")
def commit_draw(track_id: UUID, stage_id: UUID) -> Answer:
    """Fix the seed of the next draw and publish its digest."""
    track = track_within(actor(), track_id, OFFICE)
    form = DeedForm()
    done = attempt(
        form,
        lambda: drawing.commit_draw(
            actor=actor(), track_id=track_id, stage_id=stage_id, now=clock.now()
        ),
        to=lambda _: _committed(track.contest_id),
    )
    return done or _draws_page(track.contest_id, form)


def _committed(contest_id: UUID) -> str:
    flash("抽签承诺已公布")
    return url_for("contests.draws", contest_id=contest_id)


@bp.get("/contests/<slug>/draws")
@public
def public_draws(slug: str) -> Answer:
    """Commitments, and every draw that may be told, with all that repeats it."""
    contest = announced_by_slug(slug, clock.now()).contest
    rows = fairness.public_draws(contest)
    return page("contests/draws/public_draws.html", contest=contest, rows=rows)


@bp.get("/contests/<slug>/draws/<panel:panel_id>")
@public
def draw_record(slug: str, panel_id: UUID) -> Response:
    """The record of one draw as a file, for `flask contests replay-draw`."""
    answer = jsonify(fairness.draw_record(slug, panel_id))
    answer.headers["Content-Disposition"] = f"attachment; filename=draw-{panel_id.hex[:8]}.json"
    return answer
