"""Ranks, tie chain, conventions, tolerance medals and prizes."""

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.ranking import (
    Line,
    Medals,
    Prize,
    Ranked,
    Ranking,
    Tie,
    medals,
    prizes,
    rank,
)

CASES = tomllib.loads((Path(__file__).parent / "cases" / "scoring.toml").read_text("utf-8"))
SHARED = Tie("shared", "并列")
BY_NUMBER = Tie("entry_order", "按编号")


def line(entry, total, marks=(), **figures):
    exact = {key: Fraction(value) for key, value in figures.items()}
    value = None if total is None else Fraction(total)
    return Line(entry, value, exact, {"jury": [Fraction(mark) for mark in marks]})


CONVENTIONS = [
    ("1-2-2-4", [1, 2, 2, 4], SHARED),
    ("1-2-2-3", [1, 2, 2, 3], SHARED),
    ("1-2-3-4", [1, 2, 3, 4], BY_NUMBER),
]


@pytest.mark.parametrize(("convention", "ranks", "end"), CONVENTIONS)
def test_conventions(convention, ranks, end):
    lines = [line("丁", "7"), line("乙", "8"), line("甲", "9"), line("丙", "8")]
    ranked = rank(lines, Ranking("high", convention, (end,)))
    assert [one.rank for one in ranked] == ranks
    assert [one.entry for one in ranked] == ["甲", "丙", "乙", "丁"]
    assert [one.settled_by for one in ranked] == ["", end.title, end.title, ""]


def test_the_chain_is_tried_in_order_and_says_which_rule_settled():
    chain = (
        Tie("figure", "技术高者", {"figures": ("tech",), "best": "high"}),
        Tie("count_back", "逐个比较", {"figure": "jury"}),
        SHARED,
    )
    lines = [
        line("甲", "8", ["9", "7"], tech="5"),
        line("乙", "8", ["8", "8"], tech="5"),
        line("丙", "8", ["6", "6"], tech="6"),
        line("丁", "8", ["8", "8"], tech="5"),
        line("戊", "9", [], tech="1"),
    ]
    assert rank(lines, Ranking("high", "1-2-2-4", chain)) == [
        Ranked("戊", 1, ""),
        Ranked("丙", 2, "技术高者"),
        Ranked("甲", 3, "逐个比较"),
        Ranked("丁", 4, "并列"),
        Ranked("乙", 4, "并列"),
    ]


def test_modules_are_compared_in_order_and_low_may_be_best():
    modules = Tie("modules", "模块", {"figures": ("a", "b"), "best": "high"})
    time = Tie("figure", "用时少者", {"figures": ("time",), "best": "low"})
    lines = [
        line("甲", "8", a="3", b="1", time="9"),
        line("乙", "8", a="3", b="2", time="8"),
        line("丙", "8", a="3", b="2", time="7"),
    ]
    ranked = rank(lines, Ranking("high", "1-2-2-4", (modules, time, SHARED)))
    assert [one.entry for one in ranked] == ["丙", "乙", "甲"]


def test_lowest_total_wins_where_best_is_low():
    lines = [line("甲", "61.2"), line("乙", "60.9")]
    ranked = rank(lines, Ranking("low", "1-2-2-4", (SHARED,)))
    assert [(one.entry, one.rank) for one in ranked] == [("乙", 1), ("甲", 2)]


def test_an_incomplete_entry_has_no_rank_and_takes_no_place():
    ranked = rank([line("甲", None), line("乙", "0")], Ranking("high", "1-2-2-4", (SHARED,)))
    assert ranked == [Ranked("乙", 1), Ranked("甲", None)]


def test_a_figure_that_does_not_exist_loses_the_tie():
    by = Tie("figure", "附加分", {"figures": ("extra",), "best": "high"})
    ranked = rank(
        [line("甲", "8"), line("乙", "8", extra="-1")], Ranking("high", "1-2-2-4", (by, SHARED))
    )
    assert [one.entry for one in ranked] == ["乙", "甲"]


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


def test_prizes_go_by_rank_and_shared_ranks_share_them():
    ranked = [
        Ranked("甲", 1),
        Ranked("乙", 2),
        Ranked("丙", 2),
        Ranked("丁", 4),
        Ranked("戊", None),
    ]
    table = (Prize("一等奖", 1, 1), Prize("二等奖", 2, 3))
    assert prizes(ranked, table) == {"甲": "一等奖", "乙": "二等奖", "丙": "二等奖"}


lines_of = st.lists(st.integers(0, 3), min_size=1, max_size=8).map(
    lambda totals: [
        line(f"E{n}", str(value), [value % 2], tech=n % 2) for n, value in enumerate(totals)
    ]
)
CHAIN = (
    Tie("figure", "技术", {"figures": ("tech",), "best": "high"}),
    Tie("count_back", "逐个", {"figure": "jury"}),
    SHARED,
)


@given(st.data(), lines_of)
def test_order_of_the_input_does_not_matter(data, lines):
    shuffled = data.draw(st.permutations(lines))
    ranking = Ranking("high", "1-2-2-4", CHAIN)
    assert rank(shuffled, ranking) == rank(lines, ranking)


@given(lines_of)
def test_a_rank_is_one_more_than_the_number_of_better_lines(lines):
    totals = {one.entry: one.total for one in lines}
    for one in rank(lines, Ranking("high", "1-2-2-4", (SHARED,))):
        assert one.rank == 1 + sum(value > totals[one.entry] for value in totals.values())
