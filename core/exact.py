"""Exact numbers: decimals and ratios as they are written, rounding, sums. Never a float."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TypeGuard

_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,9})?")
_RATIO = re.compile(r"([0-9]{1,9})/([1-9][0-9]{0,8})")
_TOO_LARGE = 10**15


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is an integer of at most 15 digits (fen fit a database) and no boolean."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE


def decimal(text: str) -> Fraction | None:
    """Plain decimal text as an exact number; None if it is anything else."""
    return Fraction(text) if _DECIMAL.fullmatch(text) else None


def ratio(value: object) -> Fraction | None:
    """The ratio in a text "n/d"; None if it is anything else."""
    found = _RATIO.fullmatch(value) if isinstance(value, str) else None
    return Fraction(int(found[1]), int(found[2])) if found else None


def rounded(value: Fraction, places: int = 0, mode: str = "half_up") -> Fraction:
    """Rounded to decimal places, away from zero at the half (half_up), or towards zero (down)."""
    scale = 10**places
    scaled = abs(value) * scale + (Fraction(1, 2) if mode == "half_up" else 0)
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole if value >= 0 else -whole, scale)


def rooted(base: Fraction, square: Fraction, places: int, *, negative: bool = False) -> Fraction:
    """base + √square (or base - √square) rounded half away from zero, exactly.

    No approximation decides: the nearest candidates are compared by their squares.
    """
    scale = 10**places
    start, area = base * scale, square * scale * scale
    root = math.isqrt(area.numerator // area.denominator)
    guess = start - root if negative else start + root
    whole = guess.numerator // guess.denominator
    # The integer root is short by less than one, so the nearest integer is at most two away.
    for candidate in range(whole - 2, whole + 3):
        half = Fraction(1, 2)
        if _reaches(start, area, negative, candidate - half) and not _reaches(
            start, area, negative, candidate + half
        ):
            tie = candidate <= 0 and _reaches_exactly(start, area, negative, candidate - half)
            return Fraction(candidate - 1 if tie else candidate, scale)
    raise AssertionError("no integer lies within one half")


def _reaches(start: Fraction, area: Fraction, negative: bool, mark: Fraction) -> bool:
    """Whether start ± √area >= mark."""
    gap = start - mark if negative else mark - start
    if negative:  # √area <= gap
        return gap >= 0 and area <= gap * gap
    return gap <= 0 or area >= gap * gap


def _reaches_exactly(start: Fraction, area: Fraction, negative: bool, mark: Fraction) -> bool:
    gap = start - mark if negative else mark - start
    return gap >= 0 and area == gap * gap


def total(values: list[Fraction]) -> Fraction:
    """Exact sum; adds numerators as long as the denominators agree, many times faster."""
    top, bottom = 0, 1
    for value in values:
        above, below = value.numerator, value.denominator
        if below == bottom:
            top += above
        else:
            top, bottom = top * below + above * bottom, bottom * below
    return Fraction(top, bottom)


def figure_text(value: Fraction, places: int | None) -> str:
    """A rounded figure with its places ("7.50"), an unrounded one as a fraction ("57/8")."""
    if places is None:
        return str(value)
    whole = abs(value.numerator) * 10**places // value.denominator
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def decimal_text(value: Fraction) -> str:
    """The shortest plain decimal of a finite decimal such as a mark ("7.25", "8")."""
    for places in range(10):
        if value.denominator * (10**places // value.denominator) == 10**places:
            return figure_text(value, places)
    return str(value)


def plain_text(value: Fraction) -> str:
    """A figure for people: a decimal as it is ("57.776"), another one cut off ("51.6666…")."""
    text = decimal_text(value)
    return figure_text(rounded(value, 4, "down"), 4) + "…" if "/" in text else text
