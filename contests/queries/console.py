"""The chief judge's view of a panel: judges × performances, and one sheet with its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from contests.judging_rules import SheetFacts, marked, too_far
from contests.models import Assignment, MarkOperation, Panel, Performance, Seat
from contests.models.judging import ABSENCES, SHEET_STATES
from contests.queries import judging, panels
from contests.queries.judging import Sheet
from contests.queries.panels import WATCHERS
from contests.score_sheets import Value, due_aspects, running_total, spoken
from core.access import Actor
from core.db import db

PAGE = 50
TONES = {"open": "", "confirmed": "ok", "recused": "warn", "absent": "warn", "replaced": ""}


@dataclass(frozen=True)
class Cell:
    """One sheet in the matrix."""

    seat: Seat
    sheet_id: UUID
    word: str
    tone: str
    total: int | None


@dataclass(frozen=True)
class Row:
    """One performance: its sheets in seat order (None without one), and what is far apart."""

    performance_id: UUID
    code: str
    title: str
    state: str
    reason: str
    cells: tuple[Cell | None, ...]
    alerts: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """A page of the console, and how many sheets of the whole panel are due and done."""

    seats: tuple[Seat, ...]
    rows: tuple[Row, ...]
    sheets: int
    done: int
    pages: int


def matrix(panel: Panel, *, names: bool, page: int = 1) -> Matrix:
    """The state of every sheet of one page; titles only where `names`. A fixed number of queries."""
    rule = panels.rule_of(panel.stage)
    shown = panel.performances[(page - 1) * PAGE : page * PAGE]
    ids = [one.id for one in shown]
    marks = panels.marks_of([panel.id], ids)
    titles = panels.titles_of(panel.id) if names else {}
    sheets = panels.sheets_of([panel.id], ids)
    by_place = {(one.performance_id, one.seat_id): one for one in sheets}
    rows = []
    for performance in shown:
        cells: list[Cell | None] = []
        facts: list[SheetFacts] = []
        for seat in panel.seats:
            found = by_place.get((performance.id, seat.id))
            if found is None:
                cells.append(None)
                continue
            facts.append(_facts(found, seat, performance.code, marks))
            cells.append(_cell(rule, seat, found, facts[-1]))
        title = titles.get(performance.id, ("", ""))[0]
        alerts = tuple(too_far(rule, facts).values())
        about = (performance.id, performance.code, title, performance.state, performance.reason)
        rows.append(Row(*about, tuple(cells), alerts))
    pages = -(-len(panel.performances) // PAGE)
    return Matrix(tuple(panel.seats), tuple(rows), *_counts(panel.id), pages)


def _counts(panel_id: UUID) -> tuple[int, int]:
    """Sheets that are due, and those of them that are done."""
    done = func.sum(case((Assignment.state != "open", 1), else_=0))
    query = (
        select(func.count(Assignment.id), func.coalesce(done, 0))
        .join(Performance, Performance.id == Assignment.performance_id)
        .where(
            Performance.panel_id == panel_id,
            Performance.state == "scheduled",
            Assignment.state != "replaced",
        )
    )
    due, finished = db.session.execute(query).one()
    return due, finished


def _facts(
    sheet: Assignment, seat: Seat, code: str, marks: dict[UUID, dict[str, Value]]
) -> SheetFacts:
    return SheetFacts(
        code, seat.judge_name, sheet.state, tuple(seat.criteria), marks.get(sheet.id, {})
    )


def _cell(rule: Any, seat: Seat, sheet: Assignment, facts: SheetFacts) -> Cell:
    total = running_total(due_aspects(rule, facts.criteria), facts.marks)
    if sheet.state != "open":
        return Cell(seat, sheet.id, SHEET_STATES[sheet.state], TONES[sheet.state], total)
    if sheet.reason:
        return Cell(seat, sheet.id, "已退回", "err", total)
    count, due = marked(rule, facts)
    if count == due:
        return Cell(seat, sheet.id, "待确认", "info", total)
    return Cell(seat, sheet.id, f"{count}/{due}" if count else "未评", "", total)


@dataclass(frozen=True)
class Change:
    """One operation of the log, in words."""

    at: Any
    aspect: str
    text: str
    channel: str
    reason: str


@dataclass(frozen=True)
class SheetView:
    """A sheet with its judge, marks and log, newest first."""

    sheet: Sheet
    judge_name: str
    marks: dict[str, Value]
    log: list[Change]
    state: str
    withdrawn: bool


def sheet(actor: Actor, sheet_id: UUID) -> SheetView:
    """One sheet of a panel within reach, or NotFound."""
    found = judging.sheet_within(actor, sheet_id, *WATCHERS)
    seat = db.session.get_one(Seat, found.seat_id)
    query = (
        select(MarkOperation)
        .where(MarkOperation.assignment_id == found.id)
        .order_by(MarkOperation.received.desc(), MarkOperation.aspect, MarkOperation.version.desc())
    )
    log = [_change(found, one) for one in db.session.scalars(query)]
    return SheetView(
        found,
        seat.judge_name,
        judging.marks_on(found.id),
        log,
        SHEET_STATES[found.state],
        seat.withdrawn_at is not None,
    )


CHANNELS = {"form": "评委", "tablet": "评委", "office": "裁判长、赛事办或回避"}


def _change(sheet: Sheet, one: MarkOperation) -> Change:
    aspect = sheet.aspect(one.aspect)
    value = Value(one.milli, ABSENCES.get(one.absence, one.absence))
    return Change(
        one.received,
        aspect.title,
        spoken(aspect, value) or "收回",
        CHANNELS.get(one.channel, one.channel),
        one.reason,
    )
