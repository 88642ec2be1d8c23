"""The organiser's classes: open, change, timetable, closing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, request, url_for

from core import clock
from core.access import access, actor, can
from core.forms import attempt
from core.web import page, page_number
from people import counties
from training.forms.classes import (
    ClassForm,
    ConfirmForm,
    OpenClassForm,
    SessionForm,
)
from training.queries import classes as queries
from training.queries.programmes import class_rules, taught
from training.services import classes as service
from training.services.classes import refuse_closed
from training.views.blueprint import Answer, before_form, bp

ALL_NAMES = 200
DETAILS = tuple(service.ClassDetails.__dataclass_fields__)


@bp.get("/office/training/classes")
@access("training.classes")
def classes() -> Answer:
    """Classes within reach."""
    wanted = queries.Filter(
        **{name: request.args.get(name, "") for name in ("programme", "county", "state", "text")}
    )
    rows = queries.class_page(actor(), wanted, page_number())
    return page(
        "training/organiser/classes.html",
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        number=page_number(),
        wanted=wanted,
        programmes=[(one.code, one.title) for one in taught()],
        counties=counties.choices(),
    )


@bp.route("/office/training/classes/new", methods=["GET", "POST"])
@access("training.open_class")
def open_class() -> Answer:
    """A new class, within the programmes and counties of the organiser."""
    form = OpenClassForm()
    _offer_choices(form)
    if not form.is_submitted() and form.min_attendance_percent.data is None:
        rules = class_rules(taught()[0].code)
        form.min_attendance_percent.data = rules.min_attendance_percent if rules else None
        form.seats.data = rules.class_size if rules else None
    done = attempt(form, lambda: _open(form), to=_class_page)
    return done or page("training/organiser/open_class.html", form=form)


def _offer_choices(form: OpenClassForm) -> None:
    """Programmes and counties within reach; a reach over counties leaves all programmes open, one
    over programmes all counties."""
    reach = actor().reach(*queries.RUNNERS)
    codes, keys = reach.ids("programme"), reach.ids("county")
    all_programmes, all_counties = reach.everything or keys, reach.everything or codes
    form.programme.choices = [("", "请选择")] + [
        (one.code, one.title) for one in taught() if all_programmes or one.code in codes
    ]
    form.county.choices = [("", "请选择")] + [
        (key, name) for key, name in counties.choices() if all_counties or key in keys
    ]


def _open(form: OpenClassForm) -> UUID:
    typed = form.values()
    made = service.open_class(
        actor=actor(),
        code=typed["code"],
        programme=typed["programme"],
        county=typed["county"],
        details=_details(typed),
        now=clock.now(),
    )
    flash("已开班，请接着添加课程、导入花名册")
    return made.id


def _details(typed: dict[str, Any]) -> service.ClassDetails:
    return service.ClassDetails(**{name: typed[name] for name in DETAILS})


def _class_page(class_id: UUID) -> str:
    return url_for("training.training_class", class_id=class_id)


@bp.get("/office/training/classes/<training_class:class_id>")
@access("training.classes")
def training_class(class_id: UUID) -> Answer:
    """One class: facts, timetable, what is to do."""
    found = queries.class_of(actor(), class_id, roles=queries.READERS)
    closing = service.weigh_closing(
        class_id=class_id, percent=found.min_attendance_percent, today=clock.today()
    )
    jobs = queries.jobs_of(class_id, page_number())
    return page(
        "training/organiser/training_class.html",
        found=found,
        lessons=queries.sessions_of(class_id),
        closing=closing,
        states=queries.count_live(class_id),
        jobs=jobs[: queries.JOBS],
        more=len(jobs) > queries.JOBS,
        number=page_number(),
        form=None,
        today=clock.today(),
        may_run=can("training.edit_class"),
        removal=ConfirmForm(),
    )


@bp.route("/office/training/classes/<training_class:class_id>/edit", methods=["GET", "POST"])
@access("training.edit_class")
def edit_class(class_id: UUID) -> Answer:
    """Change what is stated of a class."""
    found = queries.class_of(actor(), class_id, roles=queries.RUNNERS)
    before_form(lambda: refuse_closed(found))
    form = ClassForm(obj=found)
    done = attempt(
        form,
        lambda: service.edit_class(
            actor=actor(), class_id=class_id, details=_details(form.values()), now=clock.now()
        ),
        to=lambda _: _class_page(class_id),
    )
    return done or page("training/organiser/edit_class.html", form=form, found=found)


@bp.route(
    "/office/training/classes/<training_class:class_id>/sessions/new", methods=["GET", "POST"]
)
@access("training.timetable")
def add_session(class_id: UUID) -> Answer:
    """One more entry of the timetable."""
    found = queries.class_of(actor(), class_id, roles=queries.RUNNERS)
    before_form(lambda: refuse_closed(found))
    form = SessionForm()
    done = attempt(
        form,
        lambda: service.add_session(
            actor=actor(), class_id=class_id, now=clock.now(), **form.values()
        ),
        to=lambda _: _class_page(class_id),
    )
    return done or page("training/organiser/add_session.html", form=form, found=found)


@bp.route("/office/training/sessions/<class_session:session_id>/remove", methods=["GET", "POST"])
@access("training.timetable")
def remove_session(session_id: UUID) -> Answer:
    """Strike an entry that nobody was marked for."""
    lesson = queries.session_of(actor(), session_id, roles=queries.RUNNERS)
    found = queries.class_of(actor(), lesson.class_id, roles=queries.RUNNERS)
    before_form(lambda: refuse_closed(found))
    form = ConfirmForm()
    done = attempt(
        form,
        lambda: service.remove_session(actor=actor(), session_id=session_id, now=clock.now()),
        to=_class_page,
    )
    return done or page("training/organiser/remove_session.html", form=form, lesson=lesson)


@bp.route("/office/training/classes/<training_class:class_id>/close", methods=["GET", "POST"])
@access("training.close")
def close_class(class_id: UUID) -> Answer:
    """What closing would do, and the deed."""
    found = queries.class_of(actor(), class_id, roles=queries.RUNNERS)
    form = ConfirmForm()
    done = attempt(
        form,
        lambda: service.close_class(actor=actor(), class_id=class_id, now=clock.now()),
        to=lambda _: _class_page(class_id),
    )
    closing = service.weigh_closing(
        class_id=class_id, percent=found.min_attendance_percent, today=clock.today()
    )
    return done or page(
        "training/organiser/close_class.html",
        form=form,
        found=found,
        closing=closing,
        failing=queries.not_passing(class_id, closing.missed),
        most=queries.NAMED,
    )
