"""Pages of training, one module an audience."""

from __future__ import annotations

from training.views import (
    attendance,
    board,
    imports,
    mentorship,
    organiser,
    own,
    pairing_imports,
    public,
)
from training.views.blueprint import bp

__all__ = [
    "attendance",
    "blueprints",
    "board",
    "imports",
    "mentorship",
    "organiser",
    "own",
    "pairing_imports",
    "public",
]

blueprints = [bp]
