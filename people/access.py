"""Who may do what with accounts and persons."""

from __future__ import annotations

from core.access import allow
from core.navigation import NavItem

ACTIONS = {
    "people.own_profile": allow("contestant"),
    "people.accounts": allow("system_admin", "security_admin"),
    "people.account": allow("system_admin", "security_admin", "contest_office"),
    "people.create_account": allow("system_admin"),
    "people.grant": allow("security_admin", step_up=True),
    "people.authenticator": allow("security_admin", step_up=True),
    "people.disable": allow("system_admin", "security_admin"),
    "people.reset": allow("contest_office", "system_admin"),
    "people.identity": allow("contest_office"),
    "people.persons": allow("contest_office", "award_officer"),
    "people.correct": allow("contest_office"),
    "people.organisations": allow("contest_office", "award_officer"),
    "people.unmask": allow("contest_office", "award_officer"),
    "people.audit": allow("auditor", "security_admin"),
}

NAV = [
    NavItem("我的信息", "people.profile", "people.own_profile", 50),
    NavItem("身份核对", "people.identity_claims", "people.identity", 60),
    NavItem("人员", "people.find_person", "people.persons", 62),
    NavItem("单位", "people.organisations", "people.organisations", 64),
    NavItem("查找账号", "people.find_account", "people.account", 66),
    NavItem("账号", "people.accounts", "people.accounts", 80),
    NavItem("审计", "people.audit_trail", "people.audit", 90),
]
