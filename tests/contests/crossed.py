"""A small panel where each performance has some of the judges."""

from __future__ import annotations

from contests.catalogue import load_presets
from contests.models import Contest, Panel
from contests.queries.panels import sheets_of
from contests.services import panels
from core import clock
from core.db import db
from tests.contests import judging
from tests.contests.factories import OFFICE, make_team_contest

FOUR = ("杭州一所", "杭州二所", "杭州三所", "杭州四所")


def make_small(least: int = 3) -> Contest:
    """Six teams; two judges each, and so many marks of a judge are enough for a T-score."""
    contest = make_team_contest()
    with db.unit() as session:
        held = session.get_one(Contest, contest.id)
        stage = dict(load_presets()["startup_rounds"].spec.canonical["stage"][0])
        stage["panel"] = {"min": 2, "max": 2}
        figure = dict(stage["figure"][0])
        figure["steps"] = [{"op": "tscore", "least": least}, *figure["steps"][1:]]
        stage["figure"] = [figure]
        del stage["advance"]
        held.scoring = {
            "title": "初赛",
            "stage": [stage],
            "ranking": {"tie": [{"by": "shared", "title": "名次并列"}]},
        }
        held.stages[0].key, held.stages[0].title, held.stages[0].recheck = "first", "初赛", None
    judging.make_entries(contest, 6)
    return contest


def drawn(contest: Contest, each: str = "2") -> Panel:
    """The panel of the first stage."""
    judging.commit_draw(contest)
    with db.unit() as session:
        found = session.get_one(Contest, contest.id)
        return panels.create_panel(
            actor=OFFICE,
            contest_id=contest.id,
            track_id=str(found.tracks[0].id),
            stage_id=str(found.stages[0].id),
            name="初赛组",
            blind=False,
            judges_each=each,
            now=clock.now(),
        )


def seat(panel: Panel, *employers: str) -> None:
    """Judges of these employers, in the order of the names of the tests."""
    for place, employer in enumerate(employers):
        with db.unit():
            wish = judging.judge_wish(place, employer=employer, criteria=("plan",))
            panels.assign_judge(actor=OFFICE, panel_id=panel.id, wish=wish, now=clock.now())


def open_(panel: Panel) -> None:
    """The marking begins."""
    with db.unit():
        panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())


def handed(panel: Panel) -> dict[str, tuple[str, ...]]:
    """The judges who mark each team."""
    with db.unit() as session:
        found = session.get_one(Panel, panel.id)
        teams: dict[str, tuple[str, ...]] = {one.entry.title: () for one in found.performances}
        for one in sheets_of([panel.id]):
            if one.state == "replaced":
                continue
            title = one.performance.entry.title
            teams[title] = (*teams[title], one.seat.judge_name)
        return teams
