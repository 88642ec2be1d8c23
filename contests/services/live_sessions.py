"""Sessions of a livestream panel: planned, drawn, moved; and what is sold in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contests import heats
from contests.models import LiveProduct, LiveSession, LiveSlot, Panel
from contests.queries import livestream as queries
from contests.queries.panels import OFFICE, panel_within
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from core.stated import stated

LONGEST_MINUTES, MOST_AT_ONCE, MOST_PRODUCTS = 600, 50, 50
MOST_FEN = 10**9
DRAWN = "场次已经抽签"


@dataclass(frozen=True)
class SessionPlan:
    """A session as planned: an aware start, minutes, room, how many are live at once."""

    starts: datetime
    minutes: int
    room: str
    capacity: int


@dataclass(frozen=True)
class ProductWish:
    """A product as typed; the price in fen."""

    name: str
    price_fen: int
    supplier: str


def plan_session(*, actor: Actor, panel_id: UUID, plan: SessionPlan, now: datetime) -> LiveSession:
    """Add a session to a panel whose sessions are not drawn yet."""
    panel = _live_panel(actor, panel_id)
    if _drawn(panel):
        raise DomainError(f"{DRAWN}，不能再增加")
    session = LiveSession(
        contest_id=panel.contest_id, panel_id=panel.id, **vars(_checked(plan, now))
    )
    _check_room(session)
    db.session.add(session)
    note(actor, "plan_session", session, now, _told(session))
    db.session.flush()
    return session


def remove_session(*, actor: Actor, session_id: UUID, now: datetime) -> None:
    """Take a session back before the draw."""
    session = queries.session_within(actor, session_id, OFFICE, for_update=True)
    if _drawn(_live_panel(actor, session.panel_id)):
        raise DomainError(f"{DRAWN}，不能删除；时间、地点可以调整")
    note(actor, "remove_session", session, now, _told(session))
    for product in session.products:
        db.session.delete(product)
    db.session.delete(session)
    db.session.flush()


def draw_sessions(*, actor: Actor, panel_id: UUID, now: datetime) -> list[LiveSession]:
    """Spread the drawn order of the panel over its sessions; this locks the platform accounts."""
    panel = _live_panel(actor, panel_id)
    sessions = queries.sessions_of(panel.id)
    if _drawn(panel):
        raise DomainError(DRAWN)
    if not sessions:
        raise DomainError("还没有场次，请先安排")
    order = [one for one in panel.performances if one.state == "scheduled"]
    named = queries.accounts_of(one.entry_id for one in order)
    lacking = [one.code for one in order if one.entry_id not in named]
    if lacking:
        raise DomainError(f"{'、'.join(lacking)} 号还没有登记直播账号，登记后再抽签")
    drawn = heats.distribute(order, [one.capacity for one in sessions])
    for session, heat in zip(sessions, drawn, strict=True):
        session.slots = [
            LiveSlot(performance_id=one.id, place=place) for place, one in enumerate(heat, start=1)
        ]
    told = [[one.code for one in heat] for heat in drawn]
    note(actor, "draw_sessions", panel, now, {"sessions": told})
    db.session.flush()
    return sessions


def move_session(
    *, actor: Actor, session_id: UUID, starts: datetime, room: str, reason: str, now: datetime
) -> LiveSession:
    """Another time or room for a session that has not begun, with a reason."""
    session = queries.session_within(actor, session_id, OFFICE, for_update=True)
    if session.starts <= now:
        raise DomainError("这一场已经开始，不能再改时间和地点")
    why = stated(reason)
    plan = _checked(SessionPlan(starts, session.minutes, room, session.capacity), now)
    session.starts, session.room = plan.starts, plan.room
    _check_room(session)
    note(actor, "move_session", session, now, _told(session), why)
    db.session.flush()
    return session


def add_product(*, actor: Actor, session_id: UUID, wish: ProductWish, now: datetime) -> LiveProduct:
    """Put a product on the list of a session that has not begun."""
    session = queries.session_within(actor, session_id, OFFICE, for_update=True)
    _check_not_begun(session, now)
    if len(session.products) >= MOST_PRODUCTS:
        raise DomainError(f"一场最多 {MOST_PRODUCTS} 个产品")
    if not 0 < wish.price_fen <= MOST_FEN:
        raise DomainError("价格要大于 0，不超过一千万元", "price")
    product = LiveProduct(
        position=max((one.position for one in session.products), default=0) + 1,
        name=_filled(wish.name, "name", "请填写产品名称"),
        price_fen=wish.price_fen,
        supplier=_filled(wish.supplier, "supplier", "请填写供货单位"),
    )
    session.products.append(product)
    told = {"product": product.name, "fen": product.price_fen, "supplier": product.supplier}
    note(actor, "add_product", session, now, told)
    db.session.flush()
    return product


def remove_product(*, actor: Actor, session_id: UUID, product_id: UUID, now: datetime) -> None:
    """Take a product off the list of a session that has not begun."""
    session = queries.session_within(actor, session_id, OFFICE, for_update=True)
    product = next((one for one in session.products if one.id == product_id), None)
    if product is None:
        raise NotFound("没有这个产品")
    _check_not_begun(session, now)
    note(actor, "remove_product", session, now, {"product": product.name})
    db.session.delete(product)
    db.session.flush()


def _live_panel(actor: Actor, panel_id: UUID) -> Panel:
    panel = panel_within(actor, panel_id, OFFICE, for_update=True)
    if panel.contest.family != queries.FAMILY:
        raise DomainError("这个赛事不是直播赛事，不用排场次")
    return panel


def _drawn(panel: Panel) -> bool:
    return any(one.slots for one in queries.sessions_of(panel.id))


def _check_not_begun(session: LiveSession, now: datetime) -> None:
    if session.starts <= now:
        raise DomainError("这一场已经开始，产品清单不能再改")


def _checked(plan: SessionPlan, now: datetime) -> SessionPlan:
    if plan.starts <= now:
        raise DomainError("开始时间要晚于现在", "starts")
    if not 1 <= plan.minutes <= LONGEST_MINUTES:
        raise DomainError(f"时长填 1 到 {LONGEST_MINUTES} 分钟", "minutes")
    if not 1 <= plan.capacity <= MOST_AT_ONCE:
        raise DomainError(f"同时直播人数填 1 到 {MOST_AT_ONCE}", "capacity")
    room = _filled(plan.room, "room", "请填写直播间或场地")
    return SessionPlan(plan.starts, plan.minutes, room, plan.capacity)


def _check_room(session: LiveSession) -> None:
    for other in queries.sessions_in_room(session.contest_id, session.room):
        if other.id != session.id and heats.overlap(
            session.starts, session.minutes, other.starts, other.minutes
        ):
            raise DomainError("这个时间同一场地已有另一场，请换时间或场地", "starts")


def _told(session: LiveSession) -> dict[str, object]:
    return {
        "starts": session.starts.isoformat(),
        "minutes": session.minutes,
        "room": session.room,
        "capacity": session.capacity,
    }


def _filled(text: str, field: str, message: str) -> str:
    if not text.strip():
        raise DomainError(message, field)
    return text.strip()
