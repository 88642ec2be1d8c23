"""The strict loader of rulebooks; what it yields is in `awards.rules`.

Money in a book is whole yuan, ratios are "n/d", days are TOML dates. A rule id may stand several
times as versions with days [from, until) that do not overlap. Every refusal is a LoadError.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from awards import citing
from awards.rules import (
    EXCLUSIVE_BY,
    FUNDING,
    ONCE,
    TAX,
    Amount,
    Condition,
    Exclusive,
    Rule,
    Rulebook,
    Setting,
    SettingValue,
)
from core import exact, toml_tables
from core.citations import Policy
from core.toml_tables import Table

# What each kind of amount must say; `_OPTIONAL` is what it may say besides.
_REQUIRED = {
    "fixed": ("yuan",),
    "table": ("by", "table"),
    "match": ("of", "ratio"),
    "percent": ("of",),
    "discretionary": ("cap",),
    "setting_table": ("by", "setting"),
    "instalments": ("by", "table", "weights"),
}
_LIMITS = ("cap_per", "cap", "max_years")
_OPTIONAL = {
    "fixed": _LIMITS,
    "table": _LIMITS,
    "match": _LIMITS,
    "percent": ("rate", "setting", "max", *_LIMITS),
}


def load(path: Path) -> Rulebook:
    """Read a rulebook and check it against the policy text that its `source` names."""
    data = toml_tables.content(path)
    top = toml_tables.parse(data, source=str(path))
    book = top.table("book")
    source = path.parent / book.text("source")
    if not source.is_file():
        raise book.refuse("source", f"找不到政策原文“{book.text('source')}”")
    return parse(top, policy=Policy.load(source), sha256=hashlib.sha256(data).hexdigest())


def parse(top: Table, *, policy: Policy, sha256: str) -> Rulebook:
    """A rulebook out of a read TOML file."""
    book = top.table("book")
    book_id, title, start = book.text("id"), book.text("title"), book.day("effective_from")
    book.text("source")
    book.done()
    settings = _settings(top)
    rules: list[Rule] = []
    for table in top.tables("rule"):
        rule = _rule(table, start)
        citing.check(rule, policy, table)
        _known_settings(rule, settings, table)
        rules.append(rule)
    top.done()
    _refuse_overlaps(top, rules)
    found = Rulebook(book_id, title, start, settings, tuple(rules), sha256=sha256)
    for name in settings:
        check_setting(found, settings[name], top.table("setting").table(name))
    return found


def _settings(top: Table) -> dict[str, Setting]:
    """The settings of the book, by id."""
    tables = top.table("setting", required=False)
    return {name: _setting(tables.table(name), name) for name in tables}


def _setting(table: Table, name: str) -> Setting:
    return Setting(name, table.text("ask"), setting_value(table), table.flag("confirmed"))


def setting_value(table: Table) -> SettingValue | None:
    """The `value` of a setting: a text, a list of weights, a table of whole yuan, or None."""
    value = table.value("value", None)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(exact.is_whole(item) for item in value):
        return tuple(value)
    if isinstance(value, dict) and all(exact.is_whole(item) for item in value.values()):
        return dict(value)
    raise table.refuse("value", "口径的值应为文字、整数权重的列表，或“键 = 整数元”的表")


def check_setting(book: Rulebook, setting: Setting, table: Table) -> None:
    """Refuse a value that the rules which use the setting cannot read."""
    if setting.value is None:
        return
    for rule in book.rules:
        reason = _misfit(rule, setting)
        if reason:
            raise table.refuse("value", f"{reason}（规则 {rule.id}）")


def _misfit(rule: Rule, setting: Setting) -> str:
    """Why a rule cannot use the value of a setting, or an empty text."""
    value, amount = setting.value, rule.amount
    if amount.weights == setting.id and not (
        isinstance(value, tuple) and min(value) >= 0 and sum(value) > 0
    ):
        return "分期权重应为不小于 0 且不全为 0 的整数列表，如 [1, 1, 1]"
    if amount.setting == setting.id and amount.kind == "setting_table":
        if not isinstance(value, Mapping) or any(sum_ < 0 for sum_ in value.values()):
            return "标准应为“键 = 整数元”的表，如 { national = 300000 }"
    elif amount.setting == setting.id and exact.ratio(value) is None:
        return "比例应写成“分子/分母”的文字，如 80/100"
    if rule.exclusive and rule.exclusive.setting == setting.id and not isinstance(value, str):
        return "口径应为文字，如 highest_per_achievement"
    return ""


def _rule(table: Table, effective_from: date) -> Rule:
    start = table.optional(Table.day, "from") or effective_from
    until = table.optional(Table.day, "until")
    if start < effective_from:
        raise table.refuse("from", f"早于文件施行日 {effective_from}")
    if until is not None and until <= start:
        raise table.refuse("until", "应晚于开始日（until 当日起不再适用）")
    amount = _amount(table.table("amount"))
    once = table.choice("once", ONCE)
    if once == "lifetime_each" and amount.by is None:
        raise table.refuse("once", "lifetime_each 要求 amount 有 by")
    exclusive = table.optional(Table.table, "exclusive")
    rule = Rule(
        id=table.text("id"),
        clause=table.text("clause"),
        quote=table.text("quote"),
        start=start,
        until=until,
        on=table.text("on"),
        to=table.text("to", "subject"),
        when=tuple(_conditions(table.table("when"))),
        amount=amount,
        once=once,
        exclusive=_exclusive(exclusive) if exclusive else None,
        needs=table.texts("needs", ()),
        tax=table.choice("tax", TAX),
        funding=table.choice("funding", FUNDING),
    )
    table.done()
    return rule


def _exclusive(table: Table) -> Exclusive:
    return Exclusive(table.text("group"), table.choice("by", EXCLUSIVE_BY), table.text("setting"))


def _conditions(table: Table) -> Iterator[Condition]:
    """The conditions of `when`: equality, a list of values of one type, or {min, max}."""
    for key in table:
        value = table.value(key)
        if isinstance(value, dict):
            bounds = table.table(key)
            least, most = (bounds.optional(Table.whole, name) for name in ("min", "max"))
            bounds.done()
            if least is None and most is None:
                raise table.refuse(key, "应写 min、max 中至少一个")
            yield Condition(key, least=least, most=most)
            continue
        values = value if isinstance(value, list) else [value]
        if (
            not values
            or any(type(item) not in (str, int, bool) for item in values)
            or len({type(item) for item in values}) > 1
        ):
            raise table.refuse(key, "条件应为文字、整数、true/false，同类值的列表，或 { min, max }")
        yield Condition(key, any_of=tuple(values))


def _amount(table: Table) -> Amount:
    kind = table.choice("kind", _REQUIRED)
    found: dict[str, Any] = {key: _AMOUNT_KEYS[key](table, key) for key in _REQUIRED[kind]}
    for key in _OPTIONAL.get(kind, ()):
        found[key] = table.optional(_AMOUNT_KEYS[key], key)
    table.done()
    amount = Amount(
        kind=kind,
        yuan=found.get("yuan"),
        by=found.get("by"),
        table=found.get("table"),
        of=found.get("of"),
        rate=found.get("ratio", found.get("rate")),
        setting=found.get("setting"),
        most=found.get("max"),
        weights=found.get("weights"),
        cap=found.get("cap"),
        cap_per=found.get("cap_per"),
        max_years=found.get("max_years"),
    )
    if kind == "percent" and (amount.rate is None) == (amount.setting is None):
        raise table.refuse("rate", "比例二选一：写 rate，或由口径 setting 给出")
    if amount.most is not None and amount.setting is None:
        raise table.refuse("max", "max 只与 setting 同用")
    if kind != "discretionary" and (amount.cap is None) != (amount.cap_per is None):
        raise table.refuse("cap", "cap 与 cap_per 要同时写")
    return amount


def _sums(table: Table, key: str) -> dict[str, int]:
    """A table of whole yuan that is not empty."""
    inner = table.table(key)
    sums = {name: inner.whole(name) for name in inner}
    if not sums:
        raise table.refuse(key, "金额表是空的")
    return sums


def _years(table: Table, key: str) -> int:
    return table.whole(key, least=1)


def _cap_per(table: Table, key: str) -> str:
    return table.choice(key, ("beneficiary_year",))


_AMOUNT_KEYS: dict[str, Callable[[Table, str], Any]] = {
    "yuan": Table.whole,
    "by": Table.text,
    "table": _sums,
    "of": Table.text,
    "ratio": Table.ratio,
    "rate": Table.ratio,
    "setting": Table.text,
    "max": Table.ratio,
    "weights": Table.text,
    "cap": Table.whole,
    "cap_per": _cap_per,
    "max_years": _years,
}


def _known_settings(rule: Rule, settings: Mapping[str, Setting], table: Table) -> None:
    for name in rule.settings:
        if name not in settings:
            raise table.refuse("setting", f"用到的口径 {name} 在本书里没有")


def _refuse_overlaps(top: Table, rules: list[Rule]) -> None:
    """Versions of one rule must not share a day."""
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    for versions in by_id.values():
        ordered = sorted(versions, key=lambda rule: rule.start)
        for earlier, later in pairwise(ordered):
            if earlier.until is None or later.start < earlier.until:
                raise top.refuse(
                    f"rule[{later.id}].from",
                    f"与自 {earlier.start} 起的版本日期重叠；请给前一版本写 until",
                )
