"""Who may do what in contests."""

from __future__ import annotations

from core.access import Policy, allow
from core.navigation import NavItem

ACTIONS: dict[str, Policy] = {
    "contests.own_entries": allow("contestant"),
    "contests.see_entries": allow("contest_office", "county_office"),
    "contests.manage": allow("contest_office"),
    "contests.review": allow("contest_office"),
}

NAV: list[NavItem] = []
