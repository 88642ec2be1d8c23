"""The blueprint that the views of this package share, and its filters for templates."""

from __future__ import annotations

from flask import Blueprint

from awards import labels, lines
from core.money import rmb_upper
from people.identifiers import mask_account

bp = Blueprint("awards", __name__)
bp.add_app_template_filter(rmb_upper, "rmb_upper")
bp.add_app_template_filter(mask_account, "account_mask")
bp.add_app_template_filter(labels.rule, "rule_name")

TONES = {
    lines.PAYABLE: "ok",
    lines.UNCONFIRMED: "warn",
    lines.UNSET: "warn",
    lines.NEEDS_EVIDENCE: "warn",
    lines.NEEDS_DETERMINATION: "warn",
    lines.CONFLICT: "err",
    lines.DENIED: "",
    lines.SUSPENDED: "",
    lines.VOID: "",
}
STATE_TONES = {"proposed": "warn", "returned": "err", "approved": "info", "on_sheet": "ok"}
