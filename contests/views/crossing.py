"""Before a panel begins: which judges would mark which performances."""

from __future__ import annotations

from uuid import UUID

from werkzeug.wrappers import Response

from contests.queries.panels import OFFICE, panel_within
from contests.services import crossing as service
from contests.views.blueprint import bp
from core.access import access, actor
from core.errors import DomainError
from core.web import page, page_number

Answer = Response | tuple[str, int]
PAGE = 50


@bp.get("/office/panels/<panel:panel_id>/crossing")
@access("contests.panels")
def crossing(panel_id: UUID) -> Answer:
    """The loads and the judges of each performance, or why there is no such plan."""
    panel = panel_within(actor(), panel_id, OFFICE)
    plan, refusals, number = None, [], page_number()
    try:
        plan, refusals = service.plan_of(panel), service.shortcomings(panel)
    except DomainError as refusal:
        refusals = [refusal.message]
    return page(
        "contests/crossing/crossing.html",
        panel=panel,
        plan=plan,
        refusals=refusals,
        turns=panel.performances[(number - 1) * PAGE : number * PAGE],
        number=number,
        pages=-(-len(panel.performances) // PAGE),
    )
