"""A platform's figures against what the contest knows: accounts, window, orders, what is unusual. Pure.

What makes a figure wrong or somebody else's refuses the file; what is only unusual asks to look again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_high

from contests.metric_rows import Figures, MetricSheet, OrderList, figure
from contests.platforms import ACCOUNT, METRICS
from core.errors import FieldErrors
from core.money import yuan
from core.sheet_tables import Issue

SPIKE_TIMES, SPIKE_FIELD, RESTATED_TIMES = 10, 3, 2
SPIKED = ("paid", "orders", "viewers", "likes")


@dataclass(frozen=True)
class Window:
    """What a file covers: from, to, and up to when refunds are counted."""

    start: datetime
    end: datetime
    as_of: datetime


@dataclass(frozen=True)
class Context:
    """What the contest knows. `expected` and `elsewhere` name accounts by their key: who it is, or which
    other session it belongs to; `needed` are the metrics that the scoring reads; `before` are the figures
    of the version that counts now."""

    expected: Mapping[str, str]
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    needed: Collection[str] = ()
    before: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def check_window(window: Window, starts: datetime, minutes: int, now: datetime) -> None:
    """Refuse a window that reaches beyond its session, or refunds counted too early or in the future;
    FieldErrors."""
    ends, wrong = starts + timedelta(minutes=minutes), {}
    if window.end <= window.start:
        wrong["window_end"] = "统计结束时间要晚于开始时间"
    elif window.start < starts or window.end > ends:
        wrong["window_start"] = "统计时间超出了这一场的直播时间，会算进场外的成交，请按场次重新导出"
    if window.as_of < window.end:
        wrong["as_of"] = "退款统计截止时间不能早于统计结束时间"
    elif window.as_of > now:
        wrong["as_of"] = "退款统计截止时间不能晚于现在"
    if wrong:
        raise FieldErrors(wrong)


def covers_whole(window: Window, starts: datetime, minutes: int) -> bool:
    """Whether the window leaves nothing of the session out."""
    return window.start <= starts and window.end >= starts + timedelta(minutes=minutes)


def check(found: MetricSheet, context: Context, orders: OrderList | None = None) -> list[Issue]:
    """Everything that does not fit, by row."""
    issues = [*_whole_file(found, context)]
    for one in found.figures:
        issues += _row_issues(found, one, context)
        if orders is not None:
            issues += _against_orders(found, one, orders)
    if orders is not None:
        known = {one.key for one in found.figures}
        issues += [
            Issue(orders.sheet, 0, "账号", "E_ORDERS", f"订单明细里的账号“{key}”不在数据文件里")
            for key in orders.accounts
            if key not in known
        ]
    return issues + [*_spikes(found)]


def _whole_file(found: MetricSheet, context: Context) -> Iterator[Issue]:
    for key in context.needed:
        if key != "net_gmv" and key not in found.columns:
            title = METRICS[key].title
            yield Issue(found.sheet, 0, title, "E_COLUMN", f"评分要用“{title}”，文件里没有这一列")
    present = {one.key for one in found.figures}
    for key, who in context.expected.items():
        if key in present:
            continue
        if key in context.before:
            text = f"{who} 的账号在上一版有数据，这个文件里没有"
            yield Issue(found.sheet, 0, "账号", "E_GONE", text)
        else:
            text = f"{who} 的账号没有数据；写入后这位选手的成绩仍然缺项"
            yield Issue(found.sheet, 0, "账号", "W_MISSING", text)


def _row_issues(found: MetricSheet, one: Figures, context: Context) -> Iterator[Issue]:
    def told(key: str, code: str, text: str) -> Issue:
        title = METRICS[key].title if key in METRICS else "账号"
        return Issue(found.sheet, one.row, title, code, text)

    if one.key in context.elsewhere:
        where = context.elsewhere[one.key]
        yield told(ACCOUNT, "E_OTHER", f"账号“{one.handle}”排在{where}，不属于这一场")
    elif one.key not in context.expected:
        yield told(
            ACCOUNT, "E_UNKNOWN", f"账号“{one.handle}”没有登记，请核对登记的账号或删去这一行"
        )
    for key in context.needed:
        if key in found.columns and key not in one.values:
            yield told(key, "E_REQ", f"评分要用{METRICS[key].title}，这一行没有；确实没有的请填 0")
    orders, viewers = one.values.get("orders", 0), one.values.get("viewers", 0)
    if orders > viewers:
        yield told("orders", "W_ORDERS", f"订单 {orders} 笔多于观看人数 {viewers}，请核对有无刷单")
    before = context.before.get(one.key, {})
    for key in SPIKED:
        if 0 < RESTATED_TIMES * before.get(key, 0) < one.values.get(key, 0):
            text = f"{figure(key, one.values[key])}，上一版是 {figure(key, before[key])}，请核对"
            yield told(key, "W_RESTATED", f"{METRICS[key].title}{text}")


def _against_orders(found: MetricSheet, one: Figures, orders: OrderList) -> Iterator[Issue]:
    listed = orders.accounts.get(one.key)
    count, paid = (listed.count, listed.paid) if listed else (0, 0)
    if one.values.get("orders", 0) != count:
        text = f"数据文件有 {one.values.get('orders', 0)} 笔订单，订单明细有 {count} 笔"
        yield Issue(found.sheet, one.row, "订单数", "E_ORDERS", text)
    if one.values.get("paid", 0) != paid:
        text = f"数据文件支付 {yuan(one.values.get('paid', 0))} 元，订单明细合计 {yuan(paid)} 元"
        yield Issue(found.sheet, one.row, "支付金额", "E_ORDERS", text)
    refunded = listed.refunded if listed else None
    if refunded is not None and one.values.get("refunded", 0) != refunded:
        text = f"数据文件退款 {yuan(one.values.get('refunded', 0))} 元，订单明细合计 {yuan(refunded)} 元"
        yield Issue(found.sheet, one.row, "退款金额", "E_ORDERS", text)


def _spikes(found: MetricSheet) -> Iterator[Issue]:
    """Figures many times the middle one of the file; a hint, never a verdict."""
    if len(found.figures) < SPIKE_FIELD:
        return
    for key in SPIKED:
        middle = median_high(one.values.get(key, 0) for one in found.figures)
        for one in found.figures:
            value = one.values.get(key, 0)
            if middle and value > SPIKE_TIMES * middle:
                text = f"{METRICS[key].title}{figure(key, value)}，超过本文件中位数 {SPIKE_TIMES} 倍，请核对"
                yield Issue(found.sheet, one.row, METRICS[key].title, "W_SPIKE", text)
