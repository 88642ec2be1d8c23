"""星级主播: the words of the policy verbatim, what the office must set, the engine's figures."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests import star_rules
from contests.marks import Mark
from contests.scoring import compute
from contests.star_rules import CRITERIA, SOURCES, StarRule, check_rule, read_rule, star_of
from core.citations import Policy, figures
from core.errors import FieldErrors

RULE = StarRule(
    {"fame": 30, "driving": 35, "sales": 35},
    {"employer": 30, "expert": 40, "customers": 30},
    2,
    {3: Fraction(70), 4: Fraction(80), 5: Fraction(90)},
    None,
)


def typed(**over: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "weight_fame": 30,
        "weight_driving": 35,
        "weight_sales": 35,
        "source_employer": 30,
        "source_expert": 40,
        "source_customers": 30,
        "experts": 2,
        "floor_1": "",
        "floor_2": "",
        "floor_3": "70",
        "floor_4": "80",
        "floor_5": "90",
        "most": None,
    }
    return values | over


def test_the_quotes_are_verbatim() -> None:
    policy = Policy.load()
    clause, sources = policy.clause(star_rules.CLAUSE), policy.clause(star_rules.SOURCE_CLAUSE)
    assert clause is not None
    assert sources is not None
    assert policy.contains(star_rules.QUOTE)
    assert policy.contains(star_rules.SOURCE_QUOTE)
    assert [title in clause for title in CRITERIA.values()] == [True] * 3
    assert [title in star_rules.QUOTE for title in CRITERIA.values()] == [True] * 3
    assert [title in sources for title in SOURCES.values()] == [True] * 3
    assert figures(star_rules.QUOTE) == {Fraction(100000)}


def test_a_rule_as_typed_and_as_stored() -> None:
    assert check_rule(typed()) == RULE
    assert read_rule(RULE.as_json()) == RULE


@pytest.mark.parametrize(
    ("over", "fields"),
    [
        ({"weight_fame": 31}, ["weight_fame"]),
        ({"weight_fame": 0}, ["weight_fame"]),
        ({"weight_fame": None, "source_expert": None}, ["weight_fame", "source_expert"]),
        ({"source_customers": 31}, ["source_employer"]),
        ({"experts": 0}, ["experts"]),
        ({"experts": None}, ["experts"]),
        ({"most": 0}, ["most"]),
        ({"floor_3": "高"}, ["floor_3"]),
        ({"floor_3": "0"}, ["floor_3"]),
        ({"floor_5": "100.01"}, ["floor_5"]),
        ({"floor_5": "99.999"}, ["floor_5"]),
        ({"floor_4": "70"}, ["floor_4"]),
        ({"floor_3": "", "floor_4": "", "floor_5": ""}, ["floor_1"]),
    ],
)
def test_a_rule_that_is_none(over: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(FieldErrors) as refusal:
        check_rule(typed(**over))
    assert list(refusal.value.errors) == fields


@pytest.mark.parametrize(
    ("total", "rank", "most", "star"),
    [
        ("90", 1, None, 5),
        ("89.99", 1, None, 4),
        ("70", 3, None, 3),
        ("69.99", 1, None, None),
        ("95", 2, 1, None),
        ("95", 1, 1, 5),
        (None, None, None, None),
    ],
)
def test_stars(total: str | None, rank: int | None, most: int | None, star: int | None) -> None:
    rule = StarRule(RULE.criteria, RULE.sources, 2, RULE.floors, most)
    assert star_of(Fraction(total) if total else None, rank, rule) == star


def marks(entry: str, **given: list[str]) -> list[Mark]:
    """The same mark in all criteria, by source: one marker each."""
    return [
        Mark(entry, "", star_rules.aspect_of(source, key), f"{source}{place}", text)
        for source, texts in given.items()
        for place, text in enumerate(texts)
        for key in CRITERIA
    ]


def test_means_of_sources_are_weighted_and_rounded_once() -> None:
    spec = star_rules.spec_of_rule(RULE)
    found = marks("XJ1", employer=["80"], expert=["90", "85.55"], customers=["96.43"])
    (row,) = compute(spec, found)
    exact = 80 * Fraction(30, 100) + Fraction("87.775") * Fraction(40, 100) + Fraction("28.929")
    assert row.figures["fame"].value == exact
    assert (row.figures["total"].value, row.rank) == (Fraction("88.04"), 1)


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"employer": ["80"], "customers": ["80"]}, "问专家"),
        ({"employer": ["80"], "expert": ["80"], "customers": ["80"]}, "有 1 名评委打分"),
        ({"expert": ["80", "80"], "customers": ["80"]}, "问东家"),
        ({"employer": ["80"], "expert": ["80", "80"]}, "问大家"),
    ],
)
def test_a_source_that_is_missing_leaves_no_total(given_: dict[str, list[str]], told: str) -> None:
    (row,) = compute(star_rules.spec_of_rule(RULE), marks("XJ1", **given_))
    assert row.figures["total"].value is None
    assert any(told in problem for problem in row.problems)


@given(st.lists(st.integers(0, 10000), min_size=4, max_size=4))
def test_the_total_lies_between_the_marks(hundredths: list[int]) -> None:
    texts = [f"{one // 100}.{one % 100:02d}" for one in hundredths]
    found = marks("XJ1", employer=texts[:1], expert=texts[1:3], customers=texts[3:])
    (row,) = compute(star_rules.spec_of_rule(RULE), found)
    total = row.figures["total"].value
    assert total is not None
    assert Fraction(min(hundredths), 100) <= total <= Fraction(max(hundredths), 100)
