"""Working days of the city's offices, from one data file a year (core/calendar/*.toml).

A year without a file is counted by weekends alone and marked unconfirmed, never refused: the
State Council publishes the days off of a year only in the autumn before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from core import toml_tables
from core.toml_tables import Table

_FOLDER = Path(__file__).with_name("calendar")
_DAY = timedelta(days=1)
_SATURDAY = 5


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
    top = toml_tables.read(path, source=path.name)
    year, source = top.whole("year"), top.text("source")
    document_no = top.text("document_no", "")
    off = [day for table in top.tables("off", required=False) for day in _off(table)]
    work = [_work(table) for table in top.tables("work", required=False)]
    top.done()
    if path.stem != str(year):
        raise top.refuse("year", "与文件名不一致")
    _check_days(top, year, off, work)
    return Year(year, source, document_no, frozenset(off), frozenset(work))


def _off(table: Table) -> list[date]:
    """The days of one holiday."""
    table.text("name")
    first, last = table.day("first"), table.day("last")
    if not timedelta(0) <= last - first < timedelta(days=31):
        raise table.refuse("last", "早于 first，或假期超过 31 天")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _work(table: Table) -> date:
    table.text("name")
    return table.day("day")


def _check_days(top: Table, year: int, off: list[date], work: list[date]) -> None:
    """Each day is of the year, stands once, and a make-up workday falls on a weekend."""
    days = off + work
    for day in days:
        if day.year != year:
            raise top.refuse(str(day), f"不在 {year} 年内")
        if days.count(day) > 1:
            raise top.refuse(str(day), "重复出现")
    for day in work:
        if day.weekday() < _SATURDAY:
            raise top.refuse(str(day), "调休上班日应是周六或周日")
