"""Exact numbers: decimals and ratios as they are written, and rounding. Never a float."""

from __future__ import annotations

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
