"""What the audit trail calls deeds and things, for those who read it (trail_words.toml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from core import toml_tables


@cache
def words() -> dict[str, dict[str, str]]:
    """The words by kind: "deeds" by verb, "subjects" by table."""
    document = toml_tables.read(Path(__file__).with_name("trail_words.toml"))
    tables = {kind: document.table(kind) for kind in ("deeds", "subjects")}
    return {kind: {key: table.text(key) for key in table} for kind, table in tables.items()}


def deed(verb: str) -> str:
    """评分 for "mark"; the verb itself where it has no word."""
    return words()["deeds"].get(verb, verb)


def thing(subject: str) -> tuple[str, str]:
    """The word for what was acted upon, and its id: ("报名", "0192…"); the text itself where it has none."""
    kind, _, name = subject.partition("/")
    word = words()["subjects"].get(kind)
    return (word, name) if word else (subject, "")
