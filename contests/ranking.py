"""Ranks and ties from published figures: pure, exact, the same in any order.

The tie chain is a list of named rules tried in order; each splits a group of tied lines into smaller
groups, the better first. To add a rule, write its reader and its splitter and add them to TIES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

from contests.prizes import Medals, Prize, read_medals, read_prizes
from core.toml_tables import Table

CONVENTIONS = ("1-2-2-4", "1-2-2-3", "1-2-3-4")
ANCHORS = ("best", "adjacent")


@dataclass(frozen=True)
class Line:
    """What ranking may see of one entry: its total and its other figures, all exact.

    A total of None (incomplete) is never ranked. `figures` also holds the given values; `votes`
    holds for each figure what its last putting-together used, for the count-back, by judge (or part).
    """

    entry: str
    total: Fraction | None
    figures: Mapping[str, Fraction | None] = field(default_factory=dict)
    marks: Mapping[str, Sequence[Fraction]] = field(default_factory=dict)
    votes: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tie:
    """One rule of the tie chain; `title` says it in Chinese."""

    by: str
    title: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranking:
    """How a contest ranks: best is high or low; the chain ends with shared or entry_order.

    Totals within `tolerance` are tied: of the best of their group, or of the one before (`anchor`).
    """

    best: str
    convention: str
    ties: tuple[Tie, ...]
    medals: Medals | None = None
    prizes: tuple[Prize, ...] = ()
    tolerance: Fraction = Fraction(0)
    anchor: str = "best"


@dataclass(frozen=True)
class Ranked:
    """A line's rank (None if incomplete) and the title of the tie rule that settled it; `waits` for
    a draw or a play-off that was not entered yet."""

    entry: str
    rank: int | None
    settled_by: str = ""
    waits: bool = False


Group = list[Line]
_ABSENT = (0, Fraction(0))  # a figure that does not exist loses against any that does


def _by_key(group: Group, key: Callable[[Line], Any]) -> list[Group]:
    ordered = sorted(group, key=lambda line: line.entry)
    ordered.sort(key=key, reverse=True)
    return [list(same) for _, same in groupby(ordered, key=key)]


def _by_figures(group: Group, args: Mapping[str, Any]) -> list[Group]:
    sign = 1 if args["best"] == "high" else -1

    def key(line: Line) -> tuple[Any, ...]:
        values = [line.figures.get(name) for name in args["figures"]]
        return tuple([_ABSENT if v is None else (1, sign * v) for v in values])

    return _by_key(group, key)


def _by_count_back(group: Group, args: Mapping[str, Any]) -> list[Group]:
    """Most highest marks, then next: the same as comparing the marks sorted downwards."""
    return _by_key(group, lambda line: sorted(line.marks.get(args["figure"], ()), reverse=True))


def _by_meeting(group: Group, args: Mapping[str, Any]) -> list[Group]:
    """Of exactly two: whom more judges put before the other. Of more there may be a circle."""
    if len(group) != 2:
        return [group]
    one, other = group
    mine, theirs = (line.votes.get(args["figure"], {}) for line in group)
    won = sum((mine[j] > theirs[j]) - (mine[j] < theirs[j]) for j in mine.keys() & theirs.keys())
    if not won:
        return [group]
    return [[one], [other]] if won > 0 else [[other], [one]]


def _by_act(group: Group, args: Mapping[str, Any]) -> list[Group] | None:
    """By a lot or a play-off among those who are tied; None until all of theirs are entered."""
    if any(line.figures.get(name) is None for line in group for name in args["figures"]):
        return None
    return _by_figures(group, args)


def _together(group: Group, args: Mapping[str, Any]) -> list[Group]:
    return [group]


def _by_entry(group: Group, args: Mapping[str, Any]) -> list[Group]:
    return [[line] for line in sorted(group, key=lambda line: line.entry)]


@dataclass(frozen=True)
class Named:
    """What a tie rule may name: figures and given values with one value per entry."""

    figures: Mapping[str, str]
    givens: Mapping[str, str]


def _read_figure(table: Table, named: Named) -> dict[str, Any]:
    best = table.choice("best", ("high", "low"), "high")
    return {"figures": (table.choice("figure", [*named.figures, *named.givens]),), "best": best}


def _read_modules(table: Table, named: Named) -> dict[str, Any]:
    names = table.texts("figures")
    for name in names:
        if name not in named.figures and name not in named.givens:
            raise table.refuse("figures", f"没有“{name}”，可用：{'、'.join(named.figures)}")
    return {"figures": names, "best": "high"}


def _read_one_figure(table: Table, named: Named) -> dict[str, Any]:
    return {"figure": table.choice("figure", named.figures)}


def _read_draw(table: Table, named: Named) -> dict[str, Any]:
    return {"figures": (table.choice("given", named.givens),), "best": "low"}


def _read_playoff(table: Table, named: Named) -> dict[str, Any]:
    best = table.choice("best", ("high", "low"), "high")
    return {"figures": (table.choice("given", named.givens),), "best": best}


def _read_nothing(table: Table, named: Named) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class TieRule:
    """`read` checks the keys of a chain link; `split` parts a tied group; `ends` a chain."""

    read: Callable[[Table, Named], dict[str, Any]]
    split: Callable[[Group, Mapping[str, Any]], list[Group] | None]
    ends: bool = False


TIES: dict[str, TieRule] = {
    "figure": TieRule(_read_figure, _by_figures),
    "modules": TieRule(_read_modules, _by_figures),
    "count_back": TieRule(_read_one_figure, _by_count_back),
    "who_beat_whom": TieRule(_read_one_figure, _by_meeting),
    "draw": TieRule(_read_draw, _by_act),
    "playoff": TieRule(_read_playoff, _by_act),
    "shared": TieRule(_read_nothing, _together, ends=True),
    "entry_order": TieRule(_read_nothing, _by_entry, ends=True),
}


def read_chain(
    table: Table, figures: Mapping[str, str], givens: Mapping[str, str]
) -> tuple[Tie, ...]:
    """The [[…tie]] tables: a chain that says how it ends."""
    named = Named(figures, givens)
    ties = []
    for one in table.tables("tie"):
        by = one.choice("by", TIES)
        ties.append(Tie(by, one.text("title"), TIES[by].read(one, named)))
    if [TIES[tie.by].ends for tie in ties] != [False] * (len(ties) - 1) + [True]:
        raise table.refuse(
            "tie", "最后一条、且只有最后一条应为 shared（并列）或 entry_order（按编号）"
        )
    return tuple(ties)


def read_ranking(
    table: Table, figures: Mapping[str, str], givens: Mapping[str, str] | None = None
) -> Ranking:
    """Read the [ranking] part of a SPEC; `figures` and `givens` have one value per entry."""
    best = table.choice("best", ("high", "low"), "high")
    convention = table.choice("convention", CONVENTIONS, CONVENTIONS[0])
    ties = read_chain(table, figures, givens or {})
    if (ties[-1].by == "entry_order") != (convention == "1-2-3-4"):
        raise table.refuse(
            "convention", "1-2-3-4 与 entry_order 须同时使用，其他名次写法用 shared 结尾"
        )
    tolerance, anchor = table.number("tolerance", "0"), table.choice("anchor", ANCHORS, "best")
    if tolerance < 0:
        raise table.refuse("tolerance", "不能小于 0")
    inner = table.optional(Table.table, "medals")
    if inner is not None and best == "low":
        raise table.refuse("medals", "按容差发奖牌只用于分数高者在前的比赛")
    return Ranking(
        best, convention, ties, read_medals(inner), read_prizes(table), tolerance, anchor
    )


def rank(lines: Iterable[Line], ranking: Ranking) -> list[Ranked]:
    """Ranks in order of rank, then of entry; lines without a total come last, unranked."""
    every = sorted(lines, key=lambda line: line.entry)
    settled: dict[str, str] = {}
    waiting: set[str] = set()
    ordered = [
        group
        for tied in _tied(every, ranking)
        for group in _parted(tied, ranking.ties, settled, waiting)
    ]
    ranked: list[Ranked] = []
    for distinct, group in enumerate(ordered, 1):
        first = len(ranked) + 1
        place = distinct if ranking.convention == "1-2-2-3" else first
        for line in group:
            name = line.entry
            ranked.append(Ranked(name, place, settled.get(name, ""), name in waiting))
    return ranked + [Ranked(line.entry, None) for line in every if line.total is None]


def _tied(lines: Iterable[Line], ranking: Ranking) -> list[Group]:
    """Groups of equal totals, or of totals within the tolerance, the best first."""
    sign = 1 if ranking.best == "high" else -1
    valued = [(sign * line.total, line) for line in lines if line.total is not None]
    valued.sort(key=lambda pair: pair[0], reverse=True)
    groups: list[Group] = []
    anchor = before = Fraction(0)
    for value, line in valued:
        near = anchor if ranking.anchor == "best" else before
        if groups and near - value <= ranking.tolerance:
            groups[-1].append(line)
        else:
            groups.append([line])
            anchor = value
        before = value
    return groups


def _parted(
    group: Group, ties: Sequence[Tie], settled: dict[str, str], waiting: set[str]
) -> list[Group]:
    """What the chain makes of a tied group; notes by which rule each of its lines was settled."""
    if len(group) == 1:
        return [group]
    tie, rest = ties[0], ties[1:]
    parts = TIES[tie.by].split(group, tie.args)
    if parts is None or TIES[tie.by].ends or len(parts) > 1:
        settled |= dict.fromkeys([line.entry for line in group], tie.title)
    if parts is None:
        waiting |= {line.entry for line in group}
        return [group]
    if not rest:
        return parts
    return [small for part in parts for small in _parted(part, rest, settled, waiting)]
