"""Values that no judge gives, typed by the office from their own sheets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from contests.marks import given_worth
from contests.models import GivenValue, Performance
from contests.queries import fairness
from contests.queries import panels as queries
from contests.queries.panels import OFFICE, panel_within
from contests.queries.results import is_published
from contests.rubric import Given
from contests.score_sheets import MILLI
from contests.services.running import require_running
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError, FieldErrors
from core.stated import stated

DECLARED_VOID = "这项数据已由两人认定作废，不能在这里录入"


def enter_givens(
    *,
    actor: Actor,
    panel_id: UUID,
    typed: Mapping[tuple[UUID, str], str],
    reason: str,
    now: datetime,
) -> int:
    """Keep values that no judge gives; returns how many changed. Correcting one needs a reason.
    FieldErrors are named by `given_field`."""
    panel = panel_within(actor, panel_id, OFFICE, for_update=True)
    require_running(panel.contest_id, panel.track_id)
    if is_published(panel.track_id, panel.stage):
        raise DomainError("成绩正在公示，要改请先撤回公示")
    keys = {one.key: one for one in queries.rule_of(panel.stage).givens}
    held = queries.givens_of([panel.id])
    wrong: dict[str, str] = {}
    fresh: list[GivenValue] = []
    for performance in panel.performances:
        for key, given in keys.items():
            present = held.get((performance.id, key))
            text = typed.get((performance.id, key), "").strip()
            if not text and _is_blank(present):
                continue
            try:
                milli = _given_milli(given, text, present)
            except DomainError as error:
                wrong[given_field(performance.entry_id, key)] = error.message
                continue
            if present is None or present.milli != milli:
                fresh.append(_given(performance, key, milli, present, actor, now))
    if wrong:
        raise FieldErrors(wrong)
    corrected = [one for one in fresh if one.version > 1]
    why = stated(reason) if corrected else ""
    for one in corrected:
        one.reason = why
    db.session.add_all(fresh)
    if fresh:
        numbers = fairness.admission_numbers(panel)
        told = {f"{numbers[one.performance_id]}/{one.key}": one.milli for one in fresh}
        note(actor, "enter_givens", panel, now, {"milli": told}, why)
    db.session.flush()
    return len(fresh)


def given_field(entry_id: UUID, key: str) -> str:
    """The name of the form field of one given value: by entry, because the key of a performance stands
    beside its code elsewhere."""
    return f"given_{entry_id.hex}_{key}"


def _is_blank(present: GivenValue | None) -> bool:
    """Whether the box of this value is shown empty."""
    return present is None or bool(present.absence)


def _given_milli(given: Given, text: str, present: GivenValue | None) -> int:
    if present is not None and present.absence:
        raise DomainError(DECLARED_VOID)
    if not text:
        raise DomainError(f"“{given.title}”已经录入，不能清空；录错请改成正确的值")
    milli = given_worth(given, text) * MILLI
    if milli.denominator != 1:
        raise DomainError("最多三位小数")
    return milli.numerator


def _given(
    performance: Performance,
    key: str,
    milli: int,
    present: GivenValue | None,
    actor: Actor,
    now: datetime,
) -> GivenValue:
    return GivenValue(
        performance_id=performance.id,
        key=key,
        milli=milli,
        version=(present.version if present else 0) + 1,
        entered_by=actor.label,
        at=now,
    )
