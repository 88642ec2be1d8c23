"""Marks as operations: saving, conflicts, replays, confirming, withdrawing, returning."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests.models import Assignment, Mark, MarkOperation, Panel, Stage
from contests.queries import judging as queries
from contests.services import chairing, marking, recusing
from core import clock
from core.access import Actor, Grant
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, NotFound, SameKeyOtherBody
from tests.contests import judging
from tests.contests.judging import CHIEF, at_seat, confirm, mark_sheet, texts

FOREIGN = Actor(None, None, None, "外地裁判长", (Grant("chief_judge", "contest", "x"),))
KEY = "business_model"


@pytest.fixture
def panel(app: Flask) -> Panel:
    return judging.make_open_panel(entries=2)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def seat(panel: Panel, place: int = 0) -> Any:
    return judging.seats_of(panel)[place]


def one(panel: Panel, place: int = 0) -> Any:
    return judging.performances_of(panel)[place]


def sheet(panel: Panel, place: int = 0) -> Assignment:
    db.session.expire_all()
    found = select(Assignment).where(
        Assignment.seat_id == seat(panel).id, Assignment.performance_id == one(panel, place).id
    )
    return db.session.scalars(found).one()


def marks(panel: Panel) -> dict[str, Any]:
    return queries.marks_on(sheet(panel).id)


# Saving


def test_half_a_sheet_may_be_saved(panel: Panel) -> None:
    saved = mark_sheet(seat(panel), one(panel), {KEY: "17.5"})
    assert (saved.written, saved.errors) == ((KEY,), {})
    operation = db.session.scalars(select(MarkOperation)).one()
    assert (operation.milli, operation.base, operation.version, operation.channel) == (
        17500,
        0,
        1,
        "form",
    )
    assert (marks(panel)[KEY].milli, marks(panel)[KEY].version) == (17500, 1)


def test_what_is_right_is_kept_and_what_is_wrong_is_told(panel: Panel) -> None:
    saved = mark_sheet(seat(panel), one(panel), {KEY: "26", "market_size": "12"})
    assert saved.errors == {KEY: "最高 25 分，未保存"}
    assert set(marks(panel)) == {"market_size"}


def test_an_unchanged_mark_is_no_operation(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), {KEY: "17.5"})
    assert mark_sheet(seat(panel), one(panel), {KEY: "17.50"}).written == ()
    assert count(MarkOperation) == 1


def test_a_second_tablet_sees_both_values_and_nothing_is_written(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), {KEY: "15"})
    saved = mark_sheet(seat(panel), one(panel), {KEY: "12"}, bases={KEY: 0})
    assert saved.errors == {KEY: "另一台设备已改为 15，您填的是 12，没有保存；选定后再保存一次"}
    assert saved.versions[KEY] == 1
    assert marks(panel)[KEY].milli == 15000
    assert mark_sheet(seat(panel), one(panel), {KEY: "12"}, bases=saved.versions).errors == {}
    assert marks(panel)[KEY].milli == 12000


def test_an_emptied_box_takes_the_mark_back_and_is_no_zero(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), {KEY: "15"})
    mark_sheet(seat(panel), one(panel), {KEY: ""})
    assert (marks(panel)[KEY].milli, marks(panel)[KEY].given) == (None, False)


def test_the_first_mark_locks_the_rubric(panel: Panel) -> None:
    assert db.session.get_one(Stage, panel.stage_id).locked_at is None
    mark_sheet(seat(panel), one(panel), {KEY: "15"})
    db.session.expire_all()
    assert db.session.get_one(Stage, panel.stage_id).locked_at is not None


def test_a_foreign_sheet_does_not_exist(panel: Panel) -> None:
    other = judging.make_open_panel(preset="livestream", entries=1, start=50)
    with pytest.raises(NotFound):
        mark_sheet(seat(panel), one(other), {KEY: "15"})
    assert count(MarkOperation) == 0


def test_marks_are_on_the_trail_of_the_seat(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), {KEY: "15"})
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "mark")).one()
    assert entry.stream == f"seat/{seat(panel).id}"
    assert entry.changes == {"code": "01", "marks": {KEY: "15"}}


# Operations of a device


def operation(panel: Panel, **over: Any) -> marking.DeviceOperation:
    values: dict[str, Any] = {
        "id": uuid4(),
        "panel_id": panel.id,
        "performance_id": one(panel).id,
        "aspect": KEY,
        "value": "15",
        "base": 0,
        "rubric": 1,
    }
    return marking.DeviceOperation(**values | over)


def send(panel: Panel, wish: marking.DeviceOperation) -> marking.Outcome:
    actor = at_seat(seat(panel))
    with db.unit():
        return marking.apply_operation(actor=actor, wish=wish, now=clock.now())


def test_an_operation_happens_once(panel: Panel) -> None:
    wish = operation(panel)
    first = send(panel, wish)
    assert (first.status, first.version, first.value) == ("applied", 1, "15")
    send(panel, operation(panel, value="16", base=1))
    assert send(panel, wish) == first
    assert count(MarkOperation) == 2


def test_an_operation_is_on_the_own_sheet_and_on_the_trail_of_the_seat(panel: Panel) -> None:
    for place in (0, 1, 2):
        wish = operation(panel, value=str(15 + place))
        with db.unit():
            marking.apply_operation(actor=at_seat(seat(panel, place)), wish=wish, now=clock.now())
    written = select(MarkOperation.seat_id, MarkOperation.milli)
    trail = select(AuditEntry.stream, AuditEntry.changes).where(AuditEntry.verb == "mark")
    for place in (0, 1, 2):
        own = seat(panel, place).id
        assert db.session.execute(written.where(MarkOperation.seat_id == own)).all() == [
            (own, (15 + place) * 1000)
        ]
        assert db.session.execute(trail.where(AuditEntry.stream == f"seat/{own}")).all() == [
            (f"seat/{own}", {"code": "01", "marks": {KEY: str(15 + place)}})
        ]


@pytest.mark.parametrize("over", [{"value": "16"}, {"base": 1}, {"made_ms": 5}])
def test_the_same_operation_with_another_body_is_refused(
    panel: Panel, over: dict[str, Any]
) -> None:
    wish = operation(panel)
    send(panel, wish)
    with pytest.raises(SameKeyOtherBody):
        send(panel, operation(panel, **{"id": wish.id} | over))
    assert marks(panel)[KEY].milli == 15000


def test_a_late_operation_is_a_conflict(panel: Panel) -> None:
    send(panel, operation(panel))
    answer = send(panel, operation(panel, value="12"))
    assert (answer.status, answer.version, answer.value) == ("conflict", 1, "15")
    assert send(panel, operation(panel, value="15")).status == "applied"
    assert count(MarkOperation) == 1


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"value": "25.5"}, "最高 25 分，未保存"),
        ({"rubric": 2}, "评分标准已更新，请重新打开页面"),
    ],
)
def test_a_wrong_operation_is_rejected(panel: Panel, over: dict[str, Any], reason: str) -> None:
    answer = send(panel, operation(panel, **over))
    assert (answer.status, answer.reason, answer.version) == ("rejected", reason, 0)
    assert count(MarkOperation) == 0


def test_an_unknown_aspect_or_panel_does_not_exist(panel: Panel) -> None:
    for over in ({"aspect": "beauty"}, {"panel_id": uuid4()}, {"performance_id": uuid4()}):
        with pytest.raises(NotFound):
            send(panel, operation(panel, **over))


# Confirming


def test_a_confirmed_sheet_is_frozen(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), texts(seat(panel)))
    confirm(seat(panel), one(panel))
    assert sheet(panel).state == "confirmed"
    with pytest.raises(DomainError, match="您已确认这张评分表"):
        mark_sheet(seat(panel), one(panel), {KEY: "3"})
    assert send(panel, operation(panel, value="3", base=1)).status == "rejected"
    assert marks(panel)[KEY].milli == 8000


def test_gaps_are_named(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), texts(seat(panel)) | {KEY: ""})
    with pytest.raises(DomainError, match="还有 1 项没有评：盈利方式与可复制性"):
        confirm(seat(panel), one(panel))


def test_zeros_must_be_meant(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), texts(seat(panel)) | {KEY: "0"})
    with pytest.raises(DomainError) as refusal:
        confirm(seat(panel), one(panel))
    assert refusal.value.field == "zeros_meant"
    confirm(seat(panel), one(panel), zeros_meant=True)
    assert sheet(panel).state == "confirmed"


def test_a_signature_is_bound_to_what_was_shown(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), texts(seat(panel)))
    with pytest.raises(DomainError, match="刚在别处改过"), db.unit():
        marking.confirm_sheet(
            actor=at_seat(seat(panel)),
            performance_id=one(panel).id,
            digest="0" * 64,
            zeros_meant=True,
            now=clock.now(),
        )
    assert sheet(panel).state == "open"


# Withdrawing, returning, absences


def withdraw(panel: Panel, reason: str = "该项目负责人是我的学生") -> None:
    actor = at_seat(seat(panel))
    with db.unit():
        recusing.declare_conflict(
            actor=actor, performance_id=one(panel).id, reason=reason, now=clock.now()
        )


def test_withdrawing_codes_every_mark_as_absent(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), {KEY: "15"})
    withdraw(panel)
    assert sheet(panel).state == "recused"
    found = marks(panel)
    assert {value.absence for value in found.values()} == {"recused"}
    assert {value.milli for value in found.values()} == {None}
    assert len(found) == 6


def test_withdrawing_needs_a_reason(panel: Panel) -> None:
    with pytest.raises(DomainError) as refusal:
        withdraw(panel, " 是 ")
    assert refusal.value.field == "reason"
    assert sheet(panel).state == "open"


def give_back(panel: Panel, actor: Actor = CHIEF, reason: str = "第三项请再核对") -> None:
    sheet_id = sheet(panel).id
    with db.unit():
        chairing.return_sheet(actor=actor, sheet_id=sheet_id, reason=reason, now=clock.now())


def test_the_chief_returns_a_sheet_with_its_marks(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), texts(seat(panel)))
    confirm(seat(panel), one(panel))
    give_back(panel)
    assert (sheet(panel).state, sheet(panel).reason) == ("open", "第三项请再核对")
    assert marks(panel)[KEY].milli == 8000
    mark_sheet(seat(panel), one(panel), {KEY: "9"})
    assert marks(panel)[KEY].milli == 9000


def test_a_withdrawal_in_error_is_taken_back(panel: Panel) -> None:
    withdraw(panel)
    give_back(panel)
    assert not any(value.given for value in marks(panel).values())
    mark_sheet(seat(panel), one(panel), {KEY: "9"})
    assert marks(panel)[KEY].milli == 9000


def test_a_foreign_chief_returns_nothing(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), texts(seat(panel)))
    confirm(seat(panel), one(panel))
    with pytest.raises(NotFound):
        give_back(panel, actor=FOREIGN)
    assert sheet(panel).state == "confirmed"


def code(sheet_id: UUID, absence: str = "no_show") -> None:
    with db.unit():
        chairing.code_absence(
            actor=CHIEF,
            sheet_id=sheet_id,
            absence=absence,
            reason="航班取消，未能到场",
            now=clock.now(),
        )


def test_an_absence_is_coded_with_a_reason_and_never_zero(panel: Panel) -> None:
    code(sheet(panel).id)
    assert sheet(panel).state == "absent"
    assert {(one.milli, one.absence) for one in marks(panel).values()} == {(None, "no_show")}
    operations = db.session.scalars(select(MarkOperation)).all()
    assert {one.reason for one in operations} == {"航班取消，未能到场"}
    with pytest.raises(DomainError, match="已经确认或记为缺席"):
        code(sheet(panel).id)


def test_only_known_absences(panel: Panel) -> None:
    with pytest.raises(DomainError) as refusal:
        code(sheet(panel).id, "missing")
    assert refusal.value.field == "absence"


# Closing


def test_closing_names_what_is_missing(panel: Panel) -> None:
    with pytest.raises(DomainError) as refusal:
        judging.close(panel)
    assert refusal.value.message.startswith("还有 10 处没有完成，不能结束：01 号 陈评委 差 6 项；")
    db.session.expire_all()
    assert db.session.get_one(Panel, panel.id).state == "open"


def test_a_closed_panel_takes_no_marks(panel: Panel) -> None:
    judging.fill_panel(panel)
    judging.close(panel)
    with pytest.raises(DomainError, match="已经结束评分"):
        mark_sheet(seat(panel), one(panel), {KEY: "3"})


def test_who_did_not_come_is_not_due(panel: Panel) -> None:
    judging.fill_panel(panel)
    give_back(panel)
    with db.unit():
        chairing.note_no_show(
            actor=CHIEF,
            panel_id=panel.id,
            performance_id=one(panel).id,
            reason="选手弃赛",
            now=clock.now(),
        )
    judging.close(panel)
    assert [line.code for line in judging.compute(panel).lines] == ["02"]


def test_too_few_judges_do_not_close(panel: Panel) -> None:
    judging.fill_panel(panel)
    give_back(panel)
    code(sheet(panel).id)
    with pytest.raises(DomainError, match="01 号“技术和产品”只有 4 名评委，至少要 5 名"):
        judging.close(panel)


def test_a_foreign_chief_closes_nothing(panel: Panel) -> None:
    judging.fill_panel(panel)
    with pytest.raises(NotFound):
        judging.close(panel, FOREIGN)


def test_the_log_cannot_be_edited(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), {KEY: "15"})
    with pytest.raises(Exception, match="append-only"), db.unit() as session:
        session.execute(db.text("UPDATE contests_mark_operation SET milli = 1"))


def test_the_database_refuses_a_value_with_an_absence(panel: Panel) -> None:
    mark_sheet(seat(panel), one(panel), {KEY: "15"})
    with pytest.raises(Exception, match="value_or_absence"), db.unit() as session:
        session.scalars(select(Mark)).one().absence = "recused"
