"""A judge leaves in mid-session: who takes the sheets, what stays, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from contests.models import Assignment, MarkOperation, Panel, Performance, ResultRun, Seat
from contests.queries import grounds
from contests.queries.panels import sheets_of
from contests.services import chairing, recusing, replacing, seats
from core import clock
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import crossed, judging
from tests.contests.crossed import FOUR, drawn, handed, make_small
from tests.contests.factories import OFFICE
from tests.contests.judging import JUDGES
from tests.pages import CheckedClient, Person

WHY = "突发疾病，送医院"
AGAIN = "与选手赛前私下接触"


def withdraw(
    panel: Panel, place: int = 0, *, new: dict[str, Any] | None = None, anew: str = ""
) -> None:
    """The judge at a place leaves; `new` is who comes instead."""
    seat_id = judging.seats_of(panel)[place].id
    wish = replacing.Withdrawal(
        WHY, None if new is None else judging.judge_wish(5, **new), bool(anew), anew
    )
    with db.unit():
        replacing.withdraw_judge(
            actor=OFFICE, panel_id=panel.id, seat_id=seat_id, wish=wish, now=clock.now()
        )


def refused(panel: Panel, place: int = 0, **how: Any) -> str:
    """What the office is told."""
    before = states(panel)
    with pytest.raises(DomainError) as refusal:
        withdraw(panel, place, **how)
    assert states(panel) == before
    return refusal.value.message


def states(panel: Panel) -> dict[str, list[str]]:
    """The states of each judge's sheets in draw order."""
    db.session.expire_all()
    found: dict[str, list[str]] = {one.judge_name: [] for one in judging.seats_of(panel)}
    for sheet in sheets_of([panel.id]):
        found[sheet.seat.judge_name].append(sheet.state)
    return found


def crossing_panel(*employers: str, least: int = 2) -> Panel:
    """Six teams, two of these judges each, being marked."""
    panel = drawn(make_small(least))
    crossed.seat(panel, *employers or FOUR)
    crossed.open_(panel)
    return panel


def whole_panel(judges: int = 6) -> Panel:
    """Three teams, all judges each; the rule wants five."""
    return judging.make_open_panel(judges=judges)


def confirm_first(panel: Panel, place: int = 0, count: int = 1) -> None:
    """The judge at a place is through with the first sheets."""
    seat = judging.seats_of(panel)[place]
    for sheet in [one for one in sheets_of([panel.id]) if one.seat_id == seat.id][:count]:
        judging.mark_sheet(seat, sheet.performance, judging.texts(seat))
        judging.confirm(seat, sheet.performance)


def finish(panel: Panel) -> None:
    """Everything that is open is marked and confirmed."""
    for sheet in sheets_of([panel.id]):
        if sheet.state == "open":
            place = sheet.performance.position
            judging.mark_sheet(
                sheet.seat, sheet.performance, judging.texts(sheet.seat, str(9 - place))
            )
            judging.confirm(sheet.seat, sheet.performance)


def last_trail() -> tuple[str, dict[str, Any], str]:
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    return entry.verb, entry.changes, entry.reason


def test_open_sheets_go_to_the_new_judge_and_confirmed_ones_stay(app: Flask) -> None:
    panel = whole_panel(5)
    confirm_first(panel)
    withdraw(panel, new={"name": "郑评委"})
    assert states(panel) == {
        "陈评委": ["confirmed", "replaced", "replaced"],
        **{name: ["open"] * 3 for name in ("刘评委", "赵评委", "孙评委", "吴评委")},
        "郑评委": ["open", "open"],
    }
    codes = [one.code for one in judging.performances_of(panel)]
    assert last_trail() == (
        "withdraw_judge",
        {
            "judge": "陈评委",
            "successor": "郑评委",
            "employer": "杭州第6研究所",
            "taken": dict.fromkeys(codes[1:], "郑评委"),
            "absent": [],
            "kept": codes[:1],
        },
        WHY,
    )


def test_what_was_half_filled_stays_in_the_trail_and_counts_nowhere(app: Flask) -> None:
    panel = whole_panel(5)
    seat, performance = judging.seats_of(panel)[0], judging.performances_of(panel)[0]
    judging.mark_sheet(seat, performance, judging.texts(seat))
    marked = len(db.session.scalars(select(MarkOperation)).all())
    withdraw(panel, new={"name": "郑评委"})
    assert len(db.session.scalars(select(MarkOperation)).all()) == marked
    new = judging.seats_of(panel)[5]
    assert [len(one.marks) for one in sheets_of([panel.id]) if one.seat_id == new.id] == [0] * 3
    with pytest.raises(DomainError, match="这张评分表已交给其他评委，不用再评"):
        judging.mark_sheet(seat, performance, judging.texts(seat, "3"))


def test_confirmed_sheets_are_marked_anew_for_a_reason(app: Flask) -> None:
    panel = whole_panel(5)
    confirm_first(panel, count=2)
    withdraw(panel, new={"name": "郑评委"}, anew=AGAIN)
    assert states(panel)["陈评委"] == ["replaced"] * 3
    assert states(panel)["郑评委"] == ["open"] * 3
    old = [one for one in sheets_of([panel.id]) if one.state == "replaced"]
    assert [one.reason for one in old] == [AGAIN, AGAIN, WHY]
    assert [len(one.marks) > 0 for one in old] == [True, True, False]
    assert last_trail()[1]["anew"] == AGAIN


def test_the_result_counts_old_and_new_marks_once(app: Flask) -> None:
    panel = whole_panel(5)
    confirm_first(panel)
    withdraw(panel, new={"name": "郑评委"})
    finish(panel)
    judging.close(panel)
    lines = judging.compute(panel).lines
    assert [one.total_milli is None for one in lines] == [False] * 3
    judges = [sorted({mark[2] for mark in one.inputs}) for one in lines]
    whole = ["评委2", "评委3", "评委4", "评委5"]
    assert sorted(judges) == sorted([["评委1", *whole], [*whole, "评委6"], [*whole, "评委6"]])


def test_a_computed_result_goes_stale(app: Flask) -> None:
    run = judging.make_run()
    panel = db.session.scalars(select(Panel)).one()
    assert refused(panel, new={"name": "郑评委"}) == "评委组已经结束评分，请裁判长先重新开放"
    judging.reopen(panel.id)
    withdraw(panel, new={"name": "郑评委"}, anew=AGAIN)
    finish(panel)
    judging.close(panel)
    db.session.expire_all()
    found = db.session.get_one(ResultRun, run.id)
    assert grounds.staleness_of(found) == "计算之后评委组重新开放过，请重新计算"


def test_the_seat_is_closed_at_once(app: Flask) -> None:
    panel = whole_panel(5)
    printed = judging.issue_seats(panel)
    client = judging.sit(app, judging.seats_of(panel)[0])
    assert client.get("/judge/").status_code == 200
    weighed = seats.weigh(token=printed[1].token, pin=printed[1].pin, address="10.0.0.1")
    assert weighed.right
    withdraw(panel, 0, new={"name": "郑评委"})
    assert client.get("/judge/").status_code in (302, 303)
    with pytest.raises(NotFound):
        seats.seat_of_token(printed[0].token)
    other = {"name": "钱评委", "document_number": judging.judge_number(222), "employer": "省厅"}
    withdraw(panel, 1, new=other)
    with pytest.raises(DomainError, match="您已退出这个评委组，席位已停用"), db.unit():
        seats.sit_down(guess=weighed, now=clock.now())
    with pytest.raises(NotFound, match="评委已经退出"):
        judging.issue_seats(panel)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ({"name": "郑评委", "employer": "王芳的工厂"}, "不能担任：与参赛单位同属“王芳的工厂”"),
        (
            {"name": "刘评委", "document_number": judging.judge_number(101), "employer": "省厅"},
            "这位裁判已在本评委组",
        ),
        (
            {"name": "陈评委", "document_number": judging.judge_number(100), "employer": "省厅"},
            "这位裁判已经退出本评委组，不能再担任",
        ),
        ({"name": "郑评委", "employer": "杭州第2研究所"}, "同一单位已有评委刘评委"),
        ({"name": "郑评委", "employer": " "}, "请填写这一项"),
    ],
)
def test_the_new_judge_obeys_every_rule_of_seating(
    app: Flask, new: dict[str, Any], told: str
) -> None:
    assert refused(whole_panel(5), new=new).startswith(told)


def test_a_colleague_of_the_one_who_left_may_come(app: Flask) -> None:
    panel = whole_panel(5)
    withdraw(panel, new={"name": "郑评委", "employer": "杭州第1研究所"})
    assert states(panel)["郑评委"] == ["open"] * 3


def test_the_panel_goes_on_with_fewer_while_the_minimum_holds(app: Flask) -> None:
    panel = whole_panel(6)
    confirm_first(panel)
    withdraw(panel)
    assert states(panel)["陈评委"] == ["confirmed", "absent", "absent"]
    finish(panel)
    judging.close(panel)
    assert [one.total_milli is None for one in judging.compute(panel).lines] == [False] * 3
    codes = [one.code for one in judging.performances_of(panel)]
    assert [codes[1:]] == [
        one.changes["absent"]
        for one in db.session.scalars(select(AuditEntry).filter_by(verb="withdraw_judge"))
    ]


def test_fewer_than_the_minimum_is_refused(app: Flask) -> None:
    panel = whole_panel(5)
    confirm_first(panel)
    codes = [one.code for one in judging.performances_of(panel)]
    told = refused(panel)
    assert told.startswith(f"{codes[1]} 号“")
    assert told.endswith("。请安排评委接替")
    assert "只剩 4 名评委，至少要 5 名" in told
    assert codes[0] not in told


def test_who_did_not_come_needs_no_judge(app: Flask) -> None:
    panel = whole_panel(5)
    confirm_first(panel, count=2)
    with db.unit():
        chairing.note_no_show(
            actor=judging.CHIEF,
            panel_id=panel.id,
            performance_id=judging.performances_of(panel)[2].id,
            reason="点名三次未到",
            now=clock.now(),
        )
    withdraw(panel)
    assert states(panel)["陈评委"] == ["confirmed", "confirmed", "absent"]


def test_with_partial_crossing_the_new_judge_takes_over(app: Flask) -> None:
    panel = crossing_panel()
    before = handed(panel)
    withdraw(panel, new={"name": "郑评委"})
    after = {
        team: tuple("郑评委" if name == "陈评委" else name for name in names)
        for team, names in before.items()
    }
    assert {team: set(names) for team, names in handed(panel).items()} == {
        team: set(names) for team, names in after.items()
    }


def test_what_is_forbidden_to_the_new_judge_goes_to_who_has_least(app: Flask) -> None:
    panel = crossing_panel()
    before = handed(panel)
    team = next(team for team, names in before.items() if "陈评委" in names)
    withdraw(panel, new={"name": "郑评委", "employer": f"{team[:2]}的工厂"})
    after = handed(panel)
    assert [len(names) for names in after.values()] == [2] * 6
    assert "郑评委" not in after[team]
    (partner,) = set(before[team]) - {"陈评委"}
    taker = next(name for name in ("刘评委", "赵评委", "孙评委") if name != partner)
    assert set(after[team]) == {partner, taker}


def test_without_a_successor_the_others_share_the_sheets(app: Flask) -> None:
    panel = crossing_panel()
    withdraw(panel)
    assert [len(set(names)) for names in handed(panel).values()] == [2] * 6
    assert states(panel)["陈评委"] == ["replaced"] * 3
    finish(panel)
    judging.close(panel)
    assert [one.total_milli is None for one in judging.compute(panel).lines] == [False] * 6


def test_where_nobody_may_the_act_is_refused(app: Flask) -> None:
    panel = crossing_panel("杭州一所", "杭州二所")
    code = next(one.code for one in judging.performances_of(panel) if one.entry.title == "王芳队")
    told = refused(panel, new={"name": "郑评委", "employer": "王芳的工厂"})
    assert told == f"{code} 号没有其他评委可以评。请另选接替的评委"


def test_too_few_marks_to_be_compared_are_refused(app: Flask) -> None:
    panel = crossing_panel(least=3)
    confirm_first(panel)
    assert refused(panel) == (
        "陈评委只有 1 张评分表，不足 3 张，不能校正宽严。请改由其他评委分担，或全部重新评分"
    )
    withdraw(panel, anew=AGAIN)
    assert states(panel)["陈评委"] == ["replaced"] * 3


def test_the_chief_judge_gives_a_sheet_of_the_one_who_left_to_another(app: Flask) -> None:
    panel = whole_panel(5)
    confirm_first(panel)
    withdraw(panel, new={"name": "郑评委"})
    (kept,) = [one for one in sheets_of([panel.id]) if one.state == "confirmed"]
    give_back(kept)
    with pytest.raises(DomainError, match="这张评分表已交给其他评委，请看接手的评委的评分表"):
        give_back(kept)
    assert states(panel)["陈评委"] == ["replaced"] * 3
    assert states(panel)["郑评委"] == ["open"] * 3
    verb, changes, reason = last_trail()
    assert (verb, changes["judge"], reason) == ("return_sheet", "郑评委", "第三项明显偏高")


def give_back(sheet: Assignment) -> None:
    with db.unit():
        chairing.return_sheet(
            actor=judging.CHIEF, sheet_id=sheet.id, reason="第三项明显偏高", now=clock.now()
        )


def test_where_nobody_is_left_the_chief_judge_cannot_give_it_back(app: Flask) -> None:
    panel = whole_panel(6)
    confirm_first(panel)
    withdraw(panel)
    (kept,) = [one for one in sheets_of([panel.id]) if one.state == "confirmed"]
    code = kept.performance.code
    with pytest.raises(DomainError) as refusal:
        give_back(kept)
    assert refusal.value.message == f"陈评委已退出，没有其他评委可以评 {code} 号，不能退回"


@pytest.fixture
def office(sign_in: Person) -> CheckedClient:
    return sign_in("contest_office", name="周主任")


def typed(**over: str) -> dict[str, str]:
    return {
        "why": WHY,
        "confirmed": "keep",
        "comes": "new",
        "name": "郑评委",
        "document_number": judging.judge_number(105),
        "employer": "杭州六所",
    } | over


def path_of(panel: Panel, place: int = 0) -> str:
    return f"/office/panels/{panel.id}/judges/{judging.seats_of(panel)[place].id}/withdraw"


def test_the_office_replaces_a_judge(app: Flask, office: CheckedClient) -> None:
    panel = whole_panel(5)
    confirm_first(panel)
    path = path_of(panel)
    office.submit(path, expect=422, **typed(why="", comes=""))
    assert office.errors() == ["请写明退出的原因", "请选择由谁接替"]
    office.send(path, expect=422, **typed(why="病", employer="王芳的工厂"))
    assert office.errors() == ["请写明原因（至少 4 个字）"]
    office.send(path, expect=422, **typed(confirmed="anew"))
    assert office.errors() == ["请写明原因（至少 4 个字）"]
    office.send(path, **typed())
    desk = office.get(f"/office/panels/{panel.id}/desk").text
    assert "已退出" in desk
    assert f"退出：{WHY}" in desk
    assert "郑评委" in desk
    office.get(f"/office/panels/{panel.id}")
    assert "陈评委（已退出）" in office.text()
    assert "评分表 1/15" in office.text()


def test_a_double_click_leads_to_one_new_judge(app: Flask, office: CheckedClient) -> None:
    panel = whole_panel(5)
    path = path_of(panel)
    office.get(path)
    form = office.page
    office.send(path, **typed())
    office.page = form
    office.send(path, **typed())
    assert len(db.session.scalars(select(Seat)).all()) == 6
    office.submit(path, expect=422, **typed())
    assert office.errors() == ["这位评委已经退出，请核对席位"]


def test_before_it_begins_a_judge_is_just_removed(app: Flask, office: CheckedClient) -> None:
    panel = drawn(make_small())
    crossed.seat(panel, *FOUR)
    office.submit(path_of(panel), expect=422, **typed())
    assert office.errors() == ["还没有开始评分，请直接移除这位评委，再安排别人"]


def test_others_do_not_withdraw_judges(app: Flask, sign_in: Person) -> None:
    panel = whole_panel(5)
    path = path_of(panel)
    for role in ("chief_judge", "supervisor", "score_clerk"):
        assert sign_in(role).get(path).status_code == 403
    other = sign_in("contest_office", scope="contest", scope_id=panel.id, name="赵远")
    assert other.get(path).status_code == 404
    assert judging.sit(app, judging.seats_of(panel)[0]).get(path).status_code in (302, 403)


def keep_away(panel: Panel, place: int = 0) -> str:
    """The judge at a place has a tie with the team of the own first sheet; returns the team."""
    seat = judging.seats_of(panel)[place]
    turn = next(one.performance for one in sheets_of([panel.id]) if one.seat_id == seat.id)
    with db.unit():
        recusing.declare_conflict(
            actor=judging.at_seat(seat),
            performance_id=turn.id,
            reason="该项目负责人是我的学生",
            now=clock.now(),
        )
    return db.session.get_one(Performance, turn.id).entry.title


def test_another_judge_marks_what_one_keeps_away_from(app: Flask) -> None:
    panel = crossing_panel()
    before = handed(panel)
    team = keep_away(panel)
    leaver, rest = JUDGES[0], set(JUDGES[:4]) - set(before[team])
    (after,) = {*handed(panel)[team]} - {*before[team]}
    assert leaver in before[team]
    assert after in rest
    counting = [
        one.seat.judge_name
        for one in sheets_of([panel.id])
        if one.performance.entry.title == team and one.state == "open"
    ]
    assert sorted(counting) == sorted({*before[team], after} - {leaver})


def test_a_recused_sheet_that_another_marks_is_not_opened_again(app: Flask) -> None:
    panel = crossing_panel()
    keep_away(panel)
    (recused,) = [one for one in sheets_of([panel.id]) if one.state == "recused"]
    with pytest.raises(DomainError, match="评分，不能退回给回避的评委"), db.unit():
        chairing.return_sheet(
            actor=judging.CHIEF, sheet_id=recused.id, reason="登记错了人", now=clock.now()
        )


def test_where_everybody_marks_everything_nobody_stands_in(app: Flask) -> None:
    panel = whole_panel()
    keep_away(panel)
    assert len(sheets_of([panel.id])) == 3 * 6
