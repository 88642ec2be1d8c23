"""Exact numbers as they are written, and rounding."""

from fractions import Fraction

import pytest

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
