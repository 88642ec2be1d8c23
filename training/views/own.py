"""What a master or an apprentice sees of the own pairing."""

from __future__ import annotations

from core.access import access, actor
from core.web import page
from training.queries.rounds import own_pairings
from training.views.blueprint import Answer, bp


@bp.get("/me/mentorship")
@access("mentorship.own")
def own_pairing() -> Answer:
    """The own pairs of the published rounds with their reasons; other people's names are masked."""
    return page("training/own/own_pairing.html", rows=own_pairings(actor().person_id))
