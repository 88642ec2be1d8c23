"""Who may do what in contests."""

from __future__ import annotations

from core.access import Policy
from core.navigation import NavItem

ACTIONS: dict[str, Policy] = {}

NAV: list[NavItem] = []
