"""What is marked: criteria with their aspects, the panel that marks them, and given values.

The readers are strict like all of SPEC (contests/spec.py); numbers are exact marks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from contests.operators import decimal_text, total
from core.toml_tables import Table

KINDS = {"score": "分数", "level": "等级", "yes_no": "是否"}


@dataclass(frozen=True)
class Bounds:
    """How many judges or items there may be: at least `least`, at most `most`."""

    least: int
    most: int

    @property
    def words(self) -> str:
        """The bounds in Chinese: "6", or "5 至 7"."""
        return str(self.least) if self.least == self.most else f"{self.least} 至 {self.most}"


@dataclass(frozen=True)
class Aspect:
    """What one judge marks. score: min..max on step; level: 0..len(levels)-1; yes_no: max or 0."""

    key: str
    title: str
    kind: str
    least: Fraction
    most: Fraction
    step: Fraction
    weight: Fraction | None
    levels: tuple[str, ...]
    guidance: str

    @property
    def top(self) -> Fraction:
        """The highest mark a judge can type: the highest level for a level aspect."""
        return Fraction(len(self.levels) - 1) if self.kind == "level" else self.most


@dataclass(frozen=True)
class Criterion:
    """A group of aspects under one heading, marked by one panel; per entry or per item."""

    key: str
    title: str
    guidance: str
    points: Fraction | None
    panel: Bounds
    per_item: bool
    aspects: tuple[Aspect, ...]


@dataclass(frozen=True)
class Given:
    """A value that no judge gives: a difficulty, a programme factor, an imported score."""

    key: str
    title: str
    least: Fraction | None
    most: Fraction | None
    per_item: bool


class Keys:
    """The keys used so far: one namespace for the whole SPEC, so that any may be named anywhere."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def claim(self, table: Table) -> str:
        """The key of this table, refused if it has been used before."""
        key = table.name()
        if key in self.used:
            raise table.refuse("key", f"“{key}”已用过，键在整个文件里只能用一次")
        self.used.add(key)
        return key


def read_bounds(parent: Table, key: str) -> Bounds | None:
    """A { min, max } table; None where it is absent; max is min unless given."""
    table = parent.optional(Table.table, key)
    if table is None:
        return None
    least = table.whole("min", least=1)
    most = table.whole("max", least, least=least)
    return Bounds(least, most)


def _read_per(table: Table, items: Bounds | None) -> bool:
    per_item = table.choice("per", ("entry", "item"), "entry") == "item"
    if per_item and items is None:
        raise table.refuse("per", "本阶段没有 items，不能按动作或轮次打分")
    return per_item


def read_given(table: Table, keys: Keys, items: Bounds | None) -> Given:
    """One [[stage.given]] table."""
    key, title = keys.claim(table), table.text("title")
    least, most = table.optional(Table.number, "min"), table.optional(Table.number, "max")
    if least is not None and most is not None and least > most:
        raise table.refuse("min", "最小值大于最大值")
    return Given(key, title, least, most, _read_per(table, items))


def read_criterion(
    table: Table, keys: Keys, panel: Bounds | None, items: Bounds | None
) -> Criterion:
    """One [[stage.criterion]] table with its aspects; the panel of the stage unless it has its own."""
    key, title = keys.claim(table), table.text("title")
    guidance, points = table.text("guidance", ""), table.optional(Table.number, "points")
    panel = read_bounds(table, "panel") or panel
    if panel is None:
        raise table.refuse("panel", "缺少评委人数，请写 panel = { min = 5, max = 7 }")
    per_item = _read_per(table, items)
    aspects = tuple([_read_aspect(t, keys) for t in table.tables("aspect")])
    criterion = Criterion(key, title, guidance, points, panel, per_item, aspects)
    if points is not None:
        check_points(table, points, [a.most for a in aspects])
    return criterion


def check_points(table: Table, points: Fraction, members: Iterable[Fraction | None]) -> None:
    """The points of a heading must be the sum of what stands below it."""
    known = [m for m in members if m is not None]
    if total(known) != points:
        wanted, got = decimal_text(points), decimal_text(total(known))
        told = f"下面各项满分之和是 {got}，与 points {wanted} 不符"
        raise table.refuse("points", told)


def _read_aspect(table: Table, keys: Keys) -> Aspect:
    key, title = keys.claim(table), table.text("title")
    kind = table.choice("type", KINDS, "score")
    most, weight = table.number("max"), table.optional(Table.number, "weight")
    least, step = Fraction(0), most
    levels: tuple[str, ...] = ()
    if kind == "score":
        least, step = table.number("min", "0"), table.number("step")
    elif kind == "level":
        levels, step = table.texts("levels"), Fraction(1)
        if len(levels) < 2:
            raise table.refuse("levels", "至少写出两个等级的描述，从 0 开始")
    if least >= most:
        raise table.refuse("max", "最大值应大于最小值")
    if step <= 0 or (kind == "score" and (most - least) % step):
        raise table.refuse("step", "步长应大于 0，且能从最小值整步走到最大值")
    guidance = table.text("guidance", "")
    return Aspect(key, title, kind, least, most, step, weight, levels, guidance)
