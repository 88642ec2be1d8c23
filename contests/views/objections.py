"""Objections and appeals to a notice, and its final release."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests.forms.entrant import DeedForm
from contests.forms.objections import AnswerForm, OwnObjectionForm, RecordForm
from contests.models import Objection
from contests.queries import objections as queries
from contests.queries import results
from contests.queries.panels import OFFICE, covers
from contests.services import objecting as service
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]
UPHELD, REFUSED = "upheld", "refused"


@bp.get("/office/publications/<publication:publication_id>")
@access("contests.see_notices")
def notice_desk(publication_id: UUID) -> Answer:
    """A notice with its objections, and whether the result can be released."""
    return _desk(publication_id, DeedForm())


def _desk(publication_id: UUID, form: BaseForm) -> Answer:
    notice = queries.notice_within(actor(), publication_id)
    release = queries.release_of(notice.id)
    return page(
        "contests/objections/notice_desk.html",
        form=form,
        notice=notice,
        rows=queries.of_notice(notice.id),
        release=release,
        obstacle="" if release else service.obstacle_to_release(notice, clock.now()),
        published_self=actor().account_id == notice.published_by,
        manages=covers(actor(), notice.contest_id, OFFICE),
    )


@bp.post("/office/publications/<publication:publication_id>/release")
@access("contests.release")
def release_result(publication_id: UUID) -> Answer:
    """Stand for the final result."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.release(actor=actor(), publication_id=publication_id, now=clock.now()),
        to=lambda _: _back(publication_id, "已定稿"),
    )
    return done or _desk(publication_id, form)


def _back(publication_id: UUID, told: str) -> str:
    flash(told)
    return url_for("contests.notice_desk", publication_id=publication_id)


@bp.route(
    "/office/publications/<publication:publication_id>/objections/new", methods=["GET", "POST"]
)
@access("contests.publish")
def record_objection(publication_id: UUID) -> Answer:
    """Write down what somebody brought in person."""
    notice = queries.notice_within(actor(), publication_id)
    form = RecordForm()
    form.offer(notice.run.lines)
    done = attempt(
        form,
        lambda: service.record_objection(
            actor=actor(),
            publication_id=publication_id,
            line_id=UUID(form.line_id.data) if form.line_id.data else None,
            visitor=service.Visitor(form.visitor.data or "", form.contact.data or ""),
            grounds=form.grounds.data or "",
            now=clock.now(),
        ),
        to=lambda one: _back(publication_id, f"已登记，第 {one.number} 号"),
    )
    return done or page("contests/objections/record_objection.html", form=form, notice=notice)


@bp.route("/office/objections/<objection:objection_id>/answer", methods=["GET", "POST"])
@access("contests.answer")
def answer_objection(objection_id: UUID) -> Answer:
    """Answer with a reason; once answered, the page only shows it."""
    found = queries.objection_within(actor(), objection_id)
    form = AnswerForm()
    done = attempt(
        form,
        lambda: service.answer_objection(
            actor=actor(),
            objection_id=objection_id,
            upheld=form.verdict.data == UPHELD,
            answer=form.answer.data or "",
            now=clock.now(),
        ),
        to=lambda one: _back(one.publication_id, "已答复"),
    )
    return done or page("contests/objections/answer_objection.html", form=form, one=found)


@bp.route("/me/entries/<entry:entry_id>/objection", methods=["GET", "POST"])
@access("contests.own_entries")
def object_to_result(entry_id: UUID) -> Answer:
    """Object to the own line or the track, or appeal against an answer; what was filed before."""
    entry, notice, line = results.own_result(actor(), entry_id)
    form = OwnObjectionForm(about=service.OWN_LINE)
    done = attempt(
        form,
        lambda: service.object_to_own(
            actor=actor(), entry_id=entry_id, now=clock.now(), **form.values()
        ),
        to=lambda one: _filed(entry_id, one),
    )
    return done or page(
        "contests/objections/object_to_result.html",
        form=form,
        entry=entry,
        notice=notice,
        rows=queries.filed_by(actor(), notice.id) if notice else [],
        closed=service.obstacle_to_object(actor(), notice, line, clock.now()) if notice else "",
    )


def _filed(entry_id: UUID, one: Objection) -> str:
    flash(f"已提交，第 {one.number} 号{one.title}")
    return url_for("contests.object_to_result", entry_id=entry_id)
