"""The draw of order and the codes that hide who performs. Pure: seeds and lots come as arguments.

Whoever knows the seed and the 准考证号 can repeat the draw. Codes of a blind panel do not follow from
the seed, or it would tell who is who: they follow from the secrets of its layers, which are told when
the panel is unsealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from core.errors import DomainError

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


def seed_of(secret: str, witness: str) -> str:
    """The seed of a draw: the committed secret, and what a witness added on the spot if anything."""
    return f"{secret}\n{witness}" if witness else secret


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


def layer_codes(before: Iterable[str], secret: str) -> dict[str, str]:
    """The code of one layer for each code of the layer below (the first layer: for each 准考证号).

    In the order of their lots each takes the code of its lot, or the next free one; the codes below
    are avoided too, so that no code means two things.
    """
    names = sorted(before)
    taken = set(names)
    found: dict[str, str] = {}
    for name in draw_order(names, secret):
        lot = int(lot_of(secret, name), 16)
        code = next(
            code
            for step in range(BLIND_CODES)
            if (code := blind_code((lot + step) % BLIND_CODES)) not in taken
        )
        taken.add(code)
        found[name] = code
    return found


def chain(numbers: Iterable[str], secrets: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each 准考证号 its codes, layer by layer."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(numbers, ())
    for secret in secrets:
        last = {number: codes[-1] if codes else number for number, codes in found.items()}
        codes_of = layer_codes(last.values(), secret)
        found = {number: (*found[number], codes_of[last[number]]) for number in found}
    return found


def replay(told: Any) -> list[str]:
    """Where a published draw differs from what its own secrets give, in Chinese; [] if nowhere.

    `told` is the content of the file that the public page offers: `secret`, `witness`, `commitment`,
    `layers` ([{secret, commitment}]) and `rows` ([{number, position, codes}]). DomainError if it is not
    such a file.
    """
    try:
        secret, rows = str(told["secret"]), list(told["rows"])
        layers = [(str(one["secret"]), str(one["commitment"])) for one in told["layers"]]
        stated = {str(one["number"]): int(one["position"]) for one in rows}
        codes = {str(one["number"]): tuple(map(str, one["codes"])) for one in rows}
        seed, promised = seed_of(secret, str(told["witness"])), str(told["commitment"])
    except (KeyError, TypeError, ValueError):
        raise DomainError("这不是抽签记录文件") from None
    found = []
    if commitment(secret) != promised:
        found.append("种子与事先公布的承诺不符")
    found += [
        f"第 {number} 层的密钥与事先公布的承诺不符"
        for number, (own, promise) in enumerate(layers, start=1)
        if commitment(own) != promise
    ]
    order = draw_order(stated, seed)
    found += [
        f"{number} 应排第 {place}，记录为第 {stated[number]}"
        for place, number in enumerate(order, start=1)
        if stated[number] != place
    ]
    if layers:
        worked = chain(stated, [own for own, _ in layers])
        found += [
            f"{number} 的代码应为 {'、'.join(worked[number])}，记录为 {'、'.join(codes[number])}"
            for number in order
            if codes[number] != worked[number]
        ]
    return found
