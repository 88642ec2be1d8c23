"""Who must not judge: the same person, a member of the team, the same employer, whom a tie binds to one of
the team (master and pupil, mates of another team). Pure.

What cannot be derived (kin, coaches, shares) the judge declares: then the sheet is recused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from people.identifiers import employer_key


@dataclass(frozen=True)
class Judge:
    """Somebody who might judge, with every employer we know of; `ties` tells by person what binds them."""

    person_id: UUID | None
    employers: tuple[str, ...]
    ties: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contender:
    """An entry: its name for the refusal, its persons (leader and members) and their employers."""

    name: str
    persons: frozenset[UUID]
    employers: frozenset[str]


def conflicts(judge: Judge, contenders: Iterable[Contender]) -> list[str]:
    """Why this judge may not sit: one sentence a reason, in the order of the contenders."""
    own = {key: name for name in judge.employers if (key := employer_key(name))}
    found: list[str] = []
    for one in contenders:
        if judge.person_id is not None and judge.person_id in one.persons:
            found.append(f"本人参加了“{one.name}”")
        else:
            bound = sorted({judge.ties[person] for person in one.persons & judge.ties.keys()})
            found += [f"与“{one.name}”的成员{words}" for words in bound]
        shared = {employer_key(name) for name in one.employers} & own.keys()
        found += [f"与参赛单位同属“{own[key]}”" for key in sorted(shared)]
    return list(dict.fromkeys(found))
