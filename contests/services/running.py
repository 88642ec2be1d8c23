"""The first question of every deed in a track: does it go on at all?"""

from __future__ import annotations

from uuid import UUID

from contests.queries import halts
from core.errors import DomainError


def require_not_cancelled(contest_id: UUID, track_id: UUID) -> None:
    """DomainError with the reason once a track is cancelled: for entries, which go on in a suspension."""
    if cancelled := halts.why_cancelled(contest_id, track_id):
        raise DomainError(cancelled)


def require_running(contest_id: UUID, track_id: UUID) -> None:
    """DomainError with the reason while a track is suspended or cancelled."""
    if stopped := halts.why_stopped(contest_id, track_id):
        raise DomainError(stopped)
