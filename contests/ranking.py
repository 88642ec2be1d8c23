"""Ranks, ties, medals and prizes from published figures: pure, exact, the same in any order.

The tie chain is a list of named rules tried in order; each makes a comparable key of a line, the
bigger the better. To add a rule, write its reader and key function and add them to TIES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from core.toml_tables import Table

CONVENTIONS = ("1-2-2-4", "1-2-2-3", "1-2-3-4")
MEDALS = ("gold", "silver", "bronze")
EXCELLENCE = "excellence"
MEDAL_TITLES = {"gold": "金牌", "silver": "银牌", "bronze": "铜牌", EXCELLENCE: "优秀奖章"}


@dataclass(frozen=True)
class Line:
    """What ranking may see of one entry: its total and its other figures, all exact.

    A total of None (incomplete) is never ranked. `marks` holds for each figure the values that its
    last putting-together used, for the count-back.
    """

    entry: str
    total: Fraction | None
    figures: Mapping[str, Fraction | None] = field(default_factory=dict)
    marks: Mapping[str, Sequence[Fraction]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tie:
    """One rule of the tie chain; `title` says it in Chinese."""

    by: str
    title: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Medals:
    """Medals with tolerance: `by_field` = (smallest field, medals there), biggest field first."""

    tolerance: Fraction
    excellence_from: Fraction | None = None
    by_field: tuple[tuple[int, tuple[str, ...]], ...] = ((0, MEDALS),)


@dataclass(frozen=True)
class Prize:
    """A prize for the places first..last."""

    title: str
    first: int
    last: int


@dataclass(frozen=True)
class Ranking:
    """How a contest ranks: best is high or low; the chain ends with shared or entry_order."""

    best: str
    convention: str
    ties: tuple[Tie, ...]
    medals: Medals | None = None
    prizes: tuple[Prize, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """A line's rank (None if incomplete) and the title of the tie rule that settled it."""

    entry: str
    rank: int | None
    settled_by: str = ""


Key = tuple[Any, ...]
_ABSENT = (0, Fraction(0))  # a figure that does not exist loses against any that does


def _figure_key(line: Line, args: Mapping[str, Any]) -> Key:
    sign = 1 if args["best"] == "high" else -1
    values = [line.figures.get(name) for name in args["figures"]]
    return tuple([_ABSENT if v is None else (1, sign * v) for v in values])


def _count_back_key(line: Line, args: Mapping[str, Any]) -> Key:
    """Most highest marks, then next: the same as comparing the marks sorted downwards."""
    return tuple(sorted(line.marks.get(args["figure"], ()), reverse=True))


def _read_figure(table: Table, figures: Mapping[str, str]) -> dict[str, Any]:
    best = table.choice("best", ("high", "low"), "high")
    return {"figures": (table.choice("figure", figures),), "best": best}


def _read_modules(table: Table, figures: Mapping[str, str]) -> dict[str, Any]:
    names = table.texts("figures")
    for name in names:
        if name not in figures:
            raise table.refuse("figures", f"没有“{name}”，可用：{'、'.join(figures)}")
    return {"figures": names, "best": "high"}


def _read_count_back(table: Table, figures: Mapping[str, str]) -> dict[str, Any]:
    return {"figure": table.choice("figure", figures)}


@dataclass(frozen=True)
class TieRule:
    """`read` checks the keys of a chain link; `key` makes the comparable key; `ends` a chain."""

    read: Callable[[Table, Mapping[str, str]], dict[str, Any]]
    key: Callable[[Line, Mapping[str, Any]], Key]
    ends: bool = False


TIES: dict[str, TieRule] = {
    "figure": TieRule(_read_figure, _figure_key),
    "modules": TieRule(_read_modules, _figure_key),
    "count_back": TieRule(_read_count_back, _count_back_key),
    "shared": TieRule(lambda table, figures: {}, lambda line, args: (), ends=True),
    "entry_order": TieRule(lambda table, figures: {}, lambda line, args: (), ends=True),
}


def read_ranking(table: Table, figures: Mapping[str, str]) -> Ranking:
    """Read the [ranking] part of a SPEC; `figures` are those with one value per entry."""
    best = table.choice("best", ("high", "low"), "high")
    convention = table.choice("convention", CONVENTIONS, CONVENTIONS[0])
    ties = []
    for one in table.tables("tie"):
        by = one.choice("by", TIES)
        ties.append(Tie(by, one.text("title"), TIES[by].read(one, figures)))
    if [TIES[tie.by].ends for tie in ties] != [False] * (len(ties) - 1) + [True]:
        raise table.refuse(
            "tie", "最后一条、且只有最后一条应为 shared（并列）或 entry_order（按编号）"
        )
    if (ties[-1].by == "entry_order") != (convention == "1-2-3-4"):
        raise table.refuse(
            "convention", "1-2-3-4 与 entry_order 须同时使用，其他名次写法用 shared 结尾"
        )
    inner = table.optional(Table.table, "medals")
    if inner is not None and best == "low":
        raise table.refuse("medals", "按容差发奖牌只用于分数高者在前的比赛")
    return Ranking(best, convention, tuple(ties), _read_medals(inner), _read_prizes(table))


def _read_medals(table: Table | None) -> Medals | None:
    if table is None:
        return None
    tolerance = table.number("tolerance", "0")
    excellence = table.optional(Table.number, "excellence_from")
    if tolerance < 0:
        raise table.refuse("tolerance", "不能小于 0")
    rows = []
    for one in table.tables("by_field", required=False):
        rows.append((one.whole("from"), one.texts("medals")))
        if any(medal not in MEDALS for medal in rows[-1][1]):
            raise one.refuse("medals", f"只能用 {'、'.join(MEDALS)}")
    starts = [start for start, _ in rows]
    if starts and starts != sorted(set(starts), reverse=True):
        raise table.refuse("by_field", "应从人数多的一行写到人数少的一行，不重复")
    return Medals(tolerance, excellence, tuple(rows)) if rows else Medals(tolerance, excellence)


def _read_prizes(table: Table) -> tuple[Prize, ...]:
    prizes: list[Prize] = []
    for one in table.tables("prize", required=False):
        first = one.whole("from", least=1)
        prizes.append(Prize(one.text("title"), first, one.whole("to", first, least=first)))
        if len(prizes) > 1 and first <= prizes[-2].last:
            raise one.refuse("from", "名次范围与上一个奖项重叠或次序颠倒")
    return tuple(prizes)


def rank(lines: Iterable[Line], ranking: Ranking) -> list[Ranked]:
    """Ranks in order of rank, then of entry; lines without a total come last, unranked."""
    every = sorted(lines, key=lambda line: line.entry)
    sign = 1 if ranking.best == "high" else -1
    keyed = [
        (_keys(line, sign * line.total, ranking), line) for line in every if line.total is not None
    ]
    keyed.sort(key=lambda pair: pair[0], reverse=True)
    settled = _settled([keys for keys, _ in keyed], ranking)
    ranked: list[Ranked] = []
    groups = groupby(zip(keyed, settled, strict=True), key=lambda pair: pair[0][0])
    for distinct, (_, group) in enumerate(groups, 1):
        first = len(ranked) + 1
        for number, ((_, line), rule) in enumerate(group):
            place = {"1-2-2-4": first, "1-2-2-3": distinct, "1-2-3-4": first + number}
            ranked.append(Ranked(line.entry, place[ranking.convention], rule))
    return ranked + [Ranked(line.entry, None) for line in every if line.total is None]


def _keys(line: Line, value: Fraction, ranking: Ranking) -> tuple[Key, ...]:
    return ((value,), *[TIES[tie.by].key(line, tie.args) for tie in ranking.ties])


def _settled(ordered: Sequence[tuple[Key, ...]], ranking: Ranking) -> list[str]:
    """For each line the rule that was needed to tell it from the last one it is tied with.

    The line that agrees with it longest stands next to it, because the lines are in order.
    """
    if not ordered:
        return []
    same = [0, *[_agreement(one, other) for one, other in pairwise(ordered)], 0]
    titles = ["", *[tie.title for tie in ranking.ties], ranking.ties[-1].title]
    return [titles[max(before, after)] for before, after in pairwise(same)]


def _agreement(one: tuple[Key, ...], other: tuple[Key, ...]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(one))


def medals(points: Sequence[tuple[str, Fraction]], rule: Medals, field_size: int) -> dict[str, str]:
    """Medals of entries given best first: groups within the tolerance, counted from their best.

    Two golds leave no silver; three or more leave bronze only to a group that begins within the
    tolerance of the last gold; two or more silvers leave no bronze. Values are gold, silver,
    bronze or excellence.
    """
    allowed = next((names for start, names in rule.by_field if field_size >= start), ())
    groups = _groups(points, rule.tolerance)
    tiers = dict(zip(_tiers(groups, rule.tolerance), groups, strict=False))
    won = {entry: tier for tier, group in tiers.items() if tier in allowed for entry, _ in group}
    floor = rule.excellence_from
    if floor is None or not allowed:
        return won
    return won | {e: EXCELLENCE for e, value in points if e not in won and value >= floor}


def _groups(
    points: Sequence[tuple[str, Fraction]], tolerance: Fraction
) -> list[list[tuple[str, Fraction]]]:
    groups: list[list[tuple[str, Fraction]]] = []
    for entry, value in points:
        if groups and groups[-1][0][1] - value <= tolerance:
            groups[-1].append((entry, value))
        else:
            groups.append([(entry, value)])
    return groups


def _tiers(groups: Sequence[Sequence[tuple[str, Fraction]]], tolerance: Fraction) -> list[str]:
    """Which medal each of the first groups wins."""
    if not groups:
        return []
    golds = len(groups[0])
    if golds == 1:
        return (
            ["gold", "silver", "bronze"]
            if len(groups[1:]) and len(groups[1]) == 1
            else ["gold", "silver"]
        )
    near = len(groups) > 1 and groups[0][-1][1] - groups[1][0][1] <= tolerance
    return ["gold", "bronze"] if golds == 2 or near else ["gold"]


def prizes(ranked: Iterable[Ranked], table: Sequence[Prize]) -> dict[str, str]:
    """The prize of each entry whose rank lies in a range of the table."""
    return {
        one.entry: prize.title
        for one in ranked
        for prize in table
        if one.rank is not None and prize.first <= one.rank <= prize.last
    }
