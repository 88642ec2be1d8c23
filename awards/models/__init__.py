"""Tables of awards."""

from __future__ import annotations

from awards.models.evidence import Evidence, EvidenceDocument, EvidenceVersion
from awards.models.lines import AwardLine, EvaluationRun, LineStep, ProposedLine
from awards.models.payees import AccountDecision, AccountMismatch, PayeeAccount
from awards.models.settings import SettingConfirmation, SettingVersion
from awards.models.sheets import PayoutSheet, SheetRow

__all__ = [
    "AccountDecision",
    "AccountMismatch",
    "AwardLine",
    "EvaluationRun",
    "Evidence",
    "EvidenceDocument",
    "EvidenceVersion",
    "LineStep",
    "PayeeAccount",
    "PayoutSheet",
    "ProposedLine",
    "SettingConfirmation",
    "SettingVersion",
    "SheetRow",
]
