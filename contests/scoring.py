"""Marks to figures, exactly, with the reason of every figure down to the last mark.

`compute` runs the figures of a SPEC one after the other over the whole field. An entry that lacks
marks is never scored: its total is None and `problems` says in Chinese what is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import attrgetter
from typing import Any

from contests import ranking
from contests.marks import ABSENCES, MISSING, Mark, given_worth, is_absence, misplaced, worth
from contests.operators import (
    ABSENT,
    BLOCKED,
    OK,
    OPERATORS,
    Cell,
    Step,
)
from contests.reasons import problems
from contests.spec import Criterion, Figure, Spec, Stage
from core.errors import DomainError

ENGINE_VERSION = "1"
MOST_FAULTS = 20

_FIELD = {"judges": "judge", "aspects": "part", "parts": "part", "items": "item"}
_GROUP = {
    "judges": attrgetter("entry", "item", "part"),
    "aspects": attrgetter("entry", "item", "judge"),
    "parts": attrgetter("entry", "item", "judge"),
    "items": attrgetter("entry", "part", "judge"),
}


@dataclass(frozen=True)
class Row:
    """The outcome of one entry. `figures` holds its explain trees by figure key.

    `total` and `rank` are None for an incomplete entry, whose `problems` are sentences.
    """

    entry: str
    figures: Mapping[str, Cell]
    total: Fraction | None
    rank: int | None
    settled_by: str = ""
    medal: str = ""
    prize: str = ""
    problems: tuple[str, ...] = ()


@dataclass
class _Field:
    """All marks of a contest and the figures computed so far, in the order of the SPEC.

    `items` is by stage and entry; `marks` by aspect or given value, then (entry, item), then judge
    ("" for a given value);
    `figures` by figure, then (entry, item).
    """

    spec: Spec
    entries: list[str]
    items: Mapping[tuple[str, str], list[str]]
    marks: Mapping[str, Mapping[tuple[str, str], Mapping[str, Cell]]]
    figures: dict[str, dict[tuple[str, str], Cell]] = field(default_factory=dict)


def compute(spec: Spec, marks: Iterable[Mark], entries: Iterable[str] = ()) -> list[Row]:
    """The rows of a contest in order of rank; `entries` adds those without any mark.

    DomainError lists the marks that are out of range, off step, misplaced or given twice.
    """
    lot = _gather(spec, marks, entries)
    stages = {stage.key: stage for stage in spec.stages}
    for figure in spec.figures.values():
        lot.figures[figure.key] = _run(lot, stages[spec.stage_of[figure.of[0]]], figure)
    return _rows(lot)


def _gather(spec: Spec, marks: Iterable[Mark], entries: Iterable[str]) -> _Field:
    """Sort the marks into their places; each distinct place and text is checked once."""
    store: dict[str, dict[tuple[str, str], dict[str, Cell]]]
    store = {key: defaultdict(dict) for key in spec.titles}
    names, items = set(entries), defaultdict(set)
    samples: dict[tuple[str, str, bool, bool, bool], Cell] = {}
    faults: list[str] = []
    for mark in marks:
        entry, item, key, judge, text = mark
        kind = (key, text, entry == "", item == "", judge == "")
        sample = samples.get(kind)
        if sample is None:
            sample = samples[kind] = _sample(spec, mark)
        if sample.op == "fault":
            faults.append(f"{_where(entry, item, judge)}：{sample.note}")
            continue
        judged = store[key][entry, item]
        if not judged:
            names.add(entry)
            if item:
                items[spec.stage_of[key], entry].add(item)
        if judge in judged:
            faults.append(f"{_where(entry, item, judge)}：“{spec.titles[key]}”有两个分数")
        judged[judge] = Cell(
            entry, item, key, judge, sample.value, sample.state, "mark", sample.note
        )
    if faults:
        raise DomainError("\n".join(faults[:MOST_FAULTS]))
    ordered = {place: sorted(found, key=_natural) for place, found in items.items()}
    return _Field(spec, sorted(names), ordered, store)


def _sample(spec: Spec, mark: Mark) -> Cell:
    """What a mark of this text is worth at such a place; op "fault" if it cannot stand there."""
    cell = Cell("", "", mark.aspect, "", None)
    try:
        if fault := misplaced(mark, spec):
            raise DomainError(fault)
        if mark.text == MISSING:
            cell.state, cell.note = BLOCKED, f"“{spec.titles[mark.aspect]}”缺分"
        elif is_absence(mark.text):
            cell.state, cell.note = ABSENT, ABSENCES[mark.text]
        elif mark.aspect in spec.givens:
            cell.value = given_worth(spec.givens[mark.aspect], mark.text)
        else:
            cell.value = worth(spec.aspects[mark.aspect], mark.text)
    except DomainError as fault:
        cell.op, cell.note = "fault", fault.message
    return cell


def _where(entry: str, item: str, judge: str) -> str:
    return " ".join(word for word in (entry, item, judge) if word)


def _natural(name: str) -> tuple[bool, int, str]:
    """2 before 10, numbers before names."""
    number = name.isascii() and name.isdigit()
    return (not number, int(name) if number else 0, name)


def _blocked(entry: str, item: str, part: str, note: str, of: Iterable[Cell] = ()) -> Cell:
    return Cell(entry, item, part, "", None, BLOCKED, "lack", note, None, tuple(of))


def _run(lot: _Field, stage: Stage, figure: Figure) -> dict[tuple[str, str], Cell]:
    """One figure over the whole field: its leaves, which are of `stage`, then step after step."""
    cells = list(
        _mark_leaves(lot, stage.key, figure)
        if figure.marks
        else _part_leaves(lot, stage.key, figure)
    )
    for step in figure.steps:
        cells = _apply(lot, stage, figure, step, cells)
    found = {(c.entry, c.item): _named(c, figure) for c in cells}
    for entry in lot.entries:
        if not figure.per_item and (entry, "") not in found:
            found[entry, ""] = _blocked(entry, "", figure.key, f"“{figure.title}”没有任何分数")
    return found


def _named(cell: Cell, figure: Figure) -> Cell:
    """The last cell of a pipeline under the name of its figure."""
    if cell.state != OK:
        return _blocked(cell.entry, cell.item, figure.key, cell.note, (cell,))
    return replace(cell, part=figure.key, judge="")


def _mark_leaves(lot: _Field, stage: str, figure: Figure) -> Iterator[Cell]:
    """The marks of a figure with every hole made visible.

    A judge who marked one aspect of a criterion owes all of them, and so does an entry per item.
    """
    of = set(figure.of)
    groups = [
        (c, [a.key for a in c.aspects if a.key in of]) for c in lot.spec.criterion_of.values()
    ]
    criteria = {c.key: (c, keys) for c, keys in groups if keys}
    for entry in lot.entries:
        for criterion, keys in criteria.values():
            items = lot.items.get((stage, entry), []) if criterion.per_item else [""]
            for item in items:
                yield from _sheet(lot, entry, item, criterion, keys)


def _sheet(
    lot: _Field, entry: str, item: str, criterion: Criterion, keys: list[str]
) -> Iterator[Cell]:
    """All marks for one criterion of one entry or item, checked against the panel."""
    columns = {key: lot.marks[key].get((entry, item), {}) for key in keys}
    owing = [lot.marks[a.key].get((entry, item), {}) for a in criterion.aspects]
    judges = sorted({judge for column in owing for judge in column})
    panel = criterion.panel
    for key, column in columns.items():
        title = lot.spec.titles[key]
        present = 0
        for judge in judges:
            cell = column.get(judge)
            if cell is None:
                cell = Cell(entry, item, key, judge, None, BLOCKED, "mark", f"“{title}”缺分")
            present += cell.state == OK
            yield cell
        if not panel.least <= present <= panel.most:
            told = f"“{title}”有 {present} 名评委打分，应为 {panel.words} 名"
            yield _blocked(entry, item, key, told)


def _part_leaves(lot: _Field, stage: str, figure: Figure) -> Iterator[Cell]:
    """The given values and earlier figures that a figure puts together, holes made visible."""
    givens = lot.spec.givens
    per_item = any(
        givens[k].per_item if k in givens else lot.spec.figures[k].per_item for k in figure.of
    )
    for entry in lot.entries:
        for item in lot.items.get((stage, entry), []) if per_item else [""]:
            for key in figure.of:
                yield _part(lot, key, entry, item)


def _part(lot: _Field, key: str, entry: str, item: str) -> Cell:
    """A given value or figure of one entry (and item); blocked where there is none."""
    given = lot.marks[key].get((entry, item), {}).get("")
    cell = lot.figures[key].get((entry, item)) if key in lot.figures else given
    if cell is None or cell.state == ABSENT:
        lack = "没有录入" if key in lot.spec.givens else "没有成绩"
        return _blocked(entry, item, key, f"“{lot.spec.titles[key]}”{lack}")
    return cell


def _apply(lot: _Field, stage: Stage, figure: Figure, step: Step, cells: list[Cell]) -> list[Cell]:
    """One step over all cells of a figure."""
    operator = OPERATORS[step.op]
    if operator.shape == "each":

        def given(key: str, cell: Cell) -> Cell:
            return _part(lot, key, cell.entry, cell.item if lot.spec.givens[key].per_item else "")

        return [operator.apply(c, step.args, given) if c.state == OK else c for c in cells]
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
            done.extend(operator.apply(group, step.args))
            continue
        else:
            done.append(operator.apply(group, step.args))
        setattr(done[-1], _FIELD[step.over], "")
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
    if alive and step.over == "judges" and OPERATORS[step.op].skips:
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


def _rows(lot: _Field) -> list[Row]:
    spec, rule = lot.spec, lot.spec.ranking
    single = [f.key for f in spec.figures.values() if not f.per_item]
    cells = {e: {key: lot.figures[key][e, ""] for key in single} for e in lot.entries}
    wanted = {tie.args["figure"] for tie in rule.ties if "figure" in tie.args}
    lines = [
        ranking.Line(
            entry,
            figures[spec.total.key].value,
            {key: cell.value for key, cell in figures.items()},
            {key: _last_members(figures[key]) for key in wanted},
        )
        for entry, figures in cells.items()
    ]
    ranked = ranking.rank(lines, rule)
    totals = {line.entry: line.total for line in lines}
    order = [(r.entry, t) for r in ranked if (t := totals[r.entry]) is not None]
    medals = ranking.medals(order, rule.medals, len(lines)) if rule.medals else {}
    prizes = ranking.prizes(ranked, rule.prizes)
    return [
        Row(
            one.entry,
            cells[one.entry],
            totals[one.entry],
            one.rank,
            one.settled_by,
            medals.get(one.entry, ""),
            prizes.get(one.entry, ""),
            problems(spec, cells[one.entry][spec.total.key]),
        )
        for one in ranked
    ]


def _last_members(cell: Cell) -> list[Fraction]:
    """What the last putting-together of a figure used, for the count-back."""
    while cell.of and OPERATORS.get(cell.op) and OPERATORS[cell.op].shape != "reduce":
        cell = cell.of[0]
    return [one.value for one in cell.of if one.state == OK and one.value is not None]
