"""Private feedback: what the chief judge wrote, and what a contestant may see of it and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contests.feedback import Compared, compare
from contests.models import (
    Entry,
    Feedback,
    FinalRelease,
    Panel,
    Performance,
    Publication,
    ResultLine,
    Stage,
)
from contests.queries.panels import spec_of
from core.db import db


@dataclass(frozen=True)
class Granted:
    """The stage of the released result, the chief judge's words as (stage, text), and the figures."""

    stage: str
    words: Sequence[tuple[str, str]]
    figures: Sequence[Compared]


def granted(entry: Entry) -> Granted | None:
    """The feedback on an entry; None before the release, and where the office has not opened it."""
    if not entry.contest.feedback_open:
        return None
    notice = _released(entry.track_id)
    if notice is None:
        return None
    query = select(ResultLine.entry_id, ResultLine.figures).where(
        ResultLine.run_id == notice.run_id, ResultLine.rank.is_not(None)
    )
    field = {row.entry_id: row.figures for row in db.session.execute(query)}
    spec = spec_of(notice.run.spec).ending(notice.stage.key)
    own = field.get(entry.id)
    figures = compare(spec, own, list(field.values())) if own else []
    return Granted(notice.stage.title, _words(entry, notice.stage), figures)


def _released(track_id: UUID) -> Publication | None:
    """The notice of the last stage of a track whose result is released and stands."""
    query = (
        _releases()
        .options(joinedload(Publication.run), joinedload(Publication.stage))
        .where(Publication.track_id == track_id)
        .join(Stage, Stage.id == Publication.stage_id)
        .order_by(Stage.position.desc())
    )
    return db.session.scalar(query.limit(1))


def is_released(panel: Panel) -> bool:
    """Whether the result to which a panel belongs is released and stands, or one that rests on it."""
    query = (
        _releases()
        .join(Stage, Stage.id == Publication.stage_id)
        .where(Publication.track_id == panel.track_id, Stage.position >= panel.stage.position)
    )
    return db.session.scalar(query.limit(1)) is not None


def _releases() -> Any:
    return (
        select(Publication)
        .join(FinalRelease, FinalRelease.publication_id == Publication.id)
        .where(Publication.withdrawn_at.is_(None))
    )


def _words(entry: Entry, until: Stage) -> list[tuple[str, str]]:
    """The texts on an entry as far as a stage, in order."""
    query = (
        select(Stage.title, Performance.id, Feedback.text)
        .join(Performance, Performance.id == Feedback.performance_id)
        .join(Stage, Stage.id == Performance.stage_id)
        .where(Performance.entry_id == entry.id, Stage.position <= until.position)
        .order_by(Stage.position, Feedback.version)
    )
    latest = {row.id: (row.title, row.text) for row in db.session.execute(query)}
    return list(latest.values())


def texts_of(panel_id: UUID) -> dict[UUID, Feedback]:
    """The latest text on each performance of a panel."""
    query = (
        select(Feedback)
        .join(Performance, Performance.id == Feedback.performance_id)
        .where(Performance.panel_id == panel_id)
        .order_by(Feedback.version)
    )
    return {one.performance_id: one for one in db.session.scalars(query)}
