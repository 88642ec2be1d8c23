"""Money in integer fen: reading, writing, capitals for cheques, exact shares. Never a float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from core.errors import DomainError
from core.exact import rounded

_TYPED = re.compile(r"(-?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿")
_LARGEST_YUAN = 10**12


def fen(yuan: int | str) -> int:
    """Whole yuan, or yuan as typed ("12,345.60", full-width too), as fen; DomainError for anything else."""
    if isinstance(yuan, int) and not isinstance(yuan, bool):
        return yuan * 100
    found = _TYPED.fullmatch(yuan.translate(_FULL_WIDTH).strip()) if isinstance(yuan, str) else None
    if found is None:
        raise DomainError("金额请写成数字，最多两位小数，如 12345.60。")
    sign, whole, cents = found.groups()
    amount = int(whole.replace(",", "")) * 100 + int((cents or "0").ljust(2, "0"))
    return -amount if sign else amount


def yuan(fen: int) -> str:
    """Fen as "12,345.60"."""
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{cents:02d}"


def rmb_upper(fen: int) -> str:
    """Fen in capitals (大写): 10,000.05 yuan is 壹万元零伍分, 100,000 yuan is 壹拾万元整."""
    whole, cents = divmod(abs(fen), 100)
    if whole >= _LARGEST_YUAN:
        raise DomainError("金额过大，无法写成大写，请核对。")
    jiao, odd = divmod(cents, 10)
    text = "负" if fen < 0 else ""
    if whole or not cents:
        text += _whole_upper(whole) + "元"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif odd and whole:
        text += "零"
    return text + (_DIGITS[odd] + "分" if odd else "整")


def _whole_upper(number: int) -> str:
    """A whole number in capitals, in sections of four digits; one 零 for a gap."""
    if number == 0:
        return "零"
    text, rest, position = "", number, 0
    while rest:
        rest, section = divmod(rest, 10_000)
        if section:
            gap = "零" if rest and section < 1_000 else ""
            text = gap + _section_upper(section) + _SECTIONS[position] + text
        elif text and not text.startswith("零"):
            text = "零" + text
        position += 1
    return text


def _section_upper(section: int) -> str:
    """Four digits in capitals, without leading or trailing 零."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = section // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return text


def split(fen: int, weights: Sequence[int]) -> list[int]:
    """Fen over integer weights by largest remainder, ties to the earlier part; always sums."""
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative and must sum to more than 0")
    if len(weights) == 1:
        return [fen]
    sign = -1 if fen < 0 else 1
    parts = [divmod(abs(fen) * weight, total) for weight in weights]
    left = abs(fen) - sum(whole for whole, _ in parts)
    first = sorted(range(len(parts)), key=lambda index: -parts[index][1])[:left]
    return [sign * (whole + (index in first)) for index, (whole, _) in enumerate(parts)]


def share(fen: int, ratio: Fraction) -> int:
    """An exact share of a sum, rounded half-up (away from zero) once."""
    return int(rounded(fen * ratio))
