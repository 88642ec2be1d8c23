"""Alternating windows: both sides share whatever else the machine does meanwhile."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 4


@dataclass(frozen=True)
class Measured:
    """The medians of both sides over the rounds, in `unit`."""

    product: float
    reference: float
    unit: str

    @property
    def ratio(self) -> float:
        """Product by reference."""
        return self.product / self.reference


def alternate(
    product: Callable[[], float],
    reference: Callable[[], float],
    *,
    unit: str,
    rounds: int = ROUNDS,
) -> Measured:
    """Windows of both sides by turns, after one unmeasured window of each."""
    product()
    reference()
    windows = [(product(), reference()) for _round in range(rounds)]
    of_product, of_reference = zip(*windows, strict=True)
    return Measured(statistics.median(of_product), statistics.median(of_reference), unit)
