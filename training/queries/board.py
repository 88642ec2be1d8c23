"""The target board: completions against the targets of the policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.access import Actor
from people.counties import COUNTIES
from training import outcomes, targets
from training.catalogue import Target
from training.queries.classes import READERS
from training.queries.programmes import programmes
from training.targets import Fact, Progress

COUNTED = frozenset({"completion"})
"""Metrics that have a source in this system so far."""


@dataclass(frozen=True)
class Shown:
    """One target with its progress in the chosen year, and a row per year. `counted` is False
    when this system has no source for the metric: then figures would only mislead."""

    target: Target
    progress: Progress
    years: list[Progress]
    counted: bool


@dataclass(frozen=True)
class Board:
    """What an actor sees: all counties or the own ones."""

    year: int
    counties: tuple[str, ...]
    whole_city: bool
    targets: list[Shown]


def facts() -> list[Fact]:
    """All completions as facts of the counting engine."""
    return [
        Fact("completion", one.programme, str(one.person_id), one.county, one.on)
        for one in outcomes.completions()
    ]


def board(actor: Actor, *, year: int, years: Sequence[int], today: date) -> Board:
    """The targets within reach: a county sees its own share, a programme the targets it counts to.
    What is over comes last."""
    reach = actor.reach(*READERS)
    own = tuple(reach.ids("county"))
    programmes_within = set(reach.ids("programme"))
    whole = reach.everything or bool(programmes_within)
    counties = tuple(COUNTIES) if whole else own
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts():
        if fact.county in counties:
            found[fact.programme].append(fact)
    shown = [
        _shown(target, found, year, years, today, counties)
        for target in programmes().targets
        if reach.everything or own or programmes_within & set(target.counts)
    ]
    shown.sort(key=lambda one: (one.progress.state == targets.ENDED, not one.counted))
    return Board(year, counties, whole, shown)


def _shown(
    target: Target,
    found: dict[str, list[Fact]],
    year: int,
    years: Sequence[int],
    today: date,
    counties: tuple[str, ...],
) -> Shown:
    counted = [fact for code in target.counts for fact in found[code]]
    return Shown(
        target,
        targets.progress(target, counted, year=year, today=today, counties=counties),
        targets.by_year(target, counted, years=years, today=today),
        target.metric in COUNTED,
    )
