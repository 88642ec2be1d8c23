"""Strict reading of TOML: data files that people edit, refused with file, key and reason.

A Table remembers what it is asked; `done()` refuses whatever nobody asked for, there and in the
tables below, so no list of keys stands beside the code that reads them. Numbers are exact: a float
anywhere refuses the file. Every refusal is a LoadError with the reason in Chinese.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from core import exact
from core.errors import LoadError

_T = TypeVar("_T")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_POSITION = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")
_FLOAT = '不可写小数（浮点数）：金额写整数元，分数写 "0.8"，比例写 "30/100"'


class Table:
    """One table of a file; `path` is where it stands there, "" for the top."""

    def __init__(self, data: object, source: str, path: str = "") -> None:
        self.source, self.path = source, path
        if not isinstance(data, Mapping):
            raise self.refuse("", "应为一张表（[...] 或 { ... }）")
        self.data: Mapping[str, Any] = data
        self._asked: dict[str, None] = {}
        self._below: dict[str, list[Table]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def __iter__(self) -> Iterator[str]:
        """The keys in the order of the file, for tables whose keys are names."""
        return iter(self.data)

    def refuse(self, key: str, reason: str) -> LoadError:
        """The refusal of one key of this table, for the caller to raise."""
        return LoadError(self.source, self._place(key) or "文件", reason)

    def done(self) -> None:
        """Refuse what was not asked for, here and in the tables that were handed out."""
        for key in self.data:
            if key not in self._asked:
                known = "、".join(self._asked)
                raise self.refuse(key, f"不认识的键，请删去或改正；这里可以写：{known}")
        for tables in self._below.values():
            for table in tables:
                table.done()

    def value(self, key: str, default: object = ...) -> Any:
        """The value as it stands, or the default; refused if neither is there."""
        self._asked[key] = None
        if key in self.data:
            return self.data[key]
        if default is not ...:
            return default
        near = get_close_matches(key, [name for name in self.data if name not in self._asked], 1)
        slip = f"（写着“{near[0]}”，是不是写错了？）" if near else ""
        raise self.refuse(key, f"缺少这个键，请补上{slip}")

    def optional(self, read: Callable[[Table, str], _T], key: str) -> _T | None:
        """What a reader of this class makes of a key, None where the key is absent."""
        self._asked[key] = None
        return read(self, key) if key in self.data else None

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank, or the default."""
        value = self.value(key, ... if default is None else default)
        if not isinstance(value, str) or not (value.strip() or value == default):
            raise self.refuse(key, "应为不空的文字（加引号）")
        return value

    def choice(self, key: str, among: Iterable[str], default: str | None = None) -> str:
        """A text out of a closed list."""
        value, names = self.text(key, default), list(among)
        if value not in names:
            raise self.refuse(key, f"没有“{value}”；可以写：{'、'.join(names) or '（无）'}")
        return value

    def name(self, key: str = "key") -> str:
        """An identifier: lower-case letters, digits and underscores, beginning with a letter."""
        value = self.text(key)
        if not _NAME.fullmatch(value):
            raise self.refuse(key, "应为小写字母开头，只含小写字母、数字和下划线，最长 40 位")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.value(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "应为 true 或 false")
        return value

    def whole(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        return self._whole(key, self.value(key, ... if default is None else default), least)

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers from 0."""
        return tuple(self._whole(key, item, 0) for item in self._list(key))

    def number(self, key: str, default: str | None = None) -> Fraction:
        """An exact decimal, written as text or as an integer."""
        value = self.value(key, ... if default is None else default)
        found = exact.decimal(value) if isinstance(value, str) else None
        if exact.is_whole(value):
            found = Fraction(value)
        if found is None:
            raise self.refuse(key, '应为整数或带引号的小数，如 "0.8"')
        return found

    def numbers(self, key: str) -> dict[str, Fraction]:
        """A table of names to exact decimals."""
        inner = self.table(key)
        return {name: inner.number(name) for name in inner}

    def ratio(self, key: str) -> Fraction:
        """A ratio written "n/d"."""
        found = exact.ratio(self.value(key))
        if found is None:
            raise self.refuse(key, '比例应写成“分子/分母”的文字，如 "30/100"')
        return found

    def day(self, key: str) -> date:
        """A local day; a text or a moment with a time is refused."""
        value = self.value(key)
        if type(value) is not date:
            raise self.refuse(key, "应为日期，写作 2020-04-22，不加引号、不带时间")
        return value

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of texts, none blank, none twice."""
        items = self._list(key, default)
        if not all(isinstance(item, str) and item.strip() for item in items):
            raise self.refuse(key, "应为文字的列表，每项不空")
        self.no_twins(key, items)
        return tuple(items)

    def no_twins(self, key: str, names: Iterable[str]) -> None:
        """Refuse a list that holds something twice."""
        twins = sorted(name for name, times in Counter(names).items() if times > 1)
        if twins:
            raise self.refuse(key, f"重复：{'、'.join(twins)}")

    def table(self, key: str, *, required: bool = True) -> Table:
        """The table under a key; an empty one if it is absent and not required."""
        value = self.value(key, ... if required else {})
        if key not in self._below:
            self._below[key] = [Table(value, self.source, self._place(key))]
        return self._below[key][0]

    def tables(self, key: str, *, required: bool = True) -> list[Table]:
        """The list of tables under a key, each called by its id or its number from 1."""
        items = self.value(key, ... if required else [])
        if not isinstance(items, list) or (required and not items):
            raise self.refuse(key, "应为一张或多张表，每张以 [[...]] 开头")
        if key not in self._below:
            self._below[key] = [
                Table(item, self.source, f"{self._place(key)}[{_label(item, number)}]")
                for number, item in enumerate(items, 1)
            ]
        return self._below[key]

    def _place(self, key: str) -> str:
        return ".".join(part for part in (self.path, key) if part)

    def _list(self, key: str, default: Sequence[object] | None = None) -> list[Any]:
        value = self.value(key, ... if default is None else list(default))
        if not isinstance(value, list):
            raise self.refuse(key, "应为列表，写在 [ ] 中")
        return value

    def _whole(self, key: str, value: object, least: int) -> int:
        if not exact.is_whole(value) or value < least:
            raise self.refuse(key, f"应为不小于 {least} 的整数，最多 15 位")
        return value


def _label(item: object, number: int) -> str:
    """How a refusal names one item of a list."""
    name = item.get("id") if isinstance(item, Mapping) else None
    return name if isinstance(name, str) and name else str(number)


def read(path: Path, *, source: str | None = None) -> Table:
    """A whole file; `source` is its name in refusals, the path unless given."""
    source = source or str(path)
    return parse(content(path, source=source), source=source)


def content(path: Path, *, source: str | None = None) -> bytes:
    """The bytes of a file, for who needs their hash as well."""
    try:
        return path.read_bytes()
    except OSError:
        raise LoadError(source or str(path), "文件", "找不到或打不开，请核对路径") from None


def parse(data: bytes | str, *, source: str) -> Table:
    """A TOML text as a table."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        document = tomllib.loads(text.removeprefix("\ufeff"))
        return of(document, source=source)
    except UnicodeDecodeError:
        raise LoadError(source, "文件", "不是 UTF-8 编码的文字，请另存为 UTF-8") from None
    except RecursionError:
        raise LoadError(source, "文件", "嵌套太深，请减少括号或键的层数") from None
    except ValueError as error:
        place, reason = _position(str(error), text), "请核对引号、括号、重复的键，中文的键要加引号"
        raise LoadError(source, place, f"不是正确的 TOML，{reason}") from None


def _position(message: str, text: str) -> str:
    """Where the parser stopped; a number of too many digits is reported without a place."""
    found = _POSITION.search(message)
    if found:
        return f"第 {found[1]} 行第 {found[2]} 列"
    if "end of document" not in message:
        return "文件"
    lines = text.split("\n")
    return f"第 {len(lines)} 行第 {len(lines[-1]) + 1} 列"


def of(data: object, *, source: str) -> Table:
    """The table of a mapping that was parsed before, such as stored JSON."""
    top = Table(data, source)
    _refuse_floats(top, data, "")
    return top


def _refuse_floats(top: Table, value: object, path: str) -> None:
    if isinstance(value, float):
        raise top.refuse(path, _FLOAT)
    if isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_floats(top, item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            _refuse_floats(top, item, f"{path}[{_label(item, number)}]")
