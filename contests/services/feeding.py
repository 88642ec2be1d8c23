"""Platform figures passed on to the scoring as versions of given values, with where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from contests.marks import given_worth
from contests.metric_feed import wanted
from contests.models import GivenValue, Panel, Performance
from contests.queries import livestream
from contests.queries import metrics as queries
from contests.queries.panels import givens_of
from contests.queries.results import is_published
from contests.rubric import Given
from contests.score_sheets import MILLI
from contests.services.running import require_running
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.exact import decimal_text

PUBLISHED = "成绩正在公示，要改请先撤回公示"
VOID = "void"
LONGEST_REASON = 200


def feed(*, actor: Actor, performances: Iterable[Performance], reason: str, now: datetime) -> int:
    """Bring the given values of some performances in line with files and rulings; returns how many
    new versions there are. A value that is the same stays as it is."""
    fresh = 0
    by_panel: dict[UUID, list[Performance]] = {}
    for one in performances:
        if one.state == "scheduled":
            by_panel.setdefault(one.panel_id, []).append(one)
    for panel_id, group in by_panel.items():
        fresh += _feed_panel(actor, db.session.get_one(Panel, panel_id), group, reason, now)
    return fresh


def _feed_panel(
    actor: Actor, panel: Panel, group: Sequence[Performance], reason: str, now: datetime
) -> int:
    givens = {one.key: one for one in queries.fed_givens(panel)}
    require_running(panel.contest_id, panel.track_id)
    if is_published(panel.track_id, panel.stage):
        raise DomainError(PUBLISHED)
    held = givens_of([panel.id])
    made = []
    for one, values in _figures(group, list(givens)):
        for key, milli in values.items():
            present = held.get((one.id, key))
            if present is None or present.milli != milli:
                _check_bounds(givens[key], milli, one)
                made.append(_version(one, key, milli, present, actor, reason, now))
    db.session.add_all(made)
    if made:
        codes = {one.id: one.code for one in group}
        told = {f"{codes[one.performance_id]}/{one.key}": one.milli for one in made}
        note(actor, "feed_metrics", panel, now, {"milli": told}, reason)
    return len(made)


def _figures(
    group: Sequence[Performance], keys: Sequence[str]
) -> list[tuple[Performance, dict[str, int | None]]]:
    """What should count for each performance now."""
    accounts = livestream.accounts_of(one.entry_id for one in group)
    sessions = {one.id: queries.session_of(one.id) for one in group}
    files = queries.current_files({one.id for one in sessions.values() if one})
    values: Mapping[UUID, Mapping[str, int]] = queries.values_of(one.id for one in files.values())
    rulings = queries.rulings_of(one.id for named in accounts.values() for one in named)
    found = []
    for one in group:
        own = accounts.get(one.entry_id, [])
        words = [queries.standing(rulings.get(account.id, [])) for account in own]
        void = any(word is not None and word.kind == VOID for word in words)
        found.append((one, wanted(keys, [values.get(account.id) for account in own], void=void)))
    return found


def _check_bounds(given: Given, milli: int | None, performance: Performance) -> None:
    """A value beyond what the rule takes would stop the whole result: refuse it here."""
    if milli is None:
        return
    try:
        given_worth(given, decimal_text(Fraction(milli, MILLI)))
    except DomainError as error:
        raise DomainError(f"{performance.code} 号：{error.message}") from None


def _version(
    performance: Performance,
    key: str,
    milli: int | None,
    present: GivenValue | None,
    actor: Actor,
    reason: str,
    now: datetime,
) -> GivenValue:
    return GivenValue(
        performance_id=performance.id,
        key=key,
        milli=milli,
        absence=VOID if milli is None else "",
        version=(present.version if present else 0) + 1,
        reason=reason[:LONGEST_REASON],
        entered_by=actor.label,
        at=now,
    )
