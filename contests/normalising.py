"""Operators that make judges comparable who saw different entries. Pure and exact.

T-scores put each judge's own marks on one scale; the additive model takes out how severe a judge is
compared with those who saw the same entries; the median scale is a reference scale for totals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from contests.cells import Cell, Operator, Scope, blocked, changed, panel_blocked, values_of
from core.exact import decimal_text, figure_text, plain_text, rooted, rounded, total
from core.toml_tables import Table

Place = tuple[str, str]
"""An entry, and its item if it has several."""


def _per_judge(step: Table, scope: Scope, name: str) -> None:
    if "judges" not in scope.axes:
        raise step.refuse("op", f'{name} 比较评委，应放在合并评委（over = "judges"）之前')


def _read_places(step: Table) -> int:
    places = step.whole("places", 2)
    if places > 9:
        raise step.refuse("places", "小数位数最多 9 位")
    return places


def _read_tscore(step: Table, scope: Scope) -> dict[str, Any]:
    _per_judge(step, scope, "tscore")
    ddof, unit = step.whole("ddof", 1), step.number("sd", "10")
    if ddof > 1:
        raise step.refuse("ddof", "写 1（样本标准差）或 0（总体标准差）")
    if unit <= 0:
        raise step.refuse("sd", "应大于 0")
    return {
        "mean": step.number("mean", "50"),
        "sd": unit,
        "ddof": ddof,
        "places": _read_places(step),
        "least": step.whole("least", least=2),
    }


def _tscore(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    """mean + sd × (mark - the judge's mean) / the judge's standard deviation, rounded."""
    values, places = values_of(cells), args["places"]
    if len(values) < args["least"]:
        why = f"这位评委只评了 {len(values)} 件，不足 {args['least']} 件，不能标准化"
        return [blocked(cell, "tscore", why) for cell in cells]
    mean = total(values) / len(values)
    variance = total([(value - mean) ** 2 for value in values]) / (len(values) - args["ddof"])
    if variance == 0:
        why = "这位评委给每一件的分数都相同，不能标准化"
        return [blocked(cell, "tscore", why) for cell in cells]
    center, unit = args["mean"], args["sd"]
    scale = f"{plain_text(center)} + {plain_text(unit)}"
    deviation = figure_text(rooted(Fraction(0), variance, 4), 4)
    about = f"这位评委 {len(values)} 个分数的平均 {plain_text(mean)}、标准差 {deviation}"
    done = []
    for cell in cells:
        assert cell.value is not None
        gap = cell.value - mean
        value = rooted(center, unit**2 * gap**2 / variance, places, negative=gap < 0)
        told = f"{scale} × ({plain_text(cell.value)} − 平均) ÷ 标准差"
        note = f"{about}；{told}，保留 {places} 位小数"
        done.append(changed(cell, value, "tscore", note, places))
    return done


def _read_one_scale(step: Table, scope: Scope) -> dict[str, Any]:
    _per_judge(step, scope, "one_scale")
    return {"places": _read_places(step), "least": step.whole("least", least=2)}


def _one_scale(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    """Each judge's marks with the mean and the standard deviation of all marks, so that they keep
    their size: T-scores whose scale is that of the field."""
    values = values_of(cells)
    mean = total(values) / len(values)
    squares = total([(value - mean) ** 2 for value in values])
    spread = rooted(Fraction(0), squares / max(len(values) - 1, 1), args["places"])
    scale = {"mean": mean, "sd": spread, "ddof": 1, **args}
    groups: dict[str, list[int]] = {}
    for number, cell in enumerate(cells):
        groups.setdefault(cell.judge, []).append(number)
    done = list(cells)
    for numbers in groups.values():
        own = _tscore([cells[number] for number in numbers], scale)
        for number, cell in zip(numbers, own, strict=True):
            done[number] = replace(cell, op="one_scale")
    return done


def _read_additive(step: Table, scope: Scope) -> dict[str, Any]:
    _per_judge(step, scope, "additive")
    return {
        "places": _read_places(step),
        "least": step.whole("least", least=1),
        "shrink": step.number("shrink", "0"),
    }


def _additive(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    """Take out each judge's severity: least squares of mark = entry + severity, exactly.

    The severities are weighted to sum to 0, so that the mean of all marks stays; each is shrunk by
    n / (n + shrink) and rounded to `places` before it is subtracted.
    """
    judges = sorted({cell.judge for cell in cells})
    counts = {judge: sum(cell.judge == judge for cell in cells) for judge in judges}
    few = [judge for judge in judges if counts[judge] < args["least"]]
    if few:
        why = f"{'、'.join(few)} 评的件数不足 {args['least']} 件，不能校正宽严"
        return panel_blocked(cells, "additive", why)
    severity = severities(
        [((c.entry, c.item), c.judge, c.value) for c in cells if c.value is not None]
    )
    if severity is None:
        why = "评委与作品没有连成一片（有两组评委没有评过相同的作品），不能校正宽严"
        return panel_blocked(cells, "additive", why)
    places, shrink = args["places"], args["shrink"]
    taken = {
        judge: rounded(value * counts[judge] / (counts[judge] + shrink), places)
        for judge, value in severity.items()
    }
    done = []
    for cell in cells:
        assert cell.value is not None
        offset = taken[cell.judge]
        word = "偏宽" if offset > 0 else "偏严"
        note = (
            f"这位评委{word} {figure_text(abs(offset), places)}，已校正" if offset else "宽严适中"
        )
        done.append(changed(cell, cell.value - offset, "additive", note))
    return done


def severities(marks: Sequence[tuple[Place, str, Fraction]]) -> dict[str, Fraction] | None:
    """How much each judge marks above (+) or below the others on the same entries; None where the
    judges are not connected through entries. Exact least squares; weighted sum 0."""
    seen: dict[Place, list[tuple[str, Fraction]]] = {}
    for place, judge, value in marks:
        seen.setdefault(place, []).append((judge, value))
    judges = sorted({judge for _, judge, _ in marks})
    if not judges:
        return {}
    number = {judge: n for n, judge in enumerate(judges)}
    size = len(judges)
    common = math.lcm(*[len(found) for found in seen.values()])
    matrix = [[0] * size for _ in judges]
    right = [Fraction(0)] * size
    for found in seen.values():
        share, mean = common // len(found), total([value for _, value in found]) / len(found)
        for judge, value in found:
            row = matrix[number[judge]]
            row[number[judge]] += common
            right[number[judge]] += common * (value - mean)
            for other, _ in found:
                row[number[other]] -= share
    solved = _solve([row[:-1] for row in matrix[:-1]], right[:-1])
    if solved is None:
        return None
    raw = [*solved, Fraction(0)]
    weights = [sum(judge == one for _, one, _ in marks) for judge in judges]
    shift = total([w * s for w, s in zip(weights, raw, strict=True)]) / len(marks)
    return {judge: raw[number[judge]] - shift for judge in judges}


def _solve(matrix: Sequence[Sequence[int]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """Solve integer equations without fractions on the way (Bareiss); None if singular."""
    scale = math.lcm(*[value.denominator for value in right]) if right else 1
    rows = [
        [*row, value.numerator * (scale // value.denominator)]
        for row, value in zip(matrix, right, strict=True)
    ]
    size, before = len(rows), 1
    for step in range(size):
        pivot = next((n for n in range(step, size) if rows[n][step]), None)
        if pivot is None:
            return None
        rows[step], rows[pivot] = rows[pivot], rows[step]
        top = rows[step]
        for row in rows[step + 1 :]:
            factor = row[step]
            for column in range(step + 1, size + 1):
                row[column] = (row[column] * top[step] - factor * top[column]) // before
            row[step] = 0
        before = top[step]
    found = [Fraction(0)] * size
    for step in reversed(range(size)):
        row = rows[step]
        rest = total([row[n] * found[n] for n in range(step + 1, size)])
        found[step] = (row[size] - rest) / row[step]
    return [value / scale for value in found]


def _read_median_scale(step: Table, scope: Scope) -> dict[str, Any]:
    unit, factor = step.number("unit", "30"), step.number("mad_factor", "1.4826")
    if unit <= 0 or factor <= 0:
        raise step.refuse("unit", "unit 与 mad_factor 应大于 0")
    return {"center": step.number("center", "700"), "unit": unit, "factor": factor}


def _median_scale(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    """center + unit × (value - median) / (factor × median absolute deviation)."""
    values = values_of(cells)
    middle = _median(values)
    spread = _median([abs(value - middle) for value in values]) * args["factor"]
    done = []
    for cell in cells:
        assert cell.value is not None
        value, told = args["center"], "各人与中位数相同"
        if spread:
            value += args["unit"] * (cell.value - middle) / spread
            told = f"{decimal_text(args['unit'])} × ({plain_text(cell.value)} − 中位数) ÷ {plain_text(spread)}"
        note = f"中位数 {plain_text(middle)} 记 {decimal_text(args['center'])}，{told}（参考标尺）"
        done.append(changed(cell, value, "median_scale", note))
    return done


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


OPERATORS: dict[str, Operator] = {
    "tscore": Operator("across", _read_tscore, _tscore, over=(), alike=("part", "judge")),
    "one_scale": Operator("across", _read_one_scale, _one_scale, over=(), alike=("part",)),
    "additive": Operator("across", _read_additive, _additive, over=(), alike=("part",)),
    "median_scale": Operator("across", _read_median_scale, _median_scale, over=()),
}
