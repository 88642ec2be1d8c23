"""From accounts to given values: sums over all accounts, never over some."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.metric_feed import wanted

FIRST = {"net_gmv": 540000, "orders": 50, "avg_viewers": 35500}
SECOND = {"net_gmv": 1, "orders": 3, "avg_viewers": 1000}


@pytest.mark.parametrize(
    ("accounts", "void", "expected"),
    [
        ([FIRST], False, {"net_gmv": 5400000, "orders": 50000, "avg_viewers": 35500}),
        ([FIRST, SECOND], False, {"net_gmv": 5400010, "orders": 53000, "avg_viewers": 36500}),
        ([FIRST, None], False, {}),
        ([None], False, {}),
        ([], False, {}),
        ([FIRST, {"orders": 1}], False, {"orders": 51000}),
        ([FIRST, None], True, {"net_gmv": None, "orders": None, "avg_viewers": None}),
    ],
)
def test_values_of_a_performance(
    accounts: list[Mapping[str, int] | None], void: bool, expected: dict[str, int | None]
) -> None:
    assert wanted(("net_gmv", "orders", "avg_viewers"), accounts, void=void) == expected


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=5), st.integers(0, 5))
def test_a_missing_account_never_counts_as_nothing(sums: list[int], hole: int) -> None:
    accounts: list[Mapping[str, int] | None] = [{"net_gmv": one} for one in sums]
    assert wanted(("net_gmv",), accounts, void=False) == {"net_gmv": sum(sums) * 10}
    accounts.insert(min(hole, len(accounts)), None)
    assert wanted(("net_gmv",), accounts, void=False) == {}
