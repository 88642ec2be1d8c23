"""A panel where each performance has some of the judges."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from contests.models import Contest, Panel
from contests.queries.panels import panel_within, rule_of, sheets_of
from contests.services import crossing
from core.db import db
from core.errors import DomainError
from tests.contests import judging
from tests.contests.crossed import FOUR, drawn, handed, make_small, open_, seat
from tests.contests.factories import OFFICE, make_contest, make_team_contest
from tests.pages import CheckedClient, Person

WHY_ALL = "“决赛路演”的评分办法不校正评委宽严，每个项目须由全部评委评分，请空着"


@pytest.fixture
def office(sign_in: Person) -> CheckedClient:
    return sign_in("contest_office", name="周主任")


def planned(panel: Panel) -> dict[str, tuple[str, ...]]:
    with db.unit():
        found = panel_within(OFFICE, panel.id, "contest_office", for_update=True)
        titles = {one.code: one.entry.title for one in found.performances}
        plan = crossing.plan_of(found).seats
        return {titles[code]: tuple(s.judge_name for s in seats) for code, seats in plan.items()}


def test_sheets_are_handed_out_as_planned_and_the_result_counts_them(app: Flask) -> None:
    panel = drawn(make_small())
    seat(panel, *FOUR)
    before = planned(panel)
    open_(panel)
    assert handed(panel) == before
    assert Counter(name for names in before.values() for name in names) == {
        "陈评委": 3, "刘评委": 3, "赵评委": 3, "孙评委": 3,
    }  # fmt: skip
    for sheet in sheets_of([panel.id]):
        place = sheet.performance.position
        judging.mark_sheet(sheet.seat, sheet.performance, {"plan_mark": str(90 - place)})
        judging.confirm(sheet.seat, sheet.performance)
    judging.close(panel)
    lines = judging.compute(panel).lines
    assert [one.total_milli is None for one in lines] == [False] * 6


def test_a_judge_of_an_entrants_employer_sits_and_never_gets_that_entry(app: Flask) -> None:
    panel = drawn(make_small())
    seat(panel, "王芳的工厂", "杭州二所", "杭州三所")
    open_(panel)
    teams = handed(panel)
    assert teams["王芳队"] == ("刘评委", "赵评委")
    assert {len(names) for names in teams.values()} == {2}


def test_where_all_judges_mark_all_such_a_judge_is_refused(app: Flask) -> None:
    panel = drawn(make_small(), each="")
    with pytest.raises(DomainError, match="不能担任：与参赛单位同属“王芳的工厂”"):
        seat(panel, "王芳的工厂")


@pytest.mark.parametrize(
    ("employers", "told"),
    [
        (("杭州一所",), "“商业计划书”应有 至少 2 名评委，现在 1 名"),
        (
            ("杭州一所", "杭州二所", "杭州三所", "杭州四所", "杭州五所"),
            "每位评委至少要评 3 个项目才能校正宽严，现在最少的只有 2 个；请减少评委，或增加每个项目的评委",
        ),
        (("王芳的工厂", "杭州二所"), "号只有 1 名可以评（1 名须回避）"),
    ],
)
def test_what_stands_against_the_beginning(
    app: Flask, employers: tuple[str, ...], told: str
) -> None:
    panel = drawn(make_small())
    seat(panel, *employers)
    with pytest.raises(DomainError) as refusal:
        open_(panel)
    assert refusal.value.message.endswith(told)
    assert sheets_of([panel.id]) == []


def test_no_judge_joins_once_the_sheets_are_out(app: Flask) -> None:
    panel = drawn(make_small())
    seat(panel, "杭州一所", "杭州二所")
    open_(panel)
    with pytest.raises(DomainError, match="开始后不能再增加评委"):
        seat(panel, "杭州三所")


@pytest.mark.parametrize(
    ("each", "told"),
    [
        ("三", "请填写 1 至 99 的整数，全部评委都评就空着"),
        ("0", "请填写 1 至 99 的整数，全部评委都评就空着"),
        ("3", "“商业计划书”应由 2 名评委评分"),
    ],
)
def test_a_number_that_the_rule_does_not_allow(app: Flask, each: str, told: str) -> None:
    with pytest.raises(DomainError) as refusal:
        drawn(make_small(), each)
    assert (refusal.value.message, refusal.value.field) == (told, "judges_each")


def test_a_rule_that_does_not_compare_judges_wants_them_all(app: Flask) -> None:
    contest = make_team_contest()
    judging.make_entries(contest, 1)
    with pytest.raises(DomainError) as refusal:
        drawn(contest, "5")
    assert refusal.value.message == WHY_ALL


def test_the_form_proposes_what_the_rule_asks_for(app: Flask) -> None:
    rounds, single = make_contest(preset="startup_rounds"), make_team_contest()
    with db.unit() as session:
        usual = [
            [crossing.usual_each(rule_of(one)) for one in session.get_one(Contest, made.id).stages]
            for made in (rounds, single)
        ]
    assert usual == [[5, None, None], [None]]


def test_the_chief_judge_sees_who_marks_what(app: Flask, sign_in: Person) -> None:
    panel = drawn(make_small())
    seat(panel, *FOUR)
    open_(panel)
    chief = sign_in("chief_judge", name="钱裁判长")
    chief.get(f"/office/panels/{panel.id}")
    shown = {
        row.select("td")[0].text: tuple(one.text.split()[0] for one in row.select("td span > a"))
        for row in chief.page.select("main tbody tr")
    }
    assert shown == handed(panel)


def test_the_office_sees_the_plan_before_it_begins(app: Flask, office: CheckedClient) -> None:
    panel = drawn(make_small())
    seat(panel, *FOUR)
    plan = planned(panel)
    shown = office.get(f"/office/panels/{panel.id}/crossing").text
    assert "3 至 3" in shown
    assert all("、".join(names) in shown for names in plan.values())
    assert "还不能开始评分" not in shown
