"""Runs, their inputs and their notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from contests.models import (
    Assignment,
    Contest,
    Entry,
    Mark,
    MarkOperation,
    Panel,
    Performance,
    Publication,
    ResultLine,
    ResultRun,
    Stage,
    Track,
)
from contests.queries import entrant, panels
from contests.queries.panels import OFFICE, WATCHERS, covers
from contests.result_lines import Inputs, Sheet, digest_of, gather
from core.access import Actor
from core.db import db
from core.errors import NotFound

UNKNOWN_RUN = "没有这次成绩计算，或者不在您的负责范围内"
UNKNOWN_TRACK = "没有这个赛道，或者不在您的负责范围内"


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
class Standing:
    """A track on the desk: its last run, whether that is out of date, and its notice."""

    track: Track
    ground: Ground
    run: ResultRun | None
    stale: str
    publication: Publication | None


def track_within(actor: Actor, track_id: UUID, *roles: str, for_update: bool = False) -> Track:
    """A track of a contest that one of these roles carries to, with its stages; else NotFound."""
    query = (
        select(Track)
        .options(joinedload(Track.contest).selectinload(Contest.stages))
        .where(Track.id == track_id)
    )
    found = db.session.scalar(query.with_for_update(of=Track) if for_update else query)
    if found is None or not covers(actor, found.contest_id, *roles):
        raise NotFound(UNKNOWN_TRACK)
    return found


def grounds(contest_id: UUID, stage: Stage) -> dict[UUID, Ground]:
    """What the results of all tracks of a contest stand on, by track; a fixed number of queries."""
    query = (
        select(Panel)
        .options(selectinload(Panel.seats), selectinload(Panel.performances))
        .where(Panel.contest_id == contest_id, Panel.stage_id == stage.id)
        .order_by(Panel.track_id, Panel.name, Panel.id)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[Panel]] = {}
    for panel in db.session.scalars(query):
        found.setdefault(panel.track_id, []).append(panel)
    every = [panel.id for group in found.values() for panel in group]
    marks, givens = panels.marks_of(every), panels.givens_of(every)
    sheets: dict[UUID, list[Assignment]] = {}
    for sheet in panels.sheets_of(every):
        sheets.setdefault(sheet.performance_id, []).append(sheet)
    return {
        track_id: _ground(stage, group, sheets, marks, givens) for track_id, group in found.items()
    }


def _ground(stage: Stage, group: list[Panel], sheets: Any, marks: Any, givens: Any) -> Ground:
    there = [p for panel in group for p in panel.performances if p.state == "scheduled"]
    codes = {one.id: one.code for one in there}
    seats = {seat.id: seat for panel in group for seat in panel.seats}
    rows = [
        Sheet(
            codes[one.id],
            f"评委{seats[sheet.seat_id].position}",
            sheet.state != "open",
            tuple(seats[sheet.seat_id].criteria),
            marks.get(sheet.id, {}),
        )
        for one in there
        for sheet in sheets.get(one.id, [])
    ]
    values = {
        (codes[owner], key): one.milli for (owner, key), one in givens.items() if owner in codes
    }
    inputs = gather(panels.rule_of(stage), list(codes.values()), rows, values)
    digest = digest_of(panels.spec_of(stage.spec), inputs)
    return Ground(tuple(group), {one.code: one.entry_id for one in there}, inputs, digest)


def ground_of(track: Track) -> Ground:
    """What the result of one track stands on."""
    stage = track.contest.stages[-1]
    return grounds(track.contest_id, stage).get(track.id) or _ground(stage, [], {}, {}, {})


def last_run(track_id: UUID) -> ResultRun | None:
    """The latest run of a track."""
    query = select(ResultRun).where(ResultRun.track_id == track_id)
    return db.session.scalar(query.order_by(ResultRun.seq.desc()).limit(1))


def run_within(actor: Actor, run_id: UUID, *roles: str, for_update: bool = False) -> ResultRun:
    """A run of a contest that one of these roles carries to, with lines; else NotFound. `for_update`
    makes whatever is done to the runs of its track come one after another."""
    if for_update:
        track = select(ResultRun.track_id).where(ResultRun.id == run_id).scalar_subquery()
        db.session.execute(select(Track.id).where(Track.id == track).with_for_update())
    found = run_of(run_id)
    if not covers(actor, found.track.contest_id, *roles):
        raise NotFound(UNKNOWN_RUN)
    return found


def run_of(run_id: UUID) -> ResultRun:
    """A run with lines, signatures, track, contest and stage; else NotFound."""
    query = (
        select(ResultRun)
        .options(
            joinedload(ResultRun.track).joinedload(Track.contest).selectinload(Contest.stages),
            joinedload(ResultRun.stage),
            selectinload(ResultRun.lines).joinedload(ResultLine.entry),
            selectinload(ResultRun.signatures),
        )
        .where(ResultRun.id == run_id)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(UNKNOWN_RUN)
    return found


def staleness(run: ResultRun, ground: Ground, last: ResultRun | None) -> str:
    """Why a run must not be signed or published any more; "" while it is fresh."""
    if last is None or last.id != run.id:
        return "后来又计算过一次，这一次已被替代"
    if not ground.closed:
        return "有评委组重新开放评分，成绩待定"
    if ground.digest != run.input_digest:
        return "计算之后分数有改动，请重新计算"
    return ""


def staleness_of(run: ResultRun) -> str:
    """As `staleness`, reading what it needs."""
    return staleness(run, ground_of(run.track), last_run(run.track_id))


def is_blind(run: ResultRun) -> bool:
    """Whether a panel behind this run hides names from scoring roles."""
    query = select(Panel.id).where(
        Panel.track_id == run.track_id, Panel.stage_id == run.stage_id, Panel.blind
    )
    return db.session.scalar(query.limit(1)) is not None


def is_signed(run: ResultRun) -> bool:
    """Signed by the chief judge and by a supervisor or office, both on this very content."""
    roles = {one.role for one in run.signatures if one.result_digest == run.result_digest}
    return "chief_judge" in roles and len(roles) > 1


def standings(actor: Actor, contest_id: UUID) -> tuple[Contest, list[Standing]]:
    """All tracks of a contest with run and notice; else NotFound."""
    contest = db.session.scalar(
        select(Contest)
        .options(selectinload(Contest.tracks), selectinload(Contest.stages))
        .where(Contest.id == contest_id)
    )
    if contest is None or not covers(actor, contest_id, *WATCHERS):
        raise NotFound("没有这个赛事，或者不在您的负责范围内")
    found = grounds(contest.id, contest.stages[-1])
    empty = _ground(contest.stages[-1], [], {}, {}, {})
    runs = _last_runs([one.id for one in contest.tracks])
    notices = {one.track_id: one for one in live_publications([contest.id])}
    rows = []
    for track in contest.tracks:
        ground, run = found.get(track.id, empty), runs.get(track.id)
        stale = staleness(run, ground, run) if run else ""
        rows.append(Standing(track, ground, run, stale, notices.get(track.id)))
    return contest, rows


def _last_runs(track_ids: list[UUID]) -> dict[UUID, ResultRun]:
    query = (
        select(ResultRun)
        .options(selectinload(ResultRun.signatures))
        .where(ResultRun.track_id.in_(track_ids))
        .order_by(ResultRun.seq)
    )
    return {one.track_id: one for one in db.session.scalars(query)}


def live_publications(contest_ids: Iterable[UUID] | None = None) -> list[Publication]:
    """The notices that stand, the latest first; of these contests if given."""
    query = (
        select(Publication)
        .options(joinedload(Publication.contest), joinedload(Publication.track))
        .where(Publication.withdrawn_at.is_(None))
        .order_by(Publication.published_at.desc(), Publication.id)
    )
    if contest_ids is not None:
        query = query.where(Publication.contest_id.in_(list(contest_ids)))
    return list(db.session.scalars(query))


def is_published(track_id: UUID) -> bool:
    """Whether a notice of this track stands."""
    query = select(Publication.id).where(
        Publication.track_id == track_id, Publication.withdrawn_at.is_(None)
    )
    return db.session.scalar(query) is not None


def publication_of_run(run_id: UUID) -> Publication | None:
    """The notice that stands for a run."""
    query = select(Publication).where(
        Publication.run_id == run_id, Publication.withdrawn_at.is_(None)
    )
    return db.session.scalar(query)


def publication_within(
    actor: Actor, publication_id: UUID, *, for_update: bool = False
) -> Publication:
    """A notice of a contest that the office runs; else NotFound."""
    query = select(Publication).where(Publication.id == publication_id)
    found = db.session.scalar(query.with_for_update() if for_update else query)
    if found is None or not covers(actor, found.contest_id, OFFICE):
        raise NotFound("没有这份公示，或者不在您的负责范围内")
    return found


def notices(slug: str) -> list[Publication]:
    """The notices that stand for a contest, in the order of its tracks; NotFound if there is none."""
    query = (
        select(Publication)
        .join(Contest, Contest.id == Publication.contest_id)
        .join(Track, Track.id == Publication.track_id)
        .options(
            joinedload(Publication.contest),
            joinedload(Publication.track),
            joinedload(Publication.run).selectinload(ResultRun.lines).joinedload(ResultLine.entry),
        )
        .where(Contest.slug == slug, Publication.withdrawn_at.is_(None))
        .order_by(Track.position)
    )
    found = list(db.session.scalars(query))
    if not found:
        raise NotFound("这个赛事没有正在公示的成绩")
    return found


def own_result(actor: Actor, entry_id: UUID) -> tuple[Entry, Publication | None, ResultLine | None]:
    """An own entry with the notice of its track and its own line there; else NotFound."""
    entry = entrant.joined_entry(actor, entry_id)
    notice = db.session.scalar(
        select(Publication)
        .options(joinedload(Publication.run))
        .where(Publication.track_id == entry.track_id, Publication.withdrawn_at.is_(None))
    )
    if notice is None:
        return entry, None, None
    where = (ResultLine.run_id == notice.run_id, ResultLine.entry_id == entry.id)
    return entry, notice, db.session.scalar(select(ResultLine).where(*where))


def panel_state_of(entry: Entry) -> str:
    """Where the judging of an entry stands: "" before, else the state of its panel."""
    query = (
        select(Panel.state)
        .join(Performance, Performance.panel_id == Panel.id)
        .where(Performance.entry_id == entry.id)
    )
    return db.session.scalar(query) or ""


def tampered_marks(panel_ids: Iterable[UUID]) -> int:
    """How many present marks differ from the last operation on them."""
    last = (
        select(
            MarkOperation.assignment_id,
            MarkOperation.aspect,
            func.max(MarkOperation.version).label("version"),
        )
        .group_by(MarkOperation.assignment_id, MarkOperation.aspect)
        .subquery()
    )
    same = and_(
        MarkOperation.assignment_id == Mark.assignment_id,
        MarkOperation.aspect == Mark.aspect,
        MarkOperation.version == Mark.version,
        MarkOperation.milli.is_not_distinct_from(Mark.milli),
        MarkOperation.absence == Mark.absence,
    )
    query = (
        select(func.count(Mark.id))
        .join(Assignment, Assignment.id == Mark.assignment_id)
        .join(Performance, Performance.id == Assignment.performance_id)
        .join(last, and_(last.c.assignment_id == Mark.assignment_id, last.c.aspect == Mark.aspect))
        .outerjoin(MarkOperation, same)
        .where(
            Performance.panel_id.in_(list(panel_ids)),
            MarkOperation.id.is_(None) | (last.c.version != Mark.version),
        )
    )
    return db.session.scalar(query) or 0
