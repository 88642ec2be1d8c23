"""The operators of the scoring pipeline: small pure functions in one dict by name.

Marks lie in a table with the axes `judges`, `aspects` (or `parts`, where earlier figures are put
together) and `items` (dives, runs). A step takes the cells that differ in one axis only and either
reduces them to one cell, sifts them (some are set aside) or changes each of them. To add an
operator, write its function and add it to OPERATORS; nothing else knows the names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from core.exact import rounded
from core.toml_tables import Table

AXES = {"judges": "评委", "aspects": "评分点", "parts": "分项", "items": "动作或轮次"}

OK, ABSENT, DROPPED, BLOCKED = "ok", "absent", "dropped", "blocked"


@dataclass(slots=True)
class Cell:
    """One figure at one place, with the cells it was made of: the explain tree is made of these.

    `value` is exact, in marks; None unless state is OK or DROPPED. `note` says what was done, or
    why there is no value. `places` is set while the value is a rounded, printable figure.
    """

    entry: str
    item: str
    part: str
    judge: str
    value: Fraction | None
    state: str = OK
    op: str = "mark"
    note: str = ""
    places: int | None = None
    of: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Part:
    """What an operator may know of an aspect or part: weight, full mark, highest level."""

    title: str
    weight: Fraction | None = None
    full: Fraction | None = None
    top_level: int = 0


@dataclass(frozen=True)
class Scope:
    """Where a step stands: its parts by key, the axes still open, the given values it may name.

    `givens` tells for each given value whether there is one per item; `least` is the smallest
    number of members that the axis of the step may have.
    """

    parts: Mapping[str, Part]
    axes: tuple[str, ...]
    givens: Mapping[str, bool] = field(default_factory=dict)
    least: int = 1


@dataclass(frozen=True)
class Step:
    """One step of a pipeline, read and checked."""

    op: str
    over: str
    args: Mapping[str, Any]


Given = Callable[[str, Cell], Cell]


@dataclass(frozen=True)
class Operator:
    """`shape` is reduce, sift or each; `read` checks the keys of a step; `apply` does the work.

    reduce: (cells, args) -> Cell; sift: (cells, args) -> cells; each: (cell, args, given) -> Cell.
    Only an operator that `skips`, and only over judges, goes on without absent members; any other
    group is blocked by one: a sum with a hole is no sum. `over` lists the axes it may take.
    """

    shape: str
    read: Callable[[Table, Scope], dict[str, Any]]
    apply: Callable[..., Any]
    skips: bool = False
    over: tuple[str, ...] = tuple(AXES)


def total(values: list[Fraction]) -> Fraction:
    """Exact sum; adds numerators as long as the denominators agree, many times faster."""
    top, bottom = 0, 1
    for value in values:
        above, below = value.numerator, value.denominator
        if below == bottom:
            top += above
        else:
            top, bottom = top * below + above * bottom, bottom * below
    return Fraction(top, bottom)


def figure_text(value: Fraction, places: int | None) -> str:
    """A rounded figure with its places ("7.50"), an unrounded one as a fraction ("57/8")."""
    if places is None:
        return str(value)
    whole = abs(value.numerator) * 10**places // value.denominator
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def decimal_text(value: Fraction) -> str:
    """The shortest plain decimal of a finite decimal such as a mark ("7.25", "8")."""
    for places in range(10):
        if value.denominator * (10**places // value.denominator) == 10**places:
            return figure_text(value, places)
    return str(value)


def plain_text(value: Fraction) -> str:
    """A figure for people: a decimal as it is ("57.776"), another one cut off ("51.6666…")."""
    text = decimal_text(value)
    return figure_text(rounded(value, 4, "down"), 4) + "…" if "/" in text else text


def _values(cells: list[Cell]) -> list[Fraction]:
    return [cell.value for cell in cells if cell.state == OK and cell.value is not None]


def _reduced(cells: list[Cell], value: Fraction | None, op: str, note: str) -> Cell:
    first = cells[0]
    return Cell(
        first.entry, first.item, first.part, first.judge, value, OK, op, note, None, tuple(cells)
    )


def _nothing(step: Table, scope: Scope) -> dict[str, Any]:
    return {}


def _mean(cells: list[Cell], args: Mapping[str, Any]) -> Cell:
    values = _values(cells)
    return _reduced(cells, total(values) / len(values), "mean", f"{len(values)} 个分数的平均")


def _median(cells: list[Cell], args: Mapping[str, Any]) -> Cell:
    values = sorted(_values(cells))
    half = len(values) // 2
    middle = values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
    return _reduced(cells, middle, "median", f"{len(values)} 个分数从低到高，取正中间的")


def _sum(cells: list[Cell], args: Mapping[str, Any]) -> Cell:
    values = _values(cells)
    return _reduced(cells, total(values), "sum", f"{len(values)} 个分数相加")


def _read_weights(step: Table, scope: Scope) -> dict[str, Any]:
    """Weights of the step, else those of the aspects; they must sum to `total` (1)."""
    if "weights" in step:
        weights = step.numbers("weights")
        for name in weights:
            if name not in scope.parts:
                raise step.refuse("weights", f"“{name}”不在这一步的来源 of 里")
    else:
        weights = {k: p.weight for k, p in scope.parts.items() if p.weight is not None}
    for name in scope.parts:
        if name not in weights:
            raise step.refuse("weights", f"“{name}”没有权重")
        if weights[name] <= 0:
            raise step.refuse("weights", f"“{name}”的权重应大于 0")
    wanted, got = step.number("total", "1"), total(list(weights.values()))
    if got != wanted:
        raise step.refuse("weights", f"权重之和是 {decimal_text(got)}，应为 {decimal_text(wanted)}")
    return {"weights": weights, "told": _weighing(scope.parts, weights, wanted)}


def _weighing(parts: Mapping[str, Part], weights: Mapping[str, Fraction], whole: Fraction) -> str:
    """How the parts count, by their titles: in per cent where the weights make up one."""
    if whole == 1:
        shares = [f"{p.title}占 {decimal_text(weights[k] * 100)}%" for k, p in parts.items()]
        return f"{'、'.join(shares)}，按比例相加"
    return " + ".join([f"{p.title} × {decimal_text(weights[k])}" for k, p in parts.items()])


def _weighted_sum(cells: list[Cell], args: Mapping[str, Any]) -> Cell:
    weights: Mapping[str, Fraction] = args["weights"]
    value = total(
        [weights[c.part] * c.value for c in cells if c.value is not None and c.state == OK]
    )
    return _reduced(cells, value, "weighted_sum", args["told"])


def _read_drop(step: Table, scope: Scope) -> dict[str, Any]:
    high, low = step.whole("high", 0), step.whole("low", 0)
    if high + low == 0:
        raise step.refuse("high", "high 与 low 至少有一个大于 0")
    if high + low >= scope.least:
        raise step.refuse(
            "high", f"最少只有 {scope.least} 个数，去掉 {high + low} 个后没有分数可用"
        )
    return {"high": high, "low": low}


def _drop(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    """Set the highest and the lowest aside; equal marks are interchangeable, so order is moot."""
    present = [cell for cell in cells if cell.state == OK and cell.value is not None]
    ordered = sorted(present, key=lambda cell: (cell.value, cell.judge))
    out = {id(cell): "去掉最低" for cell in ordered[: args["low"]]}
    if args["high"]:
        out |= {id(cell): "去掉最高" for cell in ordered[-args["high"] :]}
    return [
        replace(cell, state=DROPPED, op="drop", note=out[id(cell)], of=(cell,))
        if id(cell) in out
        else cell
        for cell in cells
    ]


def _read_judgement(step: Table, scope: Scope) -> dict[str, Any]:
    if "aspects" not in scope.axes:
        raise step.refuse("op", "judgement 应在合并评分点之前，逐个评分点计算")
    maxima = {}
    for name, part in scope.parts.items():
        if not part.top_level or part.full is None:
            raise step.refuse("op", f'“{name}”不是等级分（type = "level"），不能用 judgement')
        maxima[name] = (part.full, part.top_level)
    return {"maxima": maxima, "spread": step.whole("spread", 1, least=1)}


def _judgement(cells: list[Cell], args: Mapping[str, Any]) -> Cell:
    """Full mark x sum of levels / (top level x judges); too wide a spread asks for a re-mark."""
    values = _values(cells)
    if max(values) - min(values) > args["spread"]:
        cell = _reduced(
            cells, None, "judgement", f"评委等级相差超过 {args['spread']}，须合议后重评"
        )
        cell.state = BLOCKED
        return cell
    full, top = args["maxima"][cells[0].part]
    got, most = decimal_text(total(values)), top * len(values)
    note = (
        f"{len(values)} 位评委的等级加起来是 {got}，都给最高等级是 {most}；"
        f"满分 {decimal_text(full)} × {got} ÷ {most}"
    )
    return _reduced(cells, full * total(values) / (top * len(values)), "judgement", note)


def _read_factor(step: Table, scope: Scope) -> dict[str, Any]:
    if ("value" in step) == ("by" in step):
        raise step.refuse("op", "factor 需要 value（常数）或 by（给定值的键）之一")
    if "value" in step:
        return {"value": step.number("value")}
    by = step.choice("by", scope.givens)
    if scope.givens[by] and "items" not in scope.axes:
        raise step.refuse("by", f'“{by}”每个动作一个值，应在合并动作（over = "items"）之前相乘')
    return {"by": by}


def _factor(cell: Cell, args: Mapping[str, Any], given: Given) -> Cell:
    of: tuple[Cell, ...] = (cell,)
    factor = args.get("value")
    if factor is None:
        source = given(args["by"], cell)
        of, factor = (cell, source), source.value
        if factor is None:
            note = source.note
            return replace(cell, value=None, state=BLOCKED, op="factor", note=note, of=of)
    assert cell.value is not None  # the engine hands over cells with a value only
    note = f"乘以 {decimal_text(factor)}"
    return replace(cell, value=cell.value * factor, op="factor", note=note, places=None, of=of)


def _read_round(step: Table, scope: Scope) -> dict[str, Any]:
    places = step.whole("places")
    if places > 9:
        raise step.refuse("places", "小数位数最多 9 位")
    return {"places": places, "mode": step.choice("mode", ("half_up", "down"), "half_up")}


def _round(cell: Cell, args: Mapping[str, Any], given: Given) -> Cell:
    assert cell.value is not None
    places, mode = args["places"], args["mode"]
    note = f"保留 {places} 位小数（{'四舍五入' if mode == 'half_up' else '舍去尾数'}）"
    value = rounded(cell.value, places, mode)
    return replace(cell, value=value, op="round", note=note, places=places, of=(cell,))


OPERATORS: dict[str, Operator] = {
    "drop": Operator("sift", _read_drop, _drop, skips=True),
    "mean": Operator("reduce", _nothing, _mean, skips=True),
    "median": Operator("reduce", _nothing, _median, skips=True),
    "sum": Operator("reduce", _nothing, _sum),
    "weighted_sum": Operator("reduce", _read_weights, _weighted_sum, over=("aspects", "parts")),
    "judgement": Operator("reduce", _read_judgement, _judgement, skips=True, over=("judges",)),
    "factor": Operator("each", _read_factor, _factor, over=()),
    "round": Operator("each", _read_round, _round, over=()),
}
