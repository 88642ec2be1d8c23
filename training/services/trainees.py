"""Finding and making the persons that a sheet names, with set queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.db import db, one_at_a_time
from people.identifiers import IdNumber, name_key
from people.indexes import document_index
from people.models import Person
from people.services.registration import NewPerson, make_people
from training.sheets import Issue

CHUNK = 5000  # variables of one statement
LONGEST_NAME = 60
LONGEST_EMPLOYER = 120


@dataclass(frozen=True)
class Named:
    """What a sheet says of one human being, and where."""

    sheet: str
    row: int
    name: str
    number: IdNumber
    mobile: str
    employer: str
    county: str = ""


@dataclass(frozen=True)
class Known:
    """A person whom we know by this number; the name is for comparing, never for showing."""

    id: UUID
    name: str


def one_import_at_a_time() -> None:
    """Called first by whatever writes a list of people: the second of two lists then finds the
    persons whom the first one made."""
    one_at_a_time(db.session(), "import")


def find_known(numbers: Iterable[IdNumber]) -> dict[str, Known]:
    """{ID number: person} of those whom we know."""
    by_index = {document_index(number): number.number for number in numbers}
    indexes = list(by_index)
    found: dict[str, Known] = {}
    for start in range(0, len(indexes), CHUNK):
        query = select(Person.id, Person.name, Person.document_index).where(
            Person.document_index.in_(indexes[start : start + CHUNK])
        )
        for person_id, name, index in db.session.execute(query):
            found[by_index[index]] = Known(person_id, name)
    return found


def check_names(people: Sequence[Named], known: dict[str, Known]) -> list[Issue]:
    """Rows whose number belongs to somebody of another name, and names too long to keep. The
    stored name is not told: else a roster could ask for the name behind any number."""
    issues = []
    for one in people:
        text = ""
        if len(one.name) > LONGEST_NAME:
            text = f"姓名有 {len(one.name)} 个字，不能超过 {LONGEST_NAME} 个字"
            issues.append(Issue(one.sheet, one.row, "姓名", "E_LONG", text))
        met = known.get(one.number.number)
        if met and name_key(met.name) != name_key(one.name):
            text = (
                "这个身份证号码已登记在另一姓名下，请核对姓名和号码；确实无误的请到赛事办核对身份"
            )
            issues.append(Issue(one.sheet, one.row, "姓名", "E_NAME_MISMATCH", text))
    return issues


def find_or_make(
    people: Sequence[Named], known: dict[str, Known], *, now: datetime
) -> dict[str, UUID]:
    """{ID number: person id}; persons whom we do not know are made. Of those whom we know nothing is
    changed: a roster must not be a way to alter somebody's phone."""
    found = {number: person.id for number, person in known.items()}
    fresh = {one.number.number: one for one in people if one.number.number not in found}
    made = make_people(
        (
            NewPerson(one.number, one.name, one.county, one.employer[:LONGEST_EMPLOYER], one.mobile)
            for one in fresh.values()
        ),
        now=now,
    )
    return found | dict(zip(fresh, made, strict=True))
