"""What happens to a line after it was proposed, kept for its page: decisions and what undid them."""

from __future__ import annotations

from datetime import datetime

from awards.models import AwardLine, LineStep
from awards.models.lines import APPROVED, PROPOSED
from core.access import Actor
from core.db import db, one_at_a_time

APPROVE, REVOKE, FALL = "approved", "revoked", "fallen"
RETURN, RESUBMIT = "returned", "resubmitted"
LIST, VOID_SHEET = "listed", "sheet_voided"


def one_decision_at_a_time() -> None:
    """Called first by whatever decides on lines: two decisions on one line at the same moment would
    each rest on what the other is about to change."""
    one_at_a_time(db.session(), "awards")


def note(line: AwardLine, kind: str, *, actor: Actor, now: datetime, text: str = "") -> None:
    """Add a step with the sum as it was then."""
    made = LineStep(line=line, kind=kind, fen=line.fen, text=text, by_label=actor.label, at=now)
    db.session.add(made)


def undo_approval(line: AwardLine, kind: str, *, actor: Actor, now: datetime, text: str) -> None:
    """Back to waiting for a decision, with the reason on the page of the line."""
    note(line, kind, actor=actor, now=now, text=text)
    line.state = PROPOSED
    line.approved_by = line.approved_at = line.approved_account_id = None
    line.approved_label = ""


def fall(line: AwardLine, *, actor: Actor, now: datetime, text: str) -> bool:
    """Undo an approval whose grounds changed; False when there was none."""
    if line.state != APPROVED:
        return False
    undo_approval(line, FALL, actor=actor, now=now, text=text)
    return True
