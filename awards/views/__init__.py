"""Pages of awards, one module an audience."""

from __future__ import annotations

from awards.views import approver, evidence, officer, payee, settings, sheets
from awards.views.blueprint import bp

__all__ = ["approver", "blueprints", "evidence", "officer", "payee", "settings", "sheets"]

blueprints = [bp]
