"""From a readable key in the route list to the object it names: contests by web name, entries by
number, accounts by login."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import select

from contests.models import Contest, Entry
from core.db import db
from people.queries import account_by_login

FINDERS: dict[str, Callable[[str], Any]] = {
    "account": account_by_login,
    "contest": lambda key: _by(Contest, "slug", key),
    "entry": lambda key: _by(Entry, "number", key),
}


def find(endpoint: str, argument: str, key: str) -> object:
    """The value of an address argument: the id of the named row, or the key itself where the
    argument is plain text."""
    rule = next(current_app.url_map.iter_rules(endpoint))
    converter = rule._converters[argument]
    kind = next(
        (name for name, made in current_app.url_map.converters.items() if type(converter) is made),
        "",
    )
    if kind not in FINDERS:
        return key
    found = FINDERS[kind](key)
    if found is None:
        raise LookupError(f"{endpoint}: the demonstration has no {kind} {key}")
    return found.id


def _by(model: Any, column: str, key: str) -> Any:
    return db.session.scalar(select(model).where(getattr(model, column) == key))
