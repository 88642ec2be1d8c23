"""Livestream contests for tests: accounts, sessions, files of figures, made through the services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contests.models import Contest, Entry, LiveProduct, LiveSession, Panel, PlatformAccount
from contests.services import live_sessions, platform_accounts
from core import clock
from core.access import Actor
from core.db import db
from tests.contests import factories, judging


def make_live_contest(**over: Any) -> Contest:
    """An announced livestream contest of one track."""
    values = {"name": "2026 年全国村播大赛", "tracks": "NH 农户主播", "divisions": "个人组"}
    return factories.make_contest(**{"preset": "livestream"} | values | over)


def account_wish(
    handle: str, platform: str = "douyin", nickname: str = "山里的王芳"
) -> platform_accounts.AccountWish:
    """An account as it is typed."""
    return platform_accounts.AccountWish(platform, handle, nickname)


def name_account(
    actor: Actor, entry: Entry, handle: str, platform: str = "douyin", **over: Any
) -> PlatformAccount:
    """An account that the leader names."""
    with db.unit():
        return platform_accounts.name_own_account(
            actor=actor,
            entry_id=entry.id,
            wish=account_wish(handle, platform, **over),
            now=clock.now(),
        )


def make_live_panel(
    entries: int = 3, *, accounts: bool = True, contest: Contest | None = None, start: int = 0
) -> Panel:
    """A panel of a livestream contest; each contestant has one 抖音 account: dy_<draw number>."""
    contest = contest or make_live_contest()
    people = judging.make_entries(contest, entries, start)
    panel = judging.make_panel(contest)
    if accounts:
        by_person = {one.person_id: one for one in people}
        for one in judging.performances_of(panel):
            name_account(by_person[one.entry.leader_id], one.entry, f"dy_{one.code}")
    return panel


def plan(hours: float = 24, **over: Any) -> live_sessions.SessionPlan:
    """Half an hour with three at once, so many hours from now."""
    values: dict[str, Any] = {
        "starts": (clock.now() + timedelta(hours=hours)).replace(second=0, microsecond=0),
        "minutes": 30,
        "room": "一号直播间",
        "capacity": 3,
    }
    return live_sessions.SessionPlan(**values | over)


def plan_session(panel: Panel, hours: float = 24, **over: Any) -> LiveSession:
    """A session of a panel."""
    with db.unit():
        return live_sessions.plan_session(
            actor=factories.OFFICE, panel_id=panel.id, plan=plan(hours, **over), now=clock.now()
        )


def draw(panel: Panel) -> list[LiveSession]:
    """The drawn order spread over the sessions."""
    with db.unit():
        return live_sessions.draw_sessions(
            actor=factories.OFFICE, panel_id=panel.id, now=clock.now()
        )


def add_product(session: LiveSession, name: str = "常山胡柚", **over: Any) -> LiveProduct:
    """A product of a session."""
    wish = live_sessions.ProductWish(
        name, over.get("fen", 3990), over.get("supplier", "青石合作社")
    )
    with db.unit():
        return live_sessions.add_product(
            actor=factories.OFFICE, session_id=session.id, wish=wish, now=clock.now()
        )
