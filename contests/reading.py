"""Strict reading of TOML tables: every key is asked for once, whatever is left over is refused.

All refusals are `LoadError(source, key, reason)` with the reason in Chinese. Decimals are text
("0.8") or integers; a TOML float is refused because it is not the number that was written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from core.errors import LoadError

_DECIMAL = re.compile(r"[+-]?\d{1,12}(\.\d{1,9})?")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def decimal(text: str) -> Fraction | None:
    """Plain decimal text as an exact number; None if it is anything else."""
    return Fraction(text) if _DECIMAL.fullmatch(text) and text.isascii() else None


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """TOML text as a dict; a syntax error is refused like any other fault of the file."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise LoadError(source, "TOML", f"文件不是有效的 TOML：{fault}") from None


class Table:
    """One TOML table being read; `path` is where it stands in the file, for the messages."""

    def __init__(self, data: object, source: str, path: str = "") -> None:
        self.source, self.path = source, path
        if not isinstance(data, Mapping):
            raise LoadError(source, path or "文件", "应为一个表（[...] 或 { ... }）")
        self._data = dict(data)

    def refuse(self, key: str, reason: str) -> LoadError:
        """The error to raise for a key of this table."""
        return LoadError(self.source, f"{self.path}.{key}".strip("."), reason)

    def has(self, key: str) -> bool:
        """Whether the key is present and not yet read."""
        return key in self._data

    def take(self, key: str, default: object = ...) -> Any:
        """The raw value, once; refused if it is absent without a default, or a float."""
        if key not in self._data:
            if default is ...:
                raise self.refuse(key, "缺少此项，请补上")
            return default
        value = self._data.pop(key)
        if isinstance(value, float):
            raise self.refuse(key, '不接受浮点数，请写成带引号的小数，如 "0.8"')
        return value

    def text(self, key: str, default: str | None = None, choices: Iterable[str] = ()) -> str:
        """Text that is not blank; one of `choices` if given."""
        value = self.take(key, ... if default is None else default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.refuse(key, "应为不空的文字")
        allowed = list(choices)
        if allowed and value not in allowed:
            raise self.refuse(key, f"没有“{value}”，可用：{'、'.join(allowed)}")
        return value

    def name(self, key: str = "key") -> str:
        """An identifier: lower-case letters, digits and underscores, beginning with a letter."""
        value = self.text(key)
        if not _KEY.fullmatch(value):
            raise self.refuse(key, "应为小写字母开头，只含小写字母、数字和下划线，最长 40 位")
        return value

    def whole(self, key: str, default: int | None = None, least: int = 0) -> int:
        """An integer of at least `least`."""
        value = self.take(key, ... if default is None else default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.refuse(key, f"应为不小于 {least} 的整数")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "应为 true 或 false")
        return value

    def number(self, key: str, default: str | None = None) -> Fraction:
        """An exact decimal, written as text or as an integer."""
        value = self.take(key, ... if default is None else default)
        exact = decimal(value) if isinstance(value, str) else None
        if isinstance(value, int) and not isinstance(value, bool):
            exact = Fraction(value)
        if exact is None:
            raise self.refuse(key, '应为整数或带引号的小数，如 "0.8"')
        return exact

    def optional_number(self, key: str) -> Fraction | None:
        """As `number`, or None where the key is absent."""
        return self.number(key) if self.has(key) else None

    def texts(self, key: str, default: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of texts without blanks or repetitions."""
        value = self.take(key, ... if default is None else list(default))
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise self.refuse(key, "应为文字列表")
        if len(set(value)) != len(value):
            raise self.refuse(key, "列表中有重复的项")
        return tuple(value)

    def table(self, key: str) -> Table:
        """The table below this key."""
        return Table(self.take(key), self.source, f"{self.path}.{key}".strip("."))

    def optional_table(self, key: str) -> Table | None:
        """The table below this key, None where it is absent."""
        return self.table(key) if self.has(key) else None

    def tables(self, key: str, required: bool = True) -> list[Table]:
        """The array of tables below this key; empty only if it is not required."""
        value = self.take(key, ... if required else [])
        if not isinstance(value, list) or (required and not value):
            raise self.refuse(key, "应为不空的列表")
        path = f"{self.path}.{key}".strip(".")
        return [Table(one, self.source, f"{path}[{n}]") for n, one in enumerate(value, 1)]

    def numbers(self, key: str) -> dict[str, Fraction]:
        """A table of names to exact decimals."""
        inner = self.table(key)
        return {name: inner.number(name) for name in list(inner._data)}

    def done(self) -> None:
        """Refuse whatever was not asked for."""
        for key in sorted(self._data):
            raise self.refuse(key, "不认识的键，请删去或改正拼写")
