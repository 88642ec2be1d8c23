"""Penalties and bonuses through the services and the page of the chief judge."""

from __future__ import annotations

import copy

import pytest
from flask import Flask

from contests.models import AdjustmentAct, Contest, Panel
from contests.queries import results as queries
from contests.services import adjusting
from contests.services import panels as panel_services
from core import clock
from core.db import db
from core.errors import DomainError
from tests.contests.factories import OFFICE, make_team_contest
from tests.contests.judging import (
    CHIEF,
    close,
    compute,
    confirm,
    make_entries,
    make_panel,
    mark_sheet,
    performances_of,
    seat_judges,
    seats_of,
)
from tests.contests.test_staged_contest import SPEC
from tests.pages import Person

LATE = {"key": "late", "title": "超时扣分", "kind": "penalty", "most": "5"}


@pytest.fixture
def panel(app: Flask) -> Panel:
    return make_adjustable()


def make_adjustable() -> Panel:
    """An open panel of two judges over two teams, with a penalty; marked, not closed."""
    contest = make_team_contest()
    spec = copy.deepcopy(SPEC)
    final = spec["stage"][0]  # type: ignore[index]
    del final["advance"]
    final["adjustment"] = [LATE]
    total = copy.deepcopy(spec["stage"][1]["figure"][1])  # type: ignore[index]
    total["of"] = ["heat_score", "late"]
    final["figure"].append(total)
    spec["stage"] = [final]
    with db.unit() as session:
        held = session.get_one(Contest, contest.id)
        held.scoring, held.stages[0].key, held.stages[0].recheck = spec, "heat", None
    make_entries(contest, 2)
    made = make_panel(contest)
    seat_judges(made, 2)
    with db.unit():
        panel_services.open_panel(actor=OFFICE, panel_id=made.id, now=clock.now())
    for seat in seats_of(made):
        for one in performances_of(made):
            mark_sheet(seat, one, {"first": "90" if one.entry.title == "王芳队" else "89"})
            confirm(seat, one)
    return made


def penalise(
    panel: Panel, size: str = "2", team: str = "王芳队", key: str = "late"
) -> AdjustmentAct:
    one = next(one for one in performances_of(panel) if one.entry.title == team)
    with db.unit():
        return adjusting.adjust(
            actor=CHIEF,
            panel_id=panel.id,
            performance_id=one.id,
            key=key,
            size=size,
            reason="超时一分二十秒",
            now=clock.now(),
        )


def totals(panel: Panel) -> dict[str, int | None]:
    run = compute(panel)
    return {one.entry.title: one.total_milli for one in queries.run_of(run.id).lines}


def test_a_penalty_counts_and_leaves_the_marks_alone(panel: Panel) -> None:
    penalise(panel)
    close(panel)
    assert totals(panel) == {"李强队": 89000, "王芳队": 88000}


def test_acts_add_up(panel: Panel) -> None:
    penalise(panel)
    penalise(panel, "1.5")
    close(panel)
    assert totals(panel) == {"李强队": 89000, "王芳队": 86500}


def test_an_act_that_was_taken_back_counts_no_more(panel: Panel) -> None:
    act = penalise(panel)
    with db.unit():
        adjusting.take_back(actor=CHIEF, act_id=act.id, reason="计时器有误", now=clock.now())
    with pytest.raises(DomainError, match="这一次加减分已经撤销"), db.unit():
        adjusting.take_back(actor=CHIEF, act_id=act.id, reason="计时器有误", now=clock.now())
    close(panel)
    assert totals(panel) == {"王芳队": 90000, "李强队": 89000}


@pytest.mark.parametrize(
    ("size", "key", "field"),
    [
        ("9", "late", "size"),
        ("-1", "late", "size"),
        ("两分", "late", "size"),
        ("1", "early", "deed"),
    ],
)
def test_what_the_rule_does_not_allow_is_refused_at_its_field(
    panel: Panel, size: str, key: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        penalise(panel, size, key=key)
    assert refusal.value.field == field


def test_after_the_closing_nothing_is_adjusted(panel: Panel) -> None:
    close(panel)
    with pytest.raises(DomainError, match="已经结束评分，要改请先重新开放"):
        penalise(panel)


def test_the_chief_judge_adjusts_on_a_page_and_takes_it_back(panel: Panel, sign_in: Person) -> None:
    chief = sign_in("chief_judge", stepped_up=True)
    one = performances_of(panel)[0]
    here = f"/office/panels/{panel.id}/performances/{one.id}/adjustments"
    chief.get(here)
    chief.submit(here, deed="late", size="２", reason="超时一分二十秒")
    act = db.session.query(AdjustmentAct).one()
    assert (act.milli, act.reason) == (2000, "超时一分二十秒")
    chief.get(here)
    assert "超时扣分" in chief.text()
    chief.submit(here, deed=f"undo:{act.id}", reason="计时器有误")
    assert db.session.query(AdjustmentAct).count() == 2
    chief.get(here)
    assert "已撤销" in chief.text()
