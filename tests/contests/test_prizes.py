"""Medals with tolerance, and prizes by place, quota, share, field and floor."""

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.prizes import Medals, Placed, Prize, medals, prizes

CASES = tomllib.loads((Path(__file__).parent / "cases" / "scoring.toml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["medals"][0]["cases"], ids=lambda case: str(case["points"]))
def test_tolerance_medals(case):
    points = [(str(n), Fraction(value)) for n, value in enumerate(case["points"])]
    won = medals(points, Medals(Fraction(2), Fraction(700)), len(points))
    assert [won[entry] for entry, _ in points] == case["medals"]


MEDALS = [
    # three golds: bronze only to a group that begins within the tolerance of the last gold
    ([742, 741, 740, 739, 730], ["gold", "gold", "gold", "bronze", None]),
    ([742, 741, 740, 737, 730], ["gold", "gold", "gold", None, None]),
    ([742, 739, 736, 735, 731], ["gold", "silver", "bronze", "bronze", None]),
    ([742, 740, 738, 737, 736], ["gold", "gold", "bronze", "bronze", "bronze"]),
    ([742], ["gold"]),
    ([], []),
]


@pytest.mark.parametrize(("points", "expected"), MEDALS)
def test_medal_groups_are_counted_from_their_best(points, expected):
    named = [(str(n), Fraction(value)) for n, value in enumerate(points)]
    won = medals(named, Medals(Fraction(2)), len(points))
    assert [won.get(entry) for entry, _ in named] == expected


BY_FIELD = ((6, ("gold", "silver", "bronze")), (5, ("gold", "silver")), (4, ("gold",)), (0, ()))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (6, ["gold", "silver", "bronze", "excellence"]),
        (5, ["gold", "silver", "excellence", "excellence"]),
        (4, ["gold", "excellence", "excellence", "excellence"]),
        (3, [None, None, None, None]),
    ],
)
def test_medals_depend_on_the_size_of_the_field(field, expected):
    points = [(str(n), Fraction(value)) for n, value in enumerate([742, 735, 730, 725])]
    won = medals(points, Medals(Fraction(2), Fraction(700), BY_FIELD), field)
    assert [won.get(entry) for entry, _ in points] == expected


def test_excellence_begins_on_the_floor():
    points = [("甲", Fraction(700)), ("乙", Fraction("699.99"))]
    won = medals(points, Medals(Fraction(0), Fraction(700), ((0, ("bronze",)),)), 2)
    assert won == {"甲": "excellence"}


def placed(*ranks, total="80"):
    """甲, 乙, 丙 … with these ranks."""
    return [
        Placed(name, rank, None if rank is None else Fraction(total))
        for name, rank in zip("甲乙丙丁戊己庚辛壬癸", ranks, strict=False)
    ]


def test_prizes_go_by_rank_and_shared_ranks_share_them():
    table = (Prize("一等奖", 1, 1), Prize("二等奖", 2, 3))
    won = prizes(placed(1, 2, 2, 4, None), table, field=5)
    assert won == {"甲": "一等奖", "乙": "二等奖", "丙": "二等奖"}


def test_quotas_take_the_places_one_after_the_other():
    table = (Prize("一等奖", count=1), Prize("二等奖", count=2), Prize("三等奖", count=3))
    won = prizes(placed(1, 1, 3, 4, 4, 6, 7), table, field=7)
    assert won == {
        "甲": "一等奖",
        "乙": "一等奖",
        "丙": "二等奖",
        "丁": "三等奖",
        "戊": "三等奖",
        "己": "三等奖",
    }


@pytest.mark.parametrize(
    ("rounding", "winners"), [("down", "甲"), ("half_up", "甲乙"), ("up", "甲乙")]
)
def test_a_share_of_the_field_is_rounded_as_the_rule_says(rounding, winners):
    table = (Prize("一等奖", share=Fraction("0.15"), rounding=rounding),)
    assert prizes(placed(*range(1, 11)), table, field=10) == dict.fromkeys(winners, "一等奖")


def test_a_prize_wants_a_field_and_a_floor():
    table = (
        Prize("一等奖", count=1, floor=Fraction(85)),
        Prize("二等奖", count=1, field_from=6),
        Prize("三等奖", count=1),
    )
    # 甲 is below the floor of the first prize, the second is not given in a field of five
    assert prizes(placed(1, 2, 3), table, field=5) == {"丙": "三等奖"}
    assert prizes(placed(1, 2, 3), table, field=6) == {"乙": "二等奖", "丙": "三等奖"}


def test_where_the_lowest_wins_a_floor_is_a_ceiling():
    table = (Prize("一等奖", 1, 3, floor=Fraction(60)),)
    fast, slow = Placed("甲", 1, Fraction(59)), Placed("乙", 2, Fraction(61))
    assert prizes([fast, slow], table, field=2, best="low") == {"甲": "一等奖"}


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.integers(0, 12))
def test_without_ties_nobody_is_given_more_prizes_than_the_quotas(counts, size):
    table = tuple(Prize(f"{n}等奖", count=count) for n, count in enumerate(counts, 1))
    field = [Placed(str(place), place, Fraction(1)) for place in range(1, size + 1)]
    won = prizes(field, table, field=size)
    assert len(won) == min(size, sum(counts))
    assert all(
        sum(title == prize.title for title in won.values()) <= (prize.count or 0) for prize in table
    )
