"""What the result of a track stands on: panels, marks, given values; and whether a run still fits.

Marks change only while a panel is not closed, and given values carry their time. A run that is younger
than the last closing and the last given value is therefore fresh without reading a single mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import selectinload

from contests.models import (
    Assignment,
    GivenValue,
    Mark,
    Panel,
    Performance,
    ResultRun,
    Stage,
    Track,
)
from contests.queries import panels
from contests.result_lines import Inputs, Sheet, digest_of, gather
from core.db import db


@dataclass(frozen=True)
class Ground:
    """What a track's result stands on now: panels, whose the codes are, inputs and their digest."""

    panels: tuple[Panel, ...]
    entries: dict[str, UUID]
    inputs: Inputs
    digest: str

    @property
    def closed(self) -> bool:
        """Whether every panel has ended."""
        return bool(self.panels) and all(one.state == "closed" for one in self.panels)


@dataclass(frozen=True)
class Outline:
    """The panels of a track, and when its inputs last changed (None: never, or a panel is not closed)."""

    panels: tuple[Panel, ...] = ()
    touched: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether every panel has ended."""
        return bool(self.panels) and all(one.state == "closed" for one in self.panels)


def outlines(contest_id: UUID, stage: Stage) -> dict[UUID, Outline]:
    """The outlines of all tracks of a contest, by track; two queries whatever was marked."""
    query = (
        select(Panel)
        .where(Panel.contest_id == contest_id, Panel.stage_id == stage.id)
        .order_by(Panel.track_id, Panel.name, Panel.id)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[Panel]] = {}
    for panel in db.session.scalars(query):
        found.setdefault(panel.track_id, []).append(panel)
    given = (
        select(Panel.track_id, func.max(GivenValue.at))
        .join(Performance, Performance.panel_id == Panel.id)
        .join(GivenValue, GivenValue.performance_id == Performance.id)
        .where(Panel.contest_id == contest_id, Panel.stage_id == stage.id)
        .group_by(Panel.track_id)
    )
    entered = {row[0]: row[1] for row in db.session.execute(given)}
    return {
        track_id: Outline(tuple(group), _touched(group, entered.get(track_id)))
        for track_id, group in found.items()
    }


def _touched(group: list[Panel], entered: datetime | None) -> datetime | None:
    moments = [one.closed_at for one in group if one.closed_at] + ([entered] if entered else [])
    return max(moments, default=None)


def ground_of(track: Track) -> Ground:
    """What the result of one track stands on. A few queries without row objects: a large contest has
    hundreds of thousands of marks."""
    stage = track.contest.stages[-1]
    query = (
        select(Panel)
        .options(selectinload(Panel.seats))
        .where(Panel.track_id == track.id, Panel.stage_id == stage.id)
        .order_by(Panel.name, Panel.id)
        .execution_options(populate_existing=True)
    )
    group = list(db.session.scalars(query))
    ids = [panel.id for panel in group]
    there = select(Performance.code, Performance.entry_id).where(*_performing(ids))
    entries = {row.code: row.entry_id for row in db.session.execute(there)}
    inputs = gather(panels.rule_of(stage), list(entries), _sheets(group, ids), _givens(ids))
    digest = digest_of(panels.spec_of(stage.spec), inputs)
    return Ground(tuple(group), entries, inputs, digest)


def _performing(panel_ids: list[UUID]) -> tuple[Any, ...]:
    return Performance.panel_id.in_(panel_ids), Performance.state == "scheduled"


def _sheets(group: list[Panel], panel_ids: list[UUID]) -> list[Sheet]:
    """The sheets of all who performed, with what stands on the finished ones."""
    sheet_id = type_coerce(Assignment.id, String).label("sheet")  # a key, never an object
    query = (
        select(sheet_id, Performance.code, Assignment.seat_id, Assignment.state)
        .join(Performance, Performance.id == Assignment.performance_id)
        .where(*_performing(panel_ids))
    )
    marks: dict[str, dict[str, tuple[int | None, str]]] = {}
    given = (
        select(type_coerce(Mark.assignment_id, String), Mark.aspect, Mark.milli, Mark.absence)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .join(Performance, Performance.id == Assignment.performance_id)
        .where(*_performing(panel_ids), Assignment.state != "open")
    )
    for sheet, aspect, milli, absence in db.session.execute(given):
        marks.setdefault(sheet, {})[aspect] = (milli, absence)
    seats = {
        seat.id: (
            f"{panel.name} 评委{seat.position}" if len(group) > 1 else f"评委{seat.position}",
            tuple(seat.criteria),
        )
        for panel in group
        for seat in panel.seats
    }
    return [
        Sheet(code, *seats[seat_id], marks=marks.get(sheet, {}), finished=state != "open")
        for sheet, code, seat_id, state in db.session.execute(query)
    ]


def _givens(panel_ids: list[UUID]) -> dict[tuple[str, str], int]:
    """The values that count, by code and key."""
    query = (
        select(Performance.code, GivenValue.key, GivenValue.milli)
        .join(Performance, Performance.id == GivenValue.performance_id)
        .where(*_performing(panel_ids))
        .order_by(GivenValue.version)
    )
    return {(code, key): milli for code, key, milli in db.session.execute(query)}


def last_run(track_id: UUID) -> ResultRun | None:
    """The latest run of a track."""
    query = select(ResultRun).where(ResultRun.track_id == track_id)
    return db.session.scalar(query.order_by(ResultRun.seq.desc()).limit(1))


def staleness(run: ResultRun, outline: Outline, last: ResultRun | None) -> str:
    """Why a run must not be signed or published any more; "" while it is fresh. Reads marks only
    where something happened since."""
    if last is None or last.id != run.id:
        return "后来又计算过一次，这一次已被替代"
    if not outline.closed:
        return "有评委组重新开放评分，成绩待定"
    if outline.touched is not None and outline.touched < run.made_at:
        return ""
    return _differs(run)


def _differs(run: ResultRun) -> str:
    if ground_of(run.track).digest != run.input_digest:
        return "计算之后分数有改动，请重新计算"
    return ""


def staleness_of(run: ResultRun) -> str:
    """As `staleness`, reading what it needs."""
    outline = outlines(run.track.contest_id, run.track.contest.stages[-1]).get(run.track_id)
    return staleness(run, outline or Outline(), last_run(run.track_id))


def proven_staleness_of(run: ResultRun) -> str:
    """As `staleness_of`, and every mark is read: for acts by which somebody stands for the result."""
    return staleness_of(run) or _differs(run)
