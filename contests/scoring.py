"""Marks to figures, exactly, with the reason of every figure down to the last mark.

`compute` runs the figures of a SPEC one after the other over the whole field, stage by stage; who is
cut keeps the place that the stage gave. An entry that lacks marks is never scored: its total is None
and `problems` says in Chinese what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from operator import attrgetter
from typing import Any

from contests import ranking
from contests.advancing import Advance, cut
from contests.cells import ABSENT, BLOCKED, DROPPED, OK, Cell, Operator, Step
from contests.gathering import Lot, gather, lacking, look, mark_leaves, part_leaves
from contests.marks import Mark
from contests.operators import OPERATORS
from contests.prizes import Placed, medals, prizes
from contests.reasons import problems
from contests.spec import Figure, Spec, Stage
from core.errors import DomainError

ENGINE_VERSION = "2"

_FIELD = {"judges": "judge", "aspects": "part", "parts": "part", "items": "item"}
_GROUP = {
    "judges": attrgetter("entry", "item", "part"),
    "aspects": attrgetter("entry", "item", "judge"),
    "parts": attrgetter("entry", "item", "judge"),
    "items": attrgetter("entry", "part", "judge"),
}


@dataclass(frozen=True)
class Row:
    """The outcome of one entry. `figures` holds its explain trees by figure key, as far as it came.

    `result` is the key of the figure that ranks it, `out_after` that of the stage where it was cut
    ("" for whoever came to the last stage). `total` and `rank` are None for an incomplete entry, whose
    `problems` are sentences. `waits` tells that a draw or a play-off is still to be entered. `advances`
    tells, for the result of an earlier stage, who goes on; None in that of the last stage.
    """

    entry: str
    figures: Mapping[str, Cell]
    result: str
    total: Fraction | None
    rank: int | None
    settled_by: str = ""
    medal: str = ""
    prize: str = ""
    problems: tuple[str, ...] = ()
    out_after: str = ""
    waits: bool = False
    advances: bool | None = None


def compute(spec: Spec, marks: Iterable[Mark], entries: Iterable[str] = ()) -> list[Row]:
    """The rows of a contest in order of rank; `entries` adds those without any mark. Where the SPEC
    ends before its last stage (`Spec.ending`), the rows tell who goes on, and there are no prizes.

    DomainError lists the marks that are out of range, off step, misplaced or given twice, and those
    of entries that do not take part in their stage.
    """
    return evaluate(spec, marks, entries).rows()


@dataclass(frozen=True)
class Evaluation:
    """All figures of a contest, and who ended after which stage: what the rows are made of. `staying`
    are those who go on after the last of these stages; None where none follows."""

    lot: Lot
    ended: tuple[tuple[Stage, list[str]], ...]
    staying: frozenset[str] | None = None

    def rows(self) -> list[Row]:
        """The rows in order of rank."""
        return _rows(self)

    def instead(self, other: Evaluation) -> Evaluation:
        """The same with the figures of another evaluation in place of its own, for the entries that
        are in both. Only where entries are not compared (`Spec.compares`)."""
        figures = {key: {**own, **other.lot.figures[key]} for key, own in self.lot.figures.items()}
        return replace(self, lot=replace(self.lot, figures=figures))


def evaluate(spec: Spec, marks: Iterable[Mark], entries: Iterable[str] = ()) -> Evaluation:
    """As `compute`, before ranks are made."""
    lot = gather(spec, marks, entries)
    ended: list[tuple[Stage, list[str]]] = []
    staying = None
    for number, stage in enumerate(spec.stages):
        for figure in stage.figures:
            lot.figures[figure.key] = _run(lot, stage, figure)
        later = spec.stages[number + 1 :]
        staying = frozenset(_going_on(lot, stage, later[0].key)) if later else None
        if staying is None or stage is spec.last_stage:
            ended.append((stage, lot.entries))
            break
        left = [entry for entry in lot.entries if entry not in staying]
        ended.append((stage, left))
        lot.entries = sorted(staying)
        _refuse_strays(lot, {one.key for one in later}, left)
    return Evaluation(lot, tuple(ended), staying)


def _going_on(lot: Lot, stage: Stage, following: str) -> set[str]:
    """Who takes part in the following stage: by the cut, and by what was entered against it."""
    chosen = set(lot.entries)
    if stage.advance is not None:
        rule = ranking.Ranking(stage.advance.best, "1-2-2-4", stage.advance.ties)
        lines = _lines(lot, stage.result.key, lot.entries, rule.ties)
        values = {line.entry: line.total for line in lines if line.total is not None}
        chosen = cut(ranking.rank(lines, rule), values, stage.advance)
    for entry, takes_part in lot.entered[following].items():
        if entry not in lot.entries or (entry in chosen) == takes_part:
            word = "已经在" if takes_part else "本来就不在"
            title = lot.spec.stage(following).title
            raise DomainError(f"{entry}：{word}“{title}”的名单里，不需要另外注明")
        chosen = chosen | {entry} if takes_part else chosen - {entry}
    return chosen


def _refuse_strays(lot: Lot, stages: set[str], left: Iterable[str]) -> None:
    """Nobody who was cut has marks in a later stage."""
    gone = set(left)
    strays = {
        entry
        for key, places in lot.marks.items()
        if lot.spec.stage_of[key] in stages
        for entry, _ in places
        if entry in gone
    }
    strays |= {
        entry for key, entry in lot.acts if lot.spec.stage_of[key] in stages and entry in gone
    }
    if strays:
        told = "、".join(sorted(strays))
        raise DomainError(f"{told} 没有晋级，却有后面阶段的分数；递补的请注明 in 和原因")


def _run(lot: Lot, stage: Stage, figure: Figure) -> dict[tuple[str, str], Cell]:
    """One figure over the whole field: its leaves, which are of `stage`, then step after step."""
    cells = list(
        mark_leaves(lot, stage.key, figure) if figure.marks else part_leaves(lot, stage.key, figure)
    )
    for step in figure.steps:
        cells = _apply(lot, stage, figure, step, cells)
    found = {(c.entry, c.item): _named(c, figure) for c in cells}
    for entry in lot.entries:
        if not figure.per_item and (entry, "") not in found:
            found[entry, ""] = lacking(entry, "", figure.key, f"“{figure.title}”没有任何分数")
    return found


def _named(cell: Cell, figure: Figure) -> Cell:
    """The last cell of a pipeline under the name of its figure."""
    if cell.state != OK:
        return lacking(cell.entry, cell.item, figure.key, cell.note, (cell,))
    return replace(cell, part=figure.key, judge="")


def _apply(lot: Lot, stage: Stage, figure: Figure, step: Step, cells: list[Cell]) -> list[Cell]:
    """One step over all cells of a figure."""
    operator = OPERATORS[step.op]
    find = partial(look, lot)
    if operator.shape == "each":
        return [operator.apply(c, step.args, find) if c.state == OK else c for c in cells]
    if operator.shape == "across":
        return _across(operator, step, cells)
    groups: dict[Any, list[Cell]] = {}
    place = _GROUP[step.over]
    for cell in cells:
        groups.setdefault(place(cell), []).append(cell)
    done: list[Cell] = []
    for group in groups.values():
        lack = _lack(stage, figure, step, group)
        if lack is not None:
            done.append(lack)
        elif operator.shape == "sift":
            done.extend(operator.apply(group, step.args, find))
            continue
        else:
            done.append(operator.apply(group, step.args))
        setattr(done[-1], _FIELD[step.over], "")
    return done


def _across(operator: Operator, step: Step, cells: list[Cell]) -> list[Cell]:
    """A step that compares the entries: over all cells with a value, alike in what it says."""
    alike = attrgetter(*operator.alike)
    groups: dict[Any, list[int]] = {}
    for number, cell in enumerate(cells):
        if cell.state == OK:
            groups.setdefault(alike(cell), []).append(number)
    done = list(cells)
    for numbers in groups.values():
        found = operator.apply([cells[number] for number in numbers], step.args)
        for number, cell in zip(numbers, found, strict=True):
            done[number] = cell
    return done


def _lack(stage: Stage, figure: Figure, step: Step, group: list[Cell]) -> Cell | None:
    """The cell that stands for a group which must not be put together; None if all is there."""
    alive = absent = 0
    for cell in group:
        if cell.state == OK:
            alive += 1
        elif cell.state == ABSENT:
            absent += 1
        elif cell.state == BLOCKED:
            return _no_value(group, BLOCKED, cell.note)
    whole = _whole(stage, figure, step, group)
    if whole:
        return _no_value(group, BLOCKED, whole)
    if not absent:
        return None if alive else _no_value(group, BLOCKED, "没有可用的分数")
    if not alive and step.over == "aspects":
        return _no_value(group, ABSENT, group[0].note)
    skips = OPERATORS[step.op].skips or step.args.get("skip_absent")
    if alive and step.over == "judges" and skips:
        return None
    if step.over == "aspects":
        return _no_value(group, BLOCKED, "只打了部分评分点，请补齐或全部记为缺席")
    return _no_value(group, BLOCKED, "有缺席，不能直接相加")


def _whole(stage: Stage, figure: Figure, step: Step, group: list[Cell]) -> str:
    """Why a group of aspects, parts or items is not complete ("" if it is)."""
    if step.over in ("aspects", "parts") and len(group) != len(figure.of):
        return f"“{figure.title}”应有 {len(figure.of)} 项，只有 {len(group)} 项"
    bounds = stage.items if step.over == "items" else None
    if bounds and not bounds.least <= len(group) <= bounds.most:
        return f"“{figure.title}”有 {len(group)} 个动作或轮次，应为 {bounds.words} 个"
    return ""


def _no_value(group: list[Cell], state: str, note: str) -> Cell:
    first = group[0]
    return Cell(
        first.entry,
        first.item,
        first.part,
        first.judge,
        None,
        state,
        "lack",
        note,
        None,
        tuple(group),
    )


def _lines(
    lot: Lot, result: str, entries: Iterable[str], ties: Iterable[ranking.Tie]
) -> list[ranking.Line]:
    """What ranking may see of these entries."""
    wanted = {tie.args["figure"] for tie in ties if "figure" in tie.args}
    single = [key for key, figure in lot.spec.figures.items() if not figure.per_item]
    loose = [key for key, given in lot.spec.givens.items() if not given.per_item]
    lines = []
    for entry in entries:
        cells = {
            k: lot.figures[k][entry, ""] for k in single if (entry, "") in lot.figures.get(k, {})
        }
        values = {key: cell.value for key, cell in cells.items()}
        for key in loose:
            given = lot.marks[key].get((entry, ""), {}).get("")
            values[key] = given.value if given else lot.spec.givens[key].default
        members = {key: _last_members(cells[key]) for key in wanted if key in cells}
        lines.append(
            ranking.Line(
                entry,
                cells[result].value,
                values,
                {
                    k: [value for _, value, counts in found if counts]
                    for k, found in members.items()
                },
                {k: {who: value for who, value, _ in found} for k, found in members.items()},
            )
        )
    return lines


def _rows(done: Evaluation) -> list[Row]:
    """All entries: those of the last stage first, then those cut before it, stage by stage. Medals and
    prizes come with the last stage of the contest only."""
    lot, staying = done.lot, done.staying
    rule, size = lot.spec.ranking, sum(len(entries) for _, entries in done.ended)
    last = done.ended[-1][0]
    rows: list[Row] = []
    for stage, entries in reversed(done.ended):
        final = stage is lot.spec.stages[-1]
        own = rule if final else _place_rule(rule, stage.advance)
        lines = _lines(lot, stage.result.key, entries, own.ties)
        ranked = ranking.rank(lines, own)
        before = [row.rank for row in rows if row.rank is not None]
        offset = max(before, default=0) if rule.convention == "1-2-2-3" else len(before)
        totals = {line.entry: line.total for line in lines}
        won = _medals(ranked, totals, rule, size) if final else {}
        for one in ranked:
            cells = _figures_of(lot, one.entry)
            rows.append(
                Row(
                    one.entry,
                    cells,
                    stage.result.key,
                    totals[one.entry],
                    None if one.rank is None else one.rank + offset,
                    one.settled_by,
                    won.get(one.entry, ""),
                    problems=problems(lot.spec, cells[stage.result.key]),
                    out_after="" if stage is last else stage.key,
                    waits=one.waits,
                    advances=None if staying is None else one.entry in staying,
                )
            )
    rows.sort(key=lambda row: row.rank is None)
    if staying is not None:
        return rows
    placed = [Placed(row.entry, row.rank, row.total) for row in rows]
    given = prizes(placed, rule.prizes, field=size, best=rule.best)
    return [replace(row, prize=given.get(row.entry, "")) for row in rows]


def _place_rule(rule: ranking.Ranking, advance: Advance | None) -> ranking.Ranking:
    """How those are placed who were cut: by the chain of the cut, in the writing of the contest."""
    ties = advance.ties if advance else (ranking.Tie("shared", "名次并列"),)
    best = advance.best if advance else rule.best
    if rule.convention == "1-2-3-4" and ties[-1].by == "shared":
        ties = (*ties[:-1], ranking.Tie("entry_order", rule.ties[-1].title))
    return ranking.Ranking(best, rule.convention, ties)


def _medals(
    ranked: Iterable[ranking.Ranked],
    totals: Mapping[str, Fraction | None],
    rule: ranking.Ranking,
    size: int,
) -> dict[str, str]:
    if rule.medals is None:
        return {}
    order = [(one.entry, t) for one in ranked if (t := totals[one.entry]) is not None]
    return medals(order, rule.medals, size)


def _figures_of(lot: Lot, entry: str) -> dict[str, Cell]:
    """The figures with one value per entry, as far as the entry came."""
    return {
        key: cell
        for key, figure in lot.spec.figures.items()
        if not figure.per_item and (cell := lot.figures.get(key, {}).get((entry, ""))) is not None
    }


def _last_members(cell: Cell) -> list[tuple[str, Fraction, bool]]:
    """What the last putting-together of a figure was made of: whose, its value, if it counted."""
    while cell.of and OPERATORS.get(cell.op) and OPERATORS[cell.op].shape != "reduce":
        cell = cell.of[0]
    return [
        (one.judge or one.part, one.value, one.state == OK)
        for one in cell.of
        if one.state in (OK, DROPPED) and one.value is not None
    ]
