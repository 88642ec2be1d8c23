"""Strict reading of TOML: unknown keys, floats and wrong types are refused with file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeGuard

from core.errors import LoadError

_POSITION = re.compile(r"at line (\d+), column (\d+)")
_RATIO = re.compile(r"([0-9]{1,9})/([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class Table:
    """One table of a data file, with the place where it stands; every reader raises LoadError."""

    source: str
    path: str
    data: Mapping[str, Any]

    def refuse(self, key: str, reason: str) -> LoadError:
        """The refusal of one key, for the caller to raise."""
        place = ".".join(part for part in (self.path, key) if part)
        return LoadError(self.source, place or "文件", reason)

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse any key but the allowed ones."""
        names = list(allowed)
        for key in self.data:
            if key not in names:
                raise self.refuse(key, f"不认识的键；这里可以写：{'、'.join(names)}")

    def value(self, key: str) -> object:
        """The value of a key that must be there."""
        if key not in self.data:
            raise self.refuse(key, "缺少这个键")
        return self.data[key]

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "应为不空的文字（加引号）")
        return value

    def choice(self, key: str, among: Iterable[str]) -> str:
        """A text out of a closed list."""
        value, names = self.text(key), list(among)
        if value not in names:
            raise self.refuse(key, f"不认识的取值“{value}”；可以写：{'、'.join(names)}")
        return value

    def whole(self, key: str, *, least: int = 0) -> int:
        """A whole number, at least `least`."""
        value = self.value(key)
        if not is_whole(value) or value < least:
            raise self.refuse(key, f"应为不小于 {least} 的整数，最多 15 位")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false; the default if the key is absent."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "应为 true 或 false")
        return value

    def day(self, key: str) -> date:
        """A local day; a text or a moment with a time is refused."""
        value = self.value(key)
        if type(value) is not date:
            raise self.refuse(key, "应为日期，写作 2020-04-22，不加引号、不带时间")
        return value

    def ratio(self, key: str) -> Fraction:
        """A ratio written "n/d"."""
        found = parse_ratio(self.value(key))
        if found is None:
            raise self.refuse(key, "比例应写成“分子/分母”的文字，如 30/100")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.value(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse(key, "应为文字的列表")
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table inside this one."""
        value = self.value(key)
        if not isinstance(value, dict):
            raise self.refuse(key, "应为一张表")
        return Table(self.source, ".".join(part for part in (self.path, key) if part), value)

    def tables(self, key: str) -> list[Table]:
        """A list of tables, each named by its position (from 1) and its id, if it has one."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.refuse(key, "应为若干张表的列表")
        prefix = f"{self.path}.{key}" if self.path else key
        return [
            Table(self.source, f"{prefix}[{_label(position, item)}]", item)
            for position, item in enumerate(value, start=1)
        ]


def _label(position: int, item: Mapping[str, Any]) -> str:
    """How a refusal names one table of a list."""
    name = item.get("id")
    return name if isinstance(name, str) and name else f"第{position}个"


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is an integer of at most 15 digits (fen fit a database) and no boolean."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15


def parse_ratio(value: object) -> Fraction | None:
    """The ratio in a text "n/d", or None."""
    found = _RATIO.fullmatch(value) if isinstance(value, str) else None
    return Fraction(int(found[1]), int(found[2])) if found else None


def read(path: Path) -> Table:
    """A whole TOML file as a table; LoadError if it cannot be read or holds a float anywhere."""
    return parse(content(path), source=str(path))


def content(path: Path) -> bytes:
    """The bytes of a file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise LoadError(str(path), "文件", "打不开，请核对路径") from error


def parse(data: bytes, *, source: str) -> Table:
    """The bytes of a TOML file as a table; `source` is the name used in refusals."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LoadError(source, "文件", "不是 UTF-8 编码的文字") from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = _POSITION.search(str(error))
        place = f"第 {found[1]} 行第 {found[2]} 列" if found else "文件"
        raise LoadError(source, place, "TOML 写法有误（重复的键、引号或括号不成对等）") from error
    _refuse_floats(Table(source, "", document), document, "")
    return Table(source, "", document)


def _refuse_floats(top: Table, value: object, path: str) -> None:
    """Money and ratios are exact: a float anywhere in the file refuses the whole file."""
    if isinstance(value, float):
        raise top.refuse(path, "不可写小数；金额写整数元，比例写“分子/分母”，如 30/100")
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_floats(top, item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for position, item in enumerate(value, start=1):
            name = _label(position, item) if isinstance(item, dict) else f"第{position}个"
            _refuse_floats(top, item, f"{path}[{name}]")
