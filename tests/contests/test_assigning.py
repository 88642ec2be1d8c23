"""Partial crossing: k judges for each performance."""

from __future__ import annotations

import time
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.assigning import Pair, assign, components, figures
from core.errors import DomainError


def names(head: str, count: int) -> list[str]:
    return [f"{head}{number:03d}" for number in range(1, count + 1)]


def plan_of(
    performances: int, judges: int, each: int, forbidden: Collection[Pair] = (), seed: str = "衢州"
) -> dict[str, tuple[str, ...]]:
    return assign(
        names("P", performances), names("J", judges), each, forbidden=forbidden, seed=seed
    )


@pytest.mark.parametrize(
    ("performances", "judges", "each", "least", "most", "parts"),
    [
        (300, 30, 5, 50, 50, 1),
        (60, 12, 5, 25, 25, 1),
        (7, 5, 3, 4, 5, 1),
        (4, 4, 4, 4, 4, 1),
        (3, 7, 3, 1, 2, 1),
        (2, 6, 3, 1, 1, 2),  # six places can only be two islands of three
        (4, 2, 1, 2, 2, 2),  # alone nobody is compared with anybody
        (1, 9, 5, 0, 1, 1),
        (0, 3, 2, 0, 0, 0),
    ],
)
def test_loads_are_even_and_all_hang_together_where_that_can_be(
    performances: int, judges: int, each: int, least: int, most: int, parts: int
) -> None:
    found = figures(plan_of(performances, judges, each), names("J", judges))
    assert (found.load_least, found.load_most, found.components) == (least, most, parts)


def test_three_hundred_entries_take_less_than_a_second_and_meetings_are_even() -> None:
    began = time.process_time()
    found = figures(plan_of(300, 30, 5), names("J", 30))
    assert time.process_time() - began < 1
    # 3,000 meetings over 435 pairs of judges are 6.9 on average.
    assert (found.common_least, found.common_most) == (5, 8)


def test_nobody_gets_what_is_forbidden_and_the_others_share_it_evenly() -> None:
    forbidden = {(f"P{number:03d}", "J001") for number in range(1, 9)}
    plan = plan_of(10, 5, 2, forbidden)
    assert [one for one, judges in plan.items() if "J001" in judges] == ["P009", "P010"]
    loads = figures(plan, names("J", 5)).loads
    assert sorted(loads.values()) == [2, 4, 4, 5, 5]


def test_a_chain_relieves_a_judge_who_shares_nothing_with_the_idle_one() -> None:
    # J1 may judge all, J2 only P1 and P2, J3 only P1: greedy choices must be undone along a chain.
    judges, performances = ["J1", "J2", "J3"], ["P1", "P2", "P3"]
    allowed = {("P1", "J1"), ("P2", "J1"), ("P3", "J1"), ("P1", "J2"), ("P2", "J2"), ("P1", "J3")}
    forbidden = {(p, j) for p in performances for j in judges} - allowed
    for seed in "abcdef":
        plan = assign(performances, judges, 1, forbidden=forbidden, seed=seed)
        assert plan == {"P1": ("J3",), "P2": ("J2",), "P3": ("J1",)}


def test_islands_are_joined() -> None:
    # Two groups of judges who may each judge all: whatever is dealt, one part comes out.
    for seed in "abcdefgh":
        plan = plan_of(4, 4, 2, seed=seed)
        assert len(components(plan)) == 1


def test_another_seed_is_another_plan_and_the_same_one_is_the_same() -> None:
    assert plan_of(20, 8, 3) == plan_of(20, 8, 3)
    assert plan_of(20, 8, 3) != plan_of(20, 8, 3, seed="另一个")


@pytest.mark.parametrize(
    ("judges", "each", "forbidden", "told"),
    [
        (2, 3, (), "每个项目要 3 名评委：P001 号只有 2 名可以评；P002 号只有 2 名可以评"),
        (3, 0, (), "每个项目至少要由 1 名评委评分"),
        (
            3, 3, {("P002", "J001"), ("P002", "J003")},
            "每个项目要 3 名评委：P002 号只有 1 名可以评（2 名须回避）",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(
    judges: int, each: int, forbidden: Collection[Pair], told: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        plan_of(2, judges, each, forbidden)
    assert refusal.value.message == told


def test_only_the_first_five_are_named() -> None:
    with pytest.raises(DomainError, match="P005 号只有 1 名可以评；另有 2 个项目也不够$"):
        plan_of(7, 1, 2)


@st.composite
def fields(draw: st.DrawFn) -> tuple[list[str], list[str], int, set[Pair], str]:
    performances, judges = names("P", draw(st.integers(1, 9))), names("J", draw(st.integers(1, 7)))
    each = draw(st.integers(1, len(judges)))
    pairs = [(one, judge) for one in performances for judge in judges]
    forbidden = set(draw(st.lists(st.sampled_from(pairs), max_size=8)))
    return performances, judges, each, forbidden, draw(st.sampled_from("abc"))


@given(fields(), st.randoms(use_true_random=False))
def test_every_plan_keeps_the_rules(
    field: tuple[list[str], list[str], int, set[Pair], str], chance: object
) -> None:
    performances, judges, each, forbidden, seed = field
    short = any(
        sum((one, judge) not in forbidden for judge in judges) < each for one in performances
    )
    if short:
        with pytest.raises(DomainError):
            assign(performances, judges, each, forbidden=forbidden, seed=seed)
        return
    plan = assign(performances, judges, each, forbidden=forbidden, seed=seed)
    assert {len(set(found)) for found in plan.values()} == {each}
    assert not {(one, judge) for one, found in plan.items() for judge in found} & forbidden
    mixed, others = performances[:], judges[:]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    chance.shuffle(others)  # type: ignore[attr-defined]
    again = assign(mixed, others, each, forbidden=forbidden, seed=seed)
    assert {one: set(found) for one, found in again.items()} == {
        one: set(found) for one, found in plan.items()
    }
    found = figures(plan, judges)
    if not forbidden:
        loaded = sum(load > 0 for load in found.loads.values())
        places = len(performances) * each
        assert found.load_most - found.load_least <= 1
        assert (found.components == 1) == (places >= len(performances) + loaded - 1)
