"""Pages of contests, one module an audience."""

from __future__ import annotations

from contests.views import documents, entrant, office, public, review, team
from contests.views.blueprint import bp

__all__ = ["blueprints", "documents", "entrant", "office", "public", "review", "team"]

blueprints = [bp]
