"""刷单: figures of an account declared void, or valid again, by two persons of two sides."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contests.models import MetricRuling, PlatformAccount
from contests.queries import livestream
from contests.queries import metrics as queries
from contests.queries.panels import OFFICE, SUPERVISOR, covers
from contests.services.feeding import VOID, feed
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated

RESTORE, DROPPED = "restore", "dropped"
WORDS = {VOID: "作废", RESTORE: "恢复有效"}
SIDES = {SUPERVISOR: "监督仲裁", OFFICE: "赛事办"}


def propose(
    *, actor: Actor, account_id: UUID, kind: str, reason: str, now: datetime
) -> MetricRuling:
    """Say that the figures of an account are void, or valid again. It counts once the other side seconds
    it."""
    account = livestream.account_within(actor, account_id, *queries.RULERS)
    why = stated(reason)
    said = queries.rulings_of([account.id]).get(account.id, [])
    if any(one.second is None for one in said):
        raise DomainError("这个账号已有一项认定在等另一方确认")
    last = queries.standing(said)
    is_void = last is not None and last.kind == VOID
    if (kind == VOID) == is_void:
        raise DomainError("这个账号的数据已经作废" if is_void else "这个账号的数据没有作废")
    ruling = MetricRuling(
        account_id=account.id,
        kind=kind,
        reason=why,
        role=_side(actor, account),
        by_account_id=actor.account_id,
        by_label=actor.label,
        at=now,
    )
    db.session.add(ruling)
    _record(actor, "propose_ruling", account, ruling, now)
    db.session.flush()
    return ruling


def second(*, actor: Actor, ruling_id: UUID, now: datetime) -> MetricRuling:
    """Another person of the other side agrees: from now on it counts."""
    said = queries.ruling_within(actor, ruling_id, for_update=True)
    account = said.account
    _check_waiting(said)
    other = OFFICE if said.role == SUPERVISOR else SUPERVISOR
    if not covers(actor, account.contest_id, other):
        raise DomainError(f"须由{SIDES[other]}确认")
    if actor.account_id is None or actor.account_id == said.by_account_id:
        raise DomainError("提出和确认要由两个人办理")
    ruling = _answer(actor, said, said.kind, other, said.reason, now)
    feed(
        actor=actor,
        performances=queries.performances_of(account),
        reason=f"认定{WORDS[said.kind]}：{said.reason}",
        now=now,
    )
    db.session.flush()
    return ruling


def set_aside(*, actor: Actor, ruling_id: UUID, reason: str, now: datetime) -> MetricRuling:
    """A word that waits is not agreed to, or was a mistake: either side sets it aside with a reason."""
    said = queries.ruling_within(actor, ruling_id, for_update=True)
    _check_waiting(said)
    return _answer(actor, said, DROPPED, _side(actor, said.account), stated(reason), now)


def _check_waiting(said: MetricRuling) -> None:
    words = queries.rulings_of([said.account_id]).get(said.account_id, [])
    if not any(one.said.id == said.id and one.second is None for one in words):
        raise DomainError("这项认定已有人附议，请重新打开页面核对")


def _answer(
    actor: Actor, said: MetricRuling, kind: str, role: str, reason: str, now: datetime
) -> MetricRuling:
    ruling = MetricRuling(
        account_id=said.account_id,
        kind=kind,
        reason=reason,
        role=role,
        by_account_id=actor.account_id,
        by_label=actor.label,
        at=now,
        seconds_id=said.id,
    )
    db.session.add(ruling)
    _record(actor, "answer_ruling", said.account, ruling, now)
    db.session.flush()
    return ruling


def _side(actor: Actor, account: PlatformAccount) -> str:
    """For which side one speaks: supervisors first, for an account that holds both roles."""
    return SUPERVISOR if covers(actor, account.contest_id, SUPERVISOR) else OFFICE


def _record(
    actor: Actor, verb: str, account: PlatformAccount, ruling: MetricRuling, now: datetime
) -> None:
    told = {"kind": ruling.kind, "handle": account.handle, "role": ruling.role}
    note(actor, verb, account, now, told, ruling.reason)
