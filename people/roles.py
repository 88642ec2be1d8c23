"""Roles, their names and the pairs that no one person may hold in one place. Data, pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A role: its name on screens, whether it is an official's, and the scopes it may have."""

    key: str
    label: str
    staff: bool
    scopes: tuple[str, ...] = ("city",)


ROLES = {
    role.key: role
    for role in (
        Role("contestant", "参赛选手", staff=False),
        Role("organisation_agent", "单位经办人", staff=False, scopes=("organisation",)),
        Role("judge", "裁判", staff=False, scopes=("contest",)),
        Role("chief_judge", "裁判长", staff=True, scopes=("contest",)),
        Role("coding_judge", "加密裁判", staff=True, scopes=("contest",)),
        Role("supervisor", "监督仲裁", staff=True, scopes=("city", "contest")),
        Role("score_clerk", "录分员", staff=True, scopes=("contest",)),
        Role("contest_office", "赛事办", staff=True, scopes=("city", "contest")),
        Role("county_office", "县区经办", staff=True, scopes=("county",)),
        Role(
            "training_organiser", "培训组织员", staff=True, scopes=("city", "county", "programme")
        ),
        Role("trainer", "培训教师", staff=True, scopes=("city", "programme")),
        Role("mentorship_office", "师徒办", staff=True),
        Role("award_officer", "奖补经办", staff=True),
        Role("award_reviewer", "奖补复核", staff=True),
        Role("award_approver", "奖补审批", staff=True),
        Role("finance", "财务", staff=True),
        Role("auditor", "审计员", staff=True),
        Role("system_admin", "系统管理员", staff=True),
        Role("security_admin", "安全管理员", staff=True),
    )
}

FORBIDDEN_PAIRS = frozenset(
    frozenset(pair)
    for pair in (
        ("coding_judge", "judge"),
        ("coding_judge", "chief_judge"),
        ("score_clerk", "supervisor"),
        ("chief_judge", "supervisor"),
        ("judge", "supervisor"),
        ("award_officer", "award_approver"),
        ("award_officer", "award_reviewer"),
        ("award_reviewer", "award_approver"),
        ("award_officer", "finance"),
        ("system_admin", "security_admin"),
        ("system_admin", "auditor"),
        ("security_admin", "auditor"),
    )
)


def is_staff(keys: frozenset[str]) -> bool:
    """Whether any of these roles is an official's (TOTP, shorter sessions, longer passwords)."""
    return any(ROLES[key].staff for key in keys)


def clash(held: frozenset[str], wanted: str) -> str | None:
    """The held role that the wanted one must not meet, or None."""
    return next((key for key in sorted(held) if frozenset((key, wanted)) in FORBIDDEN_PAIRS), None)


def labels(keys: Iterable[str]) -> str:
    """Names of roles, each once, in the order of the table; "" without any."""
    held = frozenset(keys)
    return "、".join(role.label for key, role in ROLES.items() if key in held)
