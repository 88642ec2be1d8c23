"""A small panel where each performance has some of the judges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from contests.catalogue import load_presets
from contests.models import Contest, Entry, Panel
from contests.queries.panels import sheets_of
from contests.services import panels
from core import clock
from core.db import db
from overview.demo import cast
from people.identifiers import parse_id_number
from people.services.registration import NewPerson, make_people
from tests.contests import judging
from tests.contests.factories import OFFICE, close_entries, make_account, make_team_contest

FOUR = ("杭州一所", "杭州二所", "杭州三所", "杭州四所")


def make_small(least: int = 3) -> Contest:
    """Six teams; two judges each, and so many marks of a judge are enough for a T-score."""
    contest = make_compared(least)
    judging.make_entries(contest, 6)
    return contest


def make_compared(least: int) -> Contest:
    """Nobody has entered yet; two judges each."""
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
    return contest


def make_field(
    contest: Contest,
    count: int,
    *,
    start: int = 0,
    track: int = 0,
    employers: Sequence[str] = (),
) -> None:
    """So many qualified entries of a track at once, each of another person; their employers in turn,
    else one each. `start` keeps two fields apart. Entries are closed afterwards."""
    crowd, now = list(islice(cast.people(), start, start + count)), clock.now()
    wanted = [
        employers[place % len(employers)] if employers else f"第{place + 1}号工厂"
        for place in range(count)
    ]
    with db.unit() as session:
        held = session.get_one(Contest, contest.id)
        account = make_account("方代报", f"1395700{start:04d}")
        people = [
            NewPerson(
                parse_id_number(one.id_number, today=clock.today()),
                one.name,
                one.county,
                employer,
                one.phone,
            )
            for one, employer in zip(crowd, wanted, strict=True)
        ]
        session.add_all(
            Entry(
                contest_id=held.id,
                track_id=held.tracks[track].id,
                division_id=held.divisions[0].id,
                leader_id=person_id,
                account_id=account.id,
                title=f"{figure.name}的项目{place}",
                employer=employer,
                county=figure.county,
                state="qualified",
                number=f"{held.code}-{place:05d}",
                admission_no=f"{held.code}-{held.tracks[track].code}-{place:05d}",
                answers={},
                created=now,
                submitted_at=now,
            )
            for place, (person_id, figure, employer) in enumerate(
                zip(make_people(people, now=now), crowd, wanted, strict=True), start=start + 1
            )
        )
    close_entries(contest)


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


def make_planned(start: int = 0) -> Panel:
    """Two teams and two judges; nothing has begun. `start` keeps it apart from other fields."""
    contest = make_compared(2)
    make_field(contest, 2, start=start)
    panel = drawn(contest)
    seat(panel, *FOUR[:2])
    return panel
