"""Layers of codes: each made by another custodian, opened again from the last to the first, and the
panel unsealed by a supervisor: at least two persons stand for every decoding."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from contests import draw, life
from contests.models import BlindLayer, Panel
from contests.queries import fairness, grounds, halts, stages
from contests.queries.panels import SUPERVISOR, panel_within
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated

CODER = "coding_judge"


def make_layer(*, actor: Actor, panel_id: UUID, now: datetime) -> BlindLayer:
    """The next layer of codes, kept by whoever makes it. The last one gives the codes that judges see."""
    panel = panel_within(actor, panel_id, CODER, for_update=True)
    made = fairness.layers_of(panel.id)
    if panel.state != "preparing" or len(made) >= panel.layers:
        raise DomainError("这个评委组不用再加密")
    if any(one.custodian_id == actor.account_id for one in made):
        raise DomainError("您已经保管了一层，下一层须由另一位加密裁判来做")
    if actor.account_id is None:
        raise DomainError("请用自己的账号登录后加密")
    layer = BlindLayer(
        panel_id=panel.id,
        number=len(made) + 1,
        secret=secrets.token_hex(32),
        custodian_id=actor.account_id,
        custodian=actor.label,
        made_at=now,
    )
    db.session.add(layer)
    if layer.number == panel.layers:
        _give_codes(panel, [*made, layer])
    told = {"layer": layer.number, "sha256": draw.commitment(layer.secret)}
    note(actor, "make_layer", panel, now, told)
    db.session.flush()
    return layer


def _give_codes(panel: Panel, layers: list[BlindLayer]) -> None:
    """The codes of the last layer become those of the performances, and the order on screens follows
    from the codes: neither tells anything of the layers below. Positions are moved out of the way first,
    because each is one of its kind in a panel."""
    numbers = fairness.admission_numbers(panel)
    codes = draw.chain(numbers.values(), [one.secret for one in layers])
    taken = set(fairness.other_codes(panel))
    final = {place: codes[number][-1] for place, number in numbers.items()}
    if taken & set(final.values()):
        raise DomainError("有代码与另一个评委组重复，请重新加密这一层")
    order = sorted(panel.performances, key=lambda one: final[one.id])
    for place, one in enumerate(order, start=1):
        one.code, one.position = final[one.id], -place
    db.session.flush()
    for one in order:
        one.position = -one.position


def open_layer(*, actor: Actor, panel_id: UUID, reason: str, now: datetime) -> BlindLayer:
    """Open the last layer that is still closed, once the result is signed by both sides: its custodian,
    or with a reason another coding judge who keeps no layer."""
    panel = panel_within(actor, panel_id, CODER, for_update=True)
    _check_signed(panel)
    layers = fairness.layers_of(panel.id)
    closed = [one for one in layers if one.opened_at is None]
    if not panel.sealed or not closed:
        raise DomainError("没有还封着的加密层")
    layer = closed[-1]
    if layer.custodian_id != actor.account_id:
        if any(one.custodian_id == actor.account_id for one in layers):
            raise DomainError(f"现在该启封第 {layer.number} 层，由保管人{layer.custodian}来做")
        layer.reason = stated(reason)
    layer.opened_by, layer.opened_at = actor.label, now
    note(actor, "open_layer", panel, now, {"layer": layer.number}, layer.reason)
    db.session.flush()
    return layer


def unseal(*, actor: Actor, panel_id: UUID, now: datetime) -> Panel:
    """The supervisor confirms that all layers were opened in presence: from now on names stand beside
    codes. Never somebody who kept or opened a layer."""
    panel = panel_within(actor, panel_id, SUPERVISOR, for_update=True)
    if not panel.sealed:
        raise DomainError("这个评委组没有封着的代码")
    layers = fairness.layers_of(panel.id)
    still = [f"第 {one.number} 层" for one in layers if one.opened_at is None]
    if still or len(layers) < panel.layers:
        raise DomainError(f"{'、'.join(still) or '加密'}还没有由保管人启封")
    _check_signed(panel)
    if any(actor.account_id == one.custodian_id or actor.label == one.opened_by for one in layers):
        raise DomainError("启封须由保管人以外的监督人员确认")
    panel.unsealed_by, panel.unsealed_at = actor.label, now
    note(actor, "unseal_panel", panel, now, {"layers": panel.layers})
    db.session.flush()
    return panel


def _check_signed(panel: Panel) -> None:
    """Decoding never comes before the figures are fixed."""
    run = stages.signed_run(panel.track_id, panel.stage_id)
    why = life.why_not_unseal(
        stopped=halts.why_stopped(panel.contest_id, panel.track_id),
        stale=grounds.staleness_of(run) if run else "成绩还没有两方签字",
    )
    if why:
        raise DomainError(why)
