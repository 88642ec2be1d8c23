"""A judge keeps away from one entry."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contests.models import Panel
from contests.queries import judging as queries
from contests.queries.judging import Sheet
from contests.services import replacing
from contests.services.marking import excuse, record, require_open
from core.access import Actor
from core.db import db
from core.stated import stated


def declare_conflict(*, actor: Actor, performance_id: UUID, reason: str, now: datetime) -> Sheet:
    """The judge withdraws from one performance: all its marks become coded absences. Where each entry has
    some of the judges, another one marks it."""
    # The panel before its sheets, as all who let sheets change hands.
    panel_id = queries.own_sheet(actor, performance_id).panel_id
    panel = db.session.get_one(Panel, panel_id, with_for_update=True)
    sheet = queries.own_sheet(actor, performance_id, for_update=True)
    require_open(sheet)
    why = stated(reason)
    excuse(sheet.id, sheet, absence="recused", state="recused", reason=why, now=now)
    db.session.expire_all()
    taker = replacing.stand_in(panel, sheet.id)
    record(actor, "recuse", sheet, now, {"taken": taker.judge_name} if taker else {}, why)
    db.session.flush()
    return sheet
