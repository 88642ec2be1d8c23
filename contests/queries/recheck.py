"""The re-check of a run: who is on the list, and what has been found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from contests.models import (
    GivenValue,
    Panel,
    Performance,
    RecheckFinding,
    ResultLine,
    ResultRun,
    Seat,
)
from contests.recheck import Progress, RecheckRule, Selection, progress, read_recheck
from contests.recheck import select as choose
from core.db import db
from core.toml_tables import Table

TOP, SAMPLE, REST = "名次靠前，全部复核", "抽中", "其余，全部复核"


class CheckedLine(NamedTuple):
    """What the re-check needs of a line."""

    id: UUID
    code: str
    rank: int | None
    total_milli: int | None
    out_after: str


@dataclass(frozen=True)
class Recheck:
    """The list of a run and its findings by code: the latest of each, and all in order of time."""

    rule: RecheckRule
    seed: str
    chosen: Selection
    progress: Progress
    lines: dict[str, CheckedLine]
    latest: dict[str, RecheckFinding]
    history: list[tuple[str, RecheckFinding]]

    @property
    def due(self) -> list[CheckedLine]:
        """The lines to check, in order of their codes, as they come on paper."""
        return [self.lines[code] for code in sorted(self.progress.due)]

    def why(self, code: str) -> str:
        """Why a code is on the list."""
        if code in self.chosen.top:
            return TOP
        return SAMPLE if code in self.chosen.sample else REST


def recheck_of(run: ResultRun) -> Recheck | None:
    """The re-check of a run; None where its stage has none. Whoever was cut before this stage was
    re-checked with the result of that one. The list follows from the ranks, the rule
    and a seed that was fixed before the first mark, so it is not stored."""
    if run.stage.recheck is None:
        return None
    rule = read_recheck(Table(run.stage.recheck, "复核办法"))
    seed = _seed_of(run)
    lines = [one for one in _lines(run.id) if not one.out_after]
    ranks = [(one.code, one.rank) for one in lines if one.rank is not None]
    chosen = choose(ranks, rule, seed)
    codes = {one.id: one.code for one in lines}
    history = [(codes[one.line_id], one) for one in _findings(run.id)]
    latest = dict(history)
    faults = {code: one.faulty for code, one in latest.items()}
    return Recheck(
        rule,
        seed,
        chosen,
        progress(chosen, faults, rule),
        {one.code: one for one in lines},
        latest,
        history,
    )


def _lines(run_id: UUID) -> list[CheckedLine]:
    query = (
        select(
            ResultLine.id,
            ResultLine.code,
            ResultLine.rank,
            ResultLine.total_milli,
            ResultLine.why["out_after"].as_string(),
        )
        .where(ResultLine.run_id == run_id)
        .order_by(ResultLine.position)
    )
    return [CheckedLine(*row) for row in db.session.execute(query)]


def _seed_of(run: ResultRun) -> str:
    """The seed of the panel that opened first: no later panel and no later mark can change it."""
    query = (
        select(Panel.recheck_seed)
        .where(Panel.track_id == run.track_id, Panel.stage_id == run.stage_id)
        .order_by(Panel.opened_at, Panel.id)
    )
    return db.session.scalars(query.limit(1)).one()


def _findings(run_id: UUID) -> list[RecheckFinding]:
    query = (
        select(RecheckFinding)
        .join(ResultLine, ResultLine.id == RecheckFinding.line_id)
        .where(ResultLine.run_id == run_id)
        .order_by(RecheckFinding.version, RecheckFinding.at, RecheckFinding.id)
    )
    return list(db.session.scalars(query))


def sits_at_panel(run: ResultRun, person_id: UUID | None) -> bool:
    """Whether this person judged in the track of the run."""
    query = (
        select(Seat.id)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(
            Panel.track_id == run.track_id,
            Panel.stage_id == run.stage_id,
            Seat.person_id == person_id,
        )
    )
    return person_id is not None and db.session.scalar(query.limit(1)) is not None


def entered_by(run: ResultRun) -> set[str]:
    """Who entered values that no judge gives, in the track and stage of the run."""
    query = (
        select(GivenValue.entered_by)
        .join(Performance, Performance.id == GivenValue.performance_id)
        .join(Panel, Panel.id == Performance.panel_id)
        .where(Panel.track_id == run.track_id, Panel.stage_id == run.stage_id)
        .distinct()
    )
    return set(db.session.scalars(query))
