"""Operators that turn figures into points: bands, bounds, shares of the best, places."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.marks import Mark
from contests.reasons import explain, figure_or_none
from contests.scoring import compute
from contests.spec import load_spec
from core.errors import LoadError

SHARED = [{"by": "shared", "title": "并列"}]
TO_TWO = {"op": "round", "places": 2}


def spec_of(*steps, ranking=None):
    """One given value `value` of each entry, one figure with these steps."""
    figure = {"key": "points", "title": "得分", "of": ["value"], "steps": [*steps, TO_TWO]}
    stage = {
        "key": "final",
        "title": "决赛",
        "given": [{"key": "value", "title": "数值"}],
        "figure": [figure],
    }
    return load_spec({"title": "t", "stage": [stage], "ranking": ranking or {"tie": SHARED}}, "t")


def points(values, *steps):
    """The points of 甲, 乙, 丙 … with these values; None where there are none."""
    names = "甲乙丙丁戊己"
    marks = [Mark(n, "", "value", "", v) for n, v in zip(names, values, strict=False)]
    rows = {row.entry: row for row in compute(spec_of(*steps), marks)}
    return [
        figure_or_none(rows[name].figures["points"]) for name, _ in zip(names, values, strict=False)
    ]


BANDS = {
    "op": "bands",
    "table": [
        {"from": "0", "points": "40"},
        {"from": "5000", "points": "60"},
        {"from": "20000", "points": "100"},
    ],
}

CASES = [
    (BANDS, ["0", "4999.99", "5000", "19999.99", "20000", "-1"],
     ["40.00", "40.00", "60.00", "60.00", "100.00", None]),
    ({"op": "clamp", "least": "0", "most": "10"}, ["-3", "0", "7.5", "10", "12"],
     ["0.00", "0.00", "7.50", "10.00", "10.00"]),
    ({"op": "ratio_to_best", "full": "100"}, ["300", "200", "0", "-50"],
     ["100.00", "66.67", "0.00", "0.00"]),
    ({"op": "ratio_to_best", "full": "100"}, ["0", "-5"], ["0.00", "0.00"]),
    ({"op": "ratio_to_best", "full": "100", "best": "low"}, ["50", "60", "75"],
     ["100.00", "83.33", "66.67"]),
    ({"op": "log_to_best", "full": "100", "places": 2}, ["999", "99", "9", "0", "-4"],
     ["100.00", "66.67", "33.33", "0.00", "0.00"]),
    ({"op": "log_to_best", "full": "20", "unit": "100", "places": 2}, ["900", "300"],
     ["20.00", "12.04"]),
    ({"op": "rank"}, ["8", "9", "8", "7"], ["2.00", "1.00", "2.00", "4.00"]),
    ({"op": "rank", "ties": "mean", "best": "low"}, ["8", "9", "8", "7"],
     ["2.50", "4.00", "2.50", "1.00"]),
    ({"op": "rank_step", "first": "20", "step": "0.5"}, ["8", "9", "8", "7"],
     ["19.50", "20.00", "19.50", "18.50"]),
    ({"op": "rank_step", "first": "2", "step": "1", "least": "1"}, ["3", "2", "1"],
     ["2.00", "1.00", "1.00"]),
    ({"op": "rank_points", "table": [{"points": "10"}, {"points": "6"}]}, ["3", "3", "1"],
     ["10.00", "10.00", "0.00"]),
    ({"op": "rank_points", "ties": "mean", "table": [{"points": "10"}, {"points": "6"}]},
     ["3", "3", "1"], ["8.00", "8.00", "0.00"]),
]  # fmt: skip


@pytest.mark.parametrize(("step", "values", "expected"), CASES)
def test_points(step, values, expected):
    assert points(values, step) == expected


def test_the_reason_names_the_best_of_the_field():
    spec = spec_of({"op": "ratio_to_best", "full": "100"})
    marks = [Mark("甲", "", "value", "", "52000"), Mark("乙", "", "value", "", "31200")]
    rows = {row.entry: row for row in compute(spec, marks)}
    told = explain(spec, rows["乙"].figures["points"])
    (before,) = told["of"]
    assert before["how"] == "全场最高 52000，100 × 31200 ÷ 52000"
    assert before["of"] == [{"what": "数值", "value": "31200"}]


REFUSED = [
    ({"op": "bands", "table": [{"from": "5", "points": "1"}, {"from": "0", "points": "2"}]},
     "table", "应从小到大写，每个 from 只写一次"),
    ({"op": "clamp"}, "most", "least（下限）与 most（上限）至少写一个"),
    ({"op": "clamp", "least": "2", "most": "1"}, "least", "下限大于上限"),
    ({"op": "log_to_best", "full": "1", "places": 2, "unit": "0"}, "unit", "应大于 0"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "key", "reason"), REFUSED)
def test_a_step_that_cannot_be_is_refused_at_its_key(step, key, reason):
    with pytest.raises(LoadError) as caught:
        spec_of(step)
    assert (caught.value.key.rsplit(".", 1)[-1], caught.value.reason) == (key, reason)


numbers = st.lists(st.integers(-50, 500), min_size=1, max_size=6)


@given(numbers)
def test_ratio_and_logarithm_keep_the_order_and_stay_between_nothing_and_the_full_mark(values):
    texts = [str(value) for value in values]
    for step in (
        {"op": "ratio_to_best", "full": "100"},
        {"op": "log_to_best", "full": "100", "places": 9},
    ):
        got = [Fraction(text) for text in points(texts, step)]
        assert all(0 <= one <= 100 for one in got)
        pairs = sorted(zip(values, got, strict=True))
        assert [one for _, one in pairs] == sorted(got)


@given(numbers)
def test_places_sum_to_the_same_however_many_tie(values):
    texts = [str(value) for value in values]
    got = [Fraction(text) for text in points(texts, {"op": "rank", "ties": "mean"})]
    assert sum(got) == Fraction(len(values) * (len(values) + 1), 2)
