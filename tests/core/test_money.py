"""Money: reading, writing, capitals, splitting."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import money
from core.errors import DomainError

CAPITALS = [
    (0, "零元整"),
    (1, "壹分"),
    (10, "壹角整"),
    (100, "壹元整"),
    (105, "壹元零伍分"),
    (150, "壹元伍角整"),
    (1_000, "壹拾元整"),
    (1_666_667, "壹万陆仟陆佰陆拾陆元陆角柒分"),
    (10_000_000, "壹拾万元整"),
    (1_000_005, "壹万元零伍分"),
    (1_000_100_000, "壹仟万壹仟元整"),
    (168_032, "壹仟陆佰捌拾元叁角贰分"),
    (10_700_053, "壹拾万柒仟元伍角叁分"),
    (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
    (100_500, "壹仟零伍元整"),
    (1_000_500, "壹万零伍元整"),
    (1_010_100_000, "壹仟零壹拾万壹仟元整"),
    (10_000_000_100, "壹亿零壹元整"),
    (10_001_000_000, "壹亿零壹万元整"),
    (600_000_000, "陆佰万元整"),
    (-500, "负伍元整"),
    (-5, "负伍分"),
]


@pytest.mark.parametrize(("fen", "text"), CAPITALS)
def test_capitals(fen, text):
    assert money.rmb_upper(fen) == text


def test_capitals_refuse_what_no_cheque_holds():
    with pytest.raises(DomainError):
        money.rmb_upper(10**14)


def _read_capitals(text):
    """An independent reading of capitals back into fen."""
    sign = -1 if text.startswith("负") else 1
    total, section, digit = 0, 0, 0
    fen = 0
    for mark in text:
        if mark in "壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(mark)
        elif mark in "拾佰仟":
            section, digit = section + digit * {"拾": 10, "佰": 100, "仟": 1000}[mark], 0
        elif mark in "万亿":
            value = (section + digit) * {"万": 10**4, "亿": 10**8}[mark]
            total, section, digit = total + value, 0, 0
        elif mark == "元":
            fen += (total + section + digit) * 100
            digit = 0
        elif mark in "角分":
            fen, digit = fen + digit * {"角": 10, "分": 1}[mark], 0
    return sign * fen


@given(st.integers(-(10**13), 10**13))
def test_capitals_read_back(fen):
    text = money.rmb_upper(fen)
    assert _read_capitals(text) == fen
    assert "零零" not in text


@pytest.mark.parametrize(
    ("typed", "fen"),
    [(5, 500), (-3, -300), ("0", 0), ("12345.6", 1_234_560), ("12,345.60", 1_234_560)]
    + [(" 7.05 ", 705), ("-0.01", -1), ("1,000,000", 100_000_000)],
)
def test_reads_yuan(typed, fen):
    assert money.fen(typed) == fen


@pytest.mark.parametrize(
    "typed", ["", "1.234", "1,00", "1e3", "五千", "①②", "--1", ".5", True, 1.5]
)
def test_refuses_what_is_no_sum(typed):
    with pytest.raises(DomainError):
        money.fen(typed)


@given(st.integers(-(10**15), 10**15))
def test_yuan_reads_back(fen):
    assert money.fen(money.yuan(fen)) == fen


def test_yuan_groups_thousands():
    assert [money.yuan(fen) for fen in (0, 5, -5, 1_234_560, -123_456_789)] == [
        *("0.00", "0.05", "-0.05", "12,345.60", "-1,234,567.89")
    ]


@pytest.mark.parametrize(
    ("fen", "weights", "parts"),
    [
        (1_000_000, [1, 1, 1], [333_334, 333_333, 333_333]),
        (5_000_000, [1, 1, 1], [1_666_667, 1_666_667, 1_666_666]),
        (333_333, [60, 40], [200_000, 133_333]),
        (100, [1, 2], [33, 67]),
        (-100, [1, 2], [-33, -67]),
        (1, [1, 1], [1, 0]),
        (10, [0, 1], [0, 10]),
        (0, [3], [0]),
    ],
)
def test_splits(fen, weights, parts):
    assert money.split(fen, weights) == parts


WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)


@given(st.integers(-(10**12), 10**12), WEIGHTS)
def test_a_split_sums_and_stays_within_one_fen(fen, weights):
    parts = money.split(fen, weights)
    assert sum(parts) == fen
    assert all(
        abs(Fraction(fen * weight, sum(weights)) - part) < 1
        for weight, part in zip(weights, parts, strict=True)
    )


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 1]])
def test_refuses_weights_that_cannot_split(weights):
    with pytest.raises(ValueError, match="weights"):
        money.split(100, weights)


@pytest.mark.parametrize(
    ("fen", "ratio", "share"),
    [
        (12_345_678, Fraction(4, 5), 9_876_542),
        (1, Fraction(1, 2), 1),
        (3, Fraction(1, 2), 2),
        (-1, Fraction(1, 2), -1),
        (-3, Fraction(1, 4), -1),
        (500_000, Fraction(1, 5), 100_000),
    ],
)
def test_shares_round_half_up(fen, ratio, share):
    assert money.share(fen, ratio) == share
