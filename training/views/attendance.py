"""The roll of a class and the attendance of its sessions."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, request, url_for

from core import clock, exports
from core.access import access, actor
from core.forms import attempt
from core.web import page, page_number
from training.attending import hours_attended
from training.forms.classes import DropForm, RollForm, roll_form
from training.models import Enrolment
from training.queries import attendance as marked
from training.queries import classes as queries
from training.services import attendance
from training.services import classes as service
from training.views.blueprint import Answer, before_form, bp, download
from training.views.roll_tables import roll_table

ALL_NAMES = 200


@bp.get("/office/training/classes/<training_class:class_id>/roll")
@access("training.classes")
def roll(class_id: UUID) -> Answer:
    """Who is in the class, with the hours so far."""
    found = queries.class_of(actor(), class_id, roles=queries.READERS)
    text = request.args.get("text", "")
    rows = queries.roll(class_id, page_number(), text=text)
    lessons = {lesson.id: lesson.hours for lesson in queries.sessions_of(class_id)}
    return page(
        "training/attendance/roll.html",
        found=found,
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        number=page_number(),
        text=text,
        hours=_hours(rows, lessons),
        planned=sum(lessons.values()),
    )


@bp.get("/office/training/classes/<training_class:class_id>/roll.xlsx")
@access("training.classes")
def roll_sheet(class_id: UUID) -> Response:
    """The whole roll as a sheet; numbers are masked as on the page."""
    found = queries.class_of(actor(), class_id, roles=queries.READERS)
    rows = queries.roll(class_id, 1, queries.EVERYBODY)
    lessons = {lesson.id: lesson.hours for lesson in queries.sessions_of(class_id)}
    hours = _add_up([row.id for row in rows], marked.marks_of_class(class_id), lessons)
    table = roll_table(found.name, rows, hours, sum(lessons.values()))
    return download(exports.xlsx([table], created=clock.now()), f"{found.code} 学员名单.xlsx")


def _hours(rows: list[Enrolment], lessons: dict[UUID, int]) -> dict[UUID, int]:
    """{enrolment id: 课时 attended so far}."""
    found = [row.id for row in rows]
    return _add_up(found, marked.marks_of_people(found), lessons)


def _add_up(
    people: list[UUID], found: list[tuple[UUID, UUID, str]], lessons: dict[UUID, int]
) -> dict[UUID, int]:
    marks: dict[UUID, list[tuple[str, int]]] = {one: [] for one in people}
    for one, session, mark in found:
        if one in marks:
            marks[one].append((mark, lessons[session]))
    return {one: hours_attended(seen) for one, seen in marks.items()}


@bp.route("/office/training/sessions/<class_session:session_id>", methods=["GET", "POST"])
@access("training.attendance")
def mark_attendance(session_id: UUID) -> Answer:
    """The roll of one session: all names of a class up to 200, else 50 a page."""
    lesson = queries.session_of(actor(), session_id, roles=queries.RUNNERS)
    found = queries.class_of(actor(), lesson.class_id, roles=queries.RUNNERS)
    before_form(lambda: service.refuse_closed(found))
    text = request.args.get("text", "")
    size = ALL_NAMES if found.taken <= ALL_NAMES else queries.PAGE
    rows = queries.roll(found.id, page_number(), size, text)
    form, present = _roll_form(session_id, rows[:size])
    seen = form.seen.data or ""
    form.seen.data = str(marked.events_in(session_id))
    done = attempt(
        form, lambda: _mark(form, session_id, seen, rows[:size]), to=lambda _: request.full_path
    )
    return done or page(
        "training/attendance/mark_attendance.html",
        form=form,
        found=found,
        lesson=lesson,
        rows=rows[:size],
        more=len(rows) > size,
        number=page_number(),
        text=text,
        present=present,
        unmarked=found.taken - marked.count_marked(session_id),
        early=lesson.day > clock.today(),
    )


def _roll_form(session_id: UUID, rows: list[Enrolment]) -> tuple[RollForm, int]:
    """The form with the present marks chosen, and how many of these people have one."""
    present = marked.marks_of(session_id)
    chosen = {f"mark-{one}": event.mark for one, event in present.items()}
    form = roll_form([(str(row.id), row.name) for row in rows])(data=chosen)
    return form, sum(row.id in present for row in rows)


def _mark(form: RollForm, session_id: UUID, seen: str, rows: list[Enrolment]) -> None:
    """The marks as chosen; the button “其余记为到” fills what is left."""
    marks = {UUID(one): mark for one, mark in form.marks().items()}
    if request.form.get("rest") == "present":
        marks = {row.id: "present" for row in rows} | marks
    elif request.form.get("rest") == "class":
        marks = _whole_class(session_id) | marks
    changed = attendance.mark_attendance(
        actor=actor(),
        session_id=session_id,
        marks=marks,
        seen=int(seen) if seen.isdigit() else -1,
        now=clock.now(),
    )
    flash(f"已保存 {changed} 人的考勤" if changed else "没有改动")


def _whole_class(session_id: UUID) -> dict[UUID, str]:
    """到 for everybody in the class who has no mark yet, whatever page they stand on."""
    lesson = queries.session_of(actor(), session_id, roles=queries.RUNNERS)
    present = marked.marks_of(session_id)
    return {one: "present" for one in queries.live_ids(lesson.class_id) if one not in present}


@bp.route("/office/training/enrolments/<enrolment:enrolment_id>/drop", methods=["GET", "POST"])
@access("training.drop")
def drop_trainee(enrolment_id: UUID) -> Answer:
    """Take a trainee out of the class."""
    enrolment = queries.enrolment_of(actor(), enrolment_id)
    found = queries.class_of(actor(), enrolment.class_id, roles=queries.RUNNERS)
    before_form(lambda: service.refuse_closed(found))
    form = DropForm()
    done = attempt(
        form,
        lambda: service.drop_trainee(
            actor=actor(),
            enrolment_id=enrolment_id,
            reason=form.reason.data or "",
            now=clock.now(),
        ),
        to=lambda class_id: url_for("training.roll", class_id=class_id),
    )
    return done or page("training/attendance/drop_trainee.html", form=form, enrolment=enrolment)
