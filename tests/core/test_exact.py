"""Exact numbers as they are written, and rounding."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import exact

WRITTEN = [
    ("0.8", Fraction(4, 5)),
    ("-12", Fraction(-12)),
    ("+0.125", Fraction(1, 8)),
    ("", None),
    (".5", None),
    ("1e3", None),
    ("1/2", None),
    ("٣", None),
    ("1234567890123", None),
    ("0.1234567890", None),
    ("1\n", None),
]


@pytest.mark.parametrize(("text", "value"), WRITTEN)
def test_decimal(text, value):
    assert exact.decimal(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30/100", Fraction(3, 10)),
        ("0/1", Fraction(0)),
        ("1/0", None),
        ("-1/2", None),
        ("1", None),
        (1, None),
        ("1/1234567890", None),
    ],
)
def test_ratio(text, value):
    assert exact.ratio(text) == value


@pytest.mark.parametrize(
    ("value", "whole"),
    [(0, True), (-(10**15) + 1, True), (10**15, False), (True, False), ("1", False)],
)
def test_is_whole(value, whole):
    assert exact.is_whole(value) is whole


@pytest.mark.parametrize(
    ("value", "places", "mode", "expected"),
    [
        ("0.5", 0, "half_up", "1"),
        ("-0.5", 0, "half_up", "-1"),
        ("2.4999", 0, "half_up", "2"),
        ("1.005", 2, "half_up", "1.01"),
        ("1.009", 2, "down", "1"),
        ("-1.009", 2, "down", "-1"),
    ],
)
def test_rounded(value, places, mode, expected):
    assert exact.rounded(Fraction(value), places, mode) == Fraction(expected)


@pytest.mark.parametrize(
    ("base", "square", "places", "negative", "rooted"),
    [
        ("50", "2", 2, False, "51.41"),
        ("50", "2", 2, True, "48.59"),
        ("0", "1/4", 0, False, "1"),  # exactly one half: away from zero
        ("0", "1/4", 0, True, "-1"),
        ("1", "1/4", 0, True, "1"),
        ("0", "0.002", 3, False, "0.045"),
        ("-3", "2", 1, False, "-1.6"),
        ("7", "0", 2, False, "7"),
    ],
)
def test_a_root_is_rounded_exactly(base, square, places, negative, rooted):
    got = exact.rooted(Fraction(base), Fraction(square), places, negative=negative)
    assert got == Fraction(rooted)


@given(
    st.fractions(-100, 100, max_denominator=50),
    st.fractions(0, 50, max_denominator=20),
    st.integers(0, 4),
    st.booleans(),
)
def test_no_root_lies_further_than_half_a_step_away(base, root, places, negative):
    got = exact.rooted(base, root * root, places, negative=negative)
    assert got == exact.rounded(base - root if negative else base + root, places)
