"""Who goes on to the next stage: the cut, with ties at the cut decided by a rule. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contests.ranking import Ranked, Tie, read_chain
from core.toml_tables import Table


@dataclass(frozen=True)
class Advance:
    """At most `top` places or `share` of the ranked (rounded up), at least `floor` points. Those who
    tie at the cut all go on (`tied` = "all") or none of them. `ties` is the chain for the cut.
    """

    top: int | None
    share: Fraction | None
    floor: Fraction | None
    tied: str
    best: str
    ties: tuple[Tie, ...]


def read_advance(
    table: Table | None, figures: Mapping[str, str], givens: Mapping[str, str]
) -> Advance | None:
    """The [stage.advance] table; `figures` and `givens` may part ties."""
    if table is None:
        return None
    top = table.whole("top", least=1) if "top" in table else None
    share, floor = table.optional(Table.number, "share"), table.optional(Table.number, "floor")
    if top is None and share is None and floor is None:
        raise table.refuse("top", "top（前几名）、share（前百分之几）、floor（最低分）至少写一个")
    if top is not None and share is not None:
        raise table.refuse("share", "top 与 share 只写一个")
    if share is not None and not 0 < share <= 1:
        raise table.refuse("share", '应在 0 到 1 之间，如 "0.5"')
    tied = table.choice("tied", ("all", "none"), "all")
    best = table.choice("best", ("high", "low"), "high")
    ties = read_chain(table, figures, givens) if "tie" in table else (Tie("shared", "并列"),)
    return Advance(top, share, floor, tied, best, ties)


def cut(ranked: Sequence[Ranked], values: Mapping[str, Fraction], rule: Advance) -> set[str]:
    """The entries that go on, of lines in order of rank; `values` are the results of the stage."""
    placed = [(one.entry, one.rank) for one in ranked if one.rank is not None]
    size = len(placed) if rule.top is None else rule.top
    if rule.share is not None:
        wanted = rule.share * len(placed)
        size = -(-wanted.numerator // wanted.denominator)
    groups: dict[int, list[str]] = {}
    for entry, rank in placed:
        groups.setdefault(rank, []).append(entry)
    chosen: set[str] = set()
    for group in groups.values():
        full = len(chosen) + len(group) > size
        if len(chosen) >= size or (full and rule.tied == "none"):
            break
        chosen |= set(group)
    return {entry for entry in chosen if _passes(values[entry], rule)}


def _passes(value: Fraction, rule: Advance) -> bool:
    if rule.floor is None:
        return True
    return value >= rule.floor if rule.best == "high" else value <= rule.floor
