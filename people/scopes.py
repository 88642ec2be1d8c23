"""What a role can be limited to below the city. The packages above name their own objects. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from people import counties

CITY = "city"
CITY_LABEL = "全市"


@dataclass(frozen=True)
class ScopeKind:
    """A kind of scope; `objects` gives (key as grants hold it, name) of all there are today."""

    key: str
    label: str
    objects: Callable[[], list[tuple[str, str]]]


COUNTY = ScopeKind("county", "县（市、区）", counties.choices)


def choices(kinds: Iterable[ScopeKind]) -> dict[str, list[tuple[str, str]]]:
    """The options of a select field by group; `parse` reads a chosen one."""
    offered = {CITY_LABEL: [(CITY, CITY_LABEL)]}
    for kind in kinds:
        if objects := kind.objects():
            offered[kind.label] = [(f"{kind.key}:{key}", name) for key, name in objects]
    return offered


def parse(chosen: str) -> tuple[str, str]:
    """(scope, scope id) of a chosen option."""
    scope, _, scope_id = chosen.partition(":")
    return scope, scope_id


def names(kinds: Iterable[ScopeKind]) -> Mapping[tuple[str, str], str]:
    """What a page calls a grant's scope, by (scope, scope id)."""
    named = {(CITY, ""): CITY_LABEL}
    for kind in kinds:
        named |= {(kind.key, key): f"{kind.label}：{name}" for key, name in kind.objects()}
    return named
