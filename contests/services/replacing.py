"""A judge leaves a panel in mid-session: who takes the work, and what becomes of the marks.

Confirmed sheets stay unless they are to be marked anew. Sheets change hands as new, empty sheets; the old
ones stay in the trail as replaced, with all that was marked on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contests.handing import hand_on, incomparable
from contests.judging_rules import EXCUSED
from contests.models import Assignment, Panel, Performance, Seat
from contests.queries import panels as queries
from contests.queries.judging import Sheet, sheet_within
from contests.queries.panels import CHIEF, OFFICE, panel_within
from contests.services import crossing
from contests.services.marking import excuse
from contests.services.seating import JudgeWish, hand_out, take_seat
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from core.stated import stated
from people.services.sign_in import end_sessions

TOLD = 5


@dataclass(frozen=True)
class Withdrawal:
    """What the office decides: why the judge leaves, who takes the seat's work (None: nobody new), and why
    the confirmed sheets are marked anew ("" where they stay)."""

    reason: str
    successor: JudgeWish | None
    anew: bool = False
    anew_reason: str = ""


@dataclass(frozen=True)
class Handover:
    """Sheets that leave a judge, with the seat that takes each one over; those without one are `left`."""

    taken: tuple[tuple[Assignment, Seat], ...]
    left: tuple[Assignment, ...]


def withdraw_judge(
    *, actor: Actor, panel_id: UUID, seat_id: UUID, wish: Withdrawal, now: datetime
) -> Panel:
    """A judge leaves. With a successor every open sheet finds a new judge or the act is refused; without
    one the other judges share the sheets where they may, and elsewhere the panel goes on with fewer, if
    the rule's minimum still holds."""
    panel = panel_within(actor, panel_id, OFFICE, for_update=True)
    seat = seat_of(panel, seat_id)
    _require_sitting(panel, seat)
    why = stated(wish.reason, "why")
    again = stated(wish.anew_reason, "anew_reason") if wish.anew else ""
    sheets = queries.sheets_of([panel.id], for_update=True)
    seat.withdrawn_at, seat.withdrawn_why = now, why
    successor = None
    if wish.successor is not None:
        successor = take_seat(panel, wish.successor, list(seat.criteria), now)
        db.session.refresh(panel, ["seats"])
    leaving = [
        one
        for one in sheets
        if one.seat_id == seat.id
        and (one.state == "open" or (wish.anew and one.state == "confirmed"))
    ]
    plan = _plan(panel, seat, sheets, leaving, successor)
    if plan.left:
        _require_enough(panel, seat, sheets, plan, named=successor is not None)
    _require_comparable(panel, sheets, plan, [seat, *([successor] if successor else [])])
    _carry_out(actor, plan, why, again, now)
    _lock_out(seat, now)
    told = _told(panel, seat, successor, plan, sheets)
    note(actor, "withdraw_judge", panel, now, told | ({"anew": again} if again else {}), why)
    db.session.flush()
    return panel


def pass_on(*, actor: Actor, panel_id: UUID, sheet_id: UUID, reason: str, now: datetime) -> Seat:
    """The chief judge gives back a sheet of a judge who has left: another one marks it. Returns that
    seat."""
    panel = panel_within(actor, panel_id, CHIEF, for_update=True)
    sheets = queries.sheets_of([panel.id], for_update=True)
    sheet = next(one for one in sheets if one.id == sheet_id)
    seat = seat_of(panel, sheet.seat_id)
    if sheet.state == "replaced":
        raise DomainError("这张评分表已交给其他评委，请看接手的评委的评分表")
    why = stated(reason)
    plan = _plan(panel, seat, sheets, [sheet], None)
    if plan.left:
        code = _codes(panel)[sheet.performance_id]
        raise DomainError(f"{seat.judge_name}已退出，没有其他评委可以评 {code} 号，不能退回")
    _require_comparable(panel, sheets, plan, [seat])
    _carry_out(actor, plan, why, why, now)
    ((_, taker),) = plan.taken
    db.session.flush()
    return taker


def stand_in(panel: Panel, sheet_id: UUID) -> Seat | None:
    """Who marks in the place of a judge who keeps away from one entry: the least loaded of those who may.
    None where nobody else may, as at a panel where everybody marks everything."""
    sheets = queries.sheets_of([panel.id], for_update=True)
    sheet = next(one for one in sheets if one.id == sheet_id)
    plan = _plan(panel, seat_of(panel, sheet.seat_id), sheets, [sheet], None)
    if not plan.taken:
        return None
    ((_, taker),) = plan.taken
    hand_out([(sheet.performance_id, taker.id)])
    return taker


def require_needed(panel: Panel, sheet: Sheet) -> None:
    """Refuse to open a recused sheet again once another judge marks in its place."""
    if panel.judges_each is None or sheet.state != "recused":
        return
    others = [
        one.seat.judge_name
        for one in queries.sheets_of([panel.id])
        if one.performance_id == sheet.performance_id and one.state not in EXCUSED
    ]
    if len(others) >= panel.judges_each:
        raise DomainError(f"{sheet.code} 号已由{'、'.join(others)}评分，不能退回给回避的评委")


def seat_of(panel: Panel, seat_id: UUID) -> Seat:
    """A seat of this panel, or NotFound."""
    seat = next((one for one in panel.seats if one.id == seat_id), None)
    if seat is None:
        raise NotFound("没有这个席位")
    return seat


def _require_sitting(panel: Panel, seat: Seat) -> None:
    if panel.state == "preparing":
        raise DomainError("还没有开始评分，请直接移除这位评委，再安排别人")
    if panel.state != "open":
        raise DomainError("评委组已经结束评分，请裁判长先重新开放")
    if seat.withdrawn_at:
        raise DomainError("这位评委已经退出，请核对席位")


def _plan(
    panel: Panel,
    seat: Seat,
    sheets: Sequence[Assignment],
    leaving: Sequence[Assignment],
    successor: Seat | None,
) -> Handover:
    """Who takes which sheet: only seats that mark the same, have no sheet of that performance yet and
    must not keep away from it."""
    codes, barred = _codes(panel), crossing.forbidden(panel)
    held = {(one.performance_id, one.seat_id) for one in sheets}
    able = [one for one in panel.present if set(one.criteria) >= set(seat.criteria)]
    may = {
        codes[sheet.performance_id]: [
            str(one.position)
            for one in able
            if (sheet.performance_id, one.id) not in held
            and (codes[sheet.performance_id], str(one.position)) not in barred
        ]
        for sheet in leaving
    }
    counted = Counter(one.seat_id for one in sheets if one.state not in EXCUSED)
    loads = {str(one.position): counted[one.id] for one in able}
    found = hand_on(may, may, loads, str(successor.position) if successor else "")
    seats = {str(one.position): one for one in able}
    taken = [
        (one, seats[found[codes[one.performance_id]]])
        for one in leaving
        if codes[one.performance_id] in found
    ]
    return Handover(
        tuple(taken), tuple([one for one in leaving if codes[one.performance_id] not in found])
    )


def _codes(panel: Panel) -> dict[UUID, str]:
    return {one.id: one.code for one in panel.performances}


def _after(
    panel: Panel, sheets: Iterable[Assignment], plan: Handover
) -> list[tuple[Performance, Seat]]:
    """The sheets that will count: of whom, by whom."""
    turns = {one.id: one for one in panel.performances if one.state == "scheduled"}
    seats = {one.id: one for one in panel.seats}
    gone = {one.id for one in (*plan.left, *(sheet for sheet, _ in plan.taken))}
    staying = [
        (one.performance_id, one.seat_id)
        for one in sheets
        if one.id not in gone and one.state not in EXCUSED
    ]
    coming = [(sheet.performance_id, seat.id) for sheet, seat in plan.taken]
    return [(turns[turn], seats[seat]) for turn, seat in (*staying, *coming) if turn in turns]


def _require_enough(
    panel: Panel, seat: Seat, sheets: Sequence[Assignment], plan: Handover, *, named: bool
) -> None:
    """What nobody takes over must still have enough judges; where somebody was named, all is taken over."""
    rest = _after(panel, sheets, plan)
    turns = {one.id: one for one in panel.performances}
    told = []
    for sheet in plan.left:
        turn = turns[sheet.performance_id]
        if named:
            told.append(f"{turn.code} 号没有其他评委可以评")
        if named or turn.state != "scheduled":
            continue
        for one in queries.rule_of(panel.stage).criteria:
            there = sum(of.id == turn.id and one.key in by.criteria for of, by in rest)
            if one.key in seat.criteria and there < one.panel.least:
                least = one.panel.least
                told.append(f"{turn.code} 号“{one.title}”只剩 {there} 名评委，至少要 {least} 名")
    if told:
        more = f"；另有 {len(told) - TOLD} 处" if len(told) > TOLD else ""
        advice = "请另选接替的评委" if named else "请安排评委接替"
        raise DomainError(f"{'；'.join(told[:TOLD])}{more}。{advice}")


def _require_comparable(
    panel: Panel, sheets: Sequence[Assignment], plan: Handover, changed: Collection[Seat]
) -> None:
    """Where the rule compares judges, all of them keep enough marks and hang together."""
    least = crossing.least_marks(queries.rule_of(panel.stage))
    if least is None:
        return
    told = incomparable(
        [(turn.code, str(seat.position)) for turn, seat in _after(panel, sheets, plan)],
        {str(one.position): one.judge_name for one in panel.seats},
        [str(one.position) for one in changed],
        least,
    )
    if told:
        raise DomainError(f"{'；'.join(told)}。请改由其他评委分担，或全部重新评分")


def _carry_out(actor: Actor, plan: Handover, why: str, again: str, now: datetime) -> None:
    for sheet, _ in plan.taken:
        sheet.reason = again if sheet.state == "confirmed" else why
        sheet.state = "replaced"
    db.session.flush()
    hand_out([(sheet.performance_id, seat.id) for sheet, seat in plan.taken])
    for sheet in plan.left:
        about = sheet_within(actor, sheet.id, OFFICE)
        reason = again if sheet.state == "confirmed" else why
        excuse(sheet.id, about, absence="no_show", state="absent", reason=reason, now=now)


def _lock_out(seat: Seat, now: datetime) -> None:
    """What was printed is void, whoever sits there is out."""
    seat.token_hash, seat.code, seat.pin_hash = None, None, ""
    end_sessions(now=now, seat_id=seat.id)


def _told(
    panel: Panel,
    seat: Seat,
    successor: Seat | None,
    plan: Handover,
    sheets: Iterable[Assignment],
) -> dict[str, object]:
    """What the trail keeps: who left, who took which sheet, what stays and what nobody marks."""
    codes = _codes(panel)
    gone = {one.id for one in (*plan.left, *(sheet for sheet, _ in plan.taken))}
    kept = [one for one in sheets if one.seat_id == seat.id and one.id not in gone]
    return {
        "judge": seat.judge_name,
        "successor": successor.judge_name if successor else "",
        "employer": successor.employer if successor else "",
        "taken": {codes[sheet.performance_id]: taker.judge_name for sheet, taker in plan.taken},
        "absent": [codes[one.performance_id] for one in plan.left],
        "kept": [codes[one.performance_id] for one in kept if one.state == "confirmed"],
    }
