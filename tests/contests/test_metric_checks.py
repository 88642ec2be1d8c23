"""Figures against accounts, window, orders, the field and the version before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contests.metric_checks import Context, Window, check, check_window, covers_whole
from contests.metric_rows import Figures, MetricSheet, OrderList, Orders
from core.errors import FieldErrors

NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)
COLUMNS = frozenset({"paid", "refunded", "orders", "viewers"})
USUAL = {"paid": 10000, "refunded": 0, "net_gmv": 10000, "orders": 10, "viewers": 100}


def row(number: int, key: str, **over: int) -> Figures:
    return Figures(number, key, key, "", USUAL | over)


def found(*figures: Figures) -> MetricSheet:
    return MetricSheet("明细", figures, (), (), COLUMNS, len(figures))


def told(sheet: MetricSheet, orders: OrderList | None = None, **over: Any) -> list[tuple[int, str]]:
    known = {one.key: f"{one.key} 号" for one in sheet.figures}
    context = Context(**{"expected": known} | over)
    return [(one.row, one.code) for one in check(sheet, context, orders)]


@pytest.mark.parametrize(
    ("rows", "over", "expected"),
    [
        ([row(3, "a"), row(4, "b")], {}, []),
        ([row(3, "a"), row(4, "b")], {"expected": {"a": "01 号"}}, [(4, "E_UNKNOWN")]),
        (
            [row(3, "a"), row(4, "b")],
            {"expected": {"a": "01 号"}, "elsewhere": {"b": "第 2 场"}},
            [(4, "E_OTHER")],
        ),
        ([row(3, "a")], {"expected": {"a": "01 号", "b": "02 号"}}, [(0, "W_MISSING")]),
        (
            [row(3, "a")],
            {"expected": {"a": "01 号", "b": "02 号"}, "before": {"b": USUAL}},
            [(0, "E_GONE")],
        ),
        ([row(3, "a", orders=101)], {}, [(3, "W_ORDERS")]),
        ([row(3, "a", orders=100)], {}, []),
        ([row(3, "a")], {"needed": ("net_gmv", "likes")}, [(0, "E_COLUMN")]),
        ([row(3, "a", paid=20001)], {"before": {"a": USUAL}}, [(3, "W_RESTATED")]),
        ([row(3, "a", paid=20000)], {"before": {"a": USUAL}}, []),
        ([row(3, "a"), row(4, "b"), row(5, "c", paid=100001)], {}, [(5, "W_SPIKE")]),
        ([row(3, "a"), row(4, "b"), row(5, "c", paid=100000)], {}, []),
        ([row(3, "a"), row(5, "c", paid=900001)], {}, []),
    ],
)
def test_what_does_not_fit(
    rows: list[Figures], over: dict[str, Any], expected: list[tuple[int, str]]
) -> None:
    assert told(found(*rows), **over) == expected


def test_a_needed_figure_must_stand_in_each_row() -> None:
    bare = Figures(3, "a", "a", "", {"paid": 1, "refunded": 0, "net_gmv": 1, "orders": 0})
    assert told(found(bare), needed=("viewers",)) == [(3, "E_REQ")]


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ({"a": Orders(10, 10000, 0)}, []),
        ({"a": Orders(10, 10000)}, []),
        ({"a": Orders(9, 10000)}, [(3, "E_ORDERS")]),
        ({"a": Orders(10, 9999)}, [(3, "E_ORDERS")]),
        ({"a": Orders(10, 10000, 1)}, [(3, "E_ORDERS")]),
        ({}, [(3, "E_ORDERS"), (3, "E_ORDERS")]),
        ({"a": Orders(10, 10000), "x": Orders(1, 1)}, [(0, "E_ORDERS")]),
    ],
)
def test_the_orders_must_add_up(
    accounts: dict[str, Orders], expected: list[tuple[int, str]]
) -> None:
    assert told(found(row(3, "a")), OrderList("订单", accounts, ())) == expected


@pytest.mark.parametrize(
    ("start", "end", "as_of", "fields"),
    [
        (0, 30, 30, []),
        (5, 25, 600, []),
        (-1, 30, 30, ["window_start"]),
        (0, 31, 31, ["window_start"]),
        (30, 30, 30, ["window_end"]),
        (0, 30, 29, ["as_of"]),
        (0, 30, 10081, ["as_of"]),
        (-1, 30, 29, ["window_start", "as_of"]),
    ],
)
def test_the_window_lies_within_the_session(
    start: int, end: int, as_of: int, fields: list[str]
) -> None:
    window = Window(*(NOON + timedelta(minutes=one) for one in (start, end, as_of)))
    now = NOON + timedelta(days=7)
    if not fields:
        check_window(window, NOON, 30, now)
        return
    with pytest.raises(FieldErrors) as refusal:
        check_window(window, NOON, 30, now)
    assert list(refusal.value.errors) == fields


def test_a_window_that_leaves_something_out() -> None:
    whole = Window(NOON, NOON + timedelta(minutes=30), NOON)
    assert covers_whole(whole, NOON, 30)
    assert not covers_whole(whole, NOON, 31)
    assert not covers_whole(whole, NOON - timedelta(minutes=1), 30)
