"""Marks leave the system for research without persons and without codes."""

from __future__ import annotations

import secrets
from uuid import UUID

from contests import anonymising
from contests.queries import fairness, grounds, lines
from contests.queries import results as queries
from core.errors import DomainError


def anonymous_marks(run_id: UUID) -> str:
    """The marks behind a run as a MARKS file under new names; NotFound if there is no such run. Not
    while the codes are sealed, and not from a stale run."""
    run = queries.run_of(run_id)
    if fairness.is_sealed(run.track_id, run.stage_id):
        raise DomainError("代码还封着，启封以后才能导出")
    if stale := grounds.staleness_of(run):
        raise DomainError(f"{stale}，不能导出")
    marks = lines.marks_of(run.id)
    return anonymising.as_file(anonymising.anonymous(marks, secrets.SystemRandom().shuffle))
