"""Marks without persons: nothing of the new names follows from the codes."""

from __future__ import annotations

from itertools import permutations

from contests.anonymising import anonymous, as_file
from contests.marks import Mark

MARKS = [
    Mark("K7", "", "craft", "评委1", "8"),
    Mark("A2", "", "craft", "评委1", "7"),
    Mark("Q9", "", "craft", "评委2", "recused"),
    Mark("Q9", "", "late", "", "2", "王芳迟到五分钟"),
]


def exports(marks: list[Mark]) -> set[str]:
    """All files that may come out, by how the entries are shuffled."""
    found = set()
    for order in permutations(range(3)):

        def shuffle(names: list[str], order: tuple[int, ...] = order) -> None:
            if len(names) == 3:
                names[:] = [names[place] for place in order]

        found.add(as_file(anonymous(marks, shuffle)))
    return found


def test_the_possible_exports_are_the_same_whatever_the_codes() -> None:
    renamed = {"K7": "B1", "A2": "Z9", "Q9": "C3"}
    others = [one._replace(entry=renamed[one.entry]) for one in reversed(MARKS)]
    assert len(exports(MARKS)) == 6
    assert exports(others) == exports(MARKS)


def test_rows_carry_new_names_and_no_words() -> None:
    told = as_file(anonymous(MARKS, lambda names: names.reverse()))
    assert told.splitlines() == [
        "entry,item,aspect,judge,mark,note",
        "E001,,craft,J001,recused,",
        "E001,,late,,2,略",
        "E002,,craft,J002,8,",
        "E003,,craft,J002,7,",
    ]
