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

NAV: list[NavItem] = [
    NavItem("赛事", "contests.contest_list", "public", 10),
    NavItem("我的报名", "contests.my_entries", "contests.own_entries", 20),
    NavItem("赛事管理", "contests.office_contests", "contests.see_entries", 30),
]
