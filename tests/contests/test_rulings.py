"""刷单: two persons of two sides declare figures void; the SPEC says what counts instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from contests.models import LiveSession, MetricRuling
from contests.queries import metrics as queries
from contests.services import rulings
from core import clock
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import judging, live
from tests.pages import Person

REASON = "平台风控通报异常订单 38 笔"


def office() -> Actor:
    return judging.known("周主任", "contest_office")


def supervisor() -> Actor:
    return judging.known("孔监督", "supervisor")


def propose(session: LiveSession, actor: Actor, kind: str = "void", **over: str) -> MetricRuling:
    account = live.account_of(session, "01")
    with db.unit():
        return rulings.propose(
            actor=actor,
            account_id=account.id,
            kind=kind,
            reason=over.get("reason", REASON),
            now=clock.now(),
        )


def second(said: MetricRuling, actor: Actor) -> MetricRuling:
    with db.unit():
        return rulings.second(actor=actor, ruling_id=said.id, now=clock.now())


@pytest.fixture
def session(app: Flask) -> LiveSession:
    made = live.make_drawn()
    live.bring(made, live.figures())
    return made


VOID = dict.fromkeys(("net_gmv", "avg_viewers", "orders", "likes"))


@pytest.mark.parametrize("first", [office, supervisor])
def test_two_sides_make_the_figures_void(session: LiveSession, first: Callable[[], Actor]) -> None:
    other = supervisor if first is office else office
    said = propose(session, first())
    assert live.values_in(session)["01"]["net_gmv"] == 5400000
    second(said, other())
    assert live.values_in(session)["01"] == VOID
    assert live.values_in(session)["02"]["net_gmv"] == 5400000
    history = queries.value_history([session.slots[0].performance_id])
    newest = history[session.slots[0].performance_id][0]
    assert (newest.absence, newest.reason) == ("void", f"认定作废：{REASON}")


def test_one_person_or_one_side_is_not_enough(session: LiveSession) -> None:
    said = propose(session, office())
    with pytest.raises(DomainError, match="须由监督仲裁确认"):
        second(said, judging.known("吴主任", "contest_office"))
    both = judging.official("两面人", "supervisor", "contest_office")
    with pytest.raises(DomainError, match="在等另一方确认"):
        propose(session, both)
    second(said, both)
    with pytest.raises(DomainError, match="已有人附议"):
        second(said, supervisor())
    lifted = propose(session, both, "restore")
    with pytest.raises(DomainError, match="两个人"):
        second(lifted, both)


def test_a_ruling_is_lifted_the_same_way(session: LiveSession) -> None:
    with pytest.raises(DomainError, match="没有作废"):
        propose(session, office(), "restore")
    second(propose(session, office()), supervisor())
    with pytest.raises(DomainError, match="已经作废"):
        propose(session, office())
    second(propose(session, supervisor(), "restore", reason="平台撤销了风控通报"), office())
    assert live.values_in(session)["01"]["net_gmv"] == 5400000


def test_a_word_is_set_aside_with_a_reason(session: LiveSession) -> None:
    said, watch = propose(session, office()), supervisor()
    with pytest.raises(DomainError), db.unit():
        rulings.set_aside(actor=watch, ruling_id=said.id, reason="", now=clock.now())
    with db.unit():
        rulings.set_aside(
            actor=watch,
            ruling_id=said.id,
            reason="证据不足，平台复核无异常",
            now=clock.now(),
        )
    assert live.values_in(session)["01"]["net_gmv"] == 5400000
    with pytest.raises(DomainError, match="已有人附议"):
        second(said, supervisor())
    second(propose(session, office()), supervisor())
    assert live.values_in(session)["01"] == VOID


def test_a_reason_and_a_role_are_needed(session: LiveSession) -> None:
    with pytest.raises(DomainError) as refusal:
        propose(session, office(), reason="")
    assert refusal.value.field == "reason"
    with pytest.raises(NotFound):
        propose(session, judging.known("占录分员", "score_clerk"))


def test_a_restatement_does_not_lift_a_ruling(session: LiveSession) -> None:
    second(propose(session, office()), supervisor())
    live.bring(session, live.figures(refunded="700"))
    assert live.values_in(session)["01"] == VOID


def test_the_spec_says_what_a_void_value_counts(session: LiveSession) -> None:
    second(propose(session, office()), supervisor())
    live.judged(session)
    run = judging.compute(session.panel)
    figures = next(one.figures for one in run.lines if one.code == "01")
    assert {key: figures[key] for key in ("sales_points", "viewer_points", "like_points")} == {
        "sales_points": "0",
        "viewer_points": "0.00",
        "like_points": "0.00",
    }
    assert all(one.total_milli is not None for one in run.lines)


def test_the_pages(sign_in: Person, session: LiveSession) -> None:
    account = live.account_of(session, "01")
    path, ruling = (
        f"/office/live-sessions/{session.id}/metrics",
        f"/office/accounts/{account.id}/ruling",
    )
    desk = sign_in("contest_office")
    desk.submit(ruling, expect=422, reason="")
    desk.submit(ruling, reason=REASON)
    said = queries.rulings_of([account.id])[account.id][0].said
    desk.get(path)
    desk.send(f"/office/rulings/{said.id}/second", expect=422)
    watch = sign_in("supervisor")
    watch.submit(f"/office/rulings/{said.id}/set-aside", reason="证据不足，再查一查")
    watch.submit(ruling, reason=REASON)
    said = queries.rulings_of([account.id])[account.id][1].said
    desk.get(path)
    assert "等另一方确认" in desk.text()
    desk.send(f"/office/rulings/{said.id}/second")
    watch.get(path)
    assert "数据已作废" in watch.text()
    watch.get(ruling)
    assert watch.text("h1") == "提出恢复有效"
