"""The re-check: the top group whole, a seeded sample of the rest, strictly above 5 % all."""

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.recheck import (
    ALL,
    PASSED,
    RecheckRule,
    Selection,
    outcome,
    progress,
    read_recheck,
    select,
)
from core.errors import LoadError
from core.toml_tables import Table

CASES = tomllib.loads((Path(__file__).parent / "cases" / "scoring.toml").read_text("utf-8"))
RULE = RecheckRule(10, None, Fraction("0.15"), Fraction("0.05"))


@pytest.mark.parametrize("case", CASES["recheck"][0]["cases"])
def test_golden_case(case):
    ranks = [(f"E{n:03d}", n) for n in range(1, case["sheets"] + 11)]
    assert len(select(ranks, RULE, "种子").sample) == case["sampled"]
    found = outcome(case["sampled"], case["errors"], RULE)
    assert (found.rate_percent, found.decision) == (case["rate_percent"], case["outcome"])


@pytest.mark.parametrize(
    ("sampled", "errors", "decision"),
    [(20, 1, PASSED), (19, 1, ALL), (20, 0, PASSED), (0, 0, PASSED)],
)
def test_exactly_five_per_cent_passes(sampled, errors, decision):
    assert outcome(sampled, errors, RULE).decision == decision


def test_more_errors_than_sheets_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="errors"):
        outcome(2, 3, RULE)


def test_top_group_includes_all_who_share_its_last_rank():
    ranks = [("甲", 1), ("乙", 2), ("丙", 2), ("丁", 4)]
    rule = RecheckRule(2, None, Fraction(0), Fraction(0))
    assert select(ranks, rule, "s").top == ("甲", "丙", "乙")
    assert select(ranks, rule, "s").unchecked == ("丁",)


def test_top_group_by_share_is_rounded_up():
    ranks = [(f"E{n}", n) for n in range(1, 6)]
    rule = RecheckRule(None, Fraction("0.30"), Fraction("0.15"), Fraction("0.05"))
    chosen = select(ranks, rule, "s")
    assert chosen.top == ("E1", "E2")
    assert len(chosen.sample) == 1


def test_no_entry_at_all():
    assert select([], RULE, "s").top == ()


def test_the_draw_is_fixed_for_good():
    ranks = [(f"E{n:02d}", n) for n in range(1, 21)]
    rule = RecheckRule(0, None, Fraction("0.15"), Fraction("0.05"))
    assert select(ranks, rule, "2024-06-01").sample == ("E10", "E14", "E16")


@given(st.integers(0, 40), st.integers(0, 12), st.text(max_size=5), st.randoms())
def test_every_entry_is_in_exactly_one_group(size, count, seed, order):
    ranks = [(f"E{n}", n) for n in range(1, size + 1)]
    rule = RecheckRule(count, None, Fraction("0.15"), Fraction("0.05"))
    chosen = select(ranks, rule, seed)
    groups = [*chosen.top, *chosen.sample, *chosen.unchecked]
    assert sorted(groups) == sorted(entry for entry, _ in ranks)
    assert len(chosen.sample) * 100 >= (size - len(chosen.top)) * 15
    order.shuffle(ranks)
    assert select(ranks, rule, seed) == chosen


REFUSED = [
    ({"sample_share": "0.15", "error_above": "0.05"}, "top_count"),
    (
        {"top_count": 1, "top_share": "0.3", "sample_share": "0.15", "error_above": "0.05"},
        "top_count",
    ),
    ({"top_count": 1, "sample_share": "15", "error_above": "0.05"}, "sample_share"),
    ({"top_count": 1, "sample_share": 0.15, "error_above": "0.05"}, "sample_share"),
    ({"top_count": 1, "sample_share": "0.15", "error_above": "0.05", "x": 1}, "x"),
]


@pytest.mark.parametrize(("data", "key"), REFUSED)
def test_strict_reading(data, key):
    with pytest.raises(LoadError) as caught:
        read_recheck(Table(data, "a.toml", "recheck"))
    assert caught.value.key == f"recheck.{key}"


CHOSEN = Selection(("A",), ("B", "C"), ("D",))
HALF = RecheckRule(1, None, Fraction("0.5"), Fraction("0.5"))


@pytest.mark.parametrize(
    ("found", "due", "left", "faulty", "all_due"),
    [
        ({}, "ABC", "ABC", "", False),
        ({"A": False, "B": True}, "ABC", "C", "B", False),
        ({"A": True, "B": False, "C": False}, "ABC", "", "A", False),
        ({"A": False, "B": True, "C": False}, "ABC", "", "B", False),
        ({"A": False, "B": True, "C": True}, "ABCD", "D", "BC", True),
        ({"A": False, "B": True, "C": True, "D": False}, "ABCD", "", "BC", True),
        ({"A": False, "B": False, "C": False}, "ABC", "", "", False),
    ],
)
def test_progress(found, due, left, faulty, all_due):
    stands = progress(CHOSEN, found, HALF)
    assert (stands.due, stands.left, stands.faulty) == (tuple(due), tuple(left), tuple(faulty))
    assert stands.all_due is all_due
    assert bool(stands.obstacle) is bool(left or faulty)


@pytest.mark.parametrize(
    "rule", [RULE, RecheckRule(None, Fraction("0.3"), Fraction("0.15"), Fraction("0.05"))]
)
def test_the_stored_rule_reads_back(rule):
    assert read_recheck(Table(rule.stored, "复核办法")) == rule
