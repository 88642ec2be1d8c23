"""The target board."""

from __future__ import annotations

from flask import request

from core import clock
from core.access import access, actor
from core.web import page
from training.queries.board import board as find_board
from training.views.blueprint import Answer, bp

FIRST_YEAR = 2020


@bp.get("/office/training/board")
@access("training.board")
def board() -> Answer:
    """人 and 人次 of a year against the targets, by county."""
    today = clock.today()
    years = list(range(today.year, FIRST_YEAR - 1, -1))
    year = request.args.get("year", today.year, type=int)
    if year not in years:
        year = today.year
    found = find_board(actor(), year=year, years=years, today=today)
    return page(
        "training/board/board.html", board=found, years=[(one, f"{one} 年") for one in years]
    )
