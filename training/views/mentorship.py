"""The mentorship office: rounds, the pairing with its reasons, moves by hand, publication."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request, url_for

from core import clock
from core.access import access, actor, can
from core.errors import DomainError
from core.forms import attempt
from core.web import page, page_number
from training.forms.classes import ConfirmForm
from training.forms.mentorship import ChooseMasterForm, MoveForm, RoundForm
from training.models import MatchRun
from training.queries import rounds as queries
from training.services import pairing
from training.services import rounds as service
from training.skill_levels import LEVELS
from training.views.blueprint import Answer, before_form, bp


@bp.get("/office/mentorship")
@access("mentorship.rounds")
def rounds() -> Answer:
    """All rounds."""
    return page("training/mentorship/rounds.html", rows=queries.rounds())


@bp.route("/office/mentorship/new", methods=["GET", "POST"])
@access("mentorship.open")
def open_round() -> Answer:
    """Begin a round."""
    form = RoundForm(data={"year": clock.today().year})
    done = attempt(
        form,
        lambda: service.open_round(actor=actor(), now=clock.now(), **form.values()),
        to=lambda made: _round_page(made.id),
    )
    return done or page("training/mentorship/open_round.html", form=form)


def _round_page(round_id: UUID) -> str:
    return url_for("training.mentorship_round", round_id=round_id)


@bp.get("/office/mentorship/<mentorship_round:round_id>")
@access("mentorship.rounds")
def mentorship_round(round_id: UUID) -> Answer:
    """One round: who takes part, the settings, the runs, what is to do."""
    found = queries.round_of(round_id)
    return page(
        "training/mentorship/mentorship_round.html",
        found=found,
        rules=service.rules_of(found),
        sizes=queries.sizes(round_id),
        runs=queries.runs_of(round_id),
        levels=LEVELS,
        may_run=can("mentorship.compute"),
    )


@bp.route("/office/mentorship/<mentorship_round:round_id>/compute", methods=["GET", "POST"])
@access("mentorship.compute")
def compute(round_id: UUID) -> Answer:
    """Run the pairing."""
    before_form(lambda: pairing.refuse_compute(round_id))
    form = ConfirmForm()
    done = attempt(
        form,
        lambda: pairing.compute(actor=actor(), round_id=round_id, now=clock.now()),
        to=lambda run: url_for("training.pairs", round_id=run.round_id),
    )
    return done or page(
        "training/mentorship/compute.html",
        form=form,
        found=queries.round_of(round_id),
        sizes=queries.sizes(round_id),
        run=queries.newest_run(round_id),
    )


@bp.get("/office/mentorship/<mentorship_round:round_id>/pairs")
@access("mentorship.rounds")
def pairs(round_id: UUID) -> Answer:
    """The pairs of the newest run, each with its reason."""
    found, run = queries.round_of(round_id), _run(round_id)
    text = request.args.get("text", "")
    rows = queries.pair_page(run.id, page_number(), text)
    return page(
        "training/mentorship/pairs.html",
        found=found,
        run=run,
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        number=page_number(),
        text=text,
        overrides=queries.overrides(round_id),
        may_move=can("mentorship.move") and found.state == "computed",
    )


def _run(round_id: UUID) -> MatchRun:
    run = queries.newest_run(round_id)
    if run is None:
        raise DomainError("这一轮还没有配对，请先导入名单并配对")
    return run


@bp.get("/office/mentorship/<mentorship_round:round_id>/unmet")
@access("mentorship.rounds")
def unmet(round_id: UUID) -> Answer:
    """Why wishes were not met, and who has no master."""
    found, run = queries.round_of(round_id), _run(round_id)
    rows = queries.unmet_page(run.id, page_number())
    return page(
        "training/mentorship/unmet.html",
        found=found,
        run=run,
        overrides=queries.overrides(round_id),
        alone=queries.without_master(run.id, round_id),
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        number=page_number(),
        may_move=can("mentorship.move") and found.state == "computed",
    )


@bp.route(
    "/office/mentorship/<mentorship_round:round_id>/move/<participant:apprentice_id>",
    methods=["GET", "POST"],
)
@access("mentorship.move")
def choose_master(round_id: UUID, apprentice_id: UUID) -> Answer:
    """First step of a move: which master. Writes nothing."""
    before_form(lambda: pairing.refuse_published(round_id))
    apprentice = queries.participant_of(round_id, apprentice_id, "apprentice")
    run = queries.newest_run(round_id)
    form = ChooseMasterForm()
    masters = [
        one
        for one in queries.participants(round_id)
        if one.side == "master" and one.trade == apprentice.trade
    ]
    free = pairing.free_places(round_id)
    form.master.choices = [("", "请选择")] + [
        (str(one.id), f"{one.key} {one.name}（{LEVELS[one.level]}，{_places(free[one.key])}）")
        for one in masters
    ]
    done = attempt(
        form,
        lambda: UUID(form.master.data),
        to=lambda master_id: url_for(
            "training.move_apprentice",
            round_id=round_id,
            apprentice_id=apprentice_id,
            master_id=master_id,
        ),
    )
    return done or page(
        "training/mentorship/choose_master.html",
        form=form,
        found=queries.round_of(round_id),
        apprentice=apprentice,
        present=queries.master_of(run.id, apprentice.id) if run else None,
    )


def _places(free: int) -> str:
    return f"还有 {free} 个名额" if free > 0 else "名额已满"


@bp.route(
    "/office/mentorship/<mentorship_round:round_id>/move/<participant:apprentice_id>"
    "/to/<participant:master_id>",
    methods=["GET", "POST"],
)
@access("mentorship.move")
def move_apprentice(round_id: UUID, apprentice_id: UUID, master_id: UUID) -> Answer:
    """Second step: the blocking pairs it creates, the reason, and the deed."""
    return _change(
        round_id, apprentice_id, master_id, "training/mentorship/move_apprentice.html", "pairs"
    )


@bp.route(
    "/office/mentorship/<mentorship_round:round_id>/move/<participant:apprentice_id>/cancel",
    methods=["GET", "POST"],
)
@access("mentorship.move")
def cancel_pair(round_id: UUID, apprentice_id: UUID) -> Answer:
    """Take an apprentice away from the master: what it upsets, the reason, and the deed."""
    return _change(round_id, apprentice_id, None, "training/mentorship/cancel_pair.html", "unmet")


def _change(
    round_id: UUID, apprentice_id: UUID, master_id: UUID | None, template: str, leads_to: str
) -> Answer:
    """Another master, or none: what it upsets, the reason, and the deed."""
    before_form(lambda: pairing.refuse_published(round_id))
    form = MoveForm()
    done = attempt(
        form,
        lambda: pairing.move_apprentice(
            actor=actor(),
            round_id=round_id,
            apprentice_id=apprentice_id,
            master_id=master_id,
            run_id=form.run_id(),
            reason=form.reason.data or "",
            now=clock.now(),
        ),
        to=lambda run: url_for(f"training.{leads_to}", round_id=run.round_id),
    )
    if done:
        return done
    move = pairing.weigh_move(round_id=round_id, apprentice_id=apprentice_id, master_id=master_id)
    form.run.data = str(move.run_id)
    return page(
        template,
        form=form,
        found=queries.round_of(round_id),
        apprentice=queries.participant_of(round_id, apprentice_id, "apprentice"),
        master=queries.participant_of(round_id, master_id, "master") if master_id else None,
        taught=queries.taught_by(move.run_id, master_id) if master_id and move.refused else [],
        move=move,
        names={one.key: one.name for one in queries.participants(round_id)},
    )


@bp.route("/office/mentorship/<mentorship_round:round_id>/publish", methods=["GET", "POST"])
@access("mentorship.publish")
def publish_round(round_id: UUID) -> Answer:
    """Show each participant the own pairing."""
    before_form(lambda: pairing.refuse_published(round_id))
    form = ConfirmForm()
    done = attempt(
        form,
        lambda: service.publish_round(actor=actor(), round_id=round_id, now=clock.now()),
        to=lambda made: _published(made.id),
    )
    return done or page(
        "training/mentorship/publish_round.html",
        form=form,
        found=queries.round_of(round_id),
        run=_run(round_id),
        overrides=queries.overrides(round_id),
        names={one.key: one.name for one in queries.participants(round_id)},
    )


def _published(round_id: UUID) -> str:
    flash("已公布，师傅和徒弟登录后可以看到自己的配对")
    return _round_page(round_id)
