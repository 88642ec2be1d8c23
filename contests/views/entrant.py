"""A contestant's own entries: begin, fill, check, submit, withdraw, 准考证."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from contests import entry_rules, states, verification
from contests.forms.entrant import BasicsForm, DeedForm, EnterForm, SubmitForm, answers_form
from contests.models import Contest, Entry
from contests.queries import entrant as queries
from contests.queries import halts, public
from contests.services import entries as service
from contests.views.blueprint import bp
from core import clock, qr
from core.access import access, actor
from core.forms import BaseForm, attempt
from core.web import page
from people.identifiers import KIND_LABELS, SEX_LABELS
from people.queries import person_by_id

Answer = Response | tuple[str, int]
NOTES = (
    "凭本证和本人有效身份证件原件入场。",
    "检录时请出示二维码，手机上的准考证同样有效。",
    "比赛时间、地点如有变动，以主办单位通知为准。",
)


@bp.get("/me/entries")
@access("contests.own_entries")
def my_entries() -> Answer:
    """All own entries and what each still lacks."""
    found = queries.own_entries(actor())
    phases = public.phases_of({one.contest_id for one in found}, clock.now())
    stopped = halts.standing({one.contest_id for one in found})
    return page(
        "contests/entrant/my_entries.html",
        rows=[
            (one, phases[one.contest_id], queries.gaps_of(one), halts.on_entry(stopped, one))
            for one in found
        ],
        states=states.ENTRY_STATES,
        invitations=len(queries.invitations(actor())),
    )


@bp.route("/contests/<slug>/enter", methods=["GET", "POST"])
@access("contests.own_entries")
def enter(slug: str) -> Answer:
    """The first step makes the draft; without a real-name profile it leads there and back."""
    found = public.announced_by_slug(slug, clock.now())
    contest = found.contest
    if actor().person_id is None:
        flash(service.NO_PROFILE, "warning")
        return redirect(url_for("people.profile", next=url_for("contests.enter", slug=slug)))
    form = EnterForm()
    _offer(form, contest)
    done = attempt(form, lambda: _start(form, contest.id), to=lambda one: _address(one.id))
    return done or page(
        "contests/entrant/enter.html",
        form=form,
        contest=contest,
        phase=found.phase,
        rules=entry_rules.read(contest.entry_rules),
        existing=queries.live_entries_in(actor(), contest.id),
    )


def _start(form: EnterForm, contest_id: UUID) -> Entry:
    wish = service.Wish(**form.values())
    return service.start_entry(actor=actor(), contest_id=contest_id, wish=wish, now=clock.now())


def _offer(form: EnterForm, contest: Contest) -> None:
    form.track_id.choices = [(str(one.id), one.name) for one in contest.tracks]
    form.division_id.choices = [(str(one.id), one.name) for one in contest.divisions]
    for field in (form.track_id, form.division_id):
        if len(field.choices) == 1 and not field.data:
            field.data = field.choices[0][0]


def _address(entry_id: UUID) -> str:
    return url_for("contests.my_entry", entry_id=entry_id)


@bp.get("/me/entries/<entry:entry_id>")
@access("contests.own_entries")
def my_entry(entry_id: UUID) -> Answer:
    """What is still missing, or where the entry stands."""
    return entry_page(entry_id, DeedForm())


def entry_page(entry_id: UUID, form: BaseForm) -> Answer:
    """The page of one entry; `form` serves its deeds and shows their refusals."""
    entry = queries.joined_entry(actor(), entry_id)
    gaps, reasons = queries.gaps_of(entry), queries.reasons_of(entry)
    return page(
        "contests/entrant/my_entry.html",
        form=form,
        entry=entry,
        leads=entry.leader_id == actor().person_id,
        state=states.ENTRY_STATES[entry.state],
        phase=public.phase_of(entry.contest_id, clock.now()),
        rules=entry_rules.read(entry.contest.entry_rules),
        tasks=_tasks(entry, gaps, reasons),
        gaps=gaps,
        reasons=reasons,
        refusal=queries.refusal_of(entry),
        may_edit=states.allows("edit", entry.state),
        may_withdraw=states.allows("withdraw", entry.state),
        halt=halts.on_entry(halts.standing([entry.contest_id]), entry),
    )


def _tasks(
    entry: Entry, gaps: list[entry_rules.Gap], reasons: dict[str, str]
) -> list[tuple[str, str, str, str, str]]:
    """For task_list: (label, address, status, tone, hint)."""
    rules = entry_rules.read(entry.contest.entry_rules)
    found = []
    for task in entry_rules.tasks(rules):
        wrong = [text for field, text in reasons.items() if entry_rules.task_of(field) == task.key]
        lacking = [one for one in gaps if one.task == task.key]
        status, tone = ("已完成", "ok") if not lacking else (f"还差 {len(lacking)} 项", "warn")
        if wrong:
            status, tone = f"要改 {len(wrong)} 处", "warn"
        hint = "；".join(wrong) or "；".join(one.sentence for one in lacking[:3])
        href = url_for(f"contests.{task.key}", entry_id=entry.id)
        found.append((task.label, href, status, tone, hint))
    return found


def editable(entry_id: UUID) -> Entry | None:
    """The leader's own entry if it may be edited, else None with the reason as a message."""
    entry = queries.led_entry(actor(), entry_id)
    if states.allows("edit", entry.state):
        return entry
    flash(f"这份报名{states.ENTRY_STATES[entry.state].label}，不能修改", "warning")
    return None


def back_to(entry_id: UUID) -> Answer:
    """To the page of the entry."""
    return redirect(_address(entry_id), 303)


@bp.route("/me/entries/<entry:entry_id>/basics", methods=["GET", "POST"])
@access("contests.own_entries")
def basics(entry_id: UUID) -> Answer:
    """Division and team name."""
    entry = editable(entry_id)
    if entry is None:
        return back_to(entry_id)
    form = BasicsForm(division_id=str(entry.division_id), title=entry.title)
    divisions = public.divisions_of(entry.contest_id)
    form.division_id.choices = [(str(one.id), one.name) for one in divisions]
    done = attempt(
        form,
        lambda: service.change_basics(
            actor=actor(), entry_id=entry_id, now=clock.now(), **form.values()
        ),
        to=lambda one: _address(one.id),
    )
    return done or page(
        "contests/entrant/basics.html",
        form=form,
        entry=entry,
        rules=entry_rules.read(entry.contest.entry_rules),
        reasons=queries.reasons_of(entry),
    )


@bp.route("/me/entries/<entry:entry_id>/answers", methods=["GET", "POST"])
@access("contests.own_entries")
def answers(entry_id: UUID) -> Answer:
    """The questions of this contest; half an answer may be saved."""
    entry = editable(entry_id)
    if entry is None:
        return back_to(entry_id)
    rules = entry_rules.read(entry.contest.entry_rules)
    kept = {entry_rules.answer_field(key): text for key, text in entry.answers.items()}
    form = answers_form(rules.fields)(data=kept)
    done = attempt(
        form,
        lambda: service.save_answers(
            actor=actor(), entry_id=entry_id, typed=form.typed(), now=clock.now()
        ),
        to=lambda one: _address(one.id),
    )
    return done or page(
        "contests/entrant/answers.html",
        form=form,
        entry=entry,
        fields=[(form[entry_rules.answer_field(one.key)], one) for one in rules.fields],
        reasons=queries.reasons_of(entry),
    )


@bp.route("/me/entries/<entry:entry_id>/check", methods=["GET", "POST"])
@access("contests.own_entries")
def check(entry_id: UUID) -> Answer:
    """Everything once more, the declaration, and the submission."""
    entry = queries.led_entry(actor(), entry_id)
    form = SubmitForm()
    done = attempt(
        form,
        lambda: service.submit_entry(actor=actor(), entry_id=entry_id, now=clock.now()),
        to=lambda one: _address(one.id),
    )
    if done is None and not states.allows("edit", entry.state):
        return back_to(entry_id)
    return done or page(
        "contests/entrant/check.html",
        form=form,
        entry=entry,
        rules=entry_rules.read(entry.contest.entry_rules),
        gaps=queries.gaps_of(entry),
        phase=public.phase_of(entry.contest_id, clock.now()),
        documents=queries.files_named(entry),
    )


@bp.post("/me/entries/<entry:entry_id>/withdraw")
@access("contests.own_entries")
def withdraw(entry_id: UUID) -> Answer:
    """Take the entry back."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.withdraw_entry(actor=actor(), entry_id=entry_id, now=clock.now()),
        to=lambda one: _address(one.id),
    )
    return done or entry_page(entry_id, form)


@bp.get("/me/entries/<entry:entry_id>/admission")
@access("contests.own_entries")
def admission(entry_id: UUID) -> Answer:
    """The 准考证 on the phone."""
    return _admission(entry_id, "contests/entrant/admission.html")


@bp.get("/me/entries/<entry:entry_id>/admission/print")
@access("contests.own_entries")
def admission_print(entry_id: UUID) -> Answer:
    """The 准考证 on half a sheet of A4."""
    return _admission(entry_id, "contests/entrant/admission_print.html")


def _admission(entry_id: UUID, template: str) -> Answer:
    entry = queries.joined_entry(actor(), entry_id)
    if entry.admission_no is None or actor().person_id is None:
        flash("通过资格审查后才有准考证", "warning")
        return back_to(entry_id)
    holder = person_by_id(actor().person_id)  # type: ignore[arg-type]
    path = url_for("contests.verify", code=verification.code_of(entry.admission_no))
    base = current_app.extensions["settings"].base_url or request.url_root.rstrip("/")
    return page(
        template,
        entry=entry,
        contest=entry.contest,
        holder=holder,
        kind=KIND_LABELS[holder.document_kind],  # type: ignore[index]
        sex=SEX_LABELS.get(holder.sex, ""),  # type: ignore[call-overload]
        rules=entry_rules.read(entry.contest.entry_rules),
        code=qr.svg(base + path, title="准考证查验二维码"),
        notes=NOTES,
        now=clock.now(),
    )
