"""What is marked: criteria with their aspects, the panel that marks them, and given values.

The readers are strict like all of SPEC (contests/spec.py); numbers are exact marks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from contests.transforms import Bands, points_in, read_bands
from core.exact import decimal_text, total
from core.toml_tables import Table

KINDS = {"score": "分数", "level": "等级", "yes_no": "是否", "measure": "测量"}
ADJUSTMENTS = {"penalty": "扣分", "bonus": "加分", "either": "加减分"}


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
    """What one judge marks. score: min..max on step; level: 0..len(levels)-1; yes_no: max or 0;
    measure: a reading of least..ceiling on step, worth what `bands` say. An optional one is owed by
    nobody: only a step that names it reads it.
    """

    key: str
    title: str
    kind: str
    least: Fraction
    most: Fraction
    step: Fraction
    weight: Fraction | None
    levels: tuple[str, ...]
    guidance: str
    optional: bool = False
    ceiling: Fraction | None = None
    bands: Bands = ()

    @property
    def top(self) -> Fraction:
        """The highest mark a judge can type: the highest level, the largest reading, the full mark."""
        if self.kind == "level":
            return Fraction(len(self.levels) - 1)
        return self.most if self.ceiling is None else self.ceiling

    def worth(self, value: Fraction) -> Fraction:
        """What a typed number counts: itself, the points of its band, the full mark for a yes."""
        if self.kind == "yes_no":
            return self.most * value
        return (points_in(self.bands, value) or Fraction(0)) if self.bands else value


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
    """A value that no judge gives: a difficulty, a programme factor, an imported score. One that has
    a default need not be given; an optional one is read by tie rules alone. `void` is what counts in
    place of a value that was declared void; without it the entry then has no total.
    """

    key: str
    title: str
    least: Fraction | None
    most: Fraction | None
    per_item: bool
    default: Fraction | None = None
    optional: bool = False
    void: Fraction | None = None


@dataclass(frozen=True)
class Adjustment:
    """Points taken or given by single acts, each with a reason: at most `most` by one act, at most
    `cap` (either way) in sum."""

    key: str
    title: str
    kind: str
    most: Fraction
    cap: Fraction | None

    def worth(self, value: Fraction) -> Fraction:
        """What an act of this size counts, with its sign."""
        return -value if self.kind == "penalty" else value

    def capped(self, value: Fraction) -> Fraction:
        """A sum of acts within the cap."""
        return value if self.cap is None else max(-self.cap, min(self.cap, value))


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
    default, optional = table.optional(Table.number, "default"), table.flag("optional")
    if optional and default is not None:
        raise table.refuse("optional", "有 default（默认值）的不必再写 optional")
    void = table.optional(Table.number, "void")
    return Given(key, title, least, most, _read_per(table, items), default, optional, void)


def read_adjustment(table: Table, keys: Keys) -> Adjustment:
    """One [[stage.adjustment]] table."""
    key, title = keys.claim(table), table.text("title")
    kind, most = table.choice("kind", ADJUSTMENTS), table.number("most")
    cap = table.optional(Table.number, "cap")
    if most <= 0 or (cap is not None and cap <= 0):
        raise table.refuse("most", "most（每次最多）与 cap（合计最多）应大于 0")
    return Adjustment(key, title, kind, most, cap)


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
    if kind == "measure":
        return _read_measure(table, key, title, most, weight)
    if least >= most:
        raise table.refuse("max", "最大值应大于最小值")
    if step <= 0 or (kind == "score" and (most - least) % step):
        raise table.refuse("step", "步长应大于 0，且能从最小值整步走到最大值")
    guidance, optional = table.text("guidance", ""), table.flag("optional")
    return Aspect(key, title, kind, least, most, step, weight, levels, guidance, optional)


def _read_measure(
    table: Table, key: str, title: str, most: Fraction, weight: Fraction | None
) -> Aspect:
    """A reading and what its bands are worth; the best band gives the full mark."""
    least, ceiling, step = (table.number(name) for name in ("from", "to", "step"))
    bands = read_bands(table, "bands")
    if least >= ceiling or step <= 0 or (ceiling - least) % step:
        raise table.refuse("step", "读数应能从 from 整步走到 to，步长大于 0")
    if not bands or bands[0][0] > least:
        raise table.refuse("bands", "第一段应从最小读数 from 开始")
    points = [worth for _, worth in bands]
    if max(points) != most or min(points) < 0:
        raise table.refuse("bands", "各段分值在 0 到满分 max 之间，且有一段是满分")
    guidance = table.text("guidance", "")
    return Aspect(
        key, title, "measure", least, most, step, weight, (), guidance, False, ceiling, bands
    )
