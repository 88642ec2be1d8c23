"""Ties that keep a judge from a team: master and pupil, mates of another team."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from contests.models import Panel
from contests.services import panels
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError
from people.models import Person
from people.ties import ties_of
from tests.contests import judging
from tests.contests.factories import (
    OFFICE,
    close_entries,
    join_team,
    make_account,
    make_contest,
    make_contestant,
    make_entry,
    make_team_contest,
)
from tests.training import factories as classrooms
from training.models import Pair, Participant
from training.queries.rounds import newest_run


def sit_down(team: Actor, judge_id: UUID) -> None:
    """The judge wants a seat at a panel to which this team comes."""
    contest = make_team_contest()
    make_entry(team, contest, state="qualified", title="云上队")
    close_entries(contest)
    panel = judging.make_panel(contest)
    with db.unit() as session:
        judge = session.get_one(Person, judge_id)
        keys = judging.criteria_of(session.get_one(Panel, panel.id))
        wish = judging.judge_wish(
            name=judge.name, document_number=judge.document_number, criteria=keys
        )
    with db.unit():
        panels.assign_judge(actor=OFFICE, panel_id=panel.id, wish=wish, now=clock.now())


def paired(*, published: bool) -> tuple[Participant, Participant]:
    """A master and a pupil of one round, of two employers: that would be another reason."""
    made = classrooms.computed_round()
    if published:
        classrooms.publish(made.id)
    run = newest_run(made.id)
    assert run is not None
    pairs = db.session.query(Pair).filter_by(run_id=run.id)
    pair = next(one for one in pairs if one.master.employer != one.apprentice.employer)
    return pair.master, pair.apprentice


def as_contestant(one: Participant) -> Actor:
    """A participant with an account."""
    person_id, name = one.person_id, one.name
    with db.unit() as session:
        account = make_account(name, "13957000099", session.get_one(Person, person_id))
    return Actor(account.id, person_id, None, name, (Grant("contestant"),))


@pytest.mark.parametrize("judges", ["master", "apprentice"])
def test_master_and_pupil_do_not_judge_each_other(app: Flask, judges: str) -> None:
    master, apprentice = paired(published=True)
    judge, other = (master, apprentice) if judges == "master" else (apprentice, master)
    judge_id = judge.person_id
    with pytest.raises(DomainError) as refusal:
        sit_down(as_contestant(other), judge_id)
    assert refusal.value.message == "不能担任：与“云上队”的成员有师徒关系（2026 年第一轮）"


def test_pairs_that_nobody_has_published_bind_nobody(app: Flask) -> None:
    master, apprentice = paired(published=False)
    assert ties_of([master.person_id, apprentice.person_id]) == {
        master.person_id: {},
        apprentice.person_id: {},
    }


@pytest.mark.parametrize("state", ["qualified", "returned"])
def test_mates_of_another_team(app: Flask, state: str) -> None:
    wang = make_contestant("王芳", "13957000011")
    earlier = make_entry(wang, make_team_contest(), state="draft", title="山里队")
    li = join_team(wang, earlier, "李强", "13957000012")
    with db.unit() as session:
        session.merge(earlier).state = state
    bound = {wang.person_id: "曾同队参赛（“山里队”）"} if state == "qualified" else {}
    assert li.person_id
    assert ties_of([li.person_id])[li.person_id] == bound


def test_who_entered_alone_is_tied_to_nobody(app: Flask) -> None:
    zhang = make_contestant("张伟", "13957000013")
    make_entry(zhang, make_contest(), state="qualified")
    assert zhang.person_id
    assert ties_of([zhang.person_id]) == {zhang.person_id: {}}
