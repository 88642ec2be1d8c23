"""The draw of order and the codes that hide who performs. Pure: seeds and lots come as arguments.

Whoever knows the seed and the 准考证号 can repeat the draw. Codes of a blind panel do not follow from
the seed, or it would tell who is who.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXY"  # without I, O and Z, which look like 1, 0 and 2
DIGITS = "3456789"  # without 0, 1 and 2
BLIND_CODES = len(LETTERS) * len(LETTERS) * len(DIGITS) * len(DIGITS)


def draw_order(numbers: Iterable[str], seed: str) -> list[str]:
    """The 准考证号 in the order of their lots; the same seed gives the same order."""
    return sorted(numbers, key=lambda number: (lot_of(seed, number), number))


def lot_of(seed: str, name: str) -> str:
    """The lot that a name draws; another seed gives an unrelated order."""
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()


def commitment(seed: str) -> str:
    """What may be told of a seed beforehand, so that nobody can change it afterwards."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw_code(position: int) -> str:
    """The code of an open panel: the draw number, 03."""
    return f"{position:02d}"


def blind_code(lot: int) -> str:
    """Two letters and two digits for a lot of 0..BLIND_CODES-1: KD73."""
    if not 0 <= lot < BLIND_CODES:
        raise ValueError("no such lot")
    lot, units = divmod(lot, len(DIGITS))
    lot, tens = divmod(lot, len(DIGITS))
    first, second = divmod(lot, len(LETTERS))
    return LETTERS[first] + LETTERS[second] + DIGITS[tens] + DIGITS[units]


def free_codes(lots: Iterable[int], taken: Collection[str], wanted: int) -> list[str]:
    """The first `wanted` blind codes of these lots that are not taken and not repeated."""
    found: list[str] = []
    for lot in lots:
        if len(found) == wanted:
            break
        code = blind_code(lot)
        if code not in taken and code not in found:
            found.append(code)
    return found
