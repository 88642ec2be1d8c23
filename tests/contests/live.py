"""Livestream contests for tests: accounts, sessions, files of figures, made through the services."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import current_app

from contests.metric_checks import Window
from contests.models import (
    Contest,
    Entry,
    LiveProduct,
    LiveSession,
    MetricFile,
    MetricRuling,
    Panel,
    PlatformAccount,
)
from contests.queries import livestream as live_queries
from contests.queries.panels import givens_of
from contests.services import (
    chairing,
    live_sessions,
    metrics,
    panels,
    platform_accounts,
    rulings,
)
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
    """A session of a panel; planned well before if it is over already."""
    now = clock.now() + timedelta(hours=min(0, hours - 1)) if hours < -1 else clock.now()
    with db.unit():
        return live_sessions.plan_session(
            actor=factories.OFFICE, panel_id=panel.id, plan=plan(hours, **over), now=now
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


HEAD = "抖音号,昵称,支付金额,退款金额,订单数,观看人数,平均在线人数,点赞次数"


def make_drawn(
    entries: int = 3, *, preset: str = "livestream_sales", start: int = 0
) -> LiveSession:
    """One session of ten hours ago with all contestants of a panel."""
    contest = make_live_contest(preset=preset)
    panel = make_live_panel(entries, contest=contest, start=start)
    plan_session(panel, -10)
    return draw(panel)[0]


def csv(*lines: str, head: str = HEAD) -> bytes:
    """A file of figures."""
    return "\n".join([head, *lines]).encode()


def usual(place: int, **over: str) -> str:
    """The figures of one account: 6,000.00 paid, a tenth of it refunded."""
    values = {
        "handle": f"dy_{place:02d}",
        "nickname": "主播",
        "paid": "6000",
        "refunded": "600",
        "orders": str(50 + place),
        "viewers": "1200",
        "average": "100.5",
        "likes": "3000",
    }
    return ",".join((values | over).values())


def figures(count: int = 3, **over: str) -> bytes:
    """The usual file for some accounts; `over` for the first."""
    return csv(*[usual(one, **(over if one == 1 else {})) for one in range(1, count + 1)])


def window(session: LiveSession, **over: Any) -> Window:
    """The whole session, refunds up to an hour ago."""
    ends = session.starts + timedelta(minutes=session.minutes)
    values = {"start": session.starts, "end": ends, "as_of": clock.now() - timedelta(hours=1)}
    return Window(**values | over)


def upload(
    session: LiveSession,
    data: bytes,
    *,
    orders: bytes | None = None,
    actor: Actor = factories.OFFICE,
    **over: Any,
) -> MetricFile:
    """A file that was checked."""
    platform = over.pop("platform", "douyin")
    found = metrics.read_upload(
        platform=platform,
        file=(data, "数据.csv"),
        orders=(orders, "订单.csv") if orders else None,
        root=current_app.extensions["settings"].files,
    )
    stated = metrics.Stated(platform, window(session, **over), "钱操作员")
    with db.unit():
        return metrics.keep_check(
            actor=actor, session_id=session.id, stated=stated, upload=found, now=clock.now()
        )


def apply(file: MetricFile, *, seen: bool = True, actor: Actor = factories.OFFICE) -> MetricFile:
    """Write a checked file."""
    found = metrics.read_again(file=file, root=current_app.extensions["settings"].files)
    with db.unit():
        return metrics.apply_file(
            actor=actor, file_id=file.id, upload=found, warnings_seen=seen, now=clock.now()
        )


def bring(session: LiveSession, data: bytes, **over: Any) -> MetricFile:
    """Upload and write."""
    return apply(upload(session, data, **over))


def values_in(session: LiveSession) -> dict[str, dict[str, int | None]]:
    """The given values that count, by code and key."""
    panel = db.session.get_one(Panel, session.panel_id)
    codes = {one.id: one.code for one in panel.performances}
    found: dict[str, dict[str, int | None]] = {}
    for (performance_id, key), value in givens_of([panel.id]).items():
        found.setdefault(codes[performance_id], {})[key] = value.milli
    return found


def accounts(entry: Entry) -> list[PlatformAccount]:
    """The accounts of an entry that count."""
    return live_queries.accounts_of([entry.id])[entry.id]


def account_of(session: LiveSession, code: str) -> PlatformAccount:
    """The first account of whoever has this draw number."""
    panel = db.session.get_one(Panel, session.panel_id)
    return accounts(next(one.entry for one in panel.performances if one.code == code))[0]


def declare_void(session: LiveSession, code: str) -> None:
    """The office says that figures are void, the supervisor agrees."""
    supervisor = judging.known("孔监督", "supervisor")
    said = propose_void(account_of(session, code))
    with db.unit():
        rulings.second(actor=supervisor, ruling_id=said.id, now=clock.now())


def attached(data: bytes) -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return BytesIO(data), "数据.csv"


def judged(session: LiveSession) -> None:
    """The panel of a session marked and closed."""
    panel = session.panel
    judging.seat_judges(panel, 5)
    with db.unit():
        panels.open_panel(actor=factories.OFFICE, panel_id=panel.id, now=clock.now())
    for performance in judging.performances_of(panel):
        for seat in judging.seats_of(panel):
            judging.mark_sheet(seat, performance, judging.texts(seat))
            judging.confirm(seat, performance)
    chief = judging.known("钱裁判长", "chief_judge")
    with db.unit():
        chairing.close_panel(actor=chief, panel_id=panel.id, now=clock.now())


def sell(session: LiveSession) -> LiveProduct:
    """A product that was put on the list before the session began."""
    wish = live_sessions.ProductWish("常山胡柚", 3990, "青石合作社")
    with db.unit():
        return live_sessions.add_product(
            actor=factories.OFFICE,
            session_id=session.id,
            wish=wish,
            now=session.starts - timedelta(hours=1),
        )


def propose_void(account: PlatformAccount) -> MetricRuling:
    """The office says that figures are void; nobody has agreed yet."""
    office = judging.known("周主任", "contest_office")
    with db.unit():
        return rulings.propose(
            actor=office,
            account_id=account.id,
            kind="void",
            reason="平台风控通报异常订单",
            now=clock.now(),
        )
