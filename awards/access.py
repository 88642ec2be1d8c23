"""Who may do what in awards. Nobody decides on what the same person proposed or filed: that is
checked by person in the services, whatever the roles."""

from __future__ import annotations

from core.access import Policy, allow
from core.navigation import NavItem

_OFFICE = ("award_officer", "award_reviewer", "award_approver", "auditor")

ACTIONS: dict[str, Policy] = {
    "awards.read": allow(*_OFFICE),
    "awards.see_sheets": allow(*_OFFICE, "finance"),
    "awards.evaluate": allow("award_officer"),
    "awards.resubmit": allow("award_officer"),
    "awards.file_evidence": allow("award_officer"),
    "awards.set_setting": allow("award_officer"),
    "awards.confirm_setting": allow("award_approver", step_up=True),
    "awards.approve": allow("award_approver", step_up=True),
    "awards.confirm_account": allow("award_reviewer", step_up=True),
    "awards.make_sheet": allow("award_officer", step_up=True),
    "awards.void_sheet": allow("award_approver", step_up=True),
    "awards.download_sheet": allow("award_officer", "finance", step_up=True),
    "awards.own": allow("contestant", "organisation_agent"),
    "awards.own_account": allow("contestant", step_up=True),
    "awards.agent": allow("organisation_agent"),
    "awards.agent_account": allow("organisation_agent", step_up=True),
}

NAV: list[NavItem] = [
    NavItem("我的奖补", "awards.own_awards", "awards.own", 30),
    NavItem("奖补工作台", "awards.worklist", "awards.read", 40),
    NavItem("证据", "awards.evidence_list", "awards.read", 41),
    NavItem("发放表", "awards.sheets", "awards.see_sheets", 42),
    NavItem("单位收款账户", "awards.accounts_to_confirm", "awards.confirm_account", 43),
    NavItem("口径", "awards.settings", "awards.read", 44),
    NavItem("奖补规则", "awards.rules", "awards.read", 45),
]
