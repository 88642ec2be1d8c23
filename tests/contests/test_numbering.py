"""Numbers that people see."""

from __future__ import annotations

import pytest

from contests.numbering import admission_number, entry_number, parse_start, parse_track_code
from core.errors import DomainError


def test_numbers_as_they_are_printed() -> None:
    assert entry_number("QZ26", 718) == "QZ26-00718"
    assert admission_number("QZ26", "DG", 718) == "QZ26-DG-00718"
    assert admission_number("QZ26", "DG", 123456) == "QZ26-DG-123456"


@pytest.mark.parametrize(
    ("typed", "start"), [("QZ26", "QZ26"), (" qsd26 ", "QSD26"), ("QZ26CB", "QZ26CB")]
)
def test_a_start_is_letters_and_a_year(typed: str, start: str) -> None:
    assert parse_start(typed) == start


@pytest.mark.parametrize("typed", ["", "26", "Q26", "QZ2026", "衢州26", "QZ-26", "QZ26ABC"])
def test_another_start_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_start(typed)
    assert refused.value.field == "number_start"


def test_a_track_code_is_two_to_four_letters() -> None:
    assert parse_track_code("dg") == "DG"
    for typed in ("D", "ABCDE", "D1", "电工"):
        with pytest.raises(DomainError) as refused:
            parse_track_code(typed)
        assert refused.value.message == f"赛道代码“{typed}”要用 2 至 4 个字母，例如 DG"
