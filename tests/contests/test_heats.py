"""Heats: even, complete, in drawn order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.heats import distribute, overlap, sizes
from core.errors import DomainError

NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "capacities", "expected"),
    [
        (7, [3, 3, 3], [3, 2, 2]),
        (9, [3, 3, 3], [3, 3, 3]),
        (4, [3, 3], [2, 2]),
        (5, [1, 4, 4], [1, 2, 2]),
        (2, [3, 3, 3], [1, 1, 0]),
        (0, [3], [0]),
        (0, [], []),
    ],
)
def test_sessions_are_filled_evenly(count: int, capacities: list[int], expected: list[int]) -> None:
    assert sizes(count, capacities) == expected


def test_too_many_contestants_are_refused() -> None:
    with pytest.raises(DomainError, match="有 7 名选手，全部场次只能排 6 名"):
        sizes(7, [3, 3])


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=8).flatmap(
        lambda rooms: st.tuples(st.just(rooms), st.integers(0, sum(rooms)))
    )
)
def test_everybody_is_live_once_in_drawn_order(case: tuple[list[int], int]) -> None:
    rooms, count = case
    heats = distribute(range(count), rooms)
    assert [one for heat in heats for one in heat] == list(range(count))
    found = [len(heat) for heat in heats]
    assert all(size <= room for size, room in zip(found, rooms, strict=True))
    open_ones = [size for size, room in zip(found, rooms, strict=True) if size < room]
    assert all(max(found) - size <= 1 for size in open_ones)


@pytest.mark.parametrize(
    ("later", "minutes", "shared"),
    [(30, 30, False), (29, 30, True), (-30, 30, False), (-29, 30, True), (0, 1, True)],
)
def test_one_may_begin_when_the_other_ends(later: int, minutes: int, shared: bool) -> None:
    assert overlap(NOON, 30, NOON + timedelta(minutes=later), minutes) is shared
