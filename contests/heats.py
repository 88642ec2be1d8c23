"""Who is live when: a drawn order spread over sessions that hold several at once. Pure.

The sessions are filled as evenly as their room allows, so that nobody is live alone while others
share their audience; within that the drawn order stands. The same order and rooms give the same heats.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from core.errors import DomainError

One = TypeVar("One")


def sizes(count: int, capacities: Sequence[int]) -> list[int]:
    """How many go into each session: one each in turn while there is room. DomainError if they do
    not fit."""
    if count > sum(capacities):
        raise DomainError(f"有 {count} 名选手，全部场次只能排 {sum(capacities)} 名，请增加场次")
    filled = [0] * len(capacities)
    while count:
        for place, capacity in enumerate(capacities):
            if count and filled[place] < capacity:
                filled[place] += 1
                count -= 1
    return filled


def distribute(order: Sequence[One], capacities: Sequence[int]) -> list[list[One]]:
    """The drawn order cut into sessions."""
    heats, start = [], 0
    for size in sizes(len(order), capacities):
        heats.append(list(order[start : start + size]))
        start += size
    return heats


def overlap(start: datetime, minutes: int, other: datetime, other_minutes: int) -> bool:
    """Whether two sessions share any time; one may begin when the other ends."""
    return start < other + timedelta(minutes=other_minutes) and other < start + timedelta(
        minutes=minutes
    )
