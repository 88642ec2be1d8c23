"""The home page and the target board: they read from every room."""

from __future__ import annotations

from flask import Blueprint

from core.access import public
from core.web import page

bp = Blueprint("overview", __name__)
blueprints = [bp]


@bp.get("/")
@public
def home() -> tuple[str, int]:
    """Find the thing to do."""
    return page("overview/home.html")
