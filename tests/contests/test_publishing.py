"""Notices: published once signed and fresh, withdrawn with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from contests.models import Publication, ResultRun
from contests.queries import grounds
from contests.queries import results as queries
from contests.results import published_results
from contests.services import publishing
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, NotFound
from core.workdays import Calendar
from tests.contests import judging
from tests.contests.judging import OFFICE, sign

ELSEWHERE = Actor(None, None, None, "外地赛事办", (Grant("contest_office", "contest", "x"),))


def publish(run: ResultRun, actor: Actor = OFFICE, **over: Any) -> Publication:
    values: dict[str, Any] = {
        "document_no": "衢人社发〔2026〕12 号",
        "dated": clock.today(),
        "workdays": 5,
        "contact": "赛事办 0570-0000000",
    }
    notice = publishing.Notice(**values | over)
    with db.unit():
        return publishing.publish(actor=actor, run_id=run.id, notice=notice, now=clock.now())


def withdraw(notice: Publication, reason: str = "文号写错了") -> None:
    with db.unit():
        publishing.withdraw(actor=OFFICE, publication_id=notice.id, reason=reason, now=clock.now())


@pytest.fixture
def run(app: Flask) -> ResultRun:
    made = judging.make_run(entries=2)
    sign(made)
    return made


def test_a_signed_run_is_published_for_working_days(run: ResultRun) -> None:
    notice = publish(run)
    deadline = Calendar.load().add(clock.today(), 5)
    assert (notice.until, notice.until_confirmed) == (deadline.day, deadline.confirmed)


def test_without_two_signatures_nothing_is_published(app: Flask) -> None:
    with pytest.raises(DomainError, match="两方都签字后才能公示"):
        publish(judging.make_run(entries=1))


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"workdays": 0}, "workdays"),
        ({"workdays": 31}, "workdays"),
        ({"document_no": " "}, "document_no"),
        ({"contact": ""}, "contact"),
        ({"dated": clock.today() + timedelta(days=2)}, "dated"),
    ],
)
def test_a_wrong_head_is_told_at_its_field(
    run: ResultRun, over: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        publish(run, **over)
    assert refusal.value.field == field


def test_a_stale_run_is_not_published(run: ResultRun) -> None:
    present = queries.run_of(run.id)
    panel = grounds.ground_of(present.track, present.stage).panels[0]
    judging.reopen(panel.id)
    with pytest.raises(DomainError, match="成绩待定，不能公示"):
        publish(run)


def test_a_track_has_one_notice(run: ResultRun) -> None:
    publish(run)
    with pytest.raises(DomainError, match="已经公示"):
        publish(run)


def test_while_published_the_panel_stays_closed(run: ResultRun) -> None:
    publish(run)
    present = queries.run_of(run.id)
    panel = grounds.ground_of(present.track, present.stage).panels[0]
    with pytest.raises(DomainError, match="先撤回公示"):
        judging.reopen(panel.id)


def test_a_withdrawn_notice_makes_room(run: ResultRun) -> None:
    first = publish(run)
    withdraw(first)
    with pytest.raises(DomainError, match="已经撤回"):
        withdraw(first)
    publish(run, document_no="衢人社发〔2026〕13 号")


def test_withdrawing_needs_a_reason(run: ResultRun) -> None:
    notice = publish(run)
    with pytest.raises(DomainError) as refusal:
        withdraw(notice, "错")
    assert refusal.value.field == "reason"


def test_a_foreign_office_publishes_and_withdraws_nothing(run: ResultRun) -> None:
    with pytest.raises(NotFound):
        publish(run, actor=ELSEWHERE)
    notice = publish(run)
    with pytest.raises(NotFound), db.unit():
        publishing.withdraw(
            actor=ELSEWHERE, publication_id=notice.id, reason="文号写错了", now=clock.now()
        )


# The facts for awards


def test_there_are_no_facts_before_the_final_release(run: ResultRun) -> None:
    assert published_results() == []
    notice = publish(run)
    assert published_results() == []
    judging.release(notice)
    assert len(published_results()) == 2


def test_facts_carry_document_day_and_place(run: ResultRun) -> None:
    judging.release(publish(run, dated=clock.today() - timedelta(days=3)))
    facts = published_results()
    assert [(one.rank, one.prize, one.published) for one in facts] == [
        (1, "一等奖", True),
        (2, "二等奖", True),
    ]
    first = facts[0]
    assert (first.family, first.level, first.track_name) == ("startup", "city", "数字经济")
    assert first.dated == clock.today() - timedelta(days=3)
    assert first.document_no == "衢人社发〔2026〕12 号"
    assert first.run_digest == run.result_digest
    assert first.entry_id == run.lines[0].entry_id
    assert first.members == ()


def test_a_withdrawn_fact_says_so_until_it_is_replaced(run: ResultRun) -> None:
    first = publish(run)
    judging.release(first)
    withdraw(first)
    assert [one.published for one in published_results()] == [False, False]
    second = publish(run, document_no="衢人社发〔2026〕13 号")
    assert [one.published for one in published_results()] == [False, False]
    judging.release(second)
    facts = published_results()
    assert [(one.published, one.document_no) for one in facts] == [
        (True, "衢人社发〔2026〕13 号"),
        (True, "衢人社发〔2026〕13 号"),
    ]
