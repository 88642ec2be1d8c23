"""The audit trail of a contest: what was done to its rows, in one stream."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from contests.models import Entry, Halt, LiveSession, Panel, PlatformAccount, Publication
from core import audit
from core.access import Actor


def stream(contest_id: UUID) -> str:
    """The audit stream of a contest."""
    return f"contest/{contest_id}"


def note(
    actor: Actor,
    verb: str,
    subject: Entry | Halt | LiveSession | Panel | PlatformAccount | Publication,
    now: datetime,
    changes: Mapping[str, object],
    reason: str = "",
) -> None:
    """Record a deed on something that belongs to a contest."""
    audit.record(
        actor=actor,
        verb=verb,
        subject=subject,
        now=now,
        stream=stream(subject.contest_id),
        changes=changes,
        reason=reason,
    )
