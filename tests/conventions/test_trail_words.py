"""Every deed in the audit trail has a word, and no word is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from core.db import db
from people.trail_words import deed, thing, words
from tests.conventions.source import listed, modules

VERB = re.compile(r"[a-z][a-z_]+")
BUILT = {
    "performance_": ("no_show", "scheduled"),
    "review_": ("qualified", "returned", "rejected"),
}
"""Verbs that the code puts together of a beginning and one of these."""


def recorded() -> set[str]:
    """What stands in the source as the verb of a deed: after `actor`, or as verb=."""
    found = {start + end for start, ends in BUILT.items() for end in ends}
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                found.update(verbs(node))
    return found


def verbs(call: ast.Call) -> Iterator[str]:
    """The verbs that a call names."""
    named = [one.value for one in call.keywords if one.arg == "verb"]
    named += [
        second
        for first, second in zip(call.args, call.args[1:], strict=False)
        if isinstance(first, ast.Name) and first.id == "actor"
    ]
    for one in named:
        if isinstance(one, ast.JoinedStr):
            continue
        for part in ast.walk(one):
            if isinstance(part, ast.Constant) and VERB.fullmatch(str(part.value)):
                yield str(part.value)


def test_every_deed_has_a_word() -> None:
    missing = sorted(recorded() - words()["deeds"].keys())
    assert not missing, listed(missing, "people/trail_words.toml lacks:")


def test_no_word_is_left_over() -> None:
    literal = {
        str(node.value)
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
    }
    left = sorted(words()["deeds"].keys() - recorded() - literal)
    assert not left, listed(left, "nobody records:")


def test_subjects_are_tables() -> None:
    assert words()["subjects"].keys() - db.metadata.tables.keys() == {"login"}


def test_what_has_no_word_is_shown_as_it_is() -> None:
    assert (deed("fly"), thing("GET people.home")) == ("fly", ("GET people.home", ""))
    assert (deed("mark"), thing("contests_entry/7")) == ("评分", ("报名", "7"))
