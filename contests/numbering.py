"""How numbers of contests look. Pure; the counters are rows."""

from __future__ import annotations

import re

from core.errors import DomainError

DIGITS = 5
_START = re.compile(r"[A-Z]{2,4}[0-9]{2}[A-Z]{0,2}")
_TRACK = re.compile(r"[A-Z]{2,4}")


def entry_number(start: str, count: int) -> str:
    """报名编号: QZ26-00718."""
    return f"{start}-{count:0{DIGITS}d}"


def admission_number(start: str, track: str, count: int) -> str:
    """准考证号: QZ26-DG-00718."""
    return f"{start}-{track}-{count:0{DIGITS}d}"


def certificate_number(start: str, year: int, count: int) -> str:
    """证书编号: QZ26-ZS2026-00007."""
    return f"{start}-ZS{year}-{count:0{DIGITS}d}"


def parse_start(text: str) -> str:
    """The start of an edition's numbers; DomainError at `number_start`."""
    start = text.strip().upper()
    if not _START.fullmatch(start):
        raise DomainError(
            "编号前缀由 2 至 4 个字母加两位年份组成，后面可再加一两个字母，例如 QZ26",
            "number_start",
        )
    return start


def parse_track_code(text: str) -> str:
    """The code of a track inside an admission number; DomainError at `tracks`."""
    code = text.strip().upper()
    if not _TRACK.fullmatch(code):
        raise DomainError(f"赛道代码“{text}”要用 2 至 4 个字母，例如 DG", "tracks")
    return code
