"""What the chief judge does: return sheets, code absences, close and re-open the panel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from contests import life
from contests.judging_rules import SheetFacts, why_not_close
from contests.models import Assignment, Panel, Seat
from contests.models.judging import ABSENCES
from contests.queries import halts
from contests.queries import panels as queries
from contests.queries.judging import Sheet, sheet_within
from contests.queries.panels import CHIEF, panel_within
from contests.services import replacing
from contests.services.marking import excuse
from contests.services.seats import AFTER_CLOSE
from contests.services.trail import note, stream
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from core.stated import stated
from people.models import LoginSession

CODED = ("no_show", "technical")


def return_sheet(*, actor: Actor, sheet_id: UUID, reason: str, now: datetime) -> Sheet:
    """Open a confirmed or excused sheet again; the judge sees the reason and confirms anew. The
    marks of a confirmed sheet stay, the absences of an excused one are taken back. The sheet of a judge
    who has left goes to another one, empty."""
    if db.session.get_one(Seat, sheet_within(actor, sheet_id, CHIEF).seat_id).withdrawn_at:
        return _pass_on(actor, sheet_id, reason, now)
    sheet = sheet_within(actor, sheet_id, CHIEF, for_update=True)
    require_open(db.session.get_one(Panel, sheet.panel_id))
    if sheet.state == "open":
        raise DomainError("评委还没有确认这张评分表，不用退回")
    why = stated(reason)
    replacing.require_needed(db.session.get_one(Panel, sheet.panel_id), sheet)
    if sheet.state == "confirmed":
        values = {"state": "open", "reason": why, "confirmed_at": None, "confirmed_digest": ""}
        db.session.execute(update(Assignment).where(Assignment.id == sheet.id).values(**values))
    else:
        excuse(sheet.id, sheet, absence="", state="open", reason=why, now=now)
    _record(actor, "return_sheet", sheet, now, {"code": sheet.code, "was": sheet.state}, why)
    db.session.flush()
    return sheet


def _pass_on(actor: Actor, sheet_id: UUID, reason: str, now: datetime) -> Sheet:
    sheet = sheet_within(actor, sheet_id, CHIEF)
    require_open(db.session.get_one(Panel, sheet.panel_id))
    taker = replacing.pass_on(
        actor=actor, panel_id=sheet.panel_id, sheet_id=sheet.id, reason=reason, now=now
    )
    told = {"code": sheet.code, "was": sheet.state, "judge": taker.judge_name}
    _record(actor, "return_sheet", sheet, now, told, stated(reason))
    db.session.flush()
    return sheet


def code_absence(
    *, actor: Actor, sheet_id: UUID, absence: str, reason: str, now: datetime
) -> Sheet:
    """Say why a judge's sheet stays empty; what was marked on it no longer counts, and is kept in
    the log."""
    sheet = sheet_within(actor, sheet_id, CHIEF, for_update=True)
    require_open(db.session.get_one(Panel, sheet.panel_id))
    if absence not in CODED:
        raise DomainError("请选择缺席的情形", "absence")
    if sheet.state != "open":
        raise DomainError("这张评分表已经确认或记为缺席；要改请先退回")
    why = stated(reason)
    excuse(sheet.id, sheet, absence=absence, state="absent", reason=why, now=now)
    told = {"code": sheet.code, "absence": ABSENCES[absence]}
    _record(actor, "code_absence", sheet, now, told, why)
    db.session.flush()
    return sheet


def note_no_show(
    *, actor: Actor, panel_id: UUID, performance_id: UUID, reason: str, now: datetime
) -> Panel:
    """The contestant did not come: nothing is due, and there is no place in the result. Said again,
    it is taken back."""
    panel = panel_within(actor, panel_id, CHIEF, for_update=True)
    require_open(panel)
    one = next((found for found in panel.performances if found.id == performance_id), None)
    if one is None:
        raise NotFound("没有这个出场号")
    one.reason = stated(reason)
    one.state = "no_show" if one.state == "scheduled" else "scheduled"
    note(actor, f"performance_{one.state}", panel, now, {"code": one.code}, one.reason)
    db.session.flush()
    return panel


def close_panel(*, actor: Actor, panel_id: UUID, now: datetime) -> Panel:
    """End the marking, once nothing that is due is missing; DomainError names what is."""
    panel = panel_within(actor, panel_id, CHIEF, for_update=True)
    require_open(panel)
    gaps = missing_in(panel, for_update=True)
    if gaps:
        told = "；".join(gaps[:5]) + ("；……" if len(gaps) > 5 else "")
        raise DomainError(f"还有 {len(gaps)} 处没有完成，不能结束：{told}")
    panel.state, panel.closed_at = "closed", now
    _set_session_end(panel, now + AFTER_CLOSE)
    note(actor, "close_panel", panel, now, {})
    db.session.flush()
    return panel


def missing_in(panel: Panel, *, for_update: bool = False) -> list[str]:
    """What stands between the panel and its end, one sentence each."""
    sheets = queries.sheets_of([panel.id], for_update=for_update)
    marks = queries.marks_of([panel.id])
    seats = {one.id: one for one in panel.seats}
    performances = {one.id: one for one in panel.performances}
    facts = [
        SheetFacts(
            code=performances[sheet.performance_id].code,
            judge=seats[sheet.seat_id].judge_name,
            state=sheet.state,
            criteria=tuple(seats[sheet.seat_id].criteria),
            marks=marks.get(sheet.id, {}),
        )
        for sheet in sheets
        if performances[sheet.performance_id].state == "scheduled"
    ]
    return why_not_close(queries.rule_of(panel.stage), facts)


def require_open(panel: Panel) -> None:
    """DomainError unless the chief judge may change something at this panel."""
    stopped = halts.why_stopped(panel.contest_id, panel.track_id)
    if why := life.why_not_chair(stopped=stopped, panel=panel.state):
        raise DomainError(why)


def _set_session_end(panel: Panel, ends: datetime) -> None:
    seats = [one.id for one in panel.seats]
    where = (LoginSession.seat_id.in_(seats), LoginSession.ended_at.is_(None))
    db.session.execute(update(LoginSession).where(*where).values(ends=ends))


def _record(
    actor: Actor,
    verb: str,
    sheet: Sheet,
    now: datetime,
    changes: Mapping[str, object],
    reason: str,
) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        subject=f"contests_assignment/{sheet.id}",
        now=now,
        stream=stream(sheet.contest_id),
        changes=changes,
        reason=reason,
    )
