"""SPEC, the scoring part of a preset: one grammar, one strict loader, frozen dataclasses.

docs/scoring.md describes the grammar. A stage holds criteria with aspects that judges mark, given
values that nobody judges, and figures: named pipelines over marks or over earlier figures. The
last figure of a stage is its result, that of the last stage the total. Numbers are exact marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from contests.operators import AXES, OPERATORS, Part, Scope, Step, decimal_text, total
from contests.ranking import Ranking, read_ranking
from contests.reading import Table, parse_toml

KINDS = {"score": "分数", "level": "等级", "yes_no": "是否"}
MOST_PLACES = 3


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


@dataclass(frozen=True)
class Figure:
    """A named pipeline. `marks`: made of aspects, else of given values and earlier figures.

    `of` holds the keys of its aspects or parts; `per_item` tells that one value per item remains.
    """

    key: str
    title: str
    marks: bool
    of: tuple[str, ...]
    steps: tuple[Step, ...]
    per_item: bool

    @property
    def places(self) -> int | None:
        """Decimal places of the printed figure; None if its last step does not round."""
        last = self.steps[-1]
        return last.args["places"] if last.op == "round" else None


@dataclass(frozen=True)
class Stage:
    """One stage of the contest; its last figure is its result."""

    key: str
    title: str
    items: Bounds | None
    criteria: tuple[Criterion, ...]
    givens: tuple[Given, ...]
    figures: tuple[Figure, ...]

    @property
    def result(self) -> Figure:
        """The figure that this stage publishes."""
        return self.figures[-1]


@dataclass(frozen=True)
class Spec:
    """A whole scoring rule. `canonical` is the mapping it was read from (part of the digest)."""

    title: str
    stages: tuple[Stage, ...]
    ranking: Ranking
    canonical: Mapping[str, Any]

    @cached_property
    def aspects(self) -> dict[str, Aspect]:
        """All aspects by key; keys are unique in the whole SPEC."""
        return {a.key: a for s in self.stages for c in s.criteria for a in c.aspects}

    @cached_property
    def givens(self) -> dict[str, Given]:
        """All given values by key."""
        return {g.key: g for s in self.stages for g in s.givens}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """All figures by key, in the order in which they are computed."""
        return {f.key: f for s in self.stages for f in s.figures}

    @cached_property
    def criterion_of(self) -> dict[str, Criterion]:
        """The criterion of each aspect, by aspect key."""
        return {a.key: c for s in self.stages for c in s.criteria for a in c.aspects}

    @cached_property
    def titles(self) -> dict[str, str]:
        """The Chinese title of every aspect, given value and figure, by key."""
        named: list[Aspect | Given | Figure]
        named = [*self.aspects.values(), *self.givens.values(), *self.figures.values()]
        return {one.key: one.title for one in named}

    @cached_property
    def total(self) -> Figure:
        """The figure that ranks: the result of the last stage."""
        return self.stages[-1].result


def load_spec(data: str | Mapping[str, Any], source: str) -> Spec:
    """Read a SPEC from TOML text or from its mapping; a preset is read for its [scoring] part."""
    mapping = parse_toml(data, source) if isinstance(data, str) else data
    if isinstance(mapping.get("scoring"), Mapping):
        mapping = mapping["scoring"]
    root = Table(mapping, source)
    names = _Names()
    title = root.text("title")
    stages = tuple([_read_stage(table, names) for table in root.tables("stage")])
    last = stages[-1].result
    if last.places is None or last.places > MOST_PLACES:
        raise root.refuse(
            f"stage.figure.{last.key}", f"总分的最后一步应为 round，且不超过 {MOST_PLACES} 位小数"
        )
    ranking = read_ranking(root.table("ranking"), names.entry_figures())
    root.done()
    return Spec(title, stages, ranking, mapping)


class _Names:
    """What has been read so far and may be named by what follows; every key is used once."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.criteria: dict[str, Criterion] = {}
        self.aspects: dict[str, tuple[Criterion, Aspect]] = {}
        self.parts: dict[str, tuple[str, bool]] = {}  # given values and figures: title, per item
        self.givens: dict[str, bool] = {}
        self.figures: list[Figure] = []

    def claim(self, table: Table) -> str:
        key = table.name()
        if key in self.used:
            raise table.refuse("key", f"“{key}”已用过，键在整个文件里只能用一次")
        self.used.add(key)
        return key

    def entry_figures(self) -> dict[str, str]:
        return {f.key: f.title for f in self.figures if not f.per_item}


def _read_bounds(parent: Table, key: str) -> Bounds | None:
    table = parent.optional_table(key)
    if table is None:
        return None
    least = table.whole("min", least=1)
    most = table.whole("max", least, least=least)
    table.done()
    return Bounds(least, most)


def _read_stage(table: Table, names: _Names) -> Stage:
    key, title = names.claim(table), table.text("title")
    panel, items = _read_bounds(table, "panel"), _read_bounds(table, "items")
    points = table.optional_number("points")
    givens = tuple([_read_given(t, names, items) for t in table.tables("given", required=False)])
    criteria = tuple(
        [_read_criterion(t, names, panel, items) for t in table.tables("criterion", required=False)]
    )
    figures = tuple([_read_figure(t, names, items) for t in table.tables("figure")])
    if points is not None:
        _check_points(table, points, [c.points for c in criteria])
    if figures[-1].per_item:
        raise table.refuse(
            "figure", f'“{figures[-1].key}”是本阶段的结果，应先合并动作（over = "items"）'
        )
    table.done()
    return Stage(key, title, items, criteria, givens, figures)


def _read_per(table: Table, items: Bounds | None) -> bool:
    per_item = table.text("per", "entry", ("entry", "item")) == "item"
    if per_item and items is None:
        raise table.refuse("per", "本阶段没有 items，不能按动作或轮次打分")
    return per_item


def _read_given(table: Table, names: _Names, items: Bounds | None) -> Given:
    key, title = names.claim(table), table.text("title")
    least, most = table.optional_number("min"), table.optional_number("max")
    if least is not None and most is not None and least > most:
        raise table.refuse("min", "最小值大于最大值")
    given = Given(key, title, least, most, _read_per(table, items))
    names.parts[key] = (title, given.per_item)
    names.givens[key] = given.per_item
    table.done()
    return given


def _read_criterion(
    table: Table, names: _Names, panel: Bounds | None, items: Bounds | None
) -> Criterion:
    key, title = names.claim(table), table.text("title")
    guidance, points = table.text("guidance", ""), table.optional_number("points")
    panel = _read_bounds(table, "panel") or panel
    if panel is None:
        raise table.refuse("panel", "缺少评委人数，请写 panel = { min = 5, max = 7 }")
    per_item = _read_per(table, items)
    aspects = tuple([_read_aspect(t, names) for t in table.tables("aspect")])
    criterion = Criterion(key, title, guidance, points, panel, per_item, aspects)
    if points is not None:
        _check_points(table, points, [a.most for a in aspects])
    names.criteria[key] = criterion
    names.aspects |= {a.key: (criterion, a) for a in aspects}
    table.done()
    return criterion


def _check_points(table: Table, points: Fraction, members: Iterable[Fraction | None]) -> None:
    """The points of a heading must be the sum of what stands below it."""
    known = [m for m in members if m is not None]
    if total(known) != points:
        wanted, got = decimal_text(points), decimal_text(total(known))
        told = f"下面各项满分之和是 {got}，与 points {wanted} 不符"
        raise table.refuse("points", told)


def _read_aspect(table: Table, names: _Names) -> Aspect:
    key, title = names.claim(table), table.text("title")
    kind = table.text("type", "score", KINDS)
    most, weight = table.number("max"), table.optional_number("weight")
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
    table.done()
    return Aspect(key, title, kind, least, most, step, weight, levels, guidance)


def _read_figure(table: Table, names: _Names, items: Bounds | None) -> Figure:
    title, of = table.text("title"), table.texts("of")
    if not of:
        raise table.refuse("of", "不能为空")
    if all(name in names.criteria or name in names.aspects for name in of):
        scope, least = _mark_scope(table, names, of)
    elif all(name in names.parts for name in of):
        scope, least = _part_scope(table, names, of)
    else:
        unknown = [n for n in of if n not in names.used]
        reason = (
            f"没有“{unknown[0]}”，只能引用前面已写的键"
            if unknown
            else "评分点不能与给定值、分数混用"
        )
        raise table.refuse("of", reason)
    marks = "judges" in scope.axes
    if "items" in scope.axes and items is not None:
        least["items"] = items.least
    steps, axes = [], scope.axes
    for one in table.tables("steps"):
        now = Scope(scope.parts, axes, names.givens)
        step = _read_step(one, now, least)
        steps.append(step)
        if OPERATORS[step.op].shape == "reduce":
            axes = tuple([a for a in axes if a != step.over])
    open_axes = [a for a in axes if a != "items" and not (a != "judges" and len(scope.parts) == 1)]
    if open_axes:
        raise table.refuse(
            "steps", f'算完还有多个数：请再合并 over = "{open_axes[0]}"（{AXES[open_axes[0]]}）'
        )
    figure = Figure(
        names.claim(table), title, marks, tuple(scope.parts), tuple(steps), "items" in axes
    )
    names.figures.append(figure)
    names.parts[figure.key] = (title, figure.per_item)
    table.done()
    return figure


def _mark_scope(table: Table, names: _Names, of: tuple[str, ...]) -> tuple[Scope, dict[str, int]]:
    chosen: dict[str, tuple[Criterion, Aspect]] = {}
    for name in of:
        group = (
            names.criteria[name].aspects if name in names.criteria else (names.aspects[name][1],)
        )
        chosen |= {a.key: names.aspects[a.key] for a in group}
    criteria = [criterion for criterion, _ in chosen.values()]
    _same_per(table, [c.per_item for c in criteria])
    parts = {
        key: Part(a.title, a.weight, a.most, len(a.levels) - 1 if a.levels else 0)
        for key, (_, a) in chosen.items()
    }
    axes = ("judges", "aspects", "items") if criteria[0].per_item else ("judges", "aspects")
    return Scope(parts, axes), {"judges": min(c.panel.least for c in criteria)}


def _part_scope(table: Table, names: _Names, of: tuple[str, ...]) -> tuple[Scope, dict[str, int]]:
    per_item = [names.parts[name][1] for name in of]
    _same_per(table, per_item)
    parts = {name: Part(names.parts[name][0]) for name in of}
    return Scope(parts, ("parts", "items") if per_item[0] else ("parts",)), {}


def _same_per(table: Table, per_item: list[bool]) -> None:
    if any(one != other for one, other in pairwise(per_item)):
        raise table.refuse(
            "of", "每个动作一个值的项与每个参赛者一个值的项不能放在一起，请先合并动作"
        )


def _read_step(table: Table, scope: Scope, least: Mapping[str, int]) -> Step:
    name = table.text("op", choices=OPERATORS)
    operator, over = OPERATORS[name], ""
    if operator.over:
        over = table.text("over", choices=[a for a in scope.axes if a in operator.over])
    members = least.get(over, len(scope.parts))
    scope = Scope(scope.parts, scope.axes, scope.givens, members)
    step = Step(name, over, operator.read(table, scope))
    table.done()
    return step
