"""Private feedback: one's own figures beside the middle and the end of the field, without names. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contests.spec import Spec
from core.exact import figure_text, plain_text

SMALLEST_FIELD = 5
"""With fewer, the middle and the best would tell what single others got."""
Figures = Mapping[str, str | None]


@dataclass(frozen=True)
class Compared:
    """A figure as text: one's own, the median and the best of the field; both None in a small field."""

    title: str
    own: str
    median: str | None
    best: str | None


def compare(spec: Spec, own: Figures, field: Sequence[Figures]) -> list[Compared]:
    """Every figure that one has, in the order of the SPEC; `field` has the figures of all who were
    ranked, one's own included. Texts are those of result lines: "57.08", "57/8", None."""
    found = []
    for key, figure in spec.figures.items():
        text = own.get(key)
        if text is None:
            continue
        values = [Fraction(got) for one in field if (got := one.get(key)) is not None]
        median = best = None
        if len(values) >= SMALLEST_FIELD:
            ends = max if spec.ranking.best == "high" else min
            median = _text(statistics.median(values), figure.places)
            best = _text(ends(values), figure.places)
        found.append(Compared(figure.title, _text(Fraction(text), figure.places), median, best))
    return found


def _text(value: Fraction, places: int | None) -> str:
    """With the places of the figure where these are exact: the middle of two may need one more."""
    exact = places is not None and (value * 10**places).denominator == 1
    return figure_text(value, places) if exact else plain_text(value)
