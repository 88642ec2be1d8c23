"""Pages of contests, one module an audience."""

from __future__ import annotations

from contests.views import (
    certificates,
    chief,
    crossing,
    device,
    documents,
    draws,
    entrant,
    feedback,
    judge,
    live_accounts,
    live_metrics,
    livestream,
    notices,
    objections,
    office,
    panels,
    public,
    recheck,
    replacing,
    results,
    review,
    sealing,
    star_results,
    stars,
    team,
)
from contests.views.blueprint import bp

__all__ = [
    "blueprints",
    "certificates",
    "chief",
    "crossing",
    "device",
    "draws",
    "documents",
    "entrant",
    "feedback",
    "judge",
    "live_accounts",
    "live_metrics",
    "livestream",
    "notices",
    "objections",
    "office",
    "panels",
    "public",
    "recheck",
    "replacing",
    "results",
    "review",
    "sealing",
    "star_results",
    "stars",
    "team",
]

blueprints = [bp]
