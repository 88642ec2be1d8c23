"""Medals with tolerance and prizes by quota, share, field and floor: pure, from published figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.exact import rounded
from core.toml_tables import Table

MEDALS = ("gold", "silver", "bronze")
EXCELLENCE = "excellence"
MEDAL_TITLES = {"gold": "金牌", "silver": "银牌", "bronze": "铜牌", EXCELLENCE: "优秀奖章"}
ROUNDINGS = ("down", "half_up", "up")


@dataclass(frozen=True)
class Medals:
    """Medals with tolerance: `by_field` = (smallest field, medals there), biggest field first."""

    tolerance: Fraction
    excellence_from: Fraction | None = None
    by_field: tuple[tuple[int, tuple[str, ...]], ...] = ((0, MEDALS),)


@dataclass(frozen=True)
class Prize:
    """A prize: for the places first..last, or for the next `count` places, or for the next `share`
    of the field. Only in a field of at least `field_from`, for totals of at least `floor`.
    """

    title: str
    first: int | None = None
    last: int | None = None
    count: int | None = None
    share: Fraction | None = None
    rounding: str = "down"
    field_from: int = 0
    floor: Fraction | None = None


def read_medals(table: Table | None) -> Medals | None:
    """The [ranking.medals] table."""
    if table is None:
        return None
    tolerance = table.number("tolerance", "0")
    excellence = table.optional(Table.number, "excellence_from")
    if tolerance < 0:
        raise table.refuse("tolerance", "不能小于 0")
    rows = []
    for one in table.tables("by_field", required=False):
        rows.append((one.whole("from"), one.texts("medals")))
        if any(medal not in MEDALS for medal in rows[-1][1]):
            raise one.refuse("medals", f"只能用 {'、'.join(MEDALS)}")
    starts = [start for start, _ in rows]
    if starts and starts != sorted(set(starts), reverse=True):
        raise table.refuse("by_field", "应从人数多的一行写到人数少的一行，不重复")
    return Medals(tolerance, excellence, tuple(rows)) if rows else Medals(tolerance, excellence)


def read_prizes(table: Table) -> tuple[Prize, ...]:
    """The [[ranking.prize]] tables, best prize first."""
    found: list[Prize] = []
    last = 0
    for one in table.tables("prize", required=False):
        prize = _read_prize(one)
        if prize.first is not None:
            if prize.first <= last:
                raise one.refuse("from", "名次范围与上一个奖项重叠或次序颠倒")
            last = prize.last or prize.first
        if found and (prize.first is None) != (found[0].first is None):
            raise one.refuse("from", "按名次（from）与按名额（count、share）的奖项不能混用")
        found.append(prize)
    return tuple(found)


def _read_prize(one: Table) -> Prize:
    title, field_from = one.text("title"), one.whole("field_from", 0)
    floor = one.optional(Table.number, "floor")
    ways = [key for key in ("from", "count", "share") if key in one]
    if len(ways) != 1:
        raise one.refuse("from", "from（名次）、count（名额）、share（比例）写且只写一个")
    if ways == ["from"]:
        first = one.whole("from", least=1)
        last = one.whole("to", first, least=first)
        return Prize(title, first, last, field_from=field_from, floor=floor)
    if ways == ["count"]:
        return Prize(title, count=one.whole("count"), field_from=field_from, floor=floor)
    share = one.number("share")
    if not 0 < share <= 1:
        raise one.refuse("share", '应在 0 到 1 之间，如 "0.1"')
    rounding = one.choice("round", ROUNDINGS, "down")
    return Prize(title, share=share, rounding=rounding, field_from=field_from, floor=floor)


def medals(points: Sequence[tuple[str, Fraction]], rule: Medals, field_size: int) -> dict[str, str]:
    """Medals of entries given best first: groups within the tolerance, counted from their best.

    Two golds leave no silver; three or more leave bronze only to a group that begins within the
    tolerance of the last gold; two or more silvers leave no bronze. Values are gold, silver,
    bronze or excellence.
    """
    allowed = next((names for start, names in rule.by_field if field_size >= start), ())
    groups = _groups(points, rule.tolerance)
    tiers = dict(zip(_tiers(groups, rule.tolerance), groups, strict=False))
    won = {entry: tier for tier, group in tiers.items() if tier in allowed for entry, _ in group}
    floor = rule.excellence_from
    if floor is None or not allowed:
        return won
    return won | {e: EXCELLENCE for e, value in points if e not in won and value >= floor}


def _groups(
    points: Sequence[tuple[str, Fraction]], tolerance: Fraction
) -> list[list[tuple[str, Fraction]]]:
    groups: list[list[tuple[str, Fraction]]] = []
    for entry, value in points:
        if groups and groups[-1][0][1] - value <= tolerance:
            groups[-1].append((entry, value))
        else:
            groups.append([(entry, value)])
    return groups


def _tiers(groups: Sequence[Sequence[tuple[str, Fraction]]], tolerance: Fraction) -> list[str]:
    """Which medal each of the first groups wins."""
    if not groups:
        return []
    golds = len(groups[0])
    if golds == 1:
        return (
            ["gold", "silver", "bronze"]
            if len(groups[1:]) and len(groups[1]) == 1
            else ["gold", "silver"]
        )
    near = len(groups) > 1 and groups[0][-1][1] - groups[1][0][1] <= tolerance
    return ["gold", "bronze"] if golds == 2 or near else ["gold"]


@dataclass(frozen=True)
class Placed:
    """What prizes go by: an entry's place (None without one) and its published total."""

    entry: str
    rank: int | None
    total: Fraction | None


def prizes(
    placed: Iterable[Placed], table: Sequence[Prize], *, field: int, best: str = "high"
) -> dict[str, str]:
    """The prize of each entry by its place; `field` is the number of those who competed.

    Quotas take the places one after the other, whatever was won: who shares a place shares its
    prize, and a place below the floor of its prize wins nothing.
    """
    ranges = _ranges(table, field)
    won = {}
    for one in placed:
        if one.rank is None or one.total is None:
            continue
        for prize, first, last in ranges:
            if first <= one.rank <= last and _over(prize.floor, one.total, best):
                won[one.entry] = prize.title
    return won


def _ranges(table: Sequence[Prize], field: int) -> list[tuple[Prize, int, int]]:
    found, before = [], 0
    for prize in table:
        if prize.first is not None and prize.last is not None:
            first, last = prize.first, prize.last
        else:
            first, last = before + 1, before + _quota(prize, field)
            before = last
        if field >= prize.field_from and last >= first:
            found.append((prize, first, last))
    return found


def _quota(prize: Prize, field: int) -> int:
    if prize.count is not None:
        return prize.count
    wanted = (prize.share or Fraction(0)) * field
    if prize.rounding == "up":
        return -(-wanted.numerator // wanted.denominator)
    return rounded(wanted, 0, prize.rounding).numerator


def _over(floor: Fraction | None, total: Fraction, best: str) -> bool:
    if floor is None:
        return True
    return total >= floor if best == "high" else total <= floor
