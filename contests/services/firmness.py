"""How firm a result is, worked out once for a run and kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from contests.models import FirmnessCheck
from contests.queries import grounds
from contests.queries import lines as line_queries
from contests.queries import results as queries
from contests.queries.panels import CHIEF, OFFICE, spec_of
from contests.robustness import Probe, probes
from contests.services.trail import stream
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError

MOST_MARKS = 60_000


def probe(*, actor: Actor, run_id: UUID) -> list[Probe]:
    """Ask all questions of a complete run. Reads only: it takes seconds, and is done before anything
    is written."""
    run = queries.run_within(actor, run_id, OFFICE, CHIEF)
    lacking = [one.code for one in run.lines if one.total_milli is None]
    if lacking:
        raise DomainError(f"{'、'.join(lacking)} 号没有总分，补齐后重新计算再检查")
    marks = line_queries.marks_of(run.id)
    if len(marks) > MOST_MARKS:
        raise DomainError(
            f"这份成绩有 {len(marks)} 个分数，超过 {MOST_MARKS} 个，请在服务器上用命令检查"
        )
    spec = spec_of(run.spec).ending(run.stage.key)
    return probes(spec, marks, [one.code for one in run.lines])


def keep(*, actor: Actor, run_id: UUID, found: Sequence[Probe], now: datetime) -> FirmnessCheck:
    """Keep the answers with the run; a second time those that are there stay."""
    run = queries.run_within(actor, run_id, OFFICE, CHIEF, for_update=True)
    present = queries.firmness_of(run.id)
    if present is not None:
        return present
    stale = grounds.staleness_of(run)
    if stale:
        raise DomainError(f"{stale}，不能检查")
    check = FirmnessCheck(
        run_id=run.id, probes=[asdict(one) for one in found], made_by=actor.label, made_at=now
    )
    db.session.add(check)
    fragile = [one.key for one in found if one.changes]
    audit.record(
        actor=actor,
        verb="check_firmness",
        subject=run,
        now=now,
        stream=stream(run.track.contest_id),
        changes={"seq": run.seq, "fragile": fragile},
    )
    db.session.flush()
    return check
