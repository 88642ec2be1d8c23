"""What a rulebook is made of: rules, settings and suspensions, as frozen data without logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

Value = str | int | bool
SettingValue = str | tuple[int, ...] | Mapping[str, int]

ONCE = ("lifetime", "lifetime_each", "year", "achievement")
EXCLUSIVE_BY = ("achievement", "subject_year")
TAX = ("corporate", "incidental", "exempt_provincial", "wages_via_employer", "unset")
FUNDING = ("shared", "city")
WHOLE_YEAR_SETTING = "A06"


@dataclass(frozen=True)
class Setting:
    """An office setting (口径). Without a value it refuses; unconfirmed it only simulates."""

    id: str
    ask: str
    value: SettingValue | None = None
    confirmed: bool = False


@dataclass(frozen=True)
class Condition:
    """One condition on the bare key of a fact: any of these values, or bounds (inclusive)."""

    key: str
    any_of: tuple[Value, ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Amount:
    """How a sum comes about; sums in whole yuan as the policy writes them."""

    kind: str
    yuan: int | None = None
    by: str | None = None
    table: Mapping[str, int] | None = None
    of: str | None = None
    rate: Fraction | None = None
    setting: str | None = None
    most: Fraction | None = None
    weights: str | None = None
    cap: int | None = None
    cap_per: str | None = None
    max_years: int | None = None


@dataclass(frozen=True)
class Exclusive:
    """Awards of one group of which, under a setting "highest…", only the highest is kept."""

    group: str
    by: str
    setting: str


@dataclass(frozen=True)
class Rule:
    """One version of one award rule, valid for facts dated start <= day < until."""

    id: str
    clause: str
    quote: str
    start: date
    until: date | None
    on: str
    to: str
    when: tuple[Condition, ...]
    amount: Amount
    once: str
    exclusive: Exclusive | None
    needs: tuple[str, ...]
    tax: str
    funding: str

    def covers(self, day: date) -> bool:
        """Whether this version is the one for a fact of that day."""
        return self.start <= day and (self.until is None or day < self.until)

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The settings that can stop a line of this rule, each once."""
        named = [*self.needs, self.amount.setting, self.amount.weights]
        if self.exclusive:
            named.append(self.exclusive.setting)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True)
class Rulebook:
    """The rules of one policy document in the order of the book; sha256 is of the file's bytes."""

    id: str
    title: str
    effective_from: date
    settings: Mapping[str, Setting]
    rules: tuple[Rule, ...]
    sha256: str

    def keys_read(self) -> dict[str, dict[str, str]]:
        """Which keys of which fact types the rules read: {type: {key: text|flag|whole|fen}}."""
        found: dict[str, dict[str, str]] = {}
        for rule in self.rules:
            keys = found.setdefault(rule.on, {})
            for condition in rule.when:
                keys[condition.key] = _kind_of(condition)
            if rule.amount.of:
                keys[f"{rule.amount.of}_fen"] = "fen"
            for name in (rule.amount.by, rule.to):
                if name:
                    keys.setdefault(name, "text")
        return found


def _kind_of(condition: Condition) -> str:
    """The type of value a condition compares with."""
    if not condition.any_of:
        return "whole"
    sample = condition.any_of[0]
    if isinstance(sample, bool):
        return "flag"
    return "text" if isinstance(sample, str) else "whole"


@dataclass(frozen=True)
class Suspension:
    """A dated act of the office: facts on or after the day give `suspended` lines of a rule."""

    rule: str
    start: date
    reason: str
    document: str = ""
