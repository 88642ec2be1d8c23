"""The re-check (复核) of score sheets: who is checked, and what the errors found lead to.

The choice depends on the ranks and on a seed that is fixed before scoring ends, on nothing else:
whoever knows the seed can repeat it. Shares and rates are exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from contests.draw import lot_of
from contests.operators import figure_text
from core.exact import rounded
from core.toml_tables import Table

PASSED, ALL = "passed", "re-check all"


@dataclass(frozen=True)
class RecheckRule:
    """The top group by count or by share of the ranked, the share of the rest, the error rate."""

    top_count: int | None
    top_share: Fraction | None
    sample_share: Fraction
    error_above: Fraction


@dataclass(frozen=True)
class Selection:
    """Entries to check: the top group in order of rank, the sample and the rest by name."""

    top: tuple[str, ...]
    sample: tuple[str, ...]
    unchecked: tuple[str, ...]


@dataclass(frozen=True)
class RecheckOutcome:
    """`rate` is errors / sampled, exact; `decision` is PASSED or ALL."""

    rate: Fraction
    decision: str

    @property
    def rate_percent(self) -> str:
        """The rate in per cent with two places, half-up; the decision uses the exact rate."""
        return figure_text(rounded(self.rate * 100, 2), 2)


def read_recheck(table: Table) -> RecheckRule:
    """Read the [recheck] part of a preset."""
    if ("top_count" in table) == ("top_share" in table):
        raise table.refuse("top_count", "top_count（前几名）与 top_share（前百分之几）写一个")
    count = table.optional(Table.whole, "top_count")
    share = table.optional(_share, "top_share")
    rule = RecheckRule(count, share, _share(table, "sample_share"), _share(table, "error_above"))
    table.done()
    return rule


def _share(table: Table, key: str) -> Fraction:
    value = table.number(key)
    if not 0 <= value <= 1:
        raise table.refuse(key, '应在 0 到 1 之间，如 "0.15"')
    return value


def select(ranks: Iterable[tuple[str, int]], rule: RecheckRule, seed: str) -> Selection:
    """Choose from (entry, rank): the top group whole, with all who share its last rank."""
    ordered = sorted(ranks, key=lambda pair: (pair[1], pair[0]))
    size = rule.top_count
    if size is None:
        size = _up(len(ordered) * (rule.top_share or Fraction(0)))
    last = ordered[min(size, len(ordered)) - 1][1] if size and ordered else 0
    top = tuple([entry for entry, place in ordered if place <= last])
    rest = [entry for entry, place in ordered if place > last]
    drawn = sorted(rest, key=lambda entry: lot_of(seed, entry))[
        : _up(len(rest) * rule.sample_share)
    ]
    left = set(rest) - set(drawn)
    return Selection(top, tuple(sorted(drawn)), tuple(sorted(left)))


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def outcome(sampled: int, errors: int, rule: RecheckRule) -> RecheckOutcome:
    """What the errors in the sample lead to: strictly above the rate, everything is re-checked."""
    if not 0 <= errors <= sampled:
        raise ValueError("errors must lie between 0 and the number of sheets sampled")
    rate = Fraction(errors, sampled) if sampled else Fraction(0)
    return RecheckOutcome(rate, ALL if rate > rule.error_above else PASSED)
