"""Stages: who waits for a panel, who goes on, and what was entered between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from contests.models import (
    AdjustmentAct,
    Contest,
    Entry,
    Performance,
    ResultLine,
    ResultRun,
    RunSignature,
    Stage,
    StageAdmission,
)
from core.db import db
from core.errors import NotFound


def stage_in(contest: Contest, stage_id: UUID) -> Stage:
    """A stage of this contest; else NotFound."""
    found = next((one for one in contest.stages if one.id == stage_id), None)
    if found is None:
        raise NotFound("这个赛事没有这个阶段")
    return found


def before(contest: Contest, stage: Stage) -> Stage | None:
    """The stage before this one."""
    earlier = [one for one in contest.stages if one.position < stage.position]
    return earlier[-1] if earlier else None


def after(contest: Contest, stage: Stage) -> Stage | None:
    """The stage after this one; None for the last one, with which the prizes come."""
    return next((one for one in contest.stages if one.position > stage.position), None)


def is_final_run() -> Any:
    """The condition that a ResultRun is of the last stage of its contest."""
    own, any_stage = aliased(Stage), aliased(Stage)
    last = select(func.max(any_stage.position)).where(any_stage.contest_id == own.contest_id)
    return ResultRun.stage_id.in_(
        select(own.id).where(own.position == last.correlate(own).scalar_subquery())
    )


@dataclass(frozen=True)
class Word:
    """What was last said of one entry in one stage."""

    takes_part: bool | None
    reason: str
    version: int
    entered_by: str


def admissions(track_id: UUID, *, standing: bool = True) -> dict[tuple[UUID, UUID], Word]:
    """The last word on each entry of a track by (stage, entry); those taken back only if not `standing`."""
    query = (
        select(StageAdmission)
        .join(Entry, Entry.id == StageAdmission.entry_id)
        .where(Entry.track_id == track_id)
        .order_by(StageAdmission.version)
    )
    found = {
        (one.stage_id, one.entry_id): Word(one.takes_part, one.reason, one.version, one.entered_by)
        for one in db.session.scalars(query)
    }
    return {
        place: word for place, word in found.items() if not standing or word.takes_part is not None
    }


def standing_acts() -> Any:
    """The condition that an AdjustmentAct counts: it cancels none and none cancels it."""
    cancelling = aliased(AdjustmentAct)
    cancelled = select(cancelling.id).where(cancelling.cancels_id == AdjustmentAct.id)
    return AdjustmentAct.cancels_id.is_(None) & ~cancelled.exists()


def act_of(act_id: UUID) -> tuple[AdjustmentAct, UUID]:
    """An act and the panel to which it belongs; else NotFound."""
    query = (
        select(AdjustmentAct, Performance.panel_id)
        .join(Performance, Performance.id == AdjustmentAct.performance_id)
        .where(AdjustmentAct.id == act_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound("没有这一次加减分，或者不在您的负责范围内")
    return found[0], found[1]


def is_cancelled(act_id: UUID) -> bool:
    """Whether an act was taken back."""
    query = select(AdjustmentAct.id).where(AdjustmentAct.cancels_id == act_id)
    return db.session.scalar(query.limit(1)) is not None


def acts_on(performance_id: UUID) -> list[AdjustmentAct]:
    """All acts on a performance, also those that were taken back and what took them back."""
    query = (
        select(AdjustmentAct)
        .where(AdjustmentAct.performance_id == performance_id)
        .order_by(AdjustmentAct.at, AdjustmentAct.id)
    )
    return list(db.session.scalars(query))


def waiting(track_id: UUID, stage: Stage, earlier: Stage | None) -> Any:
    """The condition that an Entry of a track is to be placed in a stage and has no panel there yet:
    qualified in the first one; later, gone on by the last result of the stage before, once that is
    signed by both sides."""
    placed = select(Performance.entry_id).where(Performance.stage_id == stage.id)
    here = (Entry.track_id == track_id) & Entry.id.not_in(placed)
    if earlier is None:
        return here & (Entry.state == "qualified")
    run = signed_run(track_id, earlier.id)
    if run is None:
        return here & (Entry.id.is_(None))
    going = select(ResultLine.entry_id).where(
        ResultLine.run_id == run.id, ResultLine.why["advances"].as_boolean().is_(True)
    )
    return here & Entry.id.in_(going)


def signed_run(track_id: UUID, stage_id: UUID) -> ResultRun | None:
    """The last result of a stage if both sides signed that very content; None else."""
    last = db.session.scalar(
        select(ResultRun)
        .where(ResultRun.track_id == track_id, ResultRun.stage_id == stage_id)
        .order_by(ResultRun.seq.desc())
        .limit(1)
    )
    if last is None:
        return None
    query = select(RunSignature.role).where(
        RunSignature.run_id == last.id, RunSignature.result_digest == last.result_digest
    )
    roles = set(db.session.scalars(query))
    return last if "chief_judge" in roles and len(roles) > 1 else None
