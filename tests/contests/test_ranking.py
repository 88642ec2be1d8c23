"""Ranks, tie chain, conventions, tolerances."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.ranking import Line, Ranked, Ranking, Tie, rank

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


def test_totals_within_the_tolerance_are_tied_from_the_best_or_from_the_one_before():
    lines = [line("甲", "90"), line("乙", "89"), line("丙", "88"), line("丁", "86.9")]
    best = Ranking("high", "1-2-2-4", (SHARED,), tolerance=Fraction(1))
    adjacent = Ranking("high", "1-2-2-4", (SHARED,), tolerance=Fraction(1), anchor="adjacent")
    assert [one.rank for one in rank(lines, best)] == [1, 1, 3, 4]
    assert [one.rank for one in rank(lines, adjacent)] == [1, 1, 1, 4]


def test_the_chain_parts_those_who_are_within_the_tolerance():
    chain = (Tie("figure", "技术高者", {"figures": ("tech",), "best": "high"}), SHARED)
    lines = [line("甲", "90", tech="1"), line("乙", "89", tech="2")]
    ranked = rank(lines, Ranking("high", "1-2-2-4", chain, tolerance=Fraction(1)))
    assert ranked == [Ranked("乙", 1, "技术高者"), Ranked("甲", 2, "技术高者")]


def voted(entry, **votes):
    return Line(entry, Fraction(8), votes={"jury": {j: Fraction(v) for j, v in votes.items()}})


MEETING = (Tie("who_beat_whom", "多数评委", {"figure": "jury"}), SHARED)


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        (
            [voted("甲", a="7", b="7", c="9"), voted("乙", a="8", b="8", c="7")],
            [("乙", 1), ("甲", 2)],
        ),
        ([voted("甲", a="7", b="8"), voted("乙", a="8", b="7")], [("乙", 1), ("甲", 1)]),
        ([voted("甲", a="9", d="1"), voted("乙", a="8", e="9")], [("甲", 1), ("乙", 2)]),
        # of three there may be a circle: the rule passes
        (
            [voted("甲", a="9"), voted("乙", a="8"), voted("丙", a="7")],
            [("丙", 1), ("乙", 1), ("甲", 1)],
        ),
    ],
)
def test_who_beat_whom(lines, order):
    ranked = rank(lines, Ranking("high", "1-2-2-4", MEETING))
    assert [(one.entry, one.rank) for one in ranked] == order


DRAW = (Tie("draw", "抽签", {"figures": ("lot",), "best": "low"}), SHARED)


def test_a_draw_parts_the_tied_and_concerns_nobody_else():
    lines = [line("甲", "9"), line("乙", "8", lot="2"), line("丙", "8", lot="1")]
    assert rank(lines, Ranking("high", "1-2-2-4", DRAW)) == [
        Ranked("甲", 1),
        Ranked("丙", 2, "抽签"),
        Ranked("乙", 3, "抽签"),
    ]


def test_a_tie_waits_until_all_lots_are_entered():
    lines = [line("甲", "8", lot="1"), line("乙", "8"), line("丙", "7")]
    assert rank(lines, Ranking("high", "1-2-2-4", DRAW)) == [
        Ranked("乙", 1, "抽签", waits=True),
        Ranked("甲", 1, "抽签", waits=True),
        Ranked("丙", 3),
    ]
