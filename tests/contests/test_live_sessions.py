"""Sessions: planned, drawn, moved, with products; the draw locks the accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from contests.models import LiveSession, Panel
from contests.queries import livestream as queries
from contests.services import live_sessions as service
from contests.services import platform_accounts
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import judging, live
from tests.contests.factories import OFFICE
from tests.pages import Person


def codes(panel: Panel) -> list[list[str]]:
    return [[slot.performance.code for slot in one.slots] for one in queries.sessions_of(panel.id)]


def move(session: LiveSession, hours: float, room: str = "二号直播间", **over: Any) -> None:
    with db.unit():
        service.move_session(
            actor=OFFICE,
            session_id=session.id,
            starts=live.plan(hours).starts,
            room=room,
            reason=over.get("reason", "场地临时停电"),
            now=over.get("now") or clock.now(),
        )


def test_the_draw_spreads_the_drawn_order_evenly_and_locks_the_accounts(app: Flask) -> None:
    panel = live.make_live_panel(4)
    live.plan_session(panel, 26)
    live.plan_session(panel, 24)
    live.draw(panel)
    assert codes(panel) == [["01", "02"], ["03", "04"]]
    entry = judging.performances_of(panel)[0].entry
    account = queries.accounts_of([entry.id])[entry.id][0]
    leader = Actor(entry.account_id, entry.leader_id, None, "王芳", (Grant("contestant"),))
    with pytest.raises(DomainError) as refusal:
        live.name_account(leader, entry, "another")
    assert refusal.value.message == platform_accounts.LOCKED
    with pytest.raises(DomainError), db.unit():
        platform_accounts.drop_own_account(actor=leader, account_id=account.id, now=clock.now())
    wish = live.account_wish("third")
    with pytest.raises(DomainError) as refusal, db.unit():
        platform_accounts.name_account(
            actor=OFFICE, entry_id=entry.id, wish=wish, reason="", now=clock.now()
        )
    assert refusal.value.field == "reason"


def test_the_draw_needs_sessions_room_and_accounts(app: Flask) -> None:
    panel = live.make_live_panel(3, accounts=False)
    with pytest.raises(DomainError, match="还没有场次"):
        live.draw(panel)
    live.plan_session(panel, capacity=2)
    with pytest.raises(DomainError, match="01、02、03 号还没有登记直播账号"):
        live.draw(panel)
    for one in judging.performances_of(panel):
        with db.unit():
            platform_accounts.name_account(
                actor=OFFICE,
                entry_id=one.entry_id,
                wish=live.account_wish(f"dy_{one.code}"),
                reason="",
                now=clock.now(),
            )
    with pytest.raises(DomainError, match="只能排 2 名"):
        live.draw(panel)
    live.plan_session(panel, 25)
    live.draw(panel)
    with pytest.raises(DomainError, match="已经抽签"):
        live.draw(panel)
    with pytest.raises(DomainError, match="不能再增加"):
        live.plan_session(panel, 30)
    with pytest.raises(DomainError, match="不能删除"), db.unit():
        service.remove_session(
            actor=OFFICE, session_id=queries.sessions_of(panel.id)[0].id, now=clock.now()
        )


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"hours": -1}, "starts"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 601}, "minutes"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 51}, "capacity"),
        ({"room": "  "}, "room"),
    ],
)
def test_what_is_no_session_is_refused(app: Flask, over: dict[str, Any], field: str) -> None:
    panel = live.make_live_panel(1)
    with pytest.raises(DomainError) as refusal:
        live.plan_session(panel, **over)
    assert refusal.value.field == field


def test_a_room_holds_one_session_at_a_time(app: Flask) -> None:
    panel = live.make_live_panel(1)
    first = live.plan_session(panel, 24)
    live.plan_session(panel, 24.5)
    with pytest.raises(DomainError, match="同一场地已有另一场"):
        live.plan_session(panel, 24.25)
    live.plan_session(panel, 24.25, room="二号直播间")
    with pytest.raises(DomainError, match="同一场地已有另一场"):
        move(first, 24.25)
    with pytest.raises(DomainError) as refusal:
        move(first, 30, reason="")
    assert refusal.value.field == "reason"
    move(first, 30)
    with pytest.raises(DomainError, match="已经开始"):
        move(first, 50, now=clock.now() + timedelta(hours=31))


def test_products_until_the_session_begins(app: Flask) -> None:
    panel = live.make_live_panel(1)
    session = live.plan_session(panel)
    honey = live.add_product(session, "开化土蜂蜜")
    live.add_product(session, "常山胡柚")
    with pytest.raises(DomainError) as refusal:
        live.add_product(session, "常山胡柚")
    assert (refusal.value.message, refusal.value.field) == ("这一场已有同名产品", "name")
    with pytest.raises(DomainError) as refusal:
        live.add_product(session, "清水鱼", fen=0)
    assert refusal.value.field == "price"
    with db.unit():
        service.remove_product(
            actor=OFFICE, session_id=session.id, product_id=honey.id, now=clock.now()
        )
    found = queries.sessions_of(panel.id)[0].products
    assert [(one.position, one.name, one.price_fen) for one in found] == [(2, "常山胡柚", 3990)]
    later = clock.now() + timedelta(days=2)
    with pytest.raises(DomainError, match="已经开始"), db.unit():
        service.remove_product(
            actor=OFFICE, session_id=session.id, product_id=found[0].id, now=later
        )
    with pytest.raises(NotFound), db.unit():
        service.remove_product(
            actor=OFFICE, session_id=session.id, product_id=honey.id, now=clock.now()
        )


def test_only_livestream_panels_have_sessions(app: Flask) -> None:
    panel = judging.make_open_panel(entries=1)
    with pytest.raises(DomainError, match="不是直播赛事"):
        live.plan_session(panel)


def test_the_pages(sign_in: Person) -> None:
    panel = live.make_live_panel(2)
    desk = sign_in("contest_office")
    path = f"/office/panels/{panel.id}/sessions"
    desk.get(path)
    assert "还没有场次" in desk.text()
    starts = f"{clock.local(live.plan(24).starts):%Y-%m-%dT%H:%M}"
    typed = {"starts": starts, "minutes": "30", "room": "一号直播间", "capacity": "3"}
    desk.submit(f"{path}/new", expect=422, **typed | {"minutes": "半小时"})
    desk.submit(f"{path}/new", **typed)
    session = queries.sessions_of(panel.id)[0]
    goods = f"/office/live-sessions/{session.id}/products"
    product = {"name": "常山胡柚", "price": "39.90", "supplier": "青石合作社"}
    desk.submit(goods, expect=422, **product | {"price": "三十九"})
    desk.submit(goods, **product)
    desk.get(path)
    desk.send(f"{path}/draw")
    desk.get(f"/office/panels/{panel.id}/running-order")
    text = desk.text("section")
    assert [word in text for word in ("抖音 dy_01", "39.90", "抖音 dy_02")] == [True] * 3
    moved = {"starts": starts, "room": "大厅", "reason": "换到大厅"}
    desk.submit(f"/office/live-sessions/{session.id}/move", **moved)
    desk.get(path)
    assert "大厅" in desk.text()
    desk.get(goods)
    item = queries.sessions_of(panel.id)[0].products[0]
    desk.send(f"{goods}/{item.id}/remove")
    desk.get(goods)
    assert "还没有产品" in desk.text()
    chief = sign_in("chief_judge")
    assert chief.get(f"/office/panels/{panel.id}/running-order").status_code == 200
    assert chief.get(path).status_code == 403


def test_a_session_is_removed_with_its_products(sign_in: Person) -> None:
    panel = live.make_live_panel(1)
    session = live.plan_session(panel)
    live.add_product(session)
    desk = sign_in("contest_office")
    desk.get(f"/office/panels/{panel.id}/sessions")
    desk.send(f"/office/live-sessions/{session.id}/remove")
    assert queries.sessions_of(panel.id) == []
