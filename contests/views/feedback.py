"""Private feedback: the chief judge's texts, and the office's switch."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests.forms.feedback import FeedbackForm, SwitchForm
from contests.queries import feedback as queries
from contests.queries.panels import CHIEF, panel_within
from contests.services import advising as service
from contests.views.blueprint import bp
from contests.views.results import standings_page
from core import clock
from core.access import access, actor
from core.errors import NotFound
from core.forms import attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.get("/office/panels/<panel:panel_id>/feedback")
@access("contests.chair")
def feedback_list(panel_id: UUID) -> Answer:
    """All performances of a panel with what was written."""
    panel = panel_within(actor(), panel_id, CHIEF)
    return page(
        "contests/feedback/feedback_list.html",
        panel=panel,
        texts=queries.texts_of(panel.id),
        released=queries.is_released(panel),
    )


@bp.route(
    "/office/panels/<panel:panel_id>/performances/<performance:performance_id>/feedback",
    methods=["GET", "POST"],
)
@access("contests.chair")
def write_feedback(panel_id: UUID, performance_id: UUID) -> Answer:
    """The text on one performance."""
    panel = panel_within(actor(), panel_id, CHIEF)
    one = next((found for found in panel.performances if found.id == performance_id), None)
    if one is None:
        raise NotFound("没有这个出场号")
    present = queries.texts_of(panel.id).get(one.id)
    form = FeedbackForm(text=present.text if present else "")
    done = attempt(
        form,
        lambda: service.write_feedback(
            actor=actor(),
            panel_id=panel_id,
            performance_id=performance_id,
            text=form.text.data or "",
            now=clock.now(),
        ),
        to=lambda _: _written(panel_id, one.code),
    )
    return done or page("contests/feedback/write_feedback.html", form=form, panel=panel, one=one)


def _written(panel_id: UUID, code: str) -> str:
    flash(f"{code} 号的评语已保存")
    return url_for("contests.feedback_list", panel_id=panel_id)


@bp.post("/office/contests/<contest:contest_id>/feedback")
@access("contests.publish")
def open_feedback(contest_id: UUID) -> Answer:
    """Let contestants see their feedback after the release, or no more."""
    form = SwitchForm()
    wanted = form.wanted.data == "yes"
    done = attempt(
        form,
        lambda: service.open_feedback(
            actor=actor(), contest_id=contest_id, wanted=wanted, now=clock.now()
        ),
        to=lambda _: _switched(contest_id, wanted),
    )
    return done or standings_page(contest_id, form)


def _switched(contest_id: UUID, wanted: bool) -> str:
    flash("反馈已开放，定稿后选手可以看到" if wanted else "反馈已关闭")
    return url_for("contests.standings", contest_id=contest_id)
