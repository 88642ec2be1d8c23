"""Marks in their places, and what each figure starts from, with every hole made visible. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from contests.cells import ABSENT, BLOCKED, OK, Cell
from contests.marks import (
    ABSENCES,
    MISSING,
    TAKES_PART,
    VOID,
    Mark,
    adjustment_worth,
    given_worth,
    is_absence,
    misplaced,
    worth,
)
from contests.rubric import Adjustment
from contests.spec import Criterion, Figure, Spec
from core.errors import DomainError
from core.exact import decimal_text, total

MOST_FAULTS = 20
VOIDED = "经两人认定作废，按评分办法计"
VOID_WITHOUT_RULE = "已认定作废，评分办法没有规定作废怎么计"


@dataclass
class Lot:
    """All marks of a contest and the figures computed so far, in the order of the SPEC.

    `entries` are those that take part in the present stage. `items` is by stage and entry; `marks` by
    aspect or given value, then (entry, item), then judge ("" for a given value); `acts` by adjustment
    and entry; `figures` by figure, then (entry, item). `entered` tells for a stage who takes part
    against the cut, or does not, and why.
    """

    spec: Spec
    entries: list[str]
    items: Mapping[tuple[str, str], list[str]]
    marks: Mapping[str, Mapping[tuple[str, str], Mapping[str, Cell]]]
    acts: Mapping[tuple[str, str], list[Cell]]
    entered: Mapping[str, Mapping[str, bool]]
    figures: dict[str, dict[tuple[str, str], Cell]] = field(default_factory=dict)


def gather(spec: Spec, marks: Iterable[Mark], entries: Iterable[str] = ()) -> Lot:
    """Sort the marks into their places; each distinct place and text is checked once.

    DomainError lists what is out of range, off step, misplaced or given twice.
    """
    store = _Store(spec, set(entries))
    samples: dict[tuple[object, ...], Cell] = {}
    for mark in marks:
        entry, item, key, judge, text, note = mark
        kind = (key, text, entry == "", item == "", judge == "", note == "")
        sample = samples.get(kind)
        if sample is None:
            sample = samples[kind] = _sample(spec, mark)
        if sample.op == "fault":
            store.faults.append(f"{_where(entry, item, judge)}：{sample.note}")
        elif key in spec.later_stages:
            store.enter(mark)
        elif key in spec.adjustments:
            store.act(mark, sample)
        else:
            store.put(mark, sample)
    if store.faults:
        raise DomainError("\n".join(store.faults[:MOST_FAULTS]))
    return store.lot()


class _Store:
    """What has been gathered so far, and every fault that was met."""

    def __init__(self, spec: Spec, names: set[str]) -> None:
        self.spec, self.names = spec, names
        self.marks: dict[str, dict[tuple[str, str], dict[str, Cell]]]
        self.marks = {key: defaultdict(dict) for key in spec.titles}
        self.items: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.acts: dict[tuple[str, str], list[Cell]] = defaultdict(list)
        self.entered: dict[str, dict[str, bool]] = {key: {} for key in spec.later_stages}
        self.faults: list[str] = []

    def put(self, mark: Mark, sample: Cell) -> None:
        """A judge's mark, or a given value."""
        entry, item, key, judge = mark[:4]
        judged = self.marks[key][entry, item]
        if not judged:
            self.names.add(entry)
            if item:
                self.items[self.spec.stage_of[key], entry].add(item)
        if judge in judged:
            title = self.spec.titles[key]
            self.faults.append(f"{_where(entry, item, judge)}：“{title}”有两个分数")
        judged[judge] = Cell(
            entry, item, key, judge, sample.value, sample.state, "mark", sample.note
        )

    def act(self, mark: Mark, sample: Cell) -> None:
        """One act of an adjustment, with its reason."""
        self.names.add(mark.entry)
        self.acts[mark.aspect, mark.entry].append(
            Cell(mark.entry, "", mark.aspect, mark.judge, sample.value, OK, "mark", mark.note)
        )

    def enter(self, mark: Mark) -> None:
        """A word on whether an entry takes part in a stage."""
        if mark.entry in self.entered[mark.aspect]:
            self.faults.append(f"{mark.entry}：“{mark.aspect}”的参加与否写了两次")
        self.entered[mark.aspect][mark.entry] = TAKES_PART[mark.text]

    def lot(self) -> Lot:
        """All of it, in order."""
        items = {place: sorted(found, key=_natural) for place, found in self.items.items()}
        for found in self.acts.values():
            found.sort(key=lambda cell: (cell.judge, cell.note, cell.value or 0))
        return Lot(self.spec, sorted(self.names), items, self.marks, self.acts, self.entered)


def _sample(spec: Spec, mark: Mark) -> Cell:
    """What a mark of this text is worth at such a place; op "fault" if it cannot stand there."""
    cell = Cell("", "", mark.aspect, "", None)
    try:
        if fault := misplaced(mark, spec):
            raise DomainError(fault)
        if mark.aspect in spec.later_stages:
            return cell
        if mark.aspect in spec.adjustments:
            cell.value = adjustment_worth(spec.adjustments[mark.aspect], mark.text)
        elif mark.text == MISSING:
            cell.state, cell.note = BLOCKED, f"“{spec.titles[mark.aspect]}”缺分"
        elif is_absence(mark.text):
            cell.state, cell.note = ABSENT, ABSENCES[mark.text]
        elif mark.aspect in spec.givens and mark.text == VOID:
            cell.value = spec.givens[mark.aspect].void
            cell.state, cell.note = (
                (BLOCKED, VOID_WITHOUT_RULE) if cell.value is None else (OK, VOIDED)
            )
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


def lacking(entry: str, item: str, part: str, note: str, of: Iterable[Cell] = ()) -> Cell:
    """A cell for what is not there, and why."""
    return Cell(entry, item, part, "", None, BLOCKED, "lack", note, None, tuple(of))


def mark_leaves(lot: Lot, stage: str, figure: Figure) -> Iterator[Cell]:
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
    lot: Lot, entry: str, item: str, criterion: Criterion, keys: list[str]
) -> Iterator[Cell]:
    """All marks for one criterion of one entry or item, checked against the panel."""
    columns = {key: lot.marks[key].get((entry, item), {}) for key in keys}
    owing = [lot.marks[a.key].get((entry, item), {}) for a in criterion.aspects if not a.optional]
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
            yield lacking(entry, item, key, told)


def part_leaves(lot: Lot, stage: str, figure: Figure) -> Iterator[Cell]:
    """The given values, adjustments and earlier figures that a figure puts together."""
    per_item = any(_is_per_item(lot.spec, key) for key in figure.of)
    for entry in lot.entries:
        for item in lot.items.get((stage, entry), []) if per_item else [""]:
            for key in figure.of:
                yield part_of(lot, key, entry, item)


def _is_per_item(spec: Spec, key: str) -> bool:
    if key in spec.adjustments:
        return False
    return spec.givens[key].per_item if key in spec.givens else spec.figures[key].per_item


def part_of(lot: Lot, key: str, entry: str, item: str) -> Cell:
    """A given value, adjustment or figure of one entry (and item); blocked where there is none."""
    if key in lot.spec.adjustments:
        return _adjusted(lot.spec.adjustments[key], entry, lot.acts.get((key, entry), []))
    given = lot.marks[key].get((entry, item), {}).get("")
    cell = lot.figures[key].get((entry, item)) if key in lot.figures else given
    if cell is None and key in lot.spec.givens:
        default = lot.spec.givens[key].default
        if default is not None:
            return Cell(entry, item, key, "", default, OK, "default", "没有录入，按默认值")
    if cell is None or cell.state == ABSENT:
        lack = "没有录入" if key in lot.spec.givens else "没有成绩"
        return lacking(entry, item, key, f"“{lot.spec.titles[key]}”{lack}")
    return cell


def _adjusted(adjustment: Adjustment, entry: str, acts: list[Cell]) -> Cell:
    """The sum of all acts within the cap; 0 if there are none."""
    value = total([cell.value for cell in acts if cell.value is not None])
    within = adjustment.capped(value)
    note = f"{len(acts)} 次" if acts else "没有"
    if within != value:
        note += f"，合计 {decimal_text(value)}，按上限 {decimal_text(within)}"
    return Cell(entry, "", adjustment.key, "", within, OK, "adjustment", note, None, tuple(acts))


def look(lot: Lot, key: str, cell: Cell) -> Cell | None:
    """What a step names beside its source: a given value, or the second mark of the same judge."""
    if key in lot.spec.givens:
        item = cell.item if lot.spec.givens[key].per_item else ""
        return part_of(lot, key, cell.entry, item)
    return lot.marks[key].get((cell.entry, cell.item), {}).get(cell.judge)
