"""Pairing rounds: opening, who takes part, publication."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import DomainError
from people.models import Person
from tests.training import factories as make
from tests.training import rosters as files
from training.models import ImportJob, MentorshipRound, Participant, Wish
from training.queries.programmes import mentorship_rules
from training.queries.rounds import participants, round_of, sides, sizes
from training.services import rounds


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_seed_is_fixed_and_sealed_from_the_start(app: Flask) -> None:
    found = make.open_round()
    assert found.seed_commitment == hashlib.sha256(found.seed.encode()).hexdigest()
    assert found.seed not in found.seed_sealed
    assert rounds.rules_of(round_of(found.id)) == mentorship_rules()


def test_two_rounds_of_a_year_have_two_names(app: Flask) -> None:
    make.open_round("第一轮")
    with pytest.raises(DomainError, match="已有同名的轮次"):
        make.open_round("第一轮")


def test_both_sides_with_their_wishes(app: Flask) -> None:
    found = make.open_round()
    make.import_pairing(found.id)
    left, right = files.pairing()
    read = sides(found.id)
    assert (len(read.masters), len(read.apprentices)) == (10, 30)
    assert [one.key for one in read.masters] == [row[0] for row in left.rows]
    for master, row in zip(read.masters, left.rows, strict=True):
        assert master.wishes == tuple(wish for wish in row[9:] if wish)
        assert master.places == row[8]
    for apprentice, row in zip(read.apprentices, right.rows, strict=True):
        assert apprentice.wishes == tuple(wish for wish in row[8:] if wish)
    assert sizes(found.id)["places"] == sum(int(str(row[8])) for row in left.rows)


def test_again_replaces_and_makes_nobody_twice(app: Flask) -> None:
    found = make.open_round()
    data = files.workbook(files.pairing())
    make.import_pairing(found.id, data)
    before = (count(Person), count(Wish), [one.key for one in participants(found.id)])
    make.import_pairing(found.id, data)
    assert (count(Person), count(Wish), [one.key for one in participants(found.id)]) == before


def test_refused_rows_write_nothing(app: Flask) -> None:
    found = make.open_round()
    left, right = files.pairing()
    right.set(right.first_row, "身份证号码", "33080219850317001")
    with pytest.raises(DomainError, match="没有写入任何一行"):
        make.import_pairing(found.id, files.workbook([left, right]))
    assert (count(Participant), count(ImportJob)) == (0, 1)
    make.import_pairing(found.id, files.workbook([left, right]), good_rows_only=True)
    assert sizes(found.id)["apprentice"] == 29


def test_after_the_pairing_names_are_fixed(app: Flask) -> None:
    found = make.computed_round()
    with pytest.raises(DomainError, match="名单不能再改"):
        make.import_pairing(found.id)


def test_publishing_needs_a_pairing_and_happens_once(app: Flask) -> None:
    found = make.open_round()
    with pytest.raises(DomainError, match="要先配对"):
        make.publish(found.id)
    make.import_pairing(found.id)
    with db.unit():
        make.pairing.compute(
            actor=make.actor("mentorship_office"), round_id=found.id, now=clock.now()
        )
    make.publish(found.id)
    db.session.expire_all()
    assert db.session.get_one(MentorshipRound, found.id).state == "published"
    with pytest.raises(DomainError, match="没有公布过"):
        make.publish(found.id)
