"""Sealed fields open in their own row only; blind indexes are keyed."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask

from core.vault import Vault
from people.models import Person
from tests.people import world

VAULT = Vault(b"f" * 32, b"i" * 32)


def test_sealing_and_opening() -> None:
    sealed = VAULT.seal("330802199003071283", "people_person|document|1")
    assert sealed.startswith("v1:")
    assert VAULT.open(sealed, "people_person|document|1") == "330802199003071283"
    assert VAULT.seal("330802199003071283", "people_person|document|1") != sealed


@pytest.mark.parametrize(
    "place", ["people_person|document|2", "people_person|phone|1", "people_account|document|1"]
)
def test_a_ciphertext_that_moved_does_not_open(place: str) -> None:
    sealed = VAULT.seal("330802199003071283", "people_person|document|1")
    with pytest.raises(InvalidTag):
        VAULT.open(sealed, place)


def test_another_key_opens_nothing() -> None:
    sealed = VAULT.seal("x", "p")
    with pytest.raises(InvalidTag):
        Vault(b"g" * 32, b"i" * 32).open(sealed, "p")


def test_indexes_are_equal_for_equal_values_and_differ_by_kind_and_key() -> None:
    index = VAULT.index("phone", "13900000001")
    assert index == VAULT.index("phone", "13900000001")
    assert len(index) == 64
    others = {
        VAULT.index("login", "13900000001"),
        VAULT.index("phone", "13900000002"),
        Vault(b"f" * 32, b"j" * 32).index("phone", "13900000001"),
    }
    assert index not in others
    assert len(others) == 3


def test_one_persons_number_does_not_open_in_anothers_row(app: Flask) -> None:
    one, other = world.person("王芳", 128), world.person("李娟", 126, phone="13957000008")
    moved = Person(name="李娟", document_sealed=one.document_sealed)
    with pytest.raises(InvalidTag):
        _ = moved.document_number
    assert other.document_number == world.id_number(126)


def test_an_empty_value_stays_empty(app: Flask) -> None:
    row = Person(name="王芳")
    row.phone = ""
    assert (row.phone_sealed, row.phone) == ("", "")
