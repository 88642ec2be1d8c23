"""Side exits for tests, made through the real services."""

from __future__ import annotations

from sqlalchemy import select

from contests.models import Contest, Halt, Panel, Reopening, ResultRun, Track
from contests.services import halting, reopening
from core import clock
from core.access import Actor
from core.db import db
from tests.contests.judging import CHIEF, OFFICE, known

STORM = "台风登陆，全市停课停赛"
OVER = "台风警报解除"
TOO_FEW = "参赛人数不足，不再举办"


def suspend(contest: Contest, track: Track | None = None, reason: str = STORM) -> Halt:
    """Stopped by the office."""
    with db.unit():
        return halting.suspend(
            actor=OFFICE,
            contest_id=contest.id,
            track_id=str(track.id) if track else "",
            reason=reason,
            now=clock.now(),
        )


def cancel(contest: Contest, track: Track | None = None, reason: str = TOO_FEW) -> Halt:
    """Cancelled by the office."""
    with db.unit():
        return halting.cancel(
            actor=OFFICE,
            contest_id=contest.id,
            track_id=str(track.id) if track else "",
            reason=reason,
            now=clock.now(),
        )


def resume(halt: Halt, actor: Actor | None = None, reason: str = OVER) -> Halt:
    """Resumed by a supervisor."""
    actor = actor or known("华监督", "supervisor")
    with db.unit():
        return halting.resume(actor=actor, halt_id=halt.id, reason=reason, now=clock.now())


def propose_reopening(run: ResultRun, actor: Actor = CHIEF) -> Reopening:
    """Somebody asks for the panel behind a run to be opened again."""
    panel = db.session.scalars(select(Panel.id).where(Panel.track_id == run.track_id)).one()
    with db.unit():
        return reopening.propose(
            actor=actor, panel_id=panel, reason="发现漏评一项", now=clock.now()
        )


def contest_of(run: ResultRun) -> Contest:
    """The contest of a run."""
    return db.session.get_one(Contest, db.session.get_one(Track, run.track_id).contest_id)
