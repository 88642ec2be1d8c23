"""Operators that turn a figure into points: bands, bounds, the ratio to the best, ranks. Pure.

Those that compare entries go across the whole field. All are exact but the logarithm, which is
worked out to 50 digits before it is rounded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from contests.cells import Cell, Look, Operator, Scope, blocked, changed, values_of
from core.exact import decimal_text, plain_text, rounded, total
from core.toml_tables import Table

BEST = ("high", "low")
DIGITS = 50

Bands = tuple[tuple[Fraction, Fraction], ...]


def read_bands(step: Table, key: str) -> Bands:
    """Rows of { from, points }, from low to high: from here on a value is worth these points."""
    rows = [(row.number("from"), row.number("points")) for row in step.tables(key)]
    if [start for start, _ in rows] != sorted({start for start, _ in rows}):
        raise step.refuse(key, "应从小到大写，每个 from 只写一次")
    return tuple(rows)


def points_in(bands: Bands, value: Fraction) -> Fraction | None:
    """What a value is worth; None below the first band."""
    place = bisect_right([start for start, _ in bands], value)
    return bands[place - 1][1] if place else None


def _read_bands(step: Table, scope: Scope) -> dict[str, Any]:
    return {"bands": read_bands(step, "table")}


def _bands(cell: Cell, args: Mapping[str, Any], look: Look) -> Cell:
    assert cell.value is not None
    points = points_in(args["bands"], cell.value)
    told = plain_text(cell.value)
    if points is None:
        return blocked(cell, "bands", f"{told} 低于分段表的起点，无法换算")
    return changed(cell, points, "bands", f"{told} 按分段表换算为 {decimal_text(points)} 分")


def _read_clamp(step: Table, scope: Scope) -> dict[str, Any]:
    least, most = step.optional(Table.number, "least"), step.optional(Table.number, "most")
    if least is None and most is None:
        raise step.refuse("most", "least（下限）与 most（上限）至少写一个")
    if least is not None and most is not None and least > most:
        raise step.refuse("least", "下限大于上限")
    return {"least": least, "most": most}


def _clamp(cell: Cell, args: Mapping[str, Any], look: Look) -> Cell:
    value, least, most = cell.value, args["least"], args["most"]
    assert value is not None
    if most is not None and value > most:
        return changed(
            cell, most, "clamp", f"{plain_text(value)} 超过上限，按 {decimal_text(most)}"
        )
    if least is not None and value < least:
        return changed(
            cell, least, "clamp", f"{plain_text(value)} 低于下限，按 {decimal_text(least)}"
        )
    return cell


def _read_ratio(step: Table, scope: Scope) -> dict[str, Any]:
    return {"full": step.number("full"), "best": step.choice("best", BEST, "high")}


def _ratio_to_best(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    full, high = args["full"], args["best"] == "high"
    best = (max if high else min)(values_of(cells))
    return [_share_of(cell, full, best, high) for cell in cells]


def _share_of(cell: Cell, full: Fraction, best: Fraction, high: bool) -> Cell:
    value = cell.value
    assert value is not None
    above, below = (value, best) if high else (best, value)
    word = f"全场{'最高' if high else '最低'} {plain_text(best)}"
    if value == best and (best > 0 or not high):
        points = full
    elif above <= 0 or below <= 0:
        return changed(
            cell, Fraction(0), "ratio_to_best", f"{word}，本项 {plain_text(value)}，记 0"
        )
    else:
        points = full * above / below
    told = f"{decimal_text(full)} × {plain_text(above)} ÷ {plain_text(below)}"
    return changed(cell, points, "ratio_to_best", f"{word}，{told}")


def _read_log(step: Table, scope: Scope) -> dict[str, Any]:
    unit, places = step.number("unit", "1"), step.whole("places")
    if unit <= 0:
        raise step.refuse("unit", "应大于 0")
    if places > 9:
        raise step.refuse("places", "小数位数最多 9 位")
    return {"full": step.number("full"), "unit": unit, "places": places}


def _log_to_best(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    """full × ln(1 + value / unit) / ln(1 + best / unit); nothing for what is not positive."""
    full, unit, places = args["full"], args["unit"], args["places"]
    best = max(values_of(cells))
    done = []
    for cell in cells:
        assert cell.value is not None
        share = _log_share(cell.value / unit, best / unit)
        note = (
            f"对数折算：{decimal_text(full)} × ln(1 + {plain_text(cell.value / unit)})"
            f" ÷ ln(1 + {plain_text(best / unit)})，保留 {places} 位小数"
        )
        done.append(changed(cell, rounded(full * share, places), "log_to_best", note, places))
    return done


def _log_share(value: Fraction, best: Fraction) -> Fraction:
    if value <= 0:
        return Fraction(0)
    if value == best:
        return Fraction(1)
    with localcontext() as context:
        context.prec = DIGITS
        one, two = ((1 + Decimal(x.numerator) / Decimal(x.denominator)).ln() for x in (value, best))
        return Fraction(one / two)


def _read_rank(step: Table, scope: Scope) -> dict[str, Any]:
    return {
        "best": step.choice("best", BEST, "high"),
        "ties": step.choice("ties", ("first", "mean"), "first"),
    }


def _read_rank_step(step: Table, scope: Scope) -> dict[str, Any]:
    return {
        **_read_rank(step, scope),
        "first": step.number("first"),
        "step": step.number("step"),
        "least": step.number("least", "0"),
    }


def _read_rank_points(step: Table, scope: Scope) -> dict[str, Any]:
    table = [row.number("points") for row in step.tables("table")]
    return {**_read_rank(step, scope), "table": table}


def _places(cells: list[Cell], best: str) -> dict[Fraction, list[int]]:
    """The places that each value takes: 9, 8, 8, 7 are 1; 2 and 3; 4."""
    ordered = sorted(values_of(cells), reverse=best == "high")
    places: dict[Fraction, list[int]] = {}
    for place, value in enumerate(ordered, 1):
        places.setdefault(value, []).append(place)
    return places


def _ranked(cells: list[Cell], args: Mapping[str, Any], op: str, points: Any) -> list[Cell]:
    """Each cell with what its places are worth: the first of them, or their mean."""
    places = _places(cells, args["best"])
    done = []
    for cell in cells:
        assert cell.value is not None
        taken = places[cell.value]
        counted = taken[:1] if args["ties"] == "first" else taken
        worth = total([points(place) for place in counted]) / len(counted)
        told = f"排第 {taken[0]}" + (f"，{len(taken)} 个并列" if len(taken) > 1 else "")
        done.append(changed(cell, worth, op, told))
    return done


def _rank(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    return _ranked(cells, args, "rank", Fraction)


def _rank_step(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    def points(place: int) -> Fraction:
        return max(args["least"], args["first"] - args["step"] * (place - 1))

    return _ranked(cells, args, "rank_step", points)


def _rank_points(cells: list[Cell], args: Mapping[str, Any]) -> list[Cell]:
    table: list[Fraction] = args["table"]

    def points(place: int) -> Fraction:
        return table[place - 1] if place <= len(table) else Fraction(0)

    return _ranked(cells, args, "rank_points", points)


OPERATORS: dict[str, Operator] = {
    "bands": Operator("each", _read_bands, _bands, over=()),
    "clamp": Operator("each", _read_clamp, _clamp, over=()),
    "ratio_to_best": Operator("across", _read_ratio, _ratio_to_best, over=()),
    "log_to_best": Operator("across", _read_log, _log_to_best, over=()),
    "rank": Operator("across", _read_rank, _rank, over=()),
    "rank_step": Operator("across", _read_rank_step, _rank_step, over=()),
    "rank_points": Operator("across", _read_rank_points, _rank_points, over=()),
}
