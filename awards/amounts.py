"""The sum that one rule gives for one fact, before keys, exclusivity, years and caps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from awards import lines
from awards.facts import Fact, key_label, value_label
from awards.rules import WHOLE_YEAR_SETTING, Amount, Rule, Setting
from core import exact, money

WHOLE_YEAR_ONLY = "whole_year_only"

Settings = Mapping[str, Setting]


@dataclass(frozen=True)
class Outcome:
    """Status and sum of an award as a whole; `weights` are those of its instalments."""

    status: str
    why: str
    fen: int = 0
    weights: tuple[int, ...] = (1,)


def missing_keys(rule: Rule, fact: Fact, settings: Settings) -> list[str]:
    """The keys, beside those of `when`, without which no sum can be said."""
    amount, wanted = rule.amount, []
    if fact.value(rule.to) is None:
        wanted.append(rule.to)
    if amount.of is not None:
        wanted.append(f"{amount.of}_fen")
    if WHOLE_YEAR_SETTING in rule.settings:
        wanted.append("months")
    # While the tariff itself is unset, the fact is not what is missing.
    if amount.by and (amount.setting is None or value_of(settings, amount.setting) is not None):
        wanted.append(amount.by)
    return [key for key in wanted if fact.value(key) is None]


def value_of(settings: Settings, name: str) -> object | None:
    """The value of a setting, None if it has none."""
    return settings[name].value if name in settings else None


def part_year_denial(rule: Rule, fact: Fact, settings: Settings) -> str | None:
    """The denial under 口径 A06: fewer than twelve whole months on the post in the year."""
    if WHOLE_YEAR_SETTING not in rule.settings:
        return None
    if value_of(settings, WHOLE_YEAR_SETTING) != WHOLE_YEAR_ONLY:
        return None
    months = int(cast(int, fact.value("months")))
    if months >= 12:
        return None
    return f"{fact.year} 年在岗 {months} 个月，口径 {WHOLE_YEAR_SETTING}：不满一年不计"


def unset_reason(rule: Rule, fact: Fact, settings: Settings) -> str | None:
    """Why the office has not yet said what a line needs, None if it has."""
    for name in rule.settings:
        if value_of(settings, name) is None:
            return f"口径 {name} 没有值，不能计算"
    if WHOLE_YEAR_SETTING in rule.settings:
        value = value_of(settings, WHOLE_YEAR_SETTING)
        if value != WHOLE_YEAR_ONLY:
            return f"口径 {WHOLE_YEAR_SETTING} 的值“{value}”没有对应的算法，不能计算"
    amount = rule.amount
    if amount.kind == "setting_table" and amount.setting and amount.by:
        tariff = cast(Mapping[str, int], value_of(settings, amount.setting))
        wanted = fact.value(amount.by)
        if wanted not in tariff:
            label = key_label(fact.type, amount.by)
            shown = value_label(fact.type, amount.by, wanted or "")
            return f"口径 {amount.setting} 没有{label}“{shown}”的标准"
    return None


def computed(rule: Rule, fact: Fact, settings: Settings) -> Outcome:
    """The sum when every key and every setting is there; payable, unconfirmed or undetermined."""
    if rule.amount.kind == "discretionary" and fact.value("determined_fen") is None:
        return Outcome(lines.NEEDS_DETERMINATION, "金额由主管部门认定，尚未认定")
    fen, formula = _FORMULAS[rule.amount.kind](rule.amount, fact, settings)
    weights: tuple[int, ...] = (1,)
    if rule.amount.weights:
        weights = cast(tuple[int, ...], value_of(settings, rule.amount.weights))
    open_ = [name for name in rule.settings if not settings[name].confirmed]
    if open_:
        why = f"{formula}；口径 {'、'.join(open_)} 未确认，只作测算"
        return Outcome(lines.UNCONFIRMED, why, fen, weights)
    return Outcome(lines.PAYABLE, formula, fen, weights)


def _fixed(amount: Amount, fact: Fact, settings: Settings) -> tuple[int, str]:
    fen = money.fen(amount.yuan or 0)
    return fen, f"定额 {money.yuan(fen)} 元"


def _table(amount: Amount, fact: Fact, settings: Settings) -> tuple[int, str]:
    by, table = _by(amount), amount.table or {}
    return _listed(table, fact, by, "条款定额")


def _setting_table(amount: Amount, fact: Fact, settings: Settings) -> tuple[int, str]:
    tariff = cast(Mapping[str, int], value_of(settings, _setting(amount)))
    return _listed(tariff, fact, _by(amount), f"口径 {amount.setting} 标准")


def _listed(table: Mapping[str, int], fact: Fact, by: str, name: str) -> tuple[int, str]:
    """The sum that a table gives for a fact."""
    value = str(fact.value(by))
    fen = money.fen(table[value])
    shown = f"{key_label(fact.type, by)}“{value_label(fact.type, by, value)}”"
    return fen, f"{name}：{shown} {money.yuan(fen)} 元"


def _match(amount: Amount, fact: Fact, settings: Settings) -> tuple[int, str]:
    ratio, base = amount.rate or Fraction(0), _base(amount, fact)
    fen = money.share(base, ratio)
    times = f"{ratio.numerator}:{ratio.denominator}"
    if base == 0:
        return fen, f"上级实发奖金为 0 元，{times} 配套为 0.00 元"
    return fen, f"上级实发奖金 {money.yuan(base)} 元，按 {times} 配套 {money.yuan(fen)} 元"


def _percent(amount: Amount, fact: Fact, settings: Settings) -> tuple[int, str]:
    base, rate, note = _base(amount, fact), amount.rate, ""
    if rate is None:
        rate = exact.ratio(value_of(settings, _setting(amount))) or Fraction(0)
        note = f"（按口径 {amount.setting}）"
        if amount.most is not None and rate > amount.most:
            rate, note = amount.most, f"（口径 {amount.setting} 超过条款上限，按上限）"
    fen = money.share(base, rate)
    return fen, f"{_percentage(rate)} × {money.yuan(base)} = {money.yuan(fen)} 元{note}"


def _percentage(rate: Fraction) -> str:
    """A rate as a percentage when that is a whole number, else as a fraction."""
    hundredfold = rate * 100
    return f"{hundredfold}%" if hundredfold.denominator == 1 else str(rate)


def _discretionary(amount: Amount, fact: Fact, settings: Settings) -> tuple[int, str]:
    determined, cap = int(cast(int, fact.value("determined_fen"))), money.fen(amount.cap or 0)
    if determined > cap:
        return cap, f"认定 {money.yuan(determined)} 元，按条款最高 {money.yuan(cap)} 元"
    return determined, f"认定 {money.yuan(determined)} 元，不超过条款最高 {money.yuan(cap)} 元"


def _base(amount: Amount, fact: Fact) -> int:
    """The sum in fen that a match or a percentage is taken of."""
    return int(cast(int, fact.value(f"{amount.of}_fen")))


def _by(amount: Amount) -> str:
    return cast(str, amount.by)


def _setting(amount: Amount) -> str:
    return cast(str, amount.setting)


_FORMULAS: dict[str, Callable[[Amount, Fact, Settings], tuple[int, str]]] = {
    "fixed": _fixed,
    "table": _table,
    "match": _match,
    "percent": _percent,
    "discretionary": _discretionary,
    "setting_table": _setting_table,
    "instalments": _table,
}
