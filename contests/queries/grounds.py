"""What the result of a track stands on as far as a stage: panels, marks, given values, acts; and whether
a run still fits.

Marks change only while a panel is not closed; given values and words on who takes part carry their time.
A run that is younger than the last closing and the last of those is therefore fresh without reading a
single mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import selectinload

from contests.marks import Mark
from contests.models import (
    AdjustmentAct,
    Assignment,
    Contest,
    Entry,
    GivenValue,
    Panel,
    Performance,
    ResultRun,
    Seat,
    Stage,
    StageAdmission,
    Track,
)
from contests.models import Mark as StoredMark
from contests.queries import panels, stages
from contests.result_lines import Inputs, Sheet, digest_of, gather, joined, word_mark
from contests.spec import Spec
from core.db import db


@dataclass(frozen=True)
class Ground:
    """What a track's result stands on now: the SPEC as far as it goes, panels, whose the codes are, inputs
    and their digest."""

    spec: Spec
    panels: tuple[Panel, ...]
    entries: dict[str, UUID]
    inputs: Inputs
    digest: str


@dataclass(frozen=True)
class Outline:
    """The panels of a track as far as a stage, those of the stage itself, and when the inputs last
    changed (None: never)."""

    panels: tuple[Panel, ...] = ()
    own: tuple[Panel, ...] = ()
    touched: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether every panel has ended."""
        return bool(self.own) and all(one.state == "closed" for one in self.panels)


def outlines(contest: Contest) -> dict[tuple[UUID, UUID], Outline]:
    """The outlines of a contest by track and stage; four queries whatever was marked."""
    query = (
        select(Panel)
        .where(Panel.contest_id == contest.id)
        .order_by(Panel.track_id, Panel.name, Panel.id)
        .execution_options(populate_existing=True)
    )
    groups: dict[tuple[UUID, UUID], list[Panel]] = {}
    for panel in db.session.scalars(query):
        groups.setdefault((panel.track_id, panel.stage_id), []).append(panel)
    entered = _entered(contest.id)
    found: dict[tuple[UUID, UUID], Outline] = {}
    for track_id in {place[0] for place in groups}:
        before: tuple[Panel, ...] = ()
        moments: list[datetime] = []
        for stage in contest.stages:
            place = (track_id, stage.id)
            own = tuple(groups.get(place, ()))
            before += own
            moments += [one.closed_at for one in own if one.closed_at] + entered.get(place, [])
            found[place] = Outline(before, own, max(moments, default=None))
    return found


def _entered(contest_id: UUID) -> dict[tuple[UUID, UUID], list[datetime]]:
    """When given values and words on who takes part were last entered. A word on the following stage
    belongs to the stage whose cut it corrects."""
    given = (
        select(Panel.track_id, Panel.stage_id, func.max(GivenValue.at))
        .join(Performance, Performance.panel_id == Panel.id)
        .join(GivenValue, GivenValue.performance_id == Performance.id)
        .where(Panel.contest_id == contest_id)
        .group_by(Panel.track_id, Panel.stage_id)
    )
    corrected = Stage.__table__.alias("corrected")
    admitted = (
        select(Entry.track_id, corrected.c.id, func.max(StageAdmission.at))
        .join(Entry, Entry.id == StageAdmission.entry_id)
        .join(Stage, Stage.id == StageAdmission.stage_id)
        .join(
            corrected,
            (corrected.c.contest_id == Stage.contest_id)
            & (corrected.c.position == Stage.position - 1),
        )
        .where(Stage.contest_id == contest_id)
        .group_by(Entry.track_id, corrected.c.id)
    )
    found: dict[tuple[UUID, UUID], list[datetime]] = {}
    for query in (given, admitted):
        for track_id, stage_id, at in db.session.execute(query):
            found.setdefault((track_id, stage_id), []).append(at)
    return found


def ground_of(track: Track, stage: Stage) -> Ground:
    """What the result of one track stands on as far as a stage. A few queries without row objects: a
    large contest has hundreds of thousands of marks."""
    contest = track.contest
    spec = panels.spec_of(contest.scoring).ending(stage.key)
    covered = [one for one in contest.stages if one.position <= stage.position]
    query = (
        select(Panel)
        .options(selectinload(Panel.seats))
        .where(Panel.track_id == track.id, Panel.stage_id.in_([one.id for one in covered]))
        .order_by(Panel.name, Panel.id)
        .execution_options(populate_existing=True)
    )
    group = list(db.session.scalars(query))
    turns = _turns([panel.id for panel in group])
    names = _names(turns, covered)
    parts = []
    for one in covered:
        own = [panel for panel in group if panel.stage_id == one.id]
        ids = [panel.id for panel in own]
        codes = {
            turn.code: names[turn.entry_id]
            for turn in turns
            if turn.stage_id == one.id and turn.came
        }
        prefix = f"{one.title} " if len(covered) > 1 else ""
        sheets = _sheets(own, ids, prefix)
        parts.append(gather(spec.stage(one.key), codes, sheets, _givens(ids), _acts(ids)))
    words = _words(track, contest, stage, turns, names)
    inputs = joined(parts, words, [name for name in names.values() if name])
    entries = {name: entry_id for entry_id, name in names.items() if name}
    return Ground(spec, tuple(group), entries, inputs, digest_of(spec, inputs))


@dataclass(frozen=True)
class _Turn:
    """One performance: whose, where, under which code, and whether the entry came."""

    entry_id: UUID
    stage_id: UUID
    code: str
    came: bool


def _turns(panel_ids: list[UUID]) -> list[_Turn]:
    query = (
        select(Performance.entry_id, Performance.stage_id, Performance.code, Performance.state)
        .where(Performance.panel_id.in_(panel_ids))
        .order_by(Performance.position)
    )
    return [
        _Turn(entry_id, stage_id, code, state == "scheduled")
        for entry_id, stage_id, code, state in db.session.execute(query)
    ]


def _names(turns: Iterable[_Turn], covered: list[Stage]) -> dict[UUID, str]:
    """The code of each entry in the last stage where it came, with the stage before it unless that is
    the one asked about; "" for an entry that stayed away from its first one."""
    by_stage: dict[UUID, dict[UUID, _Turn]] = {}
    for turn in turns:
        by_stage.setdefault(turn.stage_id, {})[turn.entry_id] = turn
    names: dict[UUID, str] = {}
    for stage in covered:
        prefix = "" if stage is covered[-1] else f"{stage.title} "
        for entry_id, turn in by_stage.get(stage.id, {}).items():
            if turn.came and names.get(entry_id) != "":
                names[entry_id] = prefix + turn.code
            else:
                names.setdefault(entry_id, "")
    return names


def _words(
    track: Track, contest: Contest, stage: Stage, turns: list[_Turn], names: dict[UUID, str]
) -> list[Mark]:
    """Who takes part in a later stage against the cut, as marks: what the office entered, as far as the
    cut after this stage, and who did not come."""
    away = {(one.entry_id, one.stage_id) for one in turns if not one.came}
    said = stages.admissions(track.id)
    found = []
    for later in contest.stages[1:]:
        if later.position > stage.position + 1:
            break
        words = {
            entry_id: word for (stage_id, entry_id), word in said.items() if stage_id == later.id
        }
        missed = {entry_id for entry_id, stage_id in away if stage_id == later.id}
        for entry_id in sorted((words.keys() | missed) & names.keys()):
            name, word = names[entry_id], words.get(entry_id)
            if not name:
                continue
            if entry_id not in missed and word is not None:
                found.append(word_mark(name, later.key, word.takes_part is True, word.reason))
            elif later.position <= stage.position and not (word and word.takes_part):
                found.append(word_mark(name, later.key, False, "未到场"))
    return found


def _performing(panel_ids: list[UUID]) -> tuple[Any, ...]:
    return Performance.panel_id.in_(panel_ids), Performance.state == "scheduled"


def _sheets(group: list[Panel], panel_ids: list[UUID], prefix: str) -> list[Sheet]:
    """The sheets of all who performed, with what stands on the finished ones; without those that another
    judge marked in place of the first."""
    counting = (*_performing(panel_ids), Assignment.state != "replaced")
    sheet_id = type_coerce(Assignment.id, String).label("sheet")  # a key, never an object
    query = (
        select(sheet_id, Performance.code, Assignment.seat_id, Assignment.state)
        .join(Performance, Performance.id == Assignment.performance_id)
        .where(*counting)
    )
    marks: dict[str, dict[str, tuple[int | None, str]]] = {}
    given = (
        select(
            type_coerce(StoredMark.assignment_id, String),
            StoredMark.aspect,
            StoredMark.milli,
            StoredMark.absence,
        )
        .join(Assignment, Assignment.id == StoredMark.assignment_id)
        .join(Performance, Performance.id == Assignment.performance_id)
        .where(*counting, Assignment.state != "open")
    )
    for sheet, aspect, milli, absence in db.session.execute(given):
        marks.setdefault(sheet, {})[aspect] = (milli, absence)
    seats = {
        seat.id: (prefix + _judge(panel, seat, len(group)), tuple(seat.criteria))
        for panel in group
        for seat in panel.seats
    }
    return [
        Sheet(code, *seats[seat_id], marks=marks.get(sheet, {}), finished=state != "open")
        for sheet, code, seat_id, state in db.session.execute(query)
    ]


def _judge(panel: Panel, seat: Seat, panel_count: int) -> str:
    """The anonymous name of a judge in reasons."""
    return f"{panel.name} 评委{seat.position}" if panel_count > 1 else f"评委{seat.position}"


def _givens(panel_ids: list[UUID]) -> dict[tuple[str, str], int | None]:
    """The values that count, by code and key; None where they were declared void."""
    query = (
        select(Performance.code, GivenValue.key, GivenValue.milli)
        .join(Performance, Performance.id == GivenValue.performance_id)
        .where(*_performing(panel_ids))
        .order_by(GivenValue.version)
    )
    return {(code, key): milli for code, key, milli in db.session.execute(query)}


def _acts(panel_ids: list[UUID]) -> list[tuple[str, str, int, str]]:
    """The penalties and bonuses that stand: code, key, thousandths, reason."""
    query = (
        select(Performance.code, AdjustmentAct.key, AdjustmentAct.milli, AdjustmentAct.reason)
        .join(Performance, Performance.id == AdjustmentAct.performance_id)
        .where(*_performing(panel_ids), stages.standing_acts())
        .order_by(AdjustmentAct.at, AdjustmentAct.id)
    )
    return [(code, key, milli, reason) for code, key, milli, reason in db.session.execute(query)]


def last_run(track_id: UUID, stage_id: UUID) -> ResultRun | None:
    """The latest run of a track for a stage."""
    query = select(ResultRun).where(ResultRun.track_id == track_id, ResultRun.stage_id == stage_id)
    return db.session.scalar(query.order_by(ResultRun.seq.desc()).limit(1))


def staleness(run: ResultRun, outline: Outline, last: ResultRun | None) -> str:
    """Why a run must not be signed or published any more; "" while it is fresh. Reads marks only
    where something happened since."""
    if last is None or last.id != run.id:
        return "后来又计算过一次，这一次已被替代"
    if not outline.closed:
        return "有评委组重新开放评分，成绩待定"
    if reopened_since(run, outline.panels):
        return "计算之后评委组重新开放过，请重新计算"
    if outline.touched is not None and outline.touched < run.made_at:
        return ""
    return _differs(run)


def reopened_since(run: ResultRun, panels: Iterable[Panel]) -> bool:
    """Whether two roles opened a panel again after this run, which is superseded by that."""
    return any(one.reopened_at is not None and one.reopened_at >= run.made_at for one in panels)


def _differs(run: ResultRun) -> str:
    if ground_of(run.track, run.stage).digest != run.input_digest:
        return "计算之后分数有改动，请重新计算"
    return ""


def staleness_of(run: ResultRun) -> str:
    """As `staleness`, reading what it needs."""
    outline = outlines(run.track.contest).get((run.track_id, run.stage_id))
    return staleness(run, outline or Outline(), last_run(run.track_id, run.stage_id))


def proven_staleness_of(run: ResultRun) -> str:
    """As `staleness_of`, and every mark is read: for acts by which somebody stands for the result."""
    return staleness_of(run) or _differs(run)
