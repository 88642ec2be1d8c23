"""Position accounting: what is due is the target less what stands on sheets. Pure.

The engine says what each award should be in all; first payment, top-up after a higher prize and
recovery after a withdrawal are then one mechanism. All sums in fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from awards import lines
from awards.lines import Line
from awards.rules import Rulebook
from core import canonical

# What a status says about the target; under any other the target is not known yet.
_KNOWN = (lines.PAYABLE, lines.DENIED, lines.VOID)


@dataclass(frozen=True)
class Place:
    """Where one payee stands with one award: the permanent key, the payee, the instalment."""

    award_key: str
    payee: str
    instalment: int


@dataclass(frozen=True)
class Due:
    """A line of the engine with what was paid at its place and what is still due (may be < 0)."""

    line: Line
    paid_fen: int
    fen: int


def place_of(line: Line) -> Place:
    """The place of a line."""
    return Place(canonical.text(list(line.key)), line.payee, line.instalment)


def dues(
    found: Sequence[Line], paid: Mapping[Place, int], groups: Mapping[str, str]
) -> tuple[list[Due], dict[Place, int]]:
    """What is due on each line, in the order of the lines; and what was paid at places that no
    line names any more (to be recovered). `groups` is from `groups_of`."""
    at: dict[Place, list[int]] = {}
    for index, line in enumerate(found):
        at.setdefault(place_of(line), []).append(index)
    sums = [0] * len(found)
    for place, indexes in at.items():
        if all(found[index].status in _KNOWN for index in indexes):
            target = sum(found[index].fen for index in indexes)
            sums[_leading(found, indexes)] = target - paid.get(place, 0)
    _offset(found, sums, groups)
    result = [
        Due(line, paid.get(place_of(line), 0), fen) for line, fen in zip(found, sums, strict=True)
    ]
    return result, {place: fen for place, fen in paid.items() if fen and place not in at}


def _leading(found: Sequence[Line], indexes: Sequence[int]) -> int:
    """The line that stands for its place: the payable one, else the first."""
    payable = (index for index in indexes if found[index].status == lines.PAYABLE)
    return next(payable, indexes[0])


def groups_of(book: Rulebook) -> dict[str, str]:
    """The exclusive group of each rule that has one and counts by achievement."""
    return {
        rule.id: rule.exclusive.group
        for rule in book.rules
        if rule.exclusive and rule.exclusive.by == "achievement"
    }


def _offset(found: Sequence[Line], sums: list[int], groups: Mapping[str, str]) -> None:
    """A lower prize already paid counts towards the higher one of the same achievement (补差)."""
    together: dict[tuple[str, str, str], list[int]] = {}
    for index, line in enumerate(found):
        if line.rule in groups and len(line.key) > 2:
            name = (groups[line.rule], line.payee, line.key[2])
            together.setdefault(name, []).append(index)
    for indexes in together.values():
        _offset_within(sums, indexes)


def _offset_within(sums: list[int], indexes: Iterable[int]) -> None:
    order = list(indexes)
    for over in order:
        for under in order:
            if sums[over] >= 0:
                break
            moved = min(-sums[over], max(0, sums[under]))
            sums[under] -= moved
            sums[over] += moved
