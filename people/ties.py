"""Ties between two persons that keep one from judging the other: pupils, team mates. Each package offers
those that it knows; app.py joins them, so that no package has to know another one's rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import current_app


@dataclass(frozen=True)
class Tie:
    """Two persons, and what binds them, so that it can follow “与某人”: 有师徒关系（…）."""

    one: UUID
    other: UUID
    words: str


Source = Callable[[Collection[UUID]], Iterable[Tie]]
"""The ties that any of these persons have, in either direction, each once; a fixed number of queries."""


def ties_of(persons: Collection[UUID]) -> dict[UUID, dict[UUID, str]]:
    """For each of these persons, what binds them to others: words by the other one's id."""
    sources: list[Source] = current_app.extensions["ties"]
    found: dict[UUID, dict[UUID, str]] = {one: {} for one in persons}
    for source in sources:
        for tie in source(persons):
            for one, other in ((tie.one, tie.other), (tie.other, tie.one)):
                if one in found and one != other:
                    found[one].setdefault(other, tie.words)
    return found
