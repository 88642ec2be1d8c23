"""Typed reading of TOML tables for the strict loaders: every refusal names file, key and reason."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.errors import LoadError


@dataclass(frozen=True)
class Table:
    """One table of a file and its place there."""

    source: str
    path: str
    values: Mapping[str, Any]

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def refuse(self, key: str, reason: str) -> LoadError:
        """The error to raise about a key of this table."""
        return LoadError(self.source, f"{self.path}.{key}" if self.path else key, reason)

    def only(self, known: Collection[str]) -> None:
        """Refuse keys that nobody reads."""
        for key in self.values:
            if key not in known:
                raise self.refuse(key, f"未知的项；可用的项：{'、'.join(sorted(known))}")

    def table(self, key: str) -> Table:
        """A table under a key; a missing one is empty."""
        return Table(self.source, self._under(key), self._dict(key, self.values.get(key, {})))

    def tables(self, key: str) -> list[Table]:
        """An array of tables under a key; a missing one is empty."""
        entries = self.values.get(key, [])
        if not isinstance(entries, list):
            raise self.refuse(key, f"应写成 [[{key}]]")
        return [
            Table(self.source, f"{self._under(key)}[{k}]", self._dict(key, entry))
            for k, entry in enumerate(entries, 1)
        ]

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty, or the default."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.refuse(key, "应为非空文字")
        return value

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """One of a few words."""
        value = self.text(key)
        if value not in allowed:
            raise self.refuse(key, f"“{value}”不可用；可用：{'、'.join(allowed)}")
        return value

    def whole(self, key: str, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        return self._whole(key, self.values.get(key), least)

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers from 0."""
        value = self.values.get(key)
        if not isinstance(value, list):
            raise self.refuse(key, "应为整数的列表")
        return tuple(self._whole(key, number, 0) for number in value)

    def day(self, key: str) -> date:
        """A date without a time."""
        value = self.values.get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, "应为日期，如 2020-04-22")
        return value

    def names(self, key: str, default: list[str] | None = None) -> list[str]:
        """A list of different names."""
        value = self.values.get(key, default)
        if not isinstance(value, list) or not all(isinstance(n, str) and n for n in value):
            raise self.refuse(key, "应为名字的列表")
        self.no_twins(key, value)
        return value

    def no_twins(self, key: str, names: Sequence[str]) -> None:
        """Refuse a list that names somebody twice."""
        twins = sorted(n for n, times in Counter(names).items() if times > 1)
        if twins:
            raise self.refuse(key, f"名字重复：{'、'.join(twins)}")

    def _under(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _dict(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.refuse(key, "应为表")
        return value

    def _whole(self, key: str, value: object, least: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.refuse(key, f"应为不小于 {least} 的整数")
        return value


def read(text: str, *, source: str) -> Table:
    """The top table of a TOML text. Raises LoadError."""
    try:
        return Table(source, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise LoadError(source, "TOML", f"格式有误（中文的名字作键时要加引号）：{error}") from None
