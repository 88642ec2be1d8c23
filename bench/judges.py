"""The judges of the demonstration: seats issued anew, and what each may still mark."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from contests.models import Entry, Panel, Seat
from contests.queries import judging as queries
from contests.services import seats as service
from core import clock
from core.access import Actor, Grant
from core.db import db

OFFICE = Actor(None, None, None, "赛事办", (Grant("contest_office"),))


def issue_seats() -> dict[str, Any]:
    """Print every seat of the open panels anew; what `scenarios.Place` needs of each, and the contest with the
    most entries. Runs inside the application."""
    panels = db.session.scalars(select(Panel).where(Panel.state == "open").order_by(Panel.id))
    found = [seat for panel in panels for seat in _issue(panel)]
    longest = select(Entry.contest_id).group_by(Entry.contest_id).order_by(func.count().desc())
    return {
        "seats": [one for one in found if one["places"]],
        "longest": str(db.session.scalar(longest)),
    }


def _issue(panel: Panel) -> Iterable[dict[str, Any]]:
    made = service.make_credentials([seat.id for seat in panel.present])
    told = [(seat, Actor(None, None, None, "", (), seat_id=seat.id)) for seat in panel.present]
    places = [_places(panel, seat, actor) for seat, actor in told]
    with db.unit():
        service.issue(actor=OFFICE, panel_id=panel.id, credentials=made, now=clock.now())
    return [
        {"login": f"/judge/s/{one.token}", "pin": one.pin, "places": free}
        for one, free in zip(made, places, strict=True)
    ]


def _places(panel: Panel, seat: Seat, actor: Actor) -> list[dict[str, Any]]:
    """The figures of the sheets that are still open; the first value differs from the present."""
    found = []
    for listed in queries.own_sheets(actor):
        if listed.state != "open" or listed.performance_state == "no_show":
            continue
        sheet = queries.own_sheet(actor, listed.performance_id)
        marks = queries.marks_on(sheet.id)
        for aspect in sheet.aspects:
            if aspect.kind != "score":
                continue
            held = marks.get(aspect.key)
            version = held.version if held else 0
            pair = [str(int(aspect.least)), str(int(aspect.least) + 1)]
            if held and held.milli == int(pair[version % 2]) * 1000:
                pair.reverse()
            found.append(
                {
                    "path": f"/judge/api/panels/{panel.id}/ops",
                    "performance": str(listed.performance_id),
                    "aspect": aspect.key,
                    "values": pair,
                    "version": version,
                    "rubric": sheet.rubric_version,
                }
            )
    return found
