"""Working days of the city's offices, from one data file a year (core/calendar/*.toml).

A year without a file is counted by weekends alone and marked unconfirmed, never refused: the
State Council publishes the days off of a year only in the autumn before it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import LoadError

_FOLDER = Path(__file__).with_name("calendar")
_DAY = timedelta(days=1)
_SATURDAY = 5
_KEYS: dict[str, type] = {
    "year": int,
    "source": str,
    "document_no": str,
    "off": list,
    "work": list,
}
_OFF_KEYS: dict[str, type] = {"name": str, "first": date, "last": date}
_WORK_KEYS: dict[str, type] = {"name": str, "day": date}


@dataclass(frozen=True)
class Deadline:
    """A last day; unconfirmed (shown as 预计) if a year without calendar data was counted over."""

    day: date
    confirmed: bool


@dataclass(frozen=True)
class Year:
    """One data file: statutory days off, make-up workdays, where they were taken from."""

    year: int
    source: str
    document_no: str
    off: frozenset[date]
    work: frozenset[date]


@dataclass(frozen=True)
class Calendar:
    """The years that are known."""

    years: dict[int, Year]

    @staticmethod
    def load(folder: Path = _FOLDER) -> Calendar:
        """All files of the folder, read once per process; LoadError for a faulty one."""
        return _load(folder)

    def is_confirmed(self, day: date) -> bool:
        """Whether there is calendar data for the year of this day."""
        return day.year in self.years

    def is_workday(self, day: date) -> bool:
        """By the data of its year; Monday to Friday where there is none."""
        year = self.years.get(day.year)
        if year and day in year.work:
            return True
        return day.weekday() < _SATURDAY and not (year and day in year.off)

    def add(self, day: date, n: int) -> Deadline:
        """The n-th working day after `day`, which itself is not counted (n >= 1)."""
        if n < 1:
            raise ValueError("at least one working day")
        confirmed = True
        while n:
            day += _DAY
            confirmed = confirmed and self.is_confirmed(day)
            n -= self.is_workday(day)
        return Deadline(day, confirmed)

    def document_no(self, year: int) -> str:
        """The number of the notice that sets the year's days off, as a page shows it."""
        if year not in self.years:
            return "放假安排尚未录入"
        return self.years[year].document_no or "文号待补"


@cache
def _load(folder: Path) -> Calendar:
    years = [_year(path) for path in sorted(folder.glob("*.toml"))]
    return Calendar({year.year: year for year in years})


def _year(path: Path) -> Year:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LoadError(path.name, "文件", f"不是正确的 TOML：{error}") from None
    _check(path, "", raw, _KEYS)
    if path.stem != str(raw["year"]):
        raise LoadError(path.name, "year", "与文件名不一致")
    off = [day for place, entry in enumerate(raw["off"]) for day in _off(path, place, entry)]
    work = []
    for place, entry in enumerate(raw["work"]):
        _check(path, f"work[{place}].", entry, _WORK_KEYS)
        work.append(entry["day"])
    _check_days(path, raw["year"], off, work)
    return Year(raw["year"], raw["source"], raw["document_no"], frozenset(off), frozenset(work))


def _off(path: Path, place: int, entry: Any) -> Iterator[date]:
    key = f"off[{place}]."
    _check(path, key, entry, _OFF_KEYS)
    if not timedelta(0) <= entry["last"] - entry["first"] < timedelta(days=31):
        raise LoadError(path.name, f"{key}last", "早于 first，或假期超过 31 天")
    day = entry["first"]
    while day <= entry["last"]:
        yield day
        day += _DAY


def _check_days(path: Path, year: int, off: list[date], work: list[date]) -> None:
    """Each day is of the year, stands once, and a make-up workday falls on a weekend."""
    days = off + work
    for day in days:
        if day.year != year:
            raise LoadError(path.name, str(day), f"不在 {year} 年内")
        if days.count(day) > 1:
            raise LoadError(path.name, str(day), "重复出现")
    for day in work:
        if day.weekday() < _SATURDAY:
            raise LoadError(path.name, str(day), "调休上班日应是周六或周日")


def _check(path: Path, prefix: str, raw: Any, keys: dict[str, type]) -> None:
    """Exactly these keys, of exactly these types (a moment is no day, true is no number)."""
    if not isinstance(raw, dict):
        raise LoadError(path.name, prefix.rstrip("."), "应是一个表")
    for key in raw.keys() - keys.keys():
        raise LoadError(path.name, prefix + key, "不认识的键")
    for key, wanted in keys.items():
        if key not in raw:
            raise LoadError(path.name, prefix + key, "缺少这个键")
        if type(raw[key]) is not wanted:
            raise LoadError(path.name, prefix + key, f"类型不对，应为 {_TYPE_NAMES[wanted]}")


_TYPE_NAMES: dict[type, str] = {
    int: "整数",
    str: "文字",
    date: "日期（如 2026-10-01）",
    list: "列表",
}
