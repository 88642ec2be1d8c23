"""Panels as the contest office, the chief judge and the supervisor see them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from contests.conflicts import Contender
from contests.models import (
    Assignment,
    Contest,
    Entry,
    GivenValue,
    Mark,
    Panel,
    Performance,
    Seat,
    Stage,
    Track,
)
from contests.queries import stages
from contests.score_sheets import Value
from contests.spec import Spec, load_spec
from contests.spec import Stage as StageRule
from core.access import Actor
from core.db import db
from core.errors import NotFound

OFFICE, CHIEF, SUPERVISOR = "contest_office", "chief_judge", "supervisor"
CHECKERS = (SUPERVISOR, "score_clerk")
WATCHERS = (OFFICE, CHIEF, *CHECKERS)
UNKNOWN = "没有这个评委组，或者不在您的负责范围内"


def spec_of(stored: dict[str, Any], source: str = "评分办法") -> Spec:
    """A stored SPEC; the same one is read once a process."""
    return _read_spec(json.dumps(stored, sort_keys=True, ensure_ascii=False), source)


@lru_cache(maxsize=64)
def _read_spec(text: str, source: str) -> Spec:
    return load_spec(json.loads(text), source)


def rule_of(stage: Stage) -> StageRule:
    """The rule of this stage within the SPEC of its contest."""
    return spec_of(stage.contest.scoring).stage(stage.key)


def covers(actor: Actor, contest_id: UUID, *roles: str) -> bool:
    """Whether one of these roles carries to the contest."""
    return actor.reach(*roles).covers("contest", contest_id)


def sees_names(actor: Actor, panel: Panel) -> bool:
    """Nobody sees names beside codes while a panel is sealed; of a blind one without layers the office
    does, which made the draw, and scoring roles do not."""
    if panel.layers:
        return not panel.sealed
    return not panel.blind or covers(actor, panel.contest_id, OFFICE)


def panel_within(actor: Actor, panel_id: UUID, *roles: str, for_update: bool = False) -> Panel:
    """A panel that one of these roles carries to, with seats and performances; else NotFound."""
    query = (
        select(Panel)
        .options(
            joinedload(Panel.contest),
            joinedload(Panel.stage),
            joinedload(Panel.track),
            selectinload(Panel.seats),
            selectinload(Panel.performances),
        )
        .where(Panel.id == panel_id)
    )
    if for_update:  # what an earlier unit of this session left in memory does not count
        query = query.with_for_update(of=Panel).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.contest_id, *roles):
        raise NotFound(UNKNOWN)
    return found


@dataclass(frozen=True)
class Listed:
    """A panel in the list, with how many sheets are done."""

    panel: Panel
    sheets: int
    done: int


def panels(actor: Actor, contest_id: UUID | None = None) -> list[Listed]:
    """The panels within one's reach, the latest contest first."""
    query = (
        select(Panel)
        .join(Contest, Contest.id == Panel.contest_id)
        .options(joinedload(Panel.contest), joinedload(Panel.track), joinedload(Panel.stage))
        .order_by(Contest.held_on.desc(), Contest.id, Panel.track_id, Panel.name, Panel.id)
    )
    if contest_id is not None:
        query = query.where(Panel.contest_id == contest_id)
    reach = actor.reach(*WATCHERS)
    if not reach.everything:
        query = query.where(Panel.contest_id.in_([UUID(one) for one in reach.ids("contest")]))
    found = list(db.session.scalars(query))
    counts = _sheet_counts([one.id for one in found])
    return [Listed(one, *counts.get(one.id, (0, 0))) for one in found]


def _sheet_counts(panel_ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    done = func.sum(case((Assignment.state != "open", 1), else_=0))
    query = (
        select(Performance.panel_id, func.count(Assignment.id), done)
        .join(Assignment, Assignment.performance_id == Performance.id)
        .where(Performance.panel_id.in_(panel_ids), Assignment.state != "replaced")
        .group_by(Performance.panel_id)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def contenders(panel: Panel) -> list[Contender]:
    """The entries of a panel as the rules of conflict see them."""
    query = (
        select(Performance)
        .options(
            joinedload(Performance.entry).selectinload(Entry.members),
        )
        .where(Performance.panel_id == panel.id)
        .order_by(Performance.position)
    )
    return [_contender(one) for one in db.session.scalars(query)]


def _contender(performance: Performance) -> Contender:
    entry = performance.entry
    members = [one for one in entry.members if one.state == "confirmed"]
    persons = {entry.leader_id, *(one.person_id for one in members if one.person_id)}
    employers = {entry.employer, *(one.employer for one in members)}
    employers.add(entry.answers.get("employer", ""))  # where the preset asks for it by this key
    return Contender(entry.title, frozenset(persons), frozenset(employers))


def unplaced_entries(track: Track, stage: Stage) -> list[Entry]:
    """Entries of a track that are to take part in a stage and that no panel of it has yet, by 准考证号."""
    query = select(Entry).where(_waiting(track, stage)).order_by(Entry.admission_no)
    return list(db.session.scalars(query))


def unplaced_count(track: Track, stage: Stage) -> int:
    """How many `unplaced_entries` there are."""
    return db.session.scalar(select(func.count(Entry.id)).where(_waiting(track, stage))) or 0


def _waiting(track: Track, stage: Stage) -> Any:
    return stages.waiting(track.id, stage, stages.before(track.contest, stage))


def waiting_entries(track_id: UUID) -> int:
    """Submitted entries of a track that still wait for their review."""
    query = select(func.count(Entry.id)).where(
        Entry.track_id == track_id, Entry.state == "submitted"
    )
    return db.session.scalar(query) or 0


def codes_in(track_id: UUID, stage_id: UUID) -> list[str]:
    """The codes that the stage has given in this track."""
    query = (
        select(Performance.code)
        .join(Panel, Panel.id == Performance.panel_id)
        .where(Panel.track_id == track_id, Panel.stage_id == stage_id)
        .order_by(Performance.code)
    )
    return list(db.session.scalars(query))


def titles_of(panel_id: UUID) -> dict[UUID, tuple[str, str]]:
    """(title, 准考证号) by performance, for those who may see names."""
    query = (
        select(Performance.id, Entry.title, Entry.admission_no)
        .join(Entry, Entry.id == Performance.entry_id)
        .where(Performance.panel_id == panel_id)
    )
    return {row[0]: (row[1], row[2] or "") for row in db.session.execute(query)}


def sheets_of(
    panel_ids: Iterable[UUID],
    performance_ids: Collection[UUID] | None = None,
    *,
    for_update: bool = False,
) -> list[Assignment]:
    """The sheets of some panels (of these performances if given) in draw and seat order."""
    query: Select[Any] = (
        select(Assignment)
        .join(Performance, Performance.id == Assignment.performance_id)
        .join(Seat, Seat.id == Assignment.seat_id)
        .where(Performance.panel_id.in_(list(panel_ids)))
        .order_by(Performance.panel_id, Performance.position, Seat.position)
    )
    if performance_ids is not None:
        query = query.where(Performance.id.in_(performance_ids))
    if for_update:
        query = query.with_for_update(of=Assignment)
    query = query.execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def states_at(seat_id: UUID) -> list[str]:
    """The state of each sheet of one seat."""
    return list(db.session.scalars(select(Assignment.state).where(Assignment.seat_id == seat_id)))


def marks_of(
    panel_ids: Iterable[UUID], performance_ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Value]]:
    """The current marks of some panels (of these performances if given) by sheet and aspect, in one
    query without row objects."""
    query = (
        select(Mark.assignment_id, Mark.aspect, Mark.milli, Mark.absence, Mark.version)
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .join(Performance, Performance.id == Assignment.performance_id)
        .where(Performance.panel_id.in_(list(panel_ids)))
    )
    if performance_ids is not None:
        query = query.where(Performance.id.in_(performance_ids))
    found: dict[UUID, dict[str, Value]] = {}
    for sheet_id, aspect, milli, absence, version in db.session.execute(query):
        found.setdefault(sheet_id, {})[aspect] = Value(milli, absence, version)
    return found


def givens_of(panel_ids: Iterable[UUID]) -> dict[tuple[UUID, str], GivenValue]:
    """The values that count, by performance and key."""
    query = (
        select(GivenValue)
        .join(Performance, Performance.id == GivenValue.performance_id)
        .where(Performance.panel_id.in_(list(panel_ids)))
        .order_by(GivenValue.version)
    )
    return {(one.performance_id, one.key): one for one in db.session.scalars(query)}
