"""Penalties and bonuses: acts of the chief judge with a reason, beside the marks; never edits of a mark."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from contests.marks import adjustment_worth
from contests.models import AdjustmentAct, Panel, Performance
from contests.queries import panels as queries
from contests.queries import stages
from contests.queries.panels import CHIEF
from contests.rubric import Adjustment
from contests.score_sheets import MILLI
from contests.services.chairing import require_open
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from core.exact import decimal
from core.stated import stated


def adjust(
    *,
    actor: Actor,
    panel_id: UUID,
    performance_id: UUID,
    key: str,
    size: str,
    reason: str,
    now: datetime,
) -> AdjustmentAct:
    """One act on a performance of an open panel. `size` is as typed, within what the SPEC allows by one
    act; a penalty is typed as a positive number."""
    panel = _open_panel(actor, panel_id)
    performance = next((one for one in panel.performances if one.id == performance_id), None)
    if performance is None:
        raise NotFound("没有这个出场号")
    if performance.state == "no_show":
        raise DomainError("这个出场号记为未到场，没有分数可以加减")
    adjustment = next(
        (one for one in queries.rule_of(panel.stage).adjustments if one.key == key), None
    )
    if adjustment is None:
        raise DomainError("请选择一项", "deed")
    act = AdjustmentAct(
        performance_id=performance.id,
        key=key,
        milli=_milli(adjustment, size),
        reason=stated(reason),
        entered_by=actor.label,
        at=now,
    )
    db.session.add(act)
    _told(actor, "adjust", panel, performance, act, now)
    return act


def take_back(*, actor: Actor, act_id: UUID, reason: str, now: datetime) -> AdjustmentAct:
    """Cancel an act of an open panel; both stay on the record."""
    act, panel_id = stages.act_of(act_id)
    panel = _open_panel(actor, panel_id)
    if act.cancels_id is not None or stages.is_cancelled(act.id):
        raise DomainError("这一次加减分已经撤销")
    performance = next(one for one in panel.performances if one.id == act.performance_id)
    undone = AdjustmentAct(
        performance_id=act.performance_id,
        key=act.key,
        milli=0,
        reason=stated(reason),
        cancels_id=act.id,
        entered_by=actor.label,
        at=now,
    )
    db.session.add(undone)
    _told(actor, "take_back_adjustment", panel, performance, undone, now)
    return undone


def _open_panel(actor: Actor, panel_id: UUID) -> Panel:
    panel = queries.panel_within(actor, panel_id, CHIEF, for_update=True)
    require_open(panel)
    return panel


def _milli(adjustment: Adjustment, size: str) -> int:
    """The thousandths as typed; DomainError if that is not allowed."""
    plain = unicodedata.normalize("NFKC", size).strip()
    try:
        adjustment_worth(adjustment, plain)
    except DomainError as refusal:
        raise DomainError(refusal.message, "size") from None
    milli = (decimal(plain) or Fraction(0)) * MILLI
    if milli.denominator != 1:
        raise DomainError("最多三位小数", "size")
    return milli.numerator


def _told(
    actor: Actor,
    verb: str,
    panel: Panel,
    performance: Performance,
    act: AdjustmentAct,
    now: datetime,
) -> None:
    told = {"code": performance.code, "key": act.key, "milli": act.milli}
    note(actor, verb, panel, now, told, act.reason)
    db.session.flush()
