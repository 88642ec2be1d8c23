"""A contest of two stages through the services: the cut, words against it, no-shows, corrections."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask

from contests.models import Contest, Panel, ResultLine, ResultRun, Stage
from contests.queries import grounds
from contests.queries import results as queries
from contests.results import published_results
from contests.services import chairing, results, staging
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
    known,
    make_entries,
    make_panel,
    mark_sheet,
    performances_of,
    publish_run,
    reopen,
    seat_judges,
    seats_of,
    sign,
)

HEAT = {"王芳队": "90", "李强队": "80", "张伟队": "70", "周敏队": "60"}
UNSIGNED = "“初赛”的成绩还没有两方签字，不知道谁晋级"


def _stage(key: str, title: str, aspect: str, *more: dict[str, object]) -> dict[str, object]:
    mean = [
        {"op": "sum", "over": "aspects"},
        {"op": "mean", "over": "judges"},
        {"op": "round", "places": 2},
    ]
    marked = {"key": aspect, "title": "项目", "max": "100", "step": "0.5", "guidance": "看项目"}
    criterion = {
        "key": f"{key}_all", "title": "项目", "points": "100", "guidance": "看项目",
        "aspect": [marked],
    }  # fmt: skip
    own = {"key": f"{key}_score", "title": f"{title}得分", "of": [f"{key}_all"], "steps": mean}
    return {
        "key": key,
        "title": title,
        "panel": {"min": 1, "max": 3},
        "criterion": [criterion],
        "figure": [own, *more],
    }


TOTAL = {
    "key": "total",
    "title": "总分",
    "of": ["heat_score", "final_score"],
    "steps": [{"op": "sum", "over": "parts"}, {"op": "round", "places": 2}],
}
SPEC = {
    "title": "初赛加决赛",
    "stage": [
        {**_stage("heat", "初赛", "first"), "advance": {"top": 2}},
        _stage("final", "决赛", "second", TOTAL),
    ],
    "ranking": {
        "tie": [{"by": "shared", "title": "名次并列"}],
        "prize": [{"title": "一等奖", "from": 1}],
    },
}


def make_staged() -> Contest:
    """Four teams in a contest of a heat and a final, entries closed."""
    contest = make_team_contest()
    with db.unit() as session:
        held = session.get_one(Contest, contest.id)
        held.scoring = SPEC
        held.stages[0].key, held.stages[0].title, held.stages[0].recheck = "heat", "初赛", None
        held.stages.append(Stage(key="final", title="决赛", position=2, recheck=None))
    make_entries(contest, 4)
    return contest


def judged(contest: Contest, stage: int, aspect: str, marks: Mapping[str, str]) -> Panel:
    """A panel of two judges who give each team the same mark; closed."""
    panel = make_panel(contest, stage=stage)
    seat_judges(panel, 2)
    with db.unit():
        panel_services.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())
    for seat in seats_of(panel):
        for one in performances_of(panel):
            mark_sheet(seat, one, {aspect: marks[one.entry.title]})
            confirm(seat, one)
    close(panel)
    return panel


def signed(panel: Panel) -> ResultRun:
    """Computed and signed by both sides."""
    run = compute(panel)
    sign(run, chief=known("钱裁判长", "chief_judge"), other=known("孔监督", "supervisor"))
    return run


def table(run: ResultRun) -> list[tuple[str, int | None, str]]:
    """Team, rank, outcome."""
    return [(one.entry.title, one.rank, one.outcome) for one in queries.run_of(run.id).lines]


def line_of(run: ResultRun, team: str) -> ResultLine:
    return next(one for one in queries.run_of(run.id).lines if one.entry.title == team)


def say(run: ResultRun, team: str, takes_part: str, reason: str = "赛事办集体研究决定") -> None:
    with db.unit():
        staging.admit(
            actor=OFFICE,
            line_id=line_of(run, team).id,
            takes_part=takes_part,
            reason=reason,
            now=clock.now(),
        )


def test_the_heat_ranks_its_field_and_tells_who_goes_on(app: Flask) -> None:
    run = compute(judged(make_staged(), 0, "first", HEAT))
    assert table(run) == [
        ("王芳队", 1, "晋级"),
        ("李强队", 2, "晋级"),
        ("张伟队", 3, ""),
        ("周敏队", 4, ""),
    ]
    assert results.verify_run(run.id).differences == ()


def test_the_final_is_drawn_of_those_who_go_on_once_both_sides_signed(app: Flask) -> None:
    contest = make_staged()
    heat = judged(contest, 0, "first", HEAT)
    with pytest.raises(DomainError, match=UNSIGNED):
        make_panel(contest, stage=1)
    compute(heat)
    with pytest.raises(DomainError, match=UNSIGNED):
        make_panel(contest, stage=1)
    signed(heat)
    final = make_panel(contest, stage=1)
    assert {one.entry.title for one in performances_of(final)} == {"王芳队", "李强队"}


def test_the_final_carries_the_heat_and_the_others_stand_behind_it(app: Flask) -> None:
    contest = make_staged()
    heat = signed(judged(contest, 0, "first", HEAT))
    final = judged(contest, 1, "second", {"王芳队": "70", "李强队": "95"})
    run = compute(final)
    assert table(run) == [
        ("李强队", 1, "一等奖"),
        ("王芳队", 2, ""),
        ("张伟队", 3, ""),
        ("周敏队", 4, ""),
    ]
    totals = {one.entry.title: one.total_milli for one in queries.run_of(run.id).lines}
    assert totals == {"李强队": 175000, "王芳队": 160000, "张伟队": 70000, "周敏队": 60000}
    assert line_of(run, "张伟队").code == f"初赛 {line_of(heat, '张伟队').code}"
    assert results.verify_run(run.id).differences == ()
    assert results.verify_run(heat.id).differences == ()


def test_a_word_against_the_cut_makes_the_result_stale_and_changes_the_final(app: Flask) -> None:
    contest = make_staged()
    heat = judged(contest, 0, "first", HEAT)
    run = signed(heat)
    say(run, "张伟队", "in")
    say(run, "王芳队", "out", "因故弃权")
    assert grounds.staleness_of(queries.run_of(run.id)) == "计算之后分数有改动，请重新计算"
    with pytest.raises(DomainError, match="重新签字后再抽签"):
        make_panel(contest, stage=1)
    again = signed(heat)
    assert table(again) == [
        ("王芳队", 1, ""),
        ("李强队", 2, "晋级"),
        ("张伟队", 3, "晋级"),
        ("周敏队", 4, ""),
    ]
    final = make_panel(contest, stage=1)
    assert {one.entry.title for one in performances_of(final)} == {"李强队", "张伟队"}


def test_a_word_is_taken_back(app: Flask) -> None:
    heat = judged(make_staged(), 0, "first", HEAT)
    say(compute(heat), "张伟队", "in")
    run = compute(heat)
    say(run, "张伟队", "undo", "原来的决定有误")
    assert [row[2] for row in table(compute(heat))] == ["晋级", "晋级", "", ""]


@pytest.mark.parametrize(
    ("team", "wish", "told"),
    [
        ("王芳队", "in", "已经在“决赛”的名单里，不用另外注明"),
        ("周敏队", "out", "本来就不在“决赛”的名单里，不用另外注明"),
        ("周敏队", "undo", "没有可以撤销的决定"),
        ("周敏队", "perhaps", "请选择参加、不参加或撤销"),
    ],
)
def test_needless_words_are_refused(app: Flask, team: str, wish: str, told: str) -> None:
    run = compute(judged(make_staged(), 0, "first", HEAT))
    with pytest.raises(DomainError) as refusal:
        say(run, team, wish)
    assert refusal.value.message == told


def test_a_word_after_the_draw_is_refused(app: Flask) -> None:
    contest = make_staged()
    run = signed(judged(contest, 0, "first", HEAT))
    make_panel(contest, stage=1)
    with pytest.raises(DomainError, match="已经编入“决赛”的评委组"):
        say(run, "王芳队", "out")


def test_who_does_not_come_to_the_final_keeps_the_place_of_the_heat(app: Flask) -> None:
    contest = make_staged()
    signed(judged(contest, 0, "first", HEAT))
    final = judged(contest, 1, "second", {"王芳队": "70", "李强队": "95"})
    reopen(final.id)
    absent = next(one for one in performances_of(final) if one.entry.title == "李强队")
    with db.unit():
        chairing.note_no_show(
            actor=CHIEF,
            panel_id=final.id,
            performance_id=absent.id,
            reason="没有到场，分数记错了人",
            now=clock.now(),
        )
    close(final)
    run = compute(final)
    assert table(run)[:2] == [("王芳队", 1, "一等奖"), ("李强队", 2, "")]
    assert line_of(run, "李强队").total_milli == 80000


def test_a_heat_that_is_opened_again_makes_the_final_stale(app: Flask) -> None:
    contest = make_staged()
    heat = judged(contest, 0, "first", HEAT)
    signed(heat)
    run = compute(judged(contest, 1, "second", {"王芳队": "70", "李强队": "95"}))
    assert grounds.staleness_of(queries.run_of(run.id)) == ""
    reopen(heat.id)
    stale = grounds.staleness_of(queries.run_of(run.id))
    assert stale == "有评委组重新开放评分，成绩待定"


def test_the_notice_of_a_heat_gives_no_fact_for_awards_and_stands_beside_the_final(
    app: Flask,
) -> None:
    contest = make_staged()
    signed_heat = compute(judged(contest, 0, "first", HEAT))
    publish_run(signed_heat)
    assert published_results() == []
    final = judged(contest, 1, "second", {"王芳队": "70", "李强队": "95"})
    run = signed(final)
    slug = db.session.get_one(Contest, contest.id).slug
    assert [one.stage.title for one in queries.notices(slug)] == ["初赛"]
    assert queries.is_published(run.track_id, queries.run_of(run.id).stage) is False
