"""Facts by their numbers, for forms that refer to one."""

from __future__ import annotations

from awards import collect
from awards.collect import Collected


def by_number(number: str) -> Collected | None:
    """The fact with a number, as an evaluation would see it now."""
    return next((one for one in collect.gather() if one.fact.id == number), None)


def subject_of_fact(number: str) -> str | None:
    """Whom the fact with a number is about."""
    found = by_number(number)
    return str(found.fact.value("subject")) if found else None
