"""Who may do what with accounts and persons."""

from __future__ import annotations

from core.access import allow
from core.navigation import NavItem

ACTIONS = {
    "people.own_profile": allow("contestant"),
    "people.accounts": allow("system_admin", "security_admin"),
    "people.create_account": allow("system_admin"),
    "people.grant": allow("security_admin"),
    "people.disable": allow("system_admin", "security_admin"),
    "people.reset": allow("contest_office", "system_admin"),
    "people.identity": allow("contest_office"),
    "people.unmask": allow("contest_office", "award_officer"),
    "people.audit": allow("auditor", "security_admin"),
}

NAV = [
    NavItem("账号", "people.accounts", "people.accounts", 80),
    NavItem("身份核对", "people.identity_claims", "people.identity", 60),
    NavItem("审计", "people.audit_trail", "people.audit", 90),
]
