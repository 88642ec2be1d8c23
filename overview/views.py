"""The home page and one's own page: they read from every room, owned by nobody."""

from __future__ import annotations

from flask import Blueprint

from contests.queries import entrant
from contests.queries import public as contests
from core import clock
from core.access import access, actor, public
from core.web import page
from overview import tasks
from people import counties
from people.queries import account_of, waiting_claim
from training.queries import classes, programmes, rounds

bp = Blueprint("overview", __name__)
blueprints = [bp]
CLASSES_SHOWN = 6


@bp.get("/")
@public
def home() -> tuple[str, int]:
    """Find the thing to do: enter a contest, look at a notice, find a class."""
    listed = contests.announced(clock.now())
    return page(
        "overview/home.html",
        open_contests=[one for one in listed if one.phase.open],
        notices=[one for one in listed if one.phase.key == "notice"],
        coming=[one for one in listed if one.phase.key in ("soon", "closed", "judging")],
        classes=classes.open_classes(clock.today())[:CLASSES_SHOWN],
        programmes=programmes.titles(),
        counties=counties.COUNTIES,
    )


@bp.get("/me")
@access("overview.own")
def own() -> tuple[str, int]:
    """What somebody has under way here, and what is missing."""
    account = account_of(actor().account_id)
    claimed = waiting_claim(account.id) is not None
    entries = entrant.own_entries(actor())
    invitations = entrant.invitations(actor())
    return page(
        "overview/own.html",
        name=account.person.name if account.person else "",
        tasks=tasks.open_tasks(
            has_profile=account.person is not None,
            claimed=claimed,
            invitations=len(invitations),
            entries=[(one.id, one.title, one.state) for one in entries],
        ),
        entries=entries,
        pairings=rounds.own_pairings(actor().person_id),
    )
