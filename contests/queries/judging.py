"""What a judge at a seat sees: the own sheets, nothing of the other judges, no names when blind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, case, func, or_, select

from contests.models import (
    Assignment,
    Contest,
    Entry,
    Mark,
    MarkOperation,
    Panel,
    Performance,
    Seat,
    Stage,
    Track,
)
from contests.queries import halts
from contests.queries.panels import covers, spec_of
from contests.rubric import Aspect, Criterion
from contests.score_sheets import UNMARKED, Value, due_aspects, due_criteria
from core.access import Actor
from core.db import db
from core.errors import NotFound

UNKNOWN = "没有这张评分表"
NO_SEAT = "没有您的评委席位，请扫席位二维码登录"


@dataclass(frozen=True)
class SeatView:
    """The seat of this session and its panel; `due` aspects for each performance."""

    seat_id: UUID
    judge_name: str
    position: int
    panel_id: UUID
    panel_name: str
    panel_state: str
    contest_name: str
    track_name: str
    due: int


@dataclass(frozen=True)
class ListedSheet:
    """One line of the list; `title` is empty at a blind panel. `marked` counts aspects."""

    performance_id: UUID
    code: str
    title: str
    performance_state: str
    state: str
    reason: str
    marked: int


@dataclass(frozen=True)
class Sheet:
    """One sheet with all that deciding and showing need; no entry, no person."""

    id: UUID
    state: str
    reason: str
    confirmed_at: datetime | None
    performance_id: UUID
    performance_state: str
    code: str
    title: str
    panel_id: UUID
    panel_state: str
    halt: str
    """The kind of halt that stops the panel (contests.life), "" without one."""
    contest_id: UUID
    stage_id: UUID
    locked: bool
    rubric_version: int
    seat_id: UUID
    criteria: tuple[Criterion, ...]
    aspects: tuple[Aspect, ...]

    def aspect(self, key: str) -> Aspect:
        """An aspect that this sheet owes, or NotFound."""
        found = next((one for one in self.aspects if one.key == key), None)
        if found is None:
            raise NotFound("这张评分表没有这一项")
        return found


def own_seat(actor: Actor) -> SeatView:
    """The seat of this session, or NotFound."""
    query = (
        select(Seat, Panel, Contest.name, Track.name, Contest.scoring, Stage.key)
        .join(Panel, Panel.id == Seat.panel_id)
        .join(Contest, Contest.id == Panel.contest_id)
        .join(Track, Track.id == Panel.track_id)
        .join(Stage, Stage.id == Panel.stage_id)
        .where(Seat.id == actor.seat_id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(NO_SEAT)
    seat, panel, contest_name, track_name, spec, key = row
    rule = spec_of(spec).stage(key)
    return SeatView(
        seat.id,
        seat.judge_name,
        seat.position,
        panel.id,
        panel.name,
        panel.state,
        contest_name,
        track_name,
        len(due_aspects(rule, seat.criteria)),
    )


def own_sheets(actor: Actor) -> list[ListedSheet]:
    """The judge's sheets in draw order with what is done, in one query."""
    given = (
        select(func.count(Mark.id))
        .where(
            Mark.assignment_id == Assignment.id,
            or_(Mark.milli.is_not(None), Mark.absence != ""),
        )
        .scalar_subquery()
    )
    query = (
        select(
            Performance.id,
            Performance.code,
            _title(),
            Performance.state,
            Assignment.state,
            Assignment.reason,
            given,
        )
        .select_from(Assignment)
        .join(Performance, Performance.id == Assignment.performance_id)
        .join(Panel, Panel.id == Performance.panel_id)
        .join(Entry, Entry.id == Performance.entry_id)
        .where(Assignment.seat_id == actor.seat_id)
        .order_by(Performance.position)
    )
    return [ListedSheet(*row) for row in db.session.execute(query)]


def _title() -> Any:
    """The name of what is judged; for a blind panel it never leaves the database."""
    return case((Panel.blind, ""), else_=Entry.title).label("title")


def own_sheet(actor: Actor, performance_id: UUID, *, for_update: bool = False) -> Sheet:
    """The judge's own sheet of one performance, or NotFound."""
    query = _sheets().where(
        Assignment.seat_id == actor.seat_id, Assignment.performance_id == performance_id
    )
    row = db.session.execute(query.with_for_update(of=Assignment) if for_update else query).first()
    if row is None:
        raise NotFound(UNKNOWN)
    return _sheet(row)


def sheet_within(actor: Actor, sheet_id: UUID, *roles: str, for_update: bool = False) -> Sheet:
    """A sheet of a contest that one of these roles carries to; else NotFound."""
    query = _sheets().where(Assignment.id == sheet_id)
    row = db.session.execute(query.with_for_update(of=Assignment) if for_update else query).first()
    if row is None or not covers(actor, row.contest_id, *roles):
        raise NotFound("没有这张评分表，或者不在您的负责范围内")
    return _sheet(row)


def own_sheet_and_mark(
    actor: Actor, *, panel_id: UUID, performance_id: UUID, aspect: str, operation_id: UUID
) -> tuple[Sheet, Value, MarkOperation | None]:
    """All that one operation depends on, in one statement: the locked sheet, the present mark, and
    the operation of this id if it was carried out before (whoever's it was)."""
    values = {
        "seat": actor.seat_id,
        "panel": panel_id,
        "performance": performance_id,
        "aspect": aspect,
        "operation": operation_id,
    }
    row = db.session.execute(_operation_ground(), values).first()
    if row is None:
        raise NotFound(UNKNOWN)
    present = UNMARKED
    if row.mark_version is not None:
        present = Value(row.mark_milli, row.mark_absence, row.mark_version)
    return _sheet(row), present, row.MarkOperation


@cache
def _operation_ground() -> Select[Any]:
    """Built once: for every operation of a device it would cost more than to run it."""
    return (
        _sheets()
        .add_columns(
            Mark.milli.label("mark_milli"),
            Mark.absence.label("mark_absence"),
            Mark.version.label("mark_version"),
            MarkOperation,
        )
        .outerjoin(
            Mark, and_(Mark.assignment_id == Assignment.id, Mark.aspect == bindparam("aspect"))
        )
        .outerjoin(MarkOperation, MarkOperation.id == bindparam("operation"))
        .where(
            Assignment.seat_id == bindparam("seat"),
            Assignment.performance_id == bindparam("performance"),
            Performance.panel_id == bindparam("panel"),
        )
        .with_for_update(of=Assignment)
    )


def _sheets() -> Select[Any]:
    return (
        select(
            Assignment.id.label("id"),
            Assignment.state.label("state"),
            Assignment.reason.label("reason"),
            Assignment.confirmed_at,
            Performance.id.label("performance_id"),
            Performance.state.label("performance_state"),
            Performance.code,
            _title(),
            Panel.id.label("panel_id"),
            Panel.state.label("panel_state"),
            halts.kind_on_panel().label("halt"),
            Panel.contest_id,
            Stage.id.label("stage_id"),
            Stage.key.label("stage_key"),
            Contest.scoring,
            Stage.locked_at,
            Stage.rubric_version,
            Seat.id.label("seat_id"),
            Seat.criteria,
        )
        .select_from(Assignment)
        .join(Performance, Performance.id == Assignment.performance_id)
        .join(Entry, Entry.id == Performance.entry_id)
        .join(Panel, Panel.id == Performance.panel_id)
        .join(Stage, Stage.id == Panel.stage_id)
        .join(Contest, Contest.id == Panel.contest_id)
        .join(Seat, Seat.id == Assignment.seat_id)
    )


def _sheet(row: Any) -> Sheet:
    rule = spec_of(row.scoring).stage(row.stage_key)
    return Sheet(
        id=row.id,
        state=row.state,
        reason=row.reason,
        confirmed_at=row.confirmed_at,
        performance_id=row.performance_id,
        performance_state=row.performance_state,
        code=row.code,
        title=row.title,
        panel_id=row.panel_id,
        panel_state=row.panel_state,
        halt=row.halt,
        contest_id=row.contest_id,
        stage_id=row.stage_id,
        locked=row.locked_at is not None,
        rubric_version=row.rubric_version,
        seat_id=row.seat_id,
        criteria=tuple(due_criteria(rule, row.criteria)),
        aspects=tuple(due_aspects(rule, row.criteria)),
    )


def marks_on(sheet_id: UUID) -> dict[str, Value]:
    """The present marks of one sheet by aspect."""
    query = select(Mark.aspect, Mark.milli, Mark.absence, Mark.version, Mark.at).where(
        Mark.assignment_id == sheet_id
    )
    return {row[0]: Value(*row[1:]) for row in db.session.execute(query)}
