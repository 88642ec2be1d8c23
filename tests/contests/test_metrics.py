"""Files of figures: checked, written once as versions, passed on to the scoring."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests.models import GivenValue, LiveSession, MetricValue
from contests.queries import grounds
from contests.queries import metrics as queries
from contests.queries import results as run_queries
from contests.services import givens, platform_accounts, results
from contests.services.givens import DECLARED_VOID, given_field
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, FieldErrors, NotFound
from tests.contests import judging, live
from tests.contests.factories import OFFICE
from tests.pages import Person

USUAL = {"net_gmv": 5400000, "avg_viewers": 100500, "likes": 3000000}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def issues(file: object) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in file.report["issues"]]  # type: ignore[attr-defined]


@pytest.fixture
def session(app: Flask) -> LiveSession:
    return live.make_drawn()


def test_a_file_becomes_given_values(session: LiveSession) -> None:
    file = live.bring(session, live.figures())
    assert (file.version, file.state, file.counts) == (
        1,
        "applied",
        {"rows": 3, "accounts": 3, "errors": 0, "warnings": 0},
    )
    assert live.values_in(session) == {
        f"0{one}": USUAL | {"orders": (50 + one) * 1000} for one in (1, 2, 3)
    }
    first = db.session.scalars(select(GivenValue)).first()
    assert first is not None
    assert (first.version, first.reason) == (1, "抖音数据第 1 版")


def test_the_same_file_again_changes_nothing(session: LiveSession) -> None:
    file = live.bring(session, live.figures())
    values, figures = count(GivenValue), count(MetricValue)
    again = live.upload(session, live.figures(), as_of=clock.now() - timedelta(minutes=30))
    assert (again.id, again.as_of) == (file.id, file.as_of)
    live.apply(again)
    assert (count(GivenValue), count(MetricValue)) == (values, figures)
    assert len(queries.files_of(session.id)) == 1


def test_a_checked_file_may_be_stated_anew(session: LiveSession) -> None:
    first = live.upload(session, live.figures(2))
    later = clock.now() - timedelta(minutes=30)
    again = live.upload(session, live.figures(2), as_of=later)
    assert (again.id, again.as_of) == (first.id, later)
    assert issues(again) == [(0, "W_MISSING")]
    assert count(MetricValue) == 0


def test_all_rows_or_none(session: LiveSession) -> None:
    data = live.csv(live.usual(1, paid="1.2万"), live.usual(2), live.usual(9), live.usual(3))
    file = live.upload(session, data)
    assert issues(file) == [(2, "E_NUMBER"), (4, "E_UNKNOWN"), (0, "W_MISSING")]
    with pytest.raises(DomainError, match="没有写入任何数据"):
        live.apply(file)
    assert (count(MetricValue), count(GivenValue)) == (0, 0)


def test_warnings_must_be_seen(session: LiveSession) -> None:
    file = live.upload(session, live.figures(viewers="50"))
    assert issues(file) == [(2, "W_ORDERS")]
    with pytest.raises(DomainError) as refusal:
        live.apply(file, seen=False)
    assert refusal.value.field == "warnings_seen"
    assert live.apply(file).version == 1


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"start": timedelta(minutes=-1)}, "window_start"),
        ({"end": timedelta(minutes=31)}, "window_start"),
        ({"end": timedelta(0)}, "window_end"),
        ({"as_of": timedelta(minutes=29)}, "as_of"),
        ({"as_of": timedelta(hours=11)}, "as_of"),
    ],
)
def test_the_window_belongs_to_the_session(
    session: LiveSession, over: dict[str, timedelta], field: str
) -> None:
    moments = {name: session.starts + shift for name, shift in over.items()}
    with pytest.raises(FieldErrors) as refusal:
        live.upload(session, live.figures(), **moments)
    assert list(refusal.value.errors) == [field]


def test_a_window_that_leaves_something_out_is_told(session: LiveSession) -> None:
    file = live.upload(session, live.figures(), start=session.starts + timedelta(minutes=5))
    assert issues(file) == [(0, "W_WINDOW")]


def test_accounts_of_another_session_are_named(app: Flask) -> None:
    panel = live.make_live_panel(4, contest=live.make_live_contest(preset="livestream_sales"))
    live.plan_session(panel, -10)
    live.plan_session(panel, -9)
    first, _ = live.draw(panel)
    file = live.upload(first, live.figures(3))
    assert [one["text"] for one in file.report["issues"]] == [
        "账号“dy_03”排在第 2 场，不属于这一场"
    ]


def test_the_list_of_orders_is_compared(session: LiveSession) -> None:
    data = live.csv(live.usual(1, paid="79.80", refunded="39.90", orders="2"))
    head = "订单号,抖音号,实付金额,退款金额"
    right = live.csv("A1,dy_01,39.90,39.90", "A2,dy_01,39.90,0", head=head)
    file = live.upload(session, data, orders=right)
    assert issues(file) == [(0, "W_MISSING"), (0, "W_MISSING")]
    wrong = live.csv("A1,dy_01,39.90,39.90", head=head)
    file = live.upload(session, data, orders=wrong)
    assert [one[1] for one in issues(file)][:2] == ["E_ORDERS", "E_ORDERS"]
    with pytest.raises(DomainError) as refusal:
        live.upload(session, data, orders=b"a,b\n1,2")
    assert refusal.value.field == "orders"


def test_a_column_that_the_scoring_needs(session: LiveSession) -> None:
    head = live.HEAD.rpartition(",")[0]
    lines = [live.usual(one).rpartition(",")[0] for one in (1, 2, 3)]
    file = live.upload(session, live.csv(*lines, head=head))
    assert [one["text"] for one in file.report["issues"]] == ["评分要用“点赞数”，文件里没有这一列"]


def test_a_restatement_is_a_new_version(session: LiveSession) -> None:
    live.bring(session, live.figures(), as_of=clock.now() - timedelta(hours=3))
    second = live.bring(session, live.figures(refunded="1600"))
    assert second.version == 2
    assert live.values_in(session)["01"]["net_gmv"] == 4400000
    history = queries.value_history([one.performance_id for one in session.slots])
    first = next(one for one in session.slots if one.performance.code == "01").performance_id
    assert [
        (one.version, one.milli, one.reason) for one in history[first] if one.key == "net_gmv"
    ] == [(2, 4400000, "抖音数据第 2 版"), (1, 5400000, "抖音数据第 1 版")]
    assert count(GivenValue) == 13


def test_a_restatement_neither_goes_back_nor_leaves_anybody_out(session: LiveSession) -> None:
    live.bring(session, live.figures())
    older = live.upload(session, live.figures(refunded="1"), as_of=clock.now() - timedelta(hours=3))
    assert issues(older) == [(0, "E_OLDER")]
    fewer = live.upload(session, live.figures(2))
    assert issues(fewer) == [(0, "E_GONE")]


def test_values_wait_for_all_accounts_of_an_entry(app: Flask) -> None:
    contest = live.make_live_contest(preset="livestream_sales")
    panel = live.make_live_panel(1, contest=contest)
    entry = judging.performances_of(panel)[0].entry
    wish = live.account_wish("ks_01", "kuaishou")
    with db.unit():
        platform_accounts.name_account(
            actor=OFFICE, entry_id=entry.id, wish=wish, reason="", now=clock.now()
        )
    live.plan_session(panel, -10)
    session = live.draw(panel)[0]
    live.bring(session, live.figures(1))
    assert live.values_in(session) == {}
    head = "快手号,快手昵称,支付金额,退款金额,支付订单数,观看人数,平均在线人数,点赞数"
    data = live.csv(live.usual(1, handle="ks_01"), head=head)
    live.bring(session, data, platform="kuaishou")
    assert live.values_in(session) == {
        "01": {key: 2 * value for key, value in USUAL.items()} | {"orders": 102000}
    }


def test_an_account_with_figures_is_not_replaced(session: LiveSession) -> None:
    live.bring(session, live.figures())
    entry = session.slots[0].performance.entry
    account = live.accounts(entry)[0]
    with pytest.raises(DomainError, match="已有平台数据"), db.unit():
        platform_accounts.replace_account(
            actor=OFFICE,
            account_id=account.id,
            wish=live.account_wish("new"),
            reason="平台封停账号",
            now=clock.now(),
        )


def test_only_office_and_clerk_bring_files(session: LiveSession) -> None:
    chief = Actor(None, None, None, "钱裁判长", (Grant("chief_judge"),))
    clerk = Actor(None, None, None, "占录分员", (Grant("score_clerk"),))
    with pytest.raises(NotFound):
        live.upload(session, live.figures(), actor=chief)
    file = live.upload(session, live.figures(), actor=clerk)
    elsewhere = Actor(None, None, None, "外地", (Grant("contest_office", "contest", "x"),))
    with pytest.raises(NotFound):
        live.apply(file, actor=elsewhere)
    assert live.apply(file, actor=clerk).applied_by == "占录分员"


def test_the_draw_comes_first(app: Flask) -> None:
    panel = live.make_live_panel(1)
    session = live.plan_session(panel, -10)
    with pytest.raises(DomainError, match="还没有排定选手"):
        live.upload(session, live.figures(1))


def test_a_restatement_makes_a_run_stale_and_leads_to_a_new_one(session: LiveSession) -> None:
    live.bring(session, live.figures(), as_of=clock.now() - timedelta(hours=3))
    live.judged(session)
    first = judging.compute(session.panel)
    assert [one.total_milli is None for one in first.lines] == [False] * 3
    assert grounds.staleness_of(run_queries.run_of(first.id)) == ""
    live.bring(session, live.figures(refunded="5500"))
    stale = grounds.staleness_of(run_queries.run_of(first.id))
    assert stale == "计算之后分数有改动，请重新计算"
    chief = judging.known("钱裁判长", "chief_judge")
    with pytest.raises(DomainError, match="不能签字"), db.unit():
        results.sign_run(actor=chief, run_id=first.id, now=clock.now())
    second = judging.compute(session.panel)
    assert (first.seq, second.seq) == (1, 2)
    old, new = (
        next(one.total_milli for one in run.lines if one.code == "01") for run in (first, second)
    )
    assert new < old
    assert results.verify_run(second.id).same


def test_typed_values_do_not_lift_a_ruling(session: LiveSession) -> None:
    live.bring(session, live.figures())
    live.declare_void(session, "01")
    performance = next(one for one in judging.performances_of(session.panel) if one.code == "01")
    typed = {(performance.id, "net_gmv"): "100"}
    with pytest.raises(FieldErrors) as refusal, db.unit():
        givens.enter_givens(
            actor=OFFICE,
            panel_id=session.panel_id,
            typed=typed,
            reason="更正录入",
            now=clock.now(),
        )
    assert refusal.value.errors[given_field(performance.entry_id, "net_gmv")] == DECLARED_VOID


def test_the_pages(sign_in: Person, session: LiveSession) -> None:
    desk = sign_in("contest_office")
    path = f"/office/live-sessions/{session.id}/metrics"
    desk.get(path)
    assert "还没有导入数据文件" in desk.text()
    desk.get(f"{path}/new")
    times = {
        name: f"{clock.local(moment):%Y-%m-%dT%H:%M}"
        for name, moment in (
            ("window_start", session.starts),
            ("window_end", session.starts + timedelta(minutes=30)),
            ("as_of", clock.now() - timedelta(hours=1)),
        )
    }
    typed = {"platform": "douyin", "exporter": "钱操作员", **times}
    desk.submit(f"{path}/new", expect=422, **typed, file=live.attached(b"not,a,metric\n1,2,3"))
    answer = desk.submit(f"{path}/new", **typed, file=live.attached(live.figures(viewers="50")))
    desk.get(answer.location)
    assert "错误 0 处，提醒 1 处" in desk.text()
    desk.send(answer.location, expect=422)
    desk.submit(answer.location, warnings_seen="y")
    desk.get(path)
    assert "第 1 版（现用）" in desk.text()
    assert "5,400.00 元" in desk.text()
    again = desk.submit(f"{path}/new", **typed, file=live.attached(live.figures(viewers="50")))
    desk.get(again.location)
    assert "没有改动任何数据" in desk.text()
    chief = sign_in("chief_judge")
    assert chief.get(path).status_code == 200
    assert chief.get(f"{path}/new").status_code == 403
