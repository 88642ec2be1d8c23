"""The re-check (复核) of score sheets: who is checked, and what the errors found lead to.

The choice depends on the ranks and on a seed that is fixed before scoring ends, on nothing else:
whoever knows the seed can repeat it. Shares and rates are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from contests.draw import lot_of
from core.exact import decimal_text, figure_text, rounded
from core.toml_tables import Table

PASSED, ALL = "passed", "re-check all"


@dataclass(frozen=True)
class RecheckRule:
    """The top group by count or by share of the ranked, the share of the rest, the error rate."""

    top_count: int | None
    top_share: Fraction | None
    sample_share: Fraction
    error_above: Fraction

    @property
    def stored(self) -> dict[str, Any]:
        """The rule as JSON that `read_recheck` takes, for the contest that keeps a copy."""
        top: dict[str, Any] = {"top_count": self.top_count}
        if self.top_share is not None:
            top = {"top_share": decimal_text(self.top_share)}
        return top | {
            "sample_share": decimal_text(self.sample_share),
            "error_above": decimal_text(self.error_above),
        }


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


@dataclass(frozen=True)
class Progress:
    """How far a re-check is: what must be checked, what of it is left, what was found faulty.

    `outcome` is None until the top group and the sample are through; an outcome of ALL makes every
    entry due.
    """

    due: tuple[str, ...]
    left: tuple[str, ...]
    faulty: tuple[str, ...]
    outcome: RecheckOutcome | None

    @property
    def all_due(self) -> bool:
        """Whether the errors in the sample led to a re-check of everything."""
        return self.outcome is not None and self.outcome.decision == ALL

    @property
    def obstacle(self) -> str:
        """Why nobody may sign yet, in Chinese; "" once all that is due was found right."""
        if self.left:
            why = "抽查错误率超过标准，须全部复核，" if self.all_due else "成绩复核还没有完成，"
            return f"{why}还有 {len(self.left)} 份，复核完才能签字"
        if self.faulty:
            return (
                f"复核发现 {'、'.join(self.faulty)} 号有误，请裁判长更正分数后重新计算；"
                "查明其实无误的，由复核人改记并写明理由"
            )
        return ""


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


def progress(chosen: Selection, found: Mapping[str, bool], rule: RecheckRule) -> Progress:
    """Where the re-check stands; `found` tells for each checked entry whether it was faulty."""
    first = chosen.top + chosen.sample
    result = None
    if all(entry in found for entry in first):
        result = outcome(len(chosen.sample), sum(found[one] for one in chosen.sample), rule)
    due = first
    if result is not None and result.decision == ALL:
        due += chosen.unchecked
    return Progress(
        due,
        tuple([entry for entry in due if entry not in found]),
        tuple([entry for entry in due if found.get(entry)]),
        result,
    )
