"""Runs, their inputs and their notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from contests.models import (
    Assignment,
    Contest,
    Entry,
    FirmnessCheck,
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
from contests.queries import entrant
from contests.queries.grounds import Outline, outlines, staleness
from contests.queries.panels import OFFICE, WATCHERS, covers, sees_names
from core.access import Actor
from core.db import db
from core.errors import NotFound

UNKNOWN_RUN = "没有这次成绩计算，或者不在您的负责范围内"
UNKNOWN_TRACK = "没有这个赛道，或者不在您的负责范围内"


@dataclass(frozen=True)
class Standing:
    """A track on the desk in one stage: its last run, whether that is out of date, and its notice."""

    track: Track
    stage: Stage
    outline: Outline
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


def run_within(actor: Actor, run_id: UUID, *roles: str, for_update: bool = False) -> ResultRun:
    """A run of a contest that one of these roles carries to; else NotFound. `for_update`
    makes whatever is done to the runs of its track come one after another."""
    if for_update:
        track = select(ResultRun.track_id).where(ResultRun.id == run_id).scalar_subquery()
        db.session.execute(select(Track.id).where(Track.id == track).with_for_update())
    found = run_of(run_id)
    if not covers(actor, found.track.contest_id, *roles):
        raise NotFound(UNKNOWN_RUN)
    return found


def run_of(run_id: UUID) -> ResultRun:
    """A run with signatures, track, contest and stage; else NotFound."""
    query = (
        select(ResultRun)
        .options(
            joinedload(ResultRun.track).joinedload(Track.contest).selectinload(Contest.stages),
            joinedload(ResultRun.stage),
            selectinload(ResultRun.signatures),
        )
        .where(ResultRun.id == run_id)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(UNKNOWN_RUN)
    return found


def firmness_of(run_id: UUID) -> FirmnessCheck | None:
    """What was found of how firm a run is; None while nobody asked."""
    return db.session.scalar(select(FirmnessCheck).where(FirmnessCheck.run_id == run_id))


def shows_names(actor: Actor, run: ResultRun) -> bool:
    """Whether names stand beside the codes of a run for somebody: every panel of its stage allows it."""
    query = select(Panel).where(Panel.track_id == run.track_id, Panel.stage_id == run.stage_id)
    return all(sees_names(actor, panel) for panel in db.session.scalars(query))


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
    found = outlines(contest)
    runs = _last_runs([one.id for one in contest.tracks])
    notices = {(one.track_id, one.stage_id): one for one in live_publications([contest.id])}
    rows = []
    for track in contest.tracks:
        for stage in contest.stages:
            place = (track.id, stage.id)
            outline, run = found.get(place, Outline()), runs.get(place)
            stale = staleness(run, outline, run) if run else ""
            rows.append(Standing(track, stage, outline, run, stale, notices.get(place)))
    return contest, rows


def _last_runs(track_ids: list[UUID]) -> dict[tuple[UUID, UUID], ResultRun]:
    query = (
        select(ResultRun)
        .options(selectinload(ResultRun.signatures))
        .where(ResultRun.track_id.in_(track_ids))
        .order_by(ResultRun.seq)
    )
    return {(one.track_id, one.stage_id): one for one in db.session.scalars(query)}


def live_publications(contest_ids: Iterable[UUID] | None = None) -> list[Publication]:
    """The notices that stand, the latest first; of these contests if given."""
    query = (
        select(Publication)
        .options(
            joinedload(Publication.contest),
            joinedload(Publication.track),
            joinedload(Publication.stage),
        )
        .where(Publication.withdrawn_at.is_(None))
        .order_by(Publication.published_at.desc(), Publication.id)
    )
    if contest_ids is not None:
        query = query.where(Publication.contest_id.in_(list(contest_ids)))
    return list(db.session.scalars(query))


def is_published(track_id: UUID, stage: Stage) -> bool:
    """Whether a notice of this track stands for the stage or a later one: it rests on this stage."""
    query = (
        select(Publication.id)
        .join(Stage, Stage.id == Publication.stage_id)
        .where(
            Publication.track_id == track_id,
            Publication.withdrawn_at.is_(None),
            Stage.position >= stage.position,
        )
    )
    return db.session.scalar(query.limit(1)) is not None


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
    """The notices that stand for a contest, in the order of its tracks, the last stage first; NotFound
    if there is none."""
    query = (
        _standing()
        .join(Contest, Contest.id == Publication.contest_id)
        .join(Track, Track.id == Publication.track_id)
        .join(Stage, Stage.id == Publication.stage_id)
        .where(Contest.slug == slug)
        .order_by(Track.position, Stage.position.desc())
    )
    found = list(db.session.scalars(query))
    if not found:
        raise NotFound("这个赛事没有正在公示的成绩")
    return found


def notice(publication_id: UUID) -> Publication:
    """A notice that stands, for everybody; else NotFound."""
    found = db.session.scalar(_standing().where(Publication.id == publication_id))
    if found is None:
        raise NotFound("没有这份公示，或者已经撤回")
    return found


def _standing() -> Select[Any]:
    """Notices that were not withdrawn, with all that is told of them."""
    return (
        select(Publication)
        .options(
            joinedload(Publication.contest).selectinload(Contest.stages),
            joinedload(Publication.track),
            joinedload(Publication.stage),
            joinedload(Publication.run).selectinload(ResultRun.lines).joinedload(ResultLine.entry),
        )
        .where(Publication.withdrawn_at.is_(None))
    )


def own_result(actor: Actor, entry_id: UUID) -> tuple[Entry, Publication | None, ResultLine | None]:
    """An own entry with the notice of the last stage of its track that has one, and its own line
    there; else NotFound."""
    entry = entrant.joined_entry(actor, entry_id)
    notice = db.session.scalar(
        select(Publication)
        .join(Stage, Stage.id == Publication.stage_id)
        .options(joinedload(Publication.run), joinedload(Publication.stage))
        .where(Publication.track_id == entry.track_id, Publication.withdrawn_at.is_(None))
        .order_by(Stage.position.desc())
        .limit(1)
    )
    if notice is None:
        return entry, None, None
    where = (ResultLine.run_id == notice.run_id, ResultLine.entry_id == entry.id)
    return entry, notice, db.session.scalar(select(ResultLine).where(*where))


def panel_state_of(entry: Entry) -> str:
    """Where the judging of an entry stands: "" before, else the state of its latest panel."""
    query = (
        select(Panel.state)
        .join(Performance, Performance.panel_id == Panel.id)
        .join(Stage, Stage.id == Panel.stage_id)
        .where(Performance.entry_id == entry.id)
        .order_by(Stage.position.desc())
        .limit(1)
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
