"""Runs: computed, fresh or stale, signed by two."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests.models import Contest, Panel, ResultRun, RunSignature
from contests.queries import grounds
from contests.queries import results as queries
from contests.queries.lines import reasons_of
from contests.services import chairing, givens, panels, results
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import judging
from tests.contests.factories import make_team_contest
from tests.contests.judging import CHIEF, OFFICE, compute, mark_sheet, official, sign

ELSEWHERE = Actor(None, None, None, "外地赛事办", (Grant("contest_office", "contest", "x"),))


def reload(run: ResultRun) -> ResultRun:
    db.session.expire_all()
    return queries.run_of(run.id)


def panel_of(run: ResultRun) -> Panel:
    return db.session.scalars(select(Panel).where(Panel.track_id == run.track_id)).one()


def reopen(run: ResultRun) -> None:
    judging.reopen(panel_of(run).id)


def change_a_mark(run: ResultRun) -> None:
    """Re-open, return the first sheet, change a mark, confirm, close."""
    panel = panel_of(run)
    reopen(run)
    seat, performance = judging.seats_of(panel)[0], judging.performances_of(panel)[0]
    sheet_id = judging.judging_queries.own_sheet(judging.at_seat(seat), performance.id).id
    with db.unit():
        chairing.return_sheet(
            actor=CHIEF, sheet_id=sheet_id, reason="请核对第一项", now=clock.now()
        )
    mark_sheet(seat, performance, {"business_model": "20"})
    judging.confirm(seat, performance)
    judging.close(panel)


def test_the_skills_preset_by_hand(app: Flask) -> None:
    run = judging.make_run(preset="skill", entries=1)
    line = run.lines[0]
    # measured 9 + 9 + 10; judged twice 20 × (2+2+2) / 9; theory 90 × 0.2 + 54.66 × 0.8
    assert line.figures == {
        "measured_score": "28.00",
        "judged_score": "26.66",
        "practical": "54.66",
        "total": "61.73",
    }
    assert (line.total_milli, line.rank, line.medal) == (61730, 1, "")
    assert reasons_of(line).trees[0]["value"] == "61.73"


def test_the_startup_preset_drops_and_ranks(app: Flask) -> None:
    run = judging.make_run()
    assert [(one.rank, one.total_milli, one.prize) for one in run.lines] == [
        (1, 54000, "一等奖"),
        (2, 51000, "二等奖"),
        (3, 48000, "二等奖"),
    ]
    told = reasons_of(run.lines[0])
    dropped = [one for one in told.trees[0]["of"] if one.get("state")]
    assert [one["state"] for one in dropped] == ["dropped", "dropped"]
    assert [tree["what"] for tree in told.trees] == [
        "项目得分",
        "技术和产品平均分",
        "商业模式平均分",
    ]


def test_the_same_marks_give_the_same_run(app: Flask) -> None:
    run = judging.make_run(entries=1)
    assert compute(panel_of(run)).id == run.id
    assert db.session.scalar(select(func.count()).select_from(ResultRun)) == 1


def test_an_open_panel_is_not_computed(app: Flask) -> None:
    panel = judging.make_open_panel(entries=1)
    with pytest.raises(DomainError, match="第一评委组还没有结束评分"):
        compute(panel)


def test_a_foreign_office_computes_nothing(app: Flask) -> None:
    run = judging.make_run(entries=1)
    with pytest.raises(NotFound), db.unit():
        results.compute_run(
            actor=ELSEWHERE, track_id=run.track_id, stage_id=run.stage_id, now=clock.now()
        )


def test_a_run_goes_stale_with_its_marks(app: Flask) -> None:
    run = judging.make_run(entries=2)
    assert grounds.staleness_of(reload(run)) == ""
    reopen(run)
    assert grounds.staleness_of(reload(run)) == "有评委组重新开放评分，成绩待定"
    judging.close(panel_of(run))
    assert grounds.staleness_of(reload(run)) == "计算之后评委组重新开放过，请重新计算"
    same = compute(panel_of(run))
    assert (same.seq, same.result_digest) == (2, run.result_digest)
    change_a_mark(run)
    again = compute(panel_of(run))
    assert (again.seq, grounds.staleness_of(reload(again))) == (3, "")
    assert grounds.staleness_of(reload(run)) == "后来又计算过一次，这一次已被替代"


def test_a_given_value_makes_stale_too(app: Flask) -> None:
    run = judging.make_run(preset="skill", entries=1)
    owner = judging.performances_of(panel_of(run))[0].id
    with db.unit():
        givens.enter_givens(
            actor=OFFICE,
            panel_id=panel_of(run).id,
            typed={(owner, "theory"): "91"},
            reason="登分时看错一行",
            now=clock.now(),
        )
    with pytest.raises(DomainError, match="不能签字"):
        sign(run)


def _with_lots(contest: Contest) -> None:
    """The stage asks for a lot where totals are equal."""
    with db.unit() as session:
        held = session.get_one(Contest, contest.id)
        spec = copy.deepcopy(held.scoring)
        spec["stage"][-1]["given"] = [{"key": "lot", "title": "抽签", "min": "1", "optional": True}]
        spec["ranking"]["tie"] = [
            {"by": "draw", "given": "lot", "title": "抽签决定"},
            {"by": "shared", "title": "名次并列"},
        ]
        held.scoring = spec


def test_a_tie_that_waits_for_a_lot_cannot_be_signed(app: Flask) -> None:
    contest = make_team_contest()
    _with_lots(contest)
    judging.make_entries(contest, 2)
    panel = judging.make_panel(contest)
    judging.seat_judges(panel, 5)
    with db.unit():
        panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())
    for performance in judging.performances_of(panel):
        for seat in judging.seats_of(panel):
            mark_sheet(seat, performance, judging.texts(seat))
            judging.confirm(seat, performance)
    judging.close(panel)
    run = compute(panel)
    assert [(one.rank, one.why["waits"]) for one in run.lines] == [(1, True), (1, True)]
    with pytest.raises(DomainError, match="等待抽签或加赛"):
        sign(run)
    lots = {(one.id, "lot"): str(n) for n, one in enumerate(judging.performances_of(panel), 1)}
    with db.unit():
        givens.enter_givens(actor=OFFICE, panel_id=panel.id, typed=lots, reason="", now=clock.now())
    again = compute(panel)
    assert [(one.rank, one.why["settled_by"], one.why["waits"]) for one in again.lines] == [
        (1, "抽签决定", False),
        (2, "抽签决定", False),
    ]


def test_a_missing_given_value_cannot_be_signed(app: Flask) -> None:
    panel = judging.make_open_panel(preset="skill", entries=1, judges=3)
    for seat in judging.seats_of(panel):
        performance = judging.performances_of(panel)[0]
        mark_sheet(seat, performance, judging.texts(seat))
        judging.confirm(seat, performance)
    judging.close(panel)
    run = compute(panel)
    assert (run.lines[0].total_milli, run.lines[0].rank) == (None, None)
    assert run.lines[0].why["problems"] == ["“理论成绩”没有录入"]
    with pytest.raises(DomainError, match="没有总分"):
        sign(run)


def test_two_persons_sign(app: Flask) -> None:
    run = judging.make_run(entries=1)
    assert not queries.is_signed(reload(run))
    sign(run)
    found = reload(run)
    assert queries.is_signed(found)
    assert [one.role for one in found.signatures] == ["chief_judge", "supervisor"]
    assert {one.result_digest for one in found.signatures} == {run.result_digest}


def test_one_person_signs_once_in_whatever_roles(app: Flask) -> None:
    run = judging.make_run(entries=1)
    both = official("钱裁判长", "chief_judge", "contest_office")
    with pytest.raises(DomainError, match="您已经签过这份成绩，须由另一人签"):
        sign(run, chief=both, other=both)
    assert not queries.is_signed(reload(run))


def test_two_of_one_side_do_not_sign(app: Flask) -> None:
    run = judging.make_run(entries=1)
    chief, second = official("钱裁判长", "chief_judge"), official("冯裁判长", "chief_judge")
    with pytest.raises(DomainError, match="您这一方已经签过"):
        sign(run, chief=chief, other=second)
    office, supervisor = official("周主任", "contest_office"), official("孔监督", "supervisor")
    with pytest.raises(DomainError, match="您这一方已经签过"):
        sign(run, chief=office, other=supervisor)
    assert queries.is_signed(reload(run))


def test_a_stale_run_is_not_signed(app: Flask) -> None:
    run = judging.make_run(entries=1)
    change_a_mark(run)
    with pytest.raises(DomainError, match="不能签字"):
        sign(run)
    assert db.session.scalar(select(func.count()).select_from(RunSignature)) == 0


def test_a_foreign_signature_is_refused(app: Flask) -> None:
    run = judging.make_run(entries=1)
    stranger = replace(official("外地监督", "supervisor"), grants=ELSEWHERE.grants)
    with pytest.raises(NotFound), db.unit():
        results.sign_run(actor=stranger, run_id=run.id, now=clock.now())


def test_a_run_cannot_be_edited(app: Flask) -> None:
    judging.make_run(entries=1)
    with pytest.raises(Exception, match="append-only"), db.unit() as session:
        session.execute(db.text("UPDATE contests_result_line SET rank = 9"))
