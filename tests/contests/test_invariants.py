"""The invariants of a contest, by number: I1 to I8; those of a result (I9 to I19) stand in
test_result_invariants.py. Many more tests of the same rules stand beside the services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from contests.catalogue import load_presets
from contests.marks import Mark
from contests.models import (
    Entry,
    MarkOperation,
    Panel,
    Performance,
    Stage,
)
from contests.models import Mark as StoredMark
from contests.scoring import compute
from contests.services import chairing, editions, marking, panels
from core import audit, clock
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, LoadError, SameKeyOtherBody
from tests.contests import halted, judging
from tests.contests.factories import OFFICE, make_contest, make_plan
from tests.contests.judging import CHIEF
from tests.contests.test_scoring import TRIMMED, make_spec
from tests.pages import Person

SCORING_ROLES = ("chief_judge", "score_clerk", "supervisor", "coding_judge")


@pytest.fixture
def panel(app: Flask) -> Panel:
    """Five judges over two teams, open, nothing marked."""
    return judging.make_open_panel(entries=2)


@pytest.fixture
def sealed(app: Flask) -> Panel:
    return make_sealed()


def make_sealed() -> Panel:
    """Three layers of codes over 王芳, 李强, 张伟, with three judges, being marked."""
    contest = make_contest()
    judging.make_entries(contest, 3)
    made = judging.make_panel(contest, layers=3)
    judging.seal_layers(made)
    judging.seat_judges(made, 3)
    with db.unit():
        return panels.open_panel(actor=OFFICE, panel_id=made.id, now=clock.now())


def first(panel: Panel) -> tuple[Any, Any]:
    return judging.seats_of(panel)[0], judging.performances_of(panel)[0]


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused, db.unit():
        deed()
    return refused.value.message


def operate(panel: Panel, **over: Any) -> marking.Outcome:
    seat, performance = first(panel)
    values: dict[str, Any] = {
        "id": uuid4(),
        "panel_id": panel.id,
        "performance_id": performance.id,
        "aspect": "business_model",
        "value": "15",
        "base": 0,
        "rubric": 1,
    }
    with db.unit():
        return marking.apply_operation(
            actor=judging.at_seat(seat),
            wish=marking.DeviceOperation(**values | over),
            now=clock.now(),
        )


# I1 A sheet is scored only while the panel is open, by an active assignment without a conflict.


def test_i01_a_sheet_is_marked_only_while_its_panel_is_open(panel: Panel) -> None:
    for state in ("preparing", "closed"):
        with db.unit() as session:
            session.get_one(Panel, panel.id).state = state
        assert (operate(panel).status, operate(panel).value) == ("rejected", "")
    with db.unit() as session:
        session.get_one(Panel, panel.id).state = "open"
    halt = halted.suspend(panel.contest)
    assert operate(panel).reason == "比赛已暂停，没有保存；请等赛事办恢复"
    halted.resume(halt)
    assert operate(panel).status == "applied"


@pytest.mark.parametrize("state", ["confirmed", "recused", "absent", "replaced"])
def test_i01_a_sheet_that_is_done_or_given_away_takes_no_mark(panel: Panel, state: str) -> None:
    seat, performance = first(panel)
    with db.unit() as session:
        sheet = judging.judging_queries.own_sheet(judging.at_seat(seat), performance.id)
        session.execute(
            update(chairing.Assignment)
            .where(chairing.Assignment.id == sheet.id)
            .values(state=state)
        )
    assert operate(panel).status == "rejected"
    assert db.session.scalars(select(MarkOperation)).all() == []


def test_i01_who_has_a_conflict_gets_no_seat(app: Flask) -> None:
    contest = make_contest()
    judging.make_entries(contest, 1)
    made = judging.make_panel(contest)
    wish = judging.judge_wish(employer="王芳的工厂", criteria=judging.criteria_of(made))
    assert "与参赛单位同属" in refusal(
        lambda: panels.assign_judge(actor=OFFICE, panel_id=made.id, wish=wish, now=clock.now())
    )


# I2 A mark lies within [min, max] and on a step, or is a coded absence; nothing is a 0 by itself.


@pytest.mark.parametrize("value", ["-1", "1000", "15.3", "abc", "1e1"])
def test_i02_a_mark_is_in_range_and_on_step(panel: Panel, value: str) -> None:
    assert operate(panel, value=value).status == "rejected"
    assert db.session.scalars(select(StoredMark)).all() == []


def test_i02_what_was_not_marked_is_never_a_zero(panel: Panel) -> None:
    operate(panel)
    operate(panel, value=None, base=1)
    mark = db.session.scalars(select(StoredMark)).one()
    assert (mark.milli, mark.absence) == (None, "")
    spec = make_spec(TRIMMED)
    marks = [Mark("甲", "", "work", f"J{n}", text) for n, text in enumerate(["8", "9", "7"])]
    assert compute(spec, [*marks, Mark("甲", "", "work", "J9", "missing")])[0].total is None
    assert compute(spec, [*marks, Mark("甲", "", "work", "J9", "recused")])[0].total == 8


# I3 The rubric is fixed from the first mark on.


def test_i03_the_first_mark_locks_the_rubric_for_good(panel: Panel) -> None:
    operate(panel)
    locked = db.session.get_one(Stage, panel.stage_id, populate_existing=True).locked_at
    assert locked is not None
    operate(panel, value="16", base=1)
    assert db.session.get_one(Stage, panel.stage_id, populate_existing=True).locked_at == locked
    assert operate(panel, value="17", base=2, rubric=2).reason == "评分标准已更新，请重新打开页面"
    assert {one.rubric_version for one in db.session.scalars(select(MarkOperation))} == {1}
    assert refusal(
        lambda: editions.change_contest(
            actor=OFFICE, contest_id=panel.contest_id, plan=make_plan(), now=clock.now()
        )
    ).startswith("赛事已经发布")


# I4 An operation is never changed or deleted, happens once, and stands in a chain.


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contests_mark_operation SET milli = 1",
        "DELETE FROM contests_mark_operation",
    ],
)
def test_i04_the_database_refuses_to_change_an_operation(panel: Panel, statement: str) -> None:
    operate(panel)
    with pytest.raises(Exception, match="append-only"), db.unit() as session:
        session.execute(text(statement))
    assert [one.milli for one in db.session.scalars(select(MarkOperation))] == [15000]


def test_i04_an_operation_happens_once_and_its_versions_are_unique(panel: Panel) -> None:
    name = uuid4()
    assert [operate(panel, id=name).status, operate(panel, id=name).status] == ["applied"] * 2
    with pytest.raises(SameKeyOtherBody):
        operate(panel, id=name, value="16")
    assert operate(panel, value="16").status == "conflict"
    done = db.session.scalars(select(MarkOperation)).one()
    with pytest.raises(DomainError, match="另一台设备上改过"), db.unit() as session:
        session.add(
            MarkOperation(
                assignment_id=done.assignment_id,
                seat_id=done.seat_id,
                aspect=done.aspect,
                base=0,
                version=done.version,
                rubric_version=1,
                received=clock.now(),
            )
        )


def test_i04_the_chain_of_the_seat_verifies(panel: Panel) -> None:
    operate(panel)
    operate(panel, value="16", base=1)
    assert list(audit.verify(db.session())) == []
    told = select(AuditEntry.changes).where(AuditEntry.verb == "mark").order_by(AuditEntry.seq)
    assert [one["marks"] for one in db.session.scalars(told)] == [
        {"business_model": "15"},
        {"business_model": "16"},
    ]


# I5 While sealed, no answer to a scoring role names a person, a unit or an entry.


def telling(panel: Panel) -> list[str]:
    entries = select(Entry).join(Performance, Performance.entry_id == Entry.id)
    found = db.session.scalars(entries.where(Performance.panel_id == panel.id))
    return [
        word
        for one in found
        for word in (str(one.id), one.title, one.leader.name, one.employer, one.admission_no or "")
    ]


def test_i05_no_page_tells_a_scoring_role_who_is_behind_a_code(
    sealed: Panel, sign_in: Person, app: Flask
) -> None:
    words, seat = telling(sealed), judging.seats_of(sealed)[0]
    sheet, turn = judging.sheet_ids(sealed)[0], judging.performances_of(sealed)[0]
    known_ids = {
        "contest": sealed.contest_id,
        "panel": sealed.id,
        "seat": seat.id,
        "performance": turn.id,
        "assignment": sheet,
        "track": sealed.track_id,
        "stage": sealed.stage_id,
        "entry": turn.entry_id,
    }
    crowd = {"judge": judging.sit(app, seat)}
    for role in SCORING_ROLES:
        crowd[role] = sign_in(role, scope="contest", scope_id=sealed.contest_id)
    kinds = {kind: name for name, kind in app.url_map.converters.items()}
    shown: Counter[str] = Counter()
    for rule in app.url_map.iter_rules():
        names = {one: kinds[type(kind)] for one, kind in rule._converters.items()}
        action = getattr(app.view_functions[rule.endpoint], "__access__", "")
        policy = app.extensions["access"].policies.get(action)
        if "GET" not in (rule.methods or ()) or policy is None:
            continue
        if not set(names.values()) <= known_ids.keys():
            continue
        values = {one: known_ids[kind] for one, kind in names.items()}
        path = app.url_map.bind("localhost").build(rule.endpoint, values)
        for role, client in crowd.items():
            client.reads_pages = False
            answer = client.get(path)
            body = answer.get_data(as_text=True)
            told = [one for one in words if one in body and one not in path]
            assert told == [], (role, path)
            shown[role] += answer.status_code == 200
    assert min(shown.values()) >= 2, shown


# I6 No judge sees a mark of another, or any aggregate.


def test_i06_a_judge_sees_no_mark_of_another(panel: Panel, app: Flask) -> None:
    one, other = judging.seats_of(panel)[:2]
    client = judging.sit(app, one)
    turn = judging.performances_of(panel)[0]
    paths = ["/judge/", f"/judge/performances/{turn.id}", f"/judge/performances/{turn.id}/confirm"]

    def look() -> list[str]:
        return [" ".join(client.get(path) and client.text().split()) for path in paths[:2]]

    before = look()
    for performance in judging.performances_of(panel):
        judging.mark_sheet(other, performance, judging.texts(other, mark="6.5"))
        judging.confirm(other, performance)
    assert look() == before


# I7 The marking ends only when each due mark is there or coded, and enough judges marked.


def test_i07_the_marking_ends_when_nothing_is_missing(panel: Panel) -> None:
    deed = lambda: chairing.close_panel(actor=CHIEF, panel_id=panel.id, now=clock.now())  # noqa: E731
    assert refusal(deed).startswith("还有 10 处没有完成，不能结束：01 号 陈评委 差 6 项；")
    judging.fill_panel(panel)
    sheet = judging.sheet_ids(panel)[0]
    with db.unit():
        chairing.return_sheet(actor=CHIEF, sheet_id=sheet, reason="请核对第一项", now=clock.now())
    assert refusal(deed) == "还有 1 处没有完成，不能结束：01 号 陈评委 未确认"
    with db.unit():
        chairing.code_absence(
            actor=CHIEF, sheet_id=sheet, absence="technical", reason="平板损坏", now=clock.now()
        )
    assert "只有 4 名评委，至少要 5 名" in refusal(deed)


# I8 Weights make up the declared total, and everybody in a stage is marked out of the same maximum.


def test_i08_weights_sum_to_the_declared_total() -> None:
    weighted = [{"op": "weighted_sum", "over": "aspects", "weights": {"a": "0.5", "b": "0.4"}}]
    with pytest.raises(LoadError, match="权重之和是 0.9，应为 1"):
        make_spec([*weighted, {"op": "mean", "over": "judges"}], aspects=("a", "b"))
    with pytest.raises(LoadError, match="points"):
        make_spec(TRIMMED, points="11")


@pytest.mark.parametrize("preset", load_presets().values(), ids=lambda one: one.key)
def test_i08_the_points_of_a_criterion_are_those_of_its_aspects(preset: Any) -> None:
    for stage in preset.spec.stages:
        for criterion in stage.criteria:
            most = sum((one.most or 0 for one in criterion.aspects), Fraction(0))
            assert criterion.points in (None, most), criterion.key
