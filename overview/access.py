"""Who may see which overview."""

from __future__ import annotations

from core.access import allow
from core.navigation import NavItem

ACTIONS = {
    "overview.own": allow("contestant"),
}

NAV = [
    NavItem("首页", "overview.home", "public", 5),
    NavItem("我的", "overview.own", "overview.own", 6),
]
