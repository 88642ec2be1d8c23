"""How each judge marked, beside the others: severity, spread, agreement, drift. Pure and exact.

For the chief judge's eyes: a number here is a question to ask, never a reason to change a mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contests.normalising import severities
from contests.rubric import Aspect
from core.exact import rooted, rounded, total

PLACES = 2
FEWEST_FOR_DRIFT = 4


@dataclass(frozen=True)
class SheetTotal:
    """One judge's sheet: what it comes to, and its place in the order of the judge's work."""

    judge: str
    code: str
    position: int
    points: Fraction


@dataclass(frozen=True)
class JudgeFigures:
    """What a judge's sheets come to, rounded to two places; None where it cannot be told.

    `severity`: how much above (+) or below the others on the same entries. `spread`: standard deviation.
    `agreement`: correlation with the mean of the others, -1 to 1. `drift`: how much higher the second
    half of the sheets lies than the first, beside what the entries deserve.
    """

    judge: str
    sheets: int
    mean: Fraction
    spread: Fraction | None
    severity: Fraction | None
    agreement: Fraction | None
    drift: Fraction | None


def points_of(aspect: Aspect, value: Fraction) -> Fraction:
    """What a typed mark counts on the sheet: a level its share of the full mark."""
    if aspect.kind == "level":
        return aspect.most * value / aspect.top
    return aspect.worth(value)


def report(sheets: Iterable[SheetTotal]) -> list[JudgeFigures]:
    """The figures of all judges, by name."""
    every = sorted(sheets, key=lambda one: (one.judge, one.position, one.code))
    severity = severities([((one.code, ""), one.judge, one.points) for one in every])
    by_code: dict[str, list[SheetTotal]] = {}
    for one in every:
        by_code.setdefault(one.code, []).append(one)
    return [
        _figures(judge, [one for one in every if one.judge == judge], by_code, severity)
        for judge in sorted({one.judge for one in every})
    ]


def _figures(
    judge: str,
    own: Sequence[SheetTotal],
    by_code: dict[str, list[SheetTotal]],
    severity: dict[str, Fraction] | None,
) -> JudgeFigures:
    points = [one.points for one in own]
    mean = total(points) / len(points)
    squares = total([(value - mean) ** 2 for value in points])
    return JudgeFigures(
        judge,
        len(own),
        rounded(mean, PLACES),
        rooted(Fraction(0), squares / (len(own) - 1), PLACES) if len(own) > 1 else None,
        None if severity is None else rounded(severity[judge], PLACES),
        _agreement(own, by_code),
        _drift(own, by_code, severity),
    )


def _others(one: SheetTotal, by_code: dict[str, list[SheetTotal]]) -> Fraction | None:
    """The mean of what the other judges gave the same entry."""
    points = [other.points for other in by_code[one.code] if other.judge != one.judge]
    return total(points) / len(points) if points else None


def _agreement(own: Sequence[SheetTotal], by_code: dict[str, list[SheetTotal]]) -> Fraction | None:
    pairs = [(one.points, mean) for one in own if (mean := _others(one, by_code)) is not None]
    if len(pairs) < 2:
        return None
    mine, theirs = (total(list(values)) / len(pairs) for values in zip(*pairs, strict=True))
    both = total([(a - mine) * (b - theirs) for a, b in pairs])
    spreads = total([(a - mine) ** 2 for a, _ in pairs]) * total(
        [(b - theirs) ** 2 for _, b in pairs]
    )
    return rooted(Fraction(0), both**2 / spreads, PLACES, negative=both < 0) if spreads else None


def _drift(
    own: Sequence[SheetTotal],
    by_code: dict[str, list[SheetTotal]],
    severity: dict[str, Fraction] | None,
) -> Fraction | None:
    """Second half less first half of what the judge gave beyond the others, severities taken out."""
    if severity is None:
        return None
    beyond = []
    for one in own:
        others = [
            other.points - severity[other.judge]
            for other in by_code[one.code]
            if other.judge != one.judge
        ]
        if others:
            beyond.append(one.points - severity[one.judge] - total(others) / len(others))
    if len(beyond) < FEWEST_FOR_DRIFT:
        return None
    half = len(beyond) // 2
    first, second = beyond[:half], beyond[-half:]
    return rounded(total(second) / half - total(first) / half, PLACES)
