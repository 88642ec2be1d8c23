"""Case files: facts and the lines expected of them, read strictly (format: see the worked cases).

`suspensions = [{ rule, from, reason, document? }]` in a case stands for the office's acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from awards import facts, lines, rulebook
from awards.engine import evaluate
from awards.facts import Fact
from awards.lines import Line
from awards.rules import Rulebook, Setting, Suspension
from core import exact, toml_tables
from core.toml_tables import Table

Expected = tuple[str, str, int, str]


@dataclass(frozen=True)
class Case:
    """One case; `settings` are the book's with those of the case put in their place."""

    id: str
    title: str
    settings: Mapping[str, Setting]
    facts: tuple[Fact, ...]
    suspensions: tuple[Suspension, ...]
    expect: tuple[Expected, ...] | None


@dataclass(frozen=True)
class Run:
    """The lines of a case; `ok` unless it expects others."""

    case: Case
    lines: tuple[Line, ...]

    @property
    def ok(self) -> bool:
        """Whether the lines are exactly the expected ones (or none are named)."""
        return self.case.expect is None or self.got == self.case.expect

    @property
    def got(self) -> tuple[Expected, ...]:
        """The lines in the form in which a case expects them."""
        return tuple((line.rule, line.payee, line.fen, line.status) for line in self.lines)


def run(case: Case, book: Rulebook) -> Run:
    """Evaluate one case with its own settings and suspensions."""
    return Run(case, tuple(evaluate(case.facts, book, case.settings, case.suspensions)))


def load(path: Path, book: Rulebook) -> list[Case]:
    """The cases of a file; LoadError names file and key."""
    top = toml_tables.read(path)
    cases: list[Case] = []
    for table in top.tables("case"):
        case = _case(table, book)
        if any(other.id == case.id for other in cases):
            raise table.refuse("id", f"案例 {case.id} 写了两次")
        cases.append(case)
    top.done()
    return cases


def _case(table: Table, book: Rulebook) -> Case:
    table.flag("certain", True)
    known = book.keys_read()
    found: list[Fact] = []
    for entry in table.tables("facts", required=False):
        fact = facts.parse(entry, keys_read=known)
        if any(other.id == fact.id for other in found):
            raise entry.refuse("id", f"事实 {fact.id} 写了两次")
        found.append(fact)
    suspensions = table.tables("suspensions", required=False)
    return Case(
        id=table.text("id"),
        title=table.text("title", ""),
        settings=_settings(table, book),
        facts=tuple(found),
        suspensions=tuple(_suspension(entry, book) for entry in suspensions),
        expect=table.optional(_expect, "expect"),
    )


def _settings(table: Table, book: Rulebook) -> dict[str, Setting]:
    """The settings of the book with those of the case, each replaced as a whole."""
    merged = dict(book.settings)
    given = table.table("settings", required=False)
    for name in given:
        entry = given.table(name)
        if name not in merged:
            raise given.refuse(name, "规则库里没有这个口径")
        value, confirmed = rulebook.setting_value(entry), entry.flag("confirmed")
        entry.done()
        merged[name] = Setting(name, merged[name].ask, value, confirmed)
        rulebook.check_setting(book, merged[name], entry)
    return merged


def _suspension(table: Table, book: Rulebook) -> Suspension:
    rule = table.choice("rule", dict.fromkeys(rule.id for rule in book.rules))
    start, reason = table.day("from"), table.text("reason")
    return Suspension(rule, start, reason, table.text("document", ""))


def _expect(table: Table, key: str) -> tuple[Expected, ...]:
    """The expected lines [rule, payee, fen, status], in their order."""
    rows = table.value(key)
    if not isinstance(rows, list) or not all(_is_line(row) for row in rows):
        states = "、".join(lines.STATUS_LABELS)
        raise table.refuse(key, f"每行写 [规则, 收款人, 整数分, 状态]；状态：{states}")
    return tuple((row[0], row[1], row[2], row[3]) for row in rows)


def _is_line(row: object) -> bool:
    if not isinstance(row, list) or len(row) != 4:
        return False
    rule, payee, fen, status = row
    texts = isinstance(rule, str) and isinstance(payee, str)
    return texts and exact.is_whole(fen) and status in lines.STATUS_LABELS
