"""The values of office settings as the office types and reads them. Pure.

A value is a code, a ratio "n/d", a list of weights, or a table of whole yuan, whatever the rules
that use the setting can read (awards.rulebook.check_setting has the last word).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from awards import labels, rulebook
from awards.facts import value_label
from awards.rules import Rulebook, Setting, SettingValue
from core import exact
from core.errors import DomainError, LoadError
from core.money import yuan
from core.toml_tables import Table

CODE, RATIO, WEIGHTS, TARIFF = "code", "ratio", "weights", "tariff"
HINTS = {
    CODE: "",
    RATIO: "写百分数，如 80%，不超过条款的上限",
    WEIGHTS: "各期的权重，用逗号隔开，如 1, 1, 1",
    TARIFF: "每行一项，写作“项目 = 整数元”，如 全国性 = 300000",
}
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*[%％]")


def kind_of(book: Rulebook, name: str) -> str:
    """What kind of value the rules expect of a setting."""
    for rule in book.rules:
        if rule.amount.weights == name:
            return WEIGHTS
        if rule.amount.setting == name:
            return TARIFF if rule.amount.kind == "setting_table" else RATIO
    return CODE


def choices(name: str) -> list[tuple[str, str]]:
    """The codes of a setting with their Chinese names."""
    return list(labels.CODES.get(name, {}).items())


def parse(book: Rulebook, name: str, text: str) -> SettingValue:
    """What was typed as a value that the rules can use; DomainError at `value`."""
    kind = kind_of(book, name)
    value = _PARSERS[kind](book, name, text.strip())
    try:
        table = Table({"value": value}, "", name)
        rulebook.check_setting(book, Setting(name, "", value), table)
    except LoadError as error:
        raise DomainError(error.reason, "value") from error
    return value


def _code(book: Rulebook, name: str, text: str) -> SettingValue:
    if text not in labels.CODES.get(name, {}):
        raise DomainError("请选择一项", "value")
    return text


def _ratio(book: Rulebook, name: str, text: str) -> SettingValue:
    found = _PERCENT.fullmatch(text)
    if not found:
        raise DomainError("比例请写成百分数，如 80% 或 12.5%", "value")
    hundredths = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if not 0 < hundredths <= 10_000:
        raise DomainError("比例应大于 0、不超过 100%", "value")
    return f"{hundredths}/10000"


def _weights(book: Rulebook, name: str, text: str) -> SettingValue:
    parts = re.split(r"[,，、\s]+", text)
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        raise DomainError("权重请写整数，用逗号隔开，如 1, 1, 1", "value")
    return tuple(int(part) for part in parts)


def _tariff(book: Rulebook, name: str, text: str) -> SettingValue:
    """Lines "全国性 = 300000"; the label of a code stands for the code."""
    codes = {label: code for code, label in _tariff_keys(book, name).items()}
    found: dict[str, int] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = re.fullmatch(r"(.+?)\s*[=＝:：]\s*([0-9,]{1,15})", line)
        if not parts:
            raise DomainError(f"“{line[:20]}”请写作“项目 = 整数元”", "value")
        key = codes.get(parts[1], parts[1])
        if codes and key not in codes.values():
            raise DomainError(f"“{parts[1]}”不是可以定标准的项目：{'、'.join(codes)}", "value")
        if key in found:
            raise DomainError(f"“{parts[1]}”写了两次", "value")
        found[key] = int(parts[2].replace(",", ""))
    if not found:
        raise DomainError("请至少写一项标准", "value")
    return found


def _tariff_keys(book: Rulebook, name: str) -> dict[str, str]:
    """The keys that the rules read from a tariff, with labels; empty if any text will do."""
    for rule in book.rules:
        if rule.amount.setting == name and rule.amount.by:
            for condition in rule.when:
                if condition.key == rule.amount.by:
                    keys = [str(value) for value in condition.any_of]
                    return {key: value_label(rule.on, condition.key, key) for key in keys}
    return {}


def shown(book: Rulebook, name: str, value: Any) -> str:
    """A stored value for a reader."""
    if isinstance(value, Mapping):
        keys = _tariff_keys(book, name)
        return "；".join(
            f"{keys.get(key, key)} {yuan(sum_ * 100)} 元" for key, sum_ in value.items()
        )
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)
    if kind_of(book, name) == RATIO:
        return _percentage(str(value))
    return labels.CODES.get(name, {}).get(str(value), str(value))


def typed(book: Rulebook, name: str, value: Any) -> str:
    """A stored value as it would be typed again."""
    if isinstance(value, Mapping):
        keys = _tariff_keys(book, name)
        return "\n".join(f"{keys.get(key, key)} = {sum_}" for key, sum_ in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return shown(book, name, value) if kind_of(book, name) == RATIO else str(value)


def _percentage(text: str) -> str:
    """A stored ratio as a percentage with at most two decimals, else as it stands."""
    ratio = exact.ratio(text)
    if ratio is None or (ratio * 10_000).denominator != 1:
        return text
    whole, rest = divmod(int(ratio * 10_000), 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"


def restored(value: Any) -> SettingValue:
    """A value out of JSON again: lists are tuples."""
    return tuple(value) if isinstance(value, list) else value


_PARSERS = {CODE: _code, RATIO: _ratio, WEIGHTS: _weights, TARIFF: _tariff}
