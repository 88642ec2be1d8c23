"""What the office types for a new edition: tracks and divisions by line, the web name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from contests.numbering import parse_start, parse_track_code
from core.errors import DomainError

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_LINES = 40


@dataclass(frozen=True)
class Plan:
    """A whole edition as typed; moments are aware. Tracks and divisions are lines of text."""

    name: str
    slug: str
    number_start: str
    level: str
    sponsor: str
    organizer: str
    summary: str
    contact: str
    venue: str
    held_on: date
    entry_opens: datetime
    entry_closes: datetime
    tracks: str
    divisions: str


def check_plan(plan: Plan, *, held_from: datetime) -> None:
    """Refuse contradictory dates and names. `held_from` is the first moment of the day of the contest
    in Shanghai."""
    if not _SLUG.fullmatch(plan.slug):
        raise DomainError("网址简称只用小写字母、数字和短横线，例如 skills-2026", "slug")
    parse_start(plan.number_start)
    if plan.entry_closes <= plan.entry_opens:
        raise DomainError("报名截止时间要晚于开始时间", "entry_closes")
    if held_from < plan.entry_closes:
        raise DomainError("比赛日期要晚于报名截止日，请核对这两个日期", "held_on")


def parse_tracks(text: str) -> list[tuple[str, str]]:
    """Lines such as “DG 电工” as (code, name); DomainError at `tracks` names the line."""
    found: list[tuple[str, str]] = []
    for line in _lines(text, "tracks", "赛道"):
        code, _, name = line.replace("\u3000", " ").partition(" ")
        code = parse_track_code(code)
        if not name.strip():
            raise DomainError(f"赛道“{line}”缺少名称，每行写“代码 名称”，例如 DG 电工", "tracks")
        if code in dict(found):
            raise DomainError(f"赛道代码“{code}”写了两次，请换一个", "tracks")
        found.append((code, _short(name.strip(), 60, "tracks")))
    return found


def parse_divisions(text: str) -> list[str]:
    """One division a line."""
    found = _lines(text, "divisions", "组别")
    twice = next((name for name in found if found.count(name) > 1), None)
    if twice:
        raise DomainError(f"组别“{twice}”写了两次，请删去一行", "divisions")
    return [_short(name, 40, "divisions") for name in found]


def _lines(text: str, field: str, label: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise DomainError(f"请至少写一个{label}，每行一个", field)
    if len(lines) > MOST_LINES:
        raise DomainError(f"{label}最多 {MOST_LINES} 个，现在有 {len(lines)} 个", field)
    return lines


def _short(name: str, most: int, field: str) -> str:
    if len(name) > most:
        raise DomainError(f"“{name[:12]}…”太长，最多 {most} 个字", field)
    return name
