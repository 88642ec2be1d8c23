"""What people must write down for an act that others will ask about. Pure."""

from __future__ import annotations

from core.errors import DomainError

SHORTEST, LONGEST = 4, 200


def stated(text: str, field: str = "reason", *, what: str = "原因", longest: int = LONGEST) -> str:
    """The words worth keeping, whole; DomainError at `field` when they say too little or too much."""
    words = text.strip()
    if len(words) < SHORTEST:
        raise DomainError(f"请写明{what}（至少 {SHORTEST} 个字）", field)
    if len(words) > longest:
        raise DomainError(f"{what}最多 {longest} 个字，现在 {len(words)} 个", field)
    return words
