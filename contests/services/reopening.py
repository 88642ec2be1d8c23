"""A closed panel is opened again by two persons of two roles; results computed before are superseded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contests import life
from contests.models import Panel, Reopening
from contests.queries import halts as queries
from contests.queries.panels import panel_within
from contests.queries.results import is_published
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated

PROPOSED, CONFIRMED, DROPPED = "proposed", "confirmed", "dropped"
VERBS = {PROPOSED: "propose_reopening", CONFIRMED: "reopen_panel", DROPPED: "drop_reopening"}


def propose(*, actor: Actor, panel_id: UUID, reason: str, now: datetime) -> Reopening:
    """Ask for a panel to be opened again. It counts once somebody of another role confirms it."""
    panel = panel_within(actor, panel_id, *queries.REOPENERS, for_update=True)
    _require_closed(panel)
    if queries.waiting_reopenings([panel.id]):
        raise DomainError("已有人提出重新开放，等另一方确认")
    role = queries.roles_in(actor, panel.contest_id)[0]
    return _said(actor, panel, PROPOSED, role, stated(reason), now, None)


def confirm(*, actor: Actor, reopening_id: UUID, now: datetime) -> Panel:
    """Another person of another role agrees: sheets can be returned again, and every run that was computed
    is superseded, whether or not a mark changes."""
    said, panel = _waiting(actor, reopening_id)
    _require_closed(panel)
    roles = [one for one in queries.roles_in(actor, panel.contest_id) if one != said.role]
    if not roles:
        asked = "或".join(word for one, word in queries.REOPENERS.items() if one != said.role)
        raise DomainError(f"须由{asked}确认")
    if actor.account_id is None or actor.account_id == said.by_account_id:
        raise DomainError("提出和确认要由两个人办理")
    _said(actor, panel, CONFIRMED, roles[0], said.reason, now, said)
    panel.state, panel.closed_at, panel.reopened_at = "open", None, now
    db.session.flush()
    return panel


def drop(*, actor: Actor, reopening_id: UUID, reason: str, now: datetime) -> Panel:
    """A word that waits is not agreed to, or taken back, with a reason."""
    said, panel = _waiting(actor, reopening_id)
    role = queries.roles_in(actor, panel.contest_id)[0]
    _said(actor, panel, DROPPED, role, stated(reason), now, said)
    return panel


def _waiting(actor: Actor, reopening_id: UUID) -> tuple[Reopening, Panel]:
    said = queries.reopening_within(actor, reopening_id)
    panel = panel_within(actor, said.panel_id, *queries.REOPENERS, for_update=True)
    waits = queries.waiting_reopenings([panel.id]).get(panel.id)
    if waits is None or waits.id != said.id:
        raise DomainError("这次重新开放已经办理，请重新打开页面核对")
    return said, panel


def _require_closed(panel: Panel) -> None:
    why = life.why_not_reopen(
        stopped=queries.why_stopped(panel.contest_id, panel.track_id),
        panel=panel.state,
        published=is_published(panel.track_id, panel.stage),
    )
    if why:
        raise DomainError(why)


def _said(
    actor: Actor,
    panel: Panel,
    kind: str,
    role: str,
    reason: str,
    now: datetime,
    answers: Reopening | None,
) -> Reopening:
    made = Reopening(
        panel_id=panel.id,
        kind=kind,
        role=role,
        reason=reason,
        by_account_id=actor.account_id,
        by_label=actor.label,
        at=now,
        answers_id=answers.id if answers else None,
    )
    db.session.add(made)
    note(actor, VERBS[kind], panel, now, {"role": role}, reason)
    db.session.flush()
    return made
