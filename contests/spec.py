"""SPEC, the scoring part of a preset: one grammar, one strict loader, frozen dataclasses.

docs/scoring.md describes the grammar. A stage holds criteria with aspects that judges mark, given
values that nobody judges, and figures: named pipelines over marks or over earlier figures. The
last figure of a stage is its result, that of the last stage the total. Numbers are exact marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from contests.advancing import Advance, read_advance
from contests.cells import AXES, Part, Scope, Step
from contests.operators import OPERATORS
from contests.ranking import Ranking, read_ranking
from contests.rubric import (
    Adjustment,
    Aspect,
    Bounds,
    Criterion,
    Given,
    Keys,
    check_points,
    read_adjustment,
    read_bounds,
    read_criterion,
    read_given,
)
from core import toml_tables
from core.toml_tables import Table

MOST_PLACES = 3


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
    """One stage of the contest; its last figure is its result. `advance` tells who goes on to the
    next one: everybody where it is None.
    """

    key: str
    title: str
    items: Bounds | None
    criteria: tuple[Criterion, ...]
    givens: tuple[Given, ...]
    adjustments: tuple[Adjustment, ...]
    figures: tuple[Figure, ...]
    advance: Advance | None = None

    @property
    def result(self) -> Figure:
        """The figure that this stage publishes."""
        return self.figures[-1]


@dataclass(frozen=True)
class Spec:
    """A whole scoring rule. `canonical` is the mapping it was read from (part of the digest). `until` is
    the key of the stage with which to end; "" for the last one."""

    title: str
    stages: tuple[Stage, ...]
    ranking: Ranking
    canonical: Mapping[str, Any]
    until: str = ""

    @cached_property
    def aspects(self) -> dict[str, Aspect]:
        """All aspects by key; keys are unique in the whole SPEC."""
        return {a.key: a for s in self.stages for c in s.criteria for a in c.aspects}

    @cached_property
    def givens(self) -> dict[str, Given]:
        """All given values by key."""
        return {g.key: g for s in self.stages for g in s.givens}

    @cached_property
    def adjustments(self) -> dict[str, Adjustment]:
        """All adjustments by key."""
        return {a.key: a for s in self.stages for a in s.adjustments}

    @cached_property
    def later_stages(self) -> dict[str, Stage]:
        """The stages after the first one, by key: an entry may be let in or out by name."""
        return {s.key: s for s in self.stages[1:]}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """All figures by key, in the order in which they are computed."""
        return {f.key: f for s in self.stages for f in s.figures}

    @cached_property
    def criterion_of(self) -> dict[str, Criterion]:
        """The criterion of each aspect, by aspect key."""
        return {a.key: c for s in self.stages for c in s.criteria for a in c.aspects}

    @cached_property
    def stage_of(self) -> dict[str, str]:
        """The key of the stage of all that marks or computes, by key."""
        named: dict[str, str] = {}
        for stage in self.stages:
            keys = [a.key for c in stage.criteria for a in c.aspects]
            keys += [g.key for g in stage.givens] + [a.key for a in stage.adjustments]
            keys += [f.key for f in stage.figures]
            named |= dict.fromkeys(keys, stage.key)
        return named

    @cached_property
    def titles(self) -> dict[str, str]:
        """The Chinese title of all that marks or computes, by key."""
        named: list[Aspect | Given | Adjustment | Figure]
        named = [*self.aspects.values(), *self.givens.values(), *self.adjustments.values()]
        return {one.key: one.title for one in [*named, *self.figures.values()]}

    @cached_property
    def compares(self) -> bool:
        """Whether an entry's figures depend on those of the others."""
        return any(
            stage.advance is not None
            or any(OPERATORS[s.op].shape == "across" for f in stage.figures for s in f.steps)
            for stage in self.stages
        )

    def stage(self, key: str) -> Stage:
        """A stage by its key."""
        return next(stage for stage in self.stages if stage.key == key)

    def ending(self, key: str) -> Spec:
        """The same rule as far as this stage: who is ranked how there, and who goes on."""
        return replace(self, until="" if key == self.stages[-1].key else key)

    @property
    def last_stage(self) -> Stage:
        """The stage with which it ends."""
        return self.stage(self.until) if self.until else self.stages[-1]

    @cached_property
    def total(self) -> Figure:
        """The figure that ranks: the result of the last stage."""
        return self.last_stage.result


def load_spec(data: str | Mapping[str, Any], source: str) -> Spec:
    """Read a SPEC from TOML text or from its mapping; a preset is read for its [scoring] part."""
    top = (
        toml_tables.parse(data, source=source)
        if isinstance(data, str)
        else toml_tables.of(data, source=source)
    )
    return read_spec(top.table("scoring") if "scoring" in top else top)


def read_spec(root: Table) -> Spec:
    """Read a SPEC from its table, whole."""
    names = _Names()
    title = root.text("title")
    stages = tuple([_read_stage(table, names) for table in root.tables("stage")])
    last = stages[-1].result
    if last.places is None or last.places > MOST_PLACES:
        raise root.refuse(
            f"stage.figure.{last.key}", f"总分的最后一步应为 round，且不超过 {MOST_PLACES} 位小数"
        )
    _check_cuts(root, stages)
    ranking = read_ranking(root.table("ranking"), names.entry_figures(), names.entry_givens)
    root.done()
    return Spec(title, stages, ranking, root.data)


def _check_cuts(root: Table, stages: tuple[Stage, ...]) -> None:
    """A cut is made on what was published, and not after the last stage."""
    for stage in stages:
        if stage.advance is None:
            continue
        if stage is stages[-1]:
            raise root.refuse(f"stage.{stage.key}.advance", "最后一个阶段没有晋级")
        if stage.result.places is None:
            raise root.refuse(
                f"stage.figure.{stage.result.key}", "晋级按公布的成绩，最后一步应为 round"
            )


class _Names(Keys):
    """What has been read so far and may be named by what follows; every key is used once."""

    def __init__(self) -> None:
        super().__init__()
        self.criteria: dict[str, Criterion] = {}
        self.aspects: dict[str, tuple[Criterion, Aspect]] = {}
        self.parts: dict[str, tuple[str, bool]] = {}  # given values and figures: title, per item
        self.givens: dict[str, bool] = {}
        self.seconds: dict[str, bool] = {}  # optional aspects: per item
        self.entry_givens: dict[str, str] = {}
        self.figures: list[Figure] = []

    def add_given(self, given: Given) -> Given:
        if not given.per_item:
            self.entry_givens[given.key] = given.title
        if not given.optional:
            self.parts[given.key] = (given.title, given.per_item)
            self.givens[given.key] = given.per_item
        return given

    def add_adjustment(self, adjustment: Adjustment) -> Adjustment:
        self.parts[adjustment.key] = (adjustment.title, False)
        return adjustment

    def add_criterion(self, criterion: Criterion) -> Criterion:
        self.criteria[criterion.key] = criterion
        self.aspects |= {a.key: (criterion, a) for a in criterion.aspects if not a.optional}
        self.seconds |= {a.key: criterion.per_item for a in criterion.aspects if a.optional}
        return criterion

    def entry_figures(self) -> dict[str, str]:
        return {f.key: f.title for f in self.figures if not f.per_item}


def _read_stage(table: Table, names: _Names) -> Stage:
    key, title = names.claim(table), table.text("title")
    panel, items = read_bounds(table, "panel"), read_bounds(table, "items")
    points = table.optional(Table.number, "points")
    given, judged, acts = (
        table.tables(key, required=False) for key in ("given", "criterion", "adjustment")
    )
    givens = tuple([names.add_given(read_given(t, names, items)) for t in given])
    criteria = tuple([names.add_criterion(read_criterion(t, names, panel, items)) for t in judged])
    adjustments = tuple([names.add_adjustment(read_adjustment(t, names)) for t in acts])
    figures = tuple([_read_figure(t, names, items) for t in table.tables("figure")])
    if points is not None:
        check_points(table, points, [c.points for c in criteria])
    if figures[-1].per_item:
        raise table.refuse(
            "figure", f'“{figures[-1].key}”是本阶段的结果，应先合并动作（over = "items"）'
        )
    advance = read_advance(
        table.optional(Table.table, "advance"), names.entry_figures(), names.entry_givens
    )
    return Stage(key, title, items, criteria, givens, adjustments, figures, advance)


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
        now = Scope(scope.parts, axes, names.givens, names.seconds)
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
    return figure


def _mark_scope(table: Table, names: _Names, of: tuple[str, ...]) -> tuple[Scope, dict[str, int]]:
    chosen: dict[str, tuple[Criterion, Aspect]] = {}
    for name in of:
        group = (
            names.criteria[name].aspects if name in names.criteria else (names.aspects[name][1],)
        )
        chosen |= {a.key: names.aspects[a.key] for a in group if not a.optional}
    if not chosen:
        raise table.refuse("of", "这里只有 optional 的评分点，它们只能由 reconsider 引用")
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
    name = table.choice("op", OPERATORS)
    operator, over = OPERATORS[name], ""
    if operator.over:
        over = table.choice("over", [a for a in scope.axes if a in operator.over])
    members = least.get(over, len(scope.parts))
    scope = replace(scope, least=members)
    return Step(name, over, operator.read(table, scope))
