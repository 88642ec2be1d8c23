"""Objections (异议) to a notice and the appeals (申诉) that follow an answer: levels and clocks. Pure.

The levels are data of the preset, copied by the contest. The first is filed while the notice runs,
each further one within its working days after the answer to the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from core.errors import DomainError
from core.toml_tables import Table
from core.workdays import Calendar, Deadline

MOST_LEVELS = 5


@dataclass(frozen=True)
class Level:
    """One level: what it is called, working days to file it (0: while the notice runs) and to answer."""

    title: str
    file_days: int
    answer_days: int


@dataclass(frozen=True)
class Said:
    """An objection as the rules see it: its level from 0, and the answer. `upheld` is None while it
    is open; `file_until` is the last day to go on to the next level."""

    level: int
    upheld: bool | None
    file_until: date | None = None


PLAIN = (Level("异议", 0, 0),)
"""Where a contest says nothing: objections without a clock, and no appeal."""


def read_levels(tables: Sequence[Table]) -> tuple[Level, ...]:
    """The [[appeal]] tables of a preset, in order."""
    found = [_level(table, first=place == 0) for place, table in enumerate(tables)]
    if len(found) > MOST_LEVELS:
        raise tables[-1].refuse("title", f"最多 {MOST_LEVELS} 级")
    return tuple(found)


def _level(table: Table, *, first: bool) -> Level:
    file_days = 0 if first else table.whole("file_days", least=1)
    level = Level(table.text("title"), file_days, table.whole("answer_days", least=1))
    table.done()
    return level


def stored(levels: Iterable[Level]) -> list[dict[str, Any]]:
    """As a contest keeps them."""
    return [asdict(one) for one in levels]


def levels_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Level, ...]:
    """The levels of a contest."""
    return tuple([Level(**one) for one in rows]) or PLAIN


def answer_by(level: Level, filed: date) -> Deadline | None:
    """The last day to answer; None where there is no clock."""
    return Calendar.load().add(filed, level.answer_days) if level.answer_days else None


def file_until(levels: Sequence[Level], level: int, answered: date) -> date | None:
    """The last day to go on to the next level; None where there is none."""
    if level + 1 >= len(levels):
        return None
    return Calendar.load().add(answered, levels[level + 1].file_days).day


def next_level(said: Said | None, *, today: date, notice_until: date) -> int:
    """The level that may be filed today, after the latest objection of the same line; DomainError
    with the reason where none may."""
    if said is None:
        if today > notice_until:
            raise DomainError(f"公示期已于 {notice_until} 结束，不能再提出异议")
        return 0
    if said.upheld is None:
        raise DomainError("已经提出的异议还没有答复，请等待答复")
    if said.upheld:
        raise DomainError("异议已经成立，正在更正成绩")
    if said.file_until is None:
        raise DomainError("已经是最后一级答复，不能再申诉")
    if today > said.file_until:
        raise DomainError(f"申诉期限已于 {said.file_until} 届满")
    return said.level + 1


def hold(title: str, said: Said) -> str:
    """Why an award must wait, in Chinese; "" when this objection holds nothing."""
    if said.upheld is None:
        return f"{title}正在办理"
    return f"{title}成立，成绩待更正" if said.upheld else ""
