"""The draw, the judges, the opening, given values."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests.draw import draw_order
from contests.models import Assignment, Contest, Entry, GivenValue, Panel, Performance, Seat
from contests.services import givens, panels
from core import clock
from core.access import Actor, Grant
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, FieldErrors, NotFound
from tests.contests import judging
from tests.contests.factories import (
    OFFICE,
    close_entries,
    join_team,
    make_contest,
    make_contestant,
    make_entry,
    make_team_contest,
)

ELSEWHERE = Actor(None, None, None, "外地赛事办", (Grant("contest_office", "contest", "x"),))


def assign(panel: Panel, actor: Actor = OFFICE, **over: Any) -> Seat:
    values = {"criteria": judging.criteria_of(panel)} | over
    with db.unit():
        return panels.assign_judge(
            actor=actor, panel_id=panel.id, wish=judging.judge_wish(**values), now=clock.now()
        )


def refused(panel: Panel, **over: Any) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        assign(panel, **over)
    return refusal.value


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def panel(app: Flask) -> Panel:
    contest = make_team_contest()
    judging.make_entries(contest, 3)
    return judging.make_panel(contest)


# The draw


def test_the_order_follows_from_the_seed(panel: Panel) -> None:
    rows = db.session.execute(
        select(Entry.admission_no)
        .join(Performance, Performance.entry_id == Entry.id)
        .order_by(Performance.position)
    )
    order = [row[0] for row in rows]
    assert order == draw_order(order, panel.draw_seed)
    assert [one.code for one in judging.performances_of(panel)] == ["01", "02", "03"]


def test_codes_of_a_blind_panel_say_nothing(app: Flask) -> None:
    contest = make_contest()
    judging.make_entries(contest, 3)
    codes = [one.code for one in judging.performances_of(judging.make_panel(contest))]
    assert len(set(codes)) == 3
    assert all(len(code) == 4 and code[:2].isalpha() for code in codes)


def test_no_draw_while_entries_are_open(app: Flask) -> None:
    contest = make_team_contest()
    with pytest.raises(DomainError, match="报名还没有截止"):
        judging.make_panel(contest)


def test_no_draw_while_an_entry_waits(app: Flask) -> None:
    contest = make_team_contest()
    make_entry(make_contestant("王芳", "13900000001"), contest)
    close_entries(contest)
    with pytest.raises(DomainError, match="还有 1 份报名等待审查"):
        judging.make_panel(contest)


def test_an_entry_is_drawn_once(panel: Panel) -> None:
    contest = db.session.get_one(Contest, panel.contest_id)
    with pytest.raises(DomainError, match="没有待编入“决赛路演”的报名"):
        judging.make_panel(contest, name="第二评委组")


def test_a_foreign_office_draws_nothing(app: Flask) -> None:
    contest = make_team_contest()
    judging.make_entries(contest, 1)
    with pytest.raises(NotFound), db.unit():
        panels.create_panel(
            actor=ELSEWHERE,
            contest_id=contest.id,
            track_id="",
            stage_id=str(contest.stages[0].id),
            name="一组",
            blind=False,
            now=clock.now(),
        )
    assert count(Panel) == 0


# The judges


def test_a_judge_takes_a_seat(panel: Panel) -> None:
    seat = assign(panel)
    assert (seat.position, seat.judge_name, seat.employer) == (1, "陈评委", "杭州第1研究所")
    verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb == "assign_judge"))
    assert list(verbs) == ["assign_judge"]


def test_an_employer_of_an_entry_is_refused(panel: Panel) -> None:
    error = refused(panel, employer="王芳的 工厂")
    assert (error.message, error.field) == ("不能担任：与参赛单位同属“王芳的工厂”", "employer")
    assert count(Seat) == 0


def test_an_employer_that_an_entry_answered_is_refused(panel: Panel) -> None:
    with db.unit() as session:
        session.get_one(Panel, panel.id).performances[0].entry.answers = {"employer": "开化茶业"}
    assert refused(panel, employer="开化茶业").message == "不能担任：与参赛单位同属“开化茶业”"
    assert count(Seat) == 0


def test_who_takes_part_is_refused(panel: Panel) -> None:
    error = refused(panel, name="王芳", document_number="", mobile="13900010000")
    assert error.message.startswith("不能担任：本人参加了“王芳队”")


def test_a_member_of_a_team_is_refused(app: Flask) -> None:
    contest = make_team_contest()
    leader = make_contestant("王芳", "13900000001")
    draft = make_entry(leader, contest, state="draft", title="云上队")
    join_team(leader, draft, "何静", "13900000002")
    judging.make_entries(contest, 1)
    found = db.session.get_one(Entry, draft.id)
    with db.unit() as session:
        session.get_one(Entry, found.id).state = "qualified"
        session.get_one(Entry, found.id).admission_no = "QZ26-SZ-00009"
    error = refused(
        judging.make_panel(contest), name="何静", document_number="", mobile="13900000002"
    )
    assert "本人参加了“云上队”" in error.message


def test_a_known_number_with_another_name_is_refused(panel: Panel) -> None:
    assign(panel)
    error = refused(panel, name="李鬼")
    assert (error.field, error.message) == (
        "name",
        "这个证件号码已有登记，姓名与填写的不同，请核对证件",
    )


def test_a_judge_sits_once(panel: Panel) -> None:
    assign(panel)
    assert refused(panel, employer="宁波大学").message == "这位裁判已在本评委组"


def test_a_second_judge_of_an_employer_needs_a_reason(panel: Panel) -> None:
    assign(panel, place=0, employer="浙江大学")
    error = refused(panel, place=1, employer="浙江大学")
    assert isinstance(error, FieldErrors)
    assert error.errors["employer"] == "同一单位已有评委陈评委"
    seat = assign(panel, place=1, employer="浙江大学", reason="专业领域无其他人选")
    assert seat.position == 2


def test_skills_contests_take_one_judge_an_employer(app: Flask) -> None:
    contest = make_contest()
    judging.make_entries(contest, 1)
    panel = judging.make_panel(contest)
    assign(panel, place=0, employer="技师学院")
    error = refused(panel, place=1, employer="技师学院", reason="没有其他人选了")
    assert error.message == "同一单位已有评委陈评委，技能竞赛每个单位只能有一名裁判"


def test_a_judge_can_be_removed_before_it_begins(panel: Panel) -> None:
    seat = assign(panel)
    with db.unit():
        panels.remove_judge(actor=OFFICE, panel_id=panel.id, seat_id=seat.id, now=clock.now())
    assert count(Seat) == 0


def test_a_foreign_office_assigns_nobody(panel: Panel) -> None:
    with pytest.raises(NotFound):
        assign(panel, actor=ELSEWHERE)


# The opening


def test_too_few_judges_do_not_begin(panel: Panel) -> None:
    judging.seat_judges(panel, 4)
    with pytest.raises(DomainError) as refusal, db.unit():
        panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())
    assert refusal.value.message == "“技术和产品”应有 5 至 7 名评委，现在 4 名"
    assert count(Assignment) == 0


def test_opening_hands_out_a_sheet_for_each_judge_and_performance(panel: Panel) -> None:
    judging.seat_judges(panel, 5)
    with db.unit():
        panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())
    assert count(Assignment) == 15
    with pytest.raises(DomainError, match="已经开始评分"), db.unit():
        panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())


def test_who_joins_later_gets_sheets_too(panel: Panel) -> None:
    judging.seat_judges(panel, 5)
    with db.unit():
        panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())
    assign(panel, place=5)
    assert count(Assignment) == 18


# Given values


def give(panel: Panel, text: str, reason: str = "") -> int:
    typed = {(judging.performances_of(panel)[0].id, "theory"): text}
    with db.unit():
        return givens.enter_givens(
            actor=OFFICE, panel_id=panel.id, typed=typed, reason=reason, now=clock.now()
        )


@pytest.fixture
def skills(app: Flask) -> Panel:
    contest = make_contest()
    judging.make_entries(contest, 1)
    return judging.make_panel(contest)


def test_a_correction_is_a_new_version_with_a_reason(skills: Panel) -> None:
    assert give(skills, "88.5") == 1
    assert give(skills, "88.5") == 0
    with pytest.raises(DomainError) as refusal:
        give(skills, "89")
    assert refusal.value.field == "reason"
    assert give(skills, "89", "登分时看错一行") == 1
    rows = db.session.scalars(select(GivenValue).order_by(GivenValue.version))
    assert [(one.milli, one.version, one.reason) for one in rows] == [
        (88500, 1, ""),
        (89000, 2, "登分时看错一行"),
    ]


@pytest.mark.parametrize("text", ["101", "-1", "八十"])
def test_a_wrong_value_is_told_at_its_box(skills: Panel, text: str) -> None:
    with pytest.raises(FieldErrors) as refusal:
        give(skills, text)
    owner: UUID = judging.performances_of(skills)[0].entry_id
    assert list(refusal.value.errors) == [givens.given_field(owner, "theory")]


def test_a_value_is_not_emptied(skills: Panel) -> None:
    give(skills, "88.5")
    with pytest.raises(FieldErrors, match="不能清空"):
        give(skills, "")
