"""The contest office: make an edition from a preset, announce it, see where it stands."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from contests import entry_rules, states
from contests.catalogue import FAMILIES, Preset, load_presets
from contests.edition_rules import Plan
from contests.forms.entrant import DeedForm
from contests.forms.office import CloseForm, ExtendForm, PlanForm
from contests.models import Contest
from contests.models.editions import LEVELS
from contests.queries import halts, public
from contests.queries import office as queries
from contests.services import editions as service
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.errors import NotFound
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.get("/office/contests")
@access("contests.see_entries")
def office_contests() -> Answer:
    """The contests within reach, with what waits in each."""
    rows = queries.contests(actor(), clock.now())
    return page("contests/office/office_contests.html", rows=rows, levels=LEVELS)


@bp.get("/office/contests/new")
@access("contests.manage")
def choose_preset() -> Answer:
    """Which kind of contest."""
    presets = list(load_presets().values())
    return page("contests/office/choose_preset.html", presets=presets, families=FAMILIES)


@bp.route("/office/contests/new/<preset>", methods=["GET", "POST"])
@access("contests.manage")
def create_contest(preset: str) -> Answer:
    """A new edition of this kind."""
    chosen = load_presets().get(preset)
    if chosen is None:
        raise NotFound("没有这种赛事")
    form = PlanForm(divisions="\n".join(chosen.divisions))
    form.level.choices = [("", "请选择"), *LEVELS.items()]
    done = attempt(form, lambda: _create(form, chosen), to=_desk_of)
    return done or page("contests/office/create_contest.html", form=form, preset=chosen)


def _create(form: PlanForm, preset: Preset) -> Contest:
    return service.create_contest(actor=actor(), preset=preset, plan=_plan(form), now=clock.now())


def _plan(form: PlanForm) -> Plan:
    typed = form.values()
    moments = {name: clock.from_local(typed[name]) for name in ("entry_opens", "entry_closes")}
    return Plan(**typed | moments)


def _desk_of(contest: Contest) -> str:
    return url_for("contests.contest_desk", contest_id=contest.id)


@bp.get("/office/contests/<contest:contest_id>")
@access("contests.see_entries")
def contest_desk(contest_id: UUID) -> Answer:
    """One contest: counters and what to do next."""
    return _desk_page(contest_id, DeedForm())


def _desk_page(contest_id: UUID, form: BaseForm) -> Answer:
    contest = queries.seen_contest(actor(), contest_id)
    return page(
        "contests/office/contest_desk.html",
        form=form,
        contest=contest,
        phase=public.phase_of(contest_id, clock.now()),
        counts=queries.state_counts(actor(), contest_id),
        states=states.ENTRY_STATES,
        rules=entry_rules.read(contest.entry_rules),
        manages=queries.manages(actor(), contest_id),
        levels=LEVELS,
        halts=[halts.told(one) for one in halts.standing([contest_id])],
    )


@bp.route("/office/contests/<contest:contest_id>/edit", methods=["GET", "POST"])
@access("contests.manage")
def edit_contest(contest_id: UUID) -> Answer:
    """Change the plan before it is announced."""
    contest = queries.managed_contest(actor(), contest_id)
    if contest.announced_at:
        flash("赛事已经发布，不能再改", "warning")
        return redirect(_desk_of(contest), 303)
    form = PlanForm(data=_planned(contest))
    form.level.choices = list(LEVELS.items())
    done = attempt(
        form,
        lambda: service.change_contest(
            actor=actor(), contest_id=contest_id, plan=_plan(form), now=clock.now()
        ),
        to=_desk_of,
    )
    return done or page("contests/office/edit_contest.html", form=form, contest=contest)


def _planned(contest: Contest) -> dict[str, object]:
    names = ("name", "slug", "level", "sponsor", "organizer", "summary", "contact", "venue")
    return {name: getattr(contest, name) for name in (*names, "held_on")} | {
        "number_start": contest.code,
        "entry_opens": clock.local(contest.entry_opens),
        "entry_closes": clock.local(contest.entry_closes),
        "tracks": "\n".join(f"{one.code} {one.name}" for one in contest.tracks),
        "divisions": "\n".join(one.name for one in contest.divisions),
    }


@bp.post("/office/contests/<contest:contest_id>/announce")
@access("contests.manage")
def announce_contest(contest_id: UUID) -> Answer:
    """Make it public."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.announce(actor=actor(), contest_id=contest_id, now=clock.now()),
        to=_announced,
    )
    return done or _desk_page(contest_id, form)


def _announced(contest: Contest) -> str:
    flash("赛事已发布，选手可以看到了")
    return _desk_of(contest)


@bp.route("/office/contests/<contest:contest_id>/extend", methods=["GET", "POST"])
@access("contests.manage")
def extend_entries(contest_id: UUID) -> Answer:
    """Move the end of entries to a later moment."""
    contest = queries.managed_contest(actor(), contest_id)
    form = ExtendForm()
    done = attempt(form, lambda: _extend(form, contest_id), to=_desk_of)
    return done or page("contests/office/extend_entries.html", form=form, contest=contest)


def _extend(form: ExtendForm, contest_id: UUID) -> Contest:
    closes = clock.from_local(form.entry_closes.data) if form.entry_closes.data else clock.now()
    return service.extend_entries(
        actor=actor(),
        contest_id=contest_id,
        closes=closes,
        reason=form.reason.data or "",
        now=clock.now(),
    )


@bp.route("/office/contests/<contest:contest_id>/close", methods=["GET", "POST"])
@access("contests.manage")
def close_entries(contest_id: UUID) -> Answer:
    """End the entry window before its time."""
    contest = queries.managed_contest(actor(), contest_id)
    form = CloseForm()
    done = attempt(
        form,
        lambda: service.close_entries(
            actor=actor(), contest_id=contest_id, reason=form.reason.data or "", now=clock.now()
        ),
        to=_desk_of,
    )
    return done or page("contests/office/close_entries.html", form=form, contest=contest)
