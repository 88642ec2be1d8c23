"""How facts and lines name people and organisations: "person:<id>", "organisation:<id>".

Names are put in only when a page is shown, so that what is stored holds no personal data. A
team is "team:<fact id>" until its members are paid one by one. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

PERSON, ORGANISATION, TEAM, UNKNOWN = "person", "organisation", "team", "unknown"
_KEY = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_REF = re.compile(rf"(?:{PERSON}|{ORGANISATION}):{_KEY}")
_TEAM = re.compile(rf"{TEAM}:([\w-]+)")


def person(person_id: UUID) -> str:
    """The reference to a person."""
    return f"{PERSON}:{person_id}"


def organisation(organisation_id: UUID) -> str:
    """The reference to an organisation."""
    return f"{ORGANISATION}:{organisation_id}"


def team(fact_id: str) -> str:
    """The reference to the team of a fact."""
    return f"{TEAM}:{fact_id}"


def kind(ref: str) -> str:
    """person, organisation, team or unknown."""
    if _REF.fullmatch(ref):
        return ref.partition(":")[0]
    return TEAM if _TEAM.fullmatch(ref) else UNKNOWN


def key(ref: str, wanted: str) -> UUID | None:
    """The id in a reference of the wanted kind, else None."""
    return UUID(ref.partition(":")[2]) if kind(ref) == wanted else None


def found_in(texts: Iterable[str]) -> set[str]:
    """All references to persons and organisations in some texts."""
    return {ref for text in texts for ref in _REF.findall(text)}


def with_names(text: str, names: Mapping[str, str]) -> str:
    """A text for a reader: references replaced by names."""
    named = _REF.sub(lambda match: names.get(match[0], "（已不存在）"), text)
    return _TEAM.sub(lambda match: f"团队（{match[1]}）", named)
