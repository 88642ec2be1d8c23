"""Completions against targets, in 人 (different persons) and 人次 (completions).

A fact counts on the Shanghai day on which its class closed, in the county of that class. The city's
人 are different persons over all counties and may be fewer than the sum of the counties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from training.catalogue import Target

RUNNING, REACHED, ENDED, AHEAD = "进行中", "已达成", "目标期已结束", "尚未开始"


@dataclass(frozen=True)
class Fact:
    """One completion, streamer or certificate; `person` is any key that is one per human being."""

    metric: str
    programme: str
    person: str
    county: str
    on: date


@dataclass(frozen=True)
class Count:
    """The two counts of one set of facts."""

    persons: int = 0
    times: int = 0

    def of(self, unit: str) -> int:
        """The count in a unit, 人 or 人次."""
        return {"人": self.persons, "人次": self.times}[unit]


@dataclass(frozen=True)
class Progress:
    """A target in a year (yearly) or up to the end of a year (cumulative), with both counts."""

    target: Target
    year: int
    city: Count
    counties: dict[str, Count]
    state: str

    @property
    def done(self) -> int:
        """What counts towards the target, in its own unit."""
        return self.city.of(self.target.unit)

    @property
    def percent(self) -> int:
        """Whole per cent of the number, rounded down, so that 100 means reached."""
        return self.done * 100 // self.target.number

    @property
    def share(self) -> str:
        """The same for showing with one place, rounded down: 2.1%, and 100.0% only when reached."""
        tenths = self.done * 1000 // self.target.number
        return f"{tenths // 10}.{tenths % 10}%"

    @property
    def missing(self) -> int:
        """How many are missing, 0 when reached."""
        return max(0, self.target.number - self.done)

    @property
    def note(self) -> str:
        """A sentence when the counties' 人 add up to more than the city's; else empty."""
        total = sum(count.persons for count in self.counties.values())
        if total == self.city.persons:
            return ""
        return f"全市按人去重为 {self.city.persons} 人，各县（市、区）合计 {total} 人，有人在多地参加。"


def count(facts: Iterable[Fact]) -> Count:
    """人 and 人次 of some facts."""
    people: set[str] = set()
    times = 0
    for fact in facts:
        people.add(fact.person)
        times += 1
    return Count(len(people), times)


def window(target: Target, year: int) -> tuple[date, date]:
    """First and last day that count: the year, or from `since` to the end of year or `until`."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if target.since is None or target.until is None:
        return first, last
    return target.since, min(last, target.until)


def progress(
    target: Target, facts: Iterable[Fact], *, year: int, today: date, counties: Sequence[str] = ()
) -> Progress:
    """Count what falls into the window up to today; `counties` are shown even when empty."""
    first, last = window(target, year)
    last = min(last, today)
    by_county: dict[str, list[Fact]] = defaultdict(list, {county: [] for county in counties})
    for fact in facts:
        counted = fact.metric == target.metric and fact.programme in target.counts
        if counted and first <= fact.on <= last:
            by_county[fact.county].append(fact)
    city = count(fact for found in by_county.values() for fact in found)
    state = _state(target, city.of(target.unit), year, today)
    return Progress(target, year, city, {c: count(f) for c, f in by_county.items()}, state)


def _state(target: Target, done: int, year: int, today: date) -> str:
    """Ended comes first: an old cumulative target is over whether it was reached or not."""
    if target.until is not None and today > target.until:
        return ENDED
    first, last = window(target, year)
    if today < first:
        return AHEAD
    if done >= target.number:
        return REACHED
    return RUNNING if today <= last or target.until is not None else "未达成"


def by_year(
    target: Target, facts: Sequence[Fact], *, years: Sequence[int], today: date
) -> list[Progress]:
    """One row per year, for the table beside the picture."""
    return [progress(target, facts, year=year, today=today) for year in years]
