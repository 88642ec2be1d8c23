"""A skills contest as large as it gets: three events, forty judges, four hundred contestants, three layers of
codes; from the draw to the release, through the services."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contests.catalogue import load_presets
from contests.models import Assignment, Contest, Panel, Performance, ResultRun, Seat
from contests.queries import judging as queries
from contests.queries import results as runs
from contests.results import published_results
from contests.score_sheets import sheet_digest
from contests.services import givens, marking, panels, results
from core import clock
from core.db import db
from tests.contests import crossed, judging
from tests.contests.factories import OFFICE, make_contest

pytestmark = pytest.mark.sqlite_only
FIELDS = (134, 133, 133)
MODULES = ("甲", "乙", "丙", "丁")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋"
LAYERS = 3


def make_skills() -> Contest:
    """Three events, each with a measured module and four judged ones; 13 judges and one chief judge of
    all: forty."""
    contest = make_contest(preset="skill", tracks="HG 焊工\nDG 电工\nCY 茶艺师")
    with db.unit() as session:
        held = session.get_one(Contest, contest.id)
        spec = dict(held.scoring)
        stage = dict(spec["stage"][0])
        measured, judged = stage["criterion"]
        stage["criterion"] = [measured, *[module(judged, key) for key in range(len(MODULES))]]
        stage["figure"] = [
            figure | {"of": [f"judged_{key}" for key in range(len(MODULES))]}
            if figure["key"] == "judged_score"
            else figure
            for figure in stage["figure"]
        ]
        held.scoring = spec | {"stage": [stage]}
    for track, count in enumerate(FIELDS):
        crossed.make_field(contest, count, start=1000 * track, track=track)
    return contest


def module(judged: dict[str, Any], key: int) -> dict[str, Any]:
    """A judged module of ten points with one aspect."""
    aspect = judged["aspect"][0] | {"key": f"level_{key}", "max": "10"}
    return judged | {
        "key": f"judged_{key}", "title": f"{MODULES[key]}模块", "points": "10", "aspect": [aspect],
    }  # fmt: skip


def seat_all(panel: Panel, track: int) -> None:
    """One who measures, and three for each judged module."""
    for place, surname in enumerate(SURNAMES):
        criterion = "measured" if place == 0 else f"judged_{(place - 1) // 3}"
        wish = judging.judge_wish(
            place,
            name=f"{surname}裁判",
            document_number=judging.judge_number(300 + 100 * track + place),
            employer=f"杭州第{track}{place:02d}技师学院",
            criteria=(criterion,),
        )
        with db.unit():
            panels.assign_judge(actor=OFFICE, panel_id=panel.id, wish=wish, now=clock.now())


def mark_all(panel: Panel) -> None:
    """Every sheet marked and confirmed; levels of three judges lie at most one apart."""
    for seat in judging.seats_of(panel):
        with db.unit() as session:
            found = session.get_one(Seat, seat.id)
            turns = session.scalars(
                select(Performance)
                .join(Assignment, Assignment.performance_id == Performance.id)
                .where(Assignment.seat_id == seat.id)
                .options(joinedload(Performance.entry))
            ).all()
            for turn in turns:
                mark_one(found, turn)


def mark_one(seat: Seat, turn: Performance) -> None:
    """By what the contestant can do, which the admission number tells, and a little of the judge."""
    serial = int((turn.entry.admission_no or "0").rpartition("-")[2])
    actor, now = judging.at_seat(seat), clock.now()
    sheet = queries.own_sheet(actor, turn.id)
    given = {
        "dimensions": str(10 + serial % 21),
        "function": str(serial % 11),
        "on_time": "yes" if serial % 5 else "no",
    }
    level = str(serial % 3 + (seat.position + serial) % 2)
    texts = {one.key: given.get(one.key, level) for one in sheet.aspects}
    marking.save_sheet(
        actor=actor, performance_id=turn.id, typed=marking.Typed(texts, {}, uuid4()), now=now
    )
    marking.confirm_sheet(
        actor=actor,
        performance_id=turn.id,
        digest=sheet_digest(sheet.aspects, queries.marks_on(sheet.id)),
        zeros_meant=True,
        now=now,
    )


def enter_theory(panel: Panel) -> None:
    typed = {
        (one.id, "theory"): str(60 + one.position % 41) for one in judging.performances_of(panel)
    }
    with db.unit():
        givens.enter_givens(
            actor=OFFICE, panel_id=panel.id, typed=typed, reason="", now=clock.now()
        )


def hold(contest: Contest, track: int) -> ResultRun:
    """One event from the draw to the release."""
    panel = judging.make_panel(contest, blind=True, layers=LAYERS, track=track)
    judging.seal_layers(panel)
    seat_all(panel, track)
    crossed.open_(panel)
    mark_all(panel)
    enter_theory(panel)
    judging.close(panel)
    run = judging.compute(panel)
    sides = judging.known("钱裁判长", "chief_judge"), judging.known("孔监督", "supervisor")
    judging.sign(run, chief=sides[0], other=sides[1])
    judging.unseal(panel)
    judging.release(judging.publish_signed(run))
    return runs.run_of(run.id)


def test_four_hundred_contestants_in_three_events(app: Flask) -> None:
    assert sum(FIELDS) == 400
    assert load_presets()["skill"].recheck is not None
    contest = make_skills()
    codes: dict[UUID, set[str]] = {}
    for track, count in enumerate(FIELDS):
        run = hold(contest, track)
        codes[run.id] = {one.code for one in run.lines}
        assert (len(run.lines), len(codes[run.id])) == (count, count)
        assert results.verify_run(run.id).differences == ()
        totals = [one.total_milli or 0 for one in sorted(run.lines, key=lambda one: one.rank or 0)]
        assert totals == sorted(totals, reverse=True)
    with db.unit() as session:
        seats = session.scalars(select(Seat.person_id)).all()
        facts = {one.entry_id for one in published_results()}
    assert len(set(seats)) + 1 == 40
    assert len(facts) == sum(len(one) for one in codes.values())
