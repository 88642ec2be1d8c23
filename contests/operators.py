"""The operators of the scoring pipeline: small pure functions in one dict by name.

Marks lie in a table with the axes `judges`, `aspects` (or `parts`, where earlier figures are put
together) and `items` (dives, runs). A step takes the cells that differ in one axis only and either
reduces them to one cell, sifts them (some are set aside) or changes each of them; one that goes
across the field compares the entries (contests.transforms, contests.normalising). To add an
operator, write its function and add it to OPERATORS; nothing else knows the names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from contests import normalising, transforms
from contests.cells import (
    BLOCKED,
    DROPPED,
    OK,
    Cell,
    Look,
    Operator,
    Part,
    Scope,
    changed,
    panel_blocked,
    reduced,
    values_of,
)
from core.exact import decimal_text, plain_text, rounded, total
from core.toml_tables import Table


def _nothing(step: Table, scope: Scope) -> dict[str, Any]:
    return {}


def _read_sum(step: Table, scope: Scope) -> dict[str, Any]:
    return {"skip_absent": step.flag("skip_absent")}


def _mean(cells: list[Cell], args: Mapping[str, Any]) -> Cell:
    values = values_of(cells)
    return reduced(cells, total(values) / len(values), "mean", f"{len(values)} 个分数的平均")


def _median(cells: list[Cell], args: Mapping[str, Any]) -> Cell:
    values = sorted(values_of(cells))
    half = len(values) // 2
    middle = values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
    return reduced(cells, middle, "median", f"{len(values)} 个分数从低到高，取正中间的")


def _sum(cells: list[Cell], args: Mapping[str, Any]) -> Cell:
    values = values_of(cells)
    return reduced(cells, total(values), "sum", f"{len(values)} 个分数相加")


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
    return reduced(cells, value, "weighted_sum", args["told"])


def _read_drop(step: Table, scope: Scope) -> dict[str, Any]:
    high, low = step.whole("high", 0), step.whole("low", 0)
    if high + low == 0:
        raise step.refuse("high", "high 与 low 至少有一个大于 0")
    if high + low >= scope.least:
        raise step.refuse(
            "high", f"最少只有 {scope.least} 个数，去掉 {high + low} 个后没有分数可用"
        )
    return {"high": high, "low": low}


def _ordered(cells: list[Cell]) -> list[Cell]:
    """Those with a value, the lowest first; equal marks are interchangeable, so order is moot."""
    present = [cell for cell in cells if cell.state == OK and cell.value is not None]
    return sorted(present, key=lambda cell: (cell.value, cell.judge))


def _drop(cells: list[Cell], args: Mapping[str, Any], look: Look) -> list[Cell]:
    """Set the highest and the lowest aside."""
    ordered = _ordered(cells)
    out = {id(cell): "去掉最低" for cell in ordered[: args["low"]]}
    if args["high"]:
        out |= {id(cell): "去掉最高" for cell in ordered[-args["high"] :]}
    return [
        replace(cell, state=DROPPED, op="drop", note=out[id(cell)], of=(cell,))
        if id(cell) in out
        else cell
        for cell in cells
    ]


def _winsor(cells: list[Cell], args: Mapping[str, Any], look: Look) -> list[Cell]:
    """Count the highest and the lowest as the nearest mark that stays."""
    ordered, low, high = _ordered(cells), args["low"], args["high"]
    if len(ordered) <= low + high:
        return panel_blocked(cells, "winsor", "到场评委太少，不能收缩两端")
    bottom, top = ordered[low].value, ordered[len(ordered) - 1 - high].value
    assert bottom is not None
    assert top is not None
    near = {id(cell): (bottom, "最低，按次低计") for cell in ordered[:low]}
    near |= {id(cell): (top, "最高，按次高计") for cell in ordered[len(ordered) - high :]}
    return [
        changed(cell, near[id(cell)][0], "winsor", near[id(cell)][1]) if id(cell) in near else cell
        for cell in cells
    ]


def _read_spread(step: Table, scope: Scope) -> dict[str, Any]:
    return {"most": step.number("most")}


def _spread(cells: list[Cell], args: Mapping[str, Any], look: Look) -> list[Cell]:
    """Go on only if the judges lie close enough together."""
    values = values_of(cells)
    wide = max(values) - min(values)
    if wide <= args["most"]:
        return cells
    note = f"最高与最低相差 {plain_text(wide)}，超过 {decimal_text(args['most'])}，须合议后重评"
    return panel_blocked(cells, "spread", note)


def _read_reconsider(step: Table, scope: Scope) -> dict[str, Any]:
    by = step.choice("by", scope.seconds)
    if scope.seconds[by] != ("items" in scope.axes):
        raise step.refuse("by", f"“{by}”与这一步的分数，应同为每人一个或同为每个动作一个")
    return {
        "range_above": step.number("range_above"),
        "by": by,
        "again": step.flag("again"),
    }


def _reconsider(cells: list[Cell], args: Mapping[str, Any], look: Look) -> list[Cell]:
    """Where the judges lie too far apart, a judge's second mark takes the place of the first."""
    values, limit = values_of(cells), args["range_above"]
    wide = max(values) - min(values)
    seconds = [look(args["by"], cell) if cell.state == OK else None for cell in cells]
    given = [one for one in seconds if one is not None and one.value is not None]
    told = f"极差 {plain_text(wide)}"
    if wide <= limit:
        why = f"{told}，没有超过 {decimal_text(limit)}，不应有复议分"
        return panel_blocked(cells, "reconsider", why) if given else cells
    if not given:
        why = f"{told}，超过 {decimal_text(limit)}，须复议"
        return panel_blocked(cells, "reconsider", why)
    done = [
        cell
        if second is None or second.value is None
        else replace(
            cell,
            value=second.value,
            op="reconsider",
            note=f"{told}，按复议分",
            places=None,
            of=(cell, second),
        )
        for cell, second in zip(cells, seconds, strict=True)
    ]
    left = values_of(done)
    if args["again"] and max(left) - min(left) > limit:
        why = f"复议后极差 {plain_text(max(left) - min(left))}，仍超过 {decimal_text(limit)}"
        return panel_blocked(done, "reconsider", why)
    return done


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
    values = values_of(cells)
    if max(values) - min(values) > args["spread"]:
        cell = reduced(cells, None, "judgement", f"评委等级相差超过 {args['spread']}，须合议后重评")
        cell.state = BLOCKED
        return cell
    full, top = args["maxima"][cells[0].part]
    got, most = decimal_text(total(values)), top * len(values)
    note = (
        f"{len(values)} 位评委的等级加起来是 {got}，都给最高等级是 {most}；"
        f"满分 {decimal_text(full)} × {got} ÷ {most}"
    )
    return reduced(cells, full * total(values) / (top * len(values)), "judgement", note)


def _read_factor(step: Table, scope: Scope) -> dict[str, Any]:
    if ("value" in step) == ("by" in step):
        raise step.refuse("op", "factor 需要 value（常数）或 by（给定值的键）之一")
    if "value" in step:
        return {"value": step.number("value")}
    by = step.choice("by", scope.givens)
    if scope.givens[by] and "items" not in scope.axes:
        raise step.refuse("by", f'“{by}”每个动作一个值，应在合并动作（over = "items"）之前相乘')
    return {"by": by}


def _factor(cell: Cell, args: Mapping[str, Any], look: Look) -> Cell:
    of: tuple[Cell, ...] = (cell,)
    factor = args.get("value")
    if factor is None:
        source = look(args["by"], cell)
        assert source is not None  # a given value has a cell even where it lacks
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


def _round(cell: Cell, args: Mapping[str, Any], look: Look) -> Cell:
    assert cell.value is not None
    places, mode = args["places"], args["mode"]
    note = f"保留 {places} 位小数（{'四舍五入' if mode == 'half_up' else '舍去尾数'}）"
    value = rounded(cell.value, places, mode)
    return replace(cell, value=value, op="round", note=note, places=places, of=(cell,))


OPERATORS: dict[str, Operator] = {
    "drop": Operator("sift", _read_drop, _drop, skips=True),
    "mean": Operator("reduce", _nothing, _mean, skips=True),
    "median": Operator("reduce", _nothing, _median, skips=True),
    "sum": Operator("reduce", _read_sum, _sum),
    "weighted_sum": Operator("reduce", _read_weights, _weighted_sum, over=("aspects", "parts")),
    "judgement": Operator("reduce", _read_judgement, _judgement, skips=True, over=("judges",)),
    "winsor": Operator("sift", _read_drop, _winsor, skips=True, over=("judges",)),
    "spread": Operator("sift", _read_spread, _spread, skips=True, over=("judges",)),
    "reconsider": Operator("sift", _read_reconsider, _reconsider, skips=True, over=("judges",)),
    "factor": Operator("each", _read_factor, _factor, over=()),
    "round": Operator("each", _read_round, _round, over=()),
    **transforms.OPERATORS,
    **normalising.OPERATORS,
}
