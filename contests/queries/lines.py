"""The lines of a run, page by page, and why one of them is what it is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from contests.marks import Mark
from contests.models import Contest, ResultLine, ResultRun, Track
from contests.queries.panels import covers, spec_of
from contests.result_lines import Explained, explained
from core.access import Actor
from core.db import db
from core.errors import NotFound

PAGE = 50


def line_page(run_id: UUID, page: int) -> list[ResultLine]:
    """Lines in order of rank with their entries, one page and one more row."""
    query = (
        select(ResultLine)
        .options(joinedload(ResultLine.entry))
        .where(ResultLine.run_id == run_id)
        .order_by(ResultLine.position)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    return list(db.session.scalars(query))


def line_within(actor: Actor, line_id: UUID, *roles: str) -> ResultLine:
    """A line of a contest that one of these roles carries to, with its run; else NotFound."""
    query = (
        select(ResultLine)
        .join(ResultLine.run)
        .join(ResultRun.track)
        .join(Track.contest)
        .options(
            contains_eager(ResultLine.run)
            .contains_eager(ResultRun.track)
            .contains_eager(Track.contest)
            .selectinload(Contest.stages),
            contains_eager(ResultLine.run).joinedload(ResultRun.stage),
            joinedload(ResultLine.entry),
        )
        .where(ResultLine.id == line_id)
    )
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.run.track.contest_id, *roles):
        raise NotFound("没有这一条成绩，或者不在您的负责范围内")
    return found


def marks_of(run_id: UUID) -> list[Mark]:
    """All marks that a run was computed from."""
    query = select(ResultLine.code, ResultLine.inputs).where(ResultLine.run_id == run_id)
    return [Mark(row.code, *rest) for row in db.session.execute(query) for rest in row.inputs]


def reasons_of(line: ResultLine) -> Explained:
    """The reasons of a line, from the inputs that its run keeps."""
    spec = spec_of(line.run.spec).ending(line.run.stage.key)
    query = select(ResultLine.code, ResultLine.inputs).where(ResultLine.run_id == line.run_id)
    if not spec.compares:
        query = query.where(ResultLine.id == line.id)
    inputs = {row.code: row.inputs for row in db.session.execute(query)}
    return explained(spec, inputs, line.code, line.figures)
