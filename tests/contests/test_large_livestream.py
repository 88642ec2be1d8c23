"""A livestream contest as large as it gets: sixty streamers in twenty heats of three, with the sales of each;
from the draw to the release, through the services."""

from __future__ import annotations

import pytest
from flask import Flask

from contests.models import LiveSession, Panel
from contests.queries import results as runs
from contests.results import published_results
from contests.services import platform_accounts, results
from core import clock
from core.db import db
from tests.contests import crossed, judging, live
from tests.contests.factories import OFFICE

pytestmark = pytest.mark.sqlite_only
STREAMERS, AT_ONCE = 60, 3
HEATS = STREAMERS // AT_ONCE


def make_panel() -> Panel:
    """Sixty streamers with an account each, drawn and spread over the heats of a day."""
    contest = live.make_live_contest(preset="livestream_sales")
    crossed.make_field(contest, STREAMERS)
    panel = judging.make_panel(contest)
    for one in judging.performances_of(panel):
        with db.unit():
            platform_accounts.name_account(
                actor=OFFICE,
                entry_id=one.entry_id,
                wish=live.account_wish(f"dy_{one.code}"),
                reason="",
                now=clock.now(),
            )
    for heat in range(HEATS):
        live.plan_session(panel, -40 + heat)
    return panel


def bring_sales(session: LiveSession, codes: list[int]) -> None:
    """The file of a heat: who was drawn later sold more."""
    rows = [live.usual(code, paid=str(3000 + 100 * code), refunded="300") for code in codes]
    live.bring(session, live.csv(*rows))


def test_sixty_streamers_in_twenty_heats(app: Flask) -> None:
    panel = make_panel()
    sessions = live.draw(panel)
    heats = [[int(one.performance.code) for one in session.slots] for session in sessions]
    assert heats == [
        list(range(first, first + AT_ONCE)) for first in range(1, STREAMERS + 1, AT_ONCE)
    ]
    for session, codes in zip(sessions, heats, strict=True):
        bring_sales(session, codes)
    live.judged(sessions[0])
    run = judging.compute(panel)
    judging.sign(
        run,
        chief=judging.known("钱裁判长", "chief_judge"),
        other=judging.known("孔监督", "supervisor"),
    )
    judging.release(judging.publish_signed(run))
    found = runs.run_of(run.id)
    assert results.verify_run(run.id).differences == ()
    # All judges gave the same: sales alone decide.
    order = sorted(found.lines, key=lambda one: (one.rank or 0, one.code))
    assert [one.rank for one in order] == sorted(one.rank or 0 for one in order)
    assert order[0].code == f"{STREAMERS:02d}"
    with db.unit():
        assert len(published_results()) == STREAMERS
