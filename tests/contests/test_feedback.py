"""Private feedback: written by the chief judge before the release, seen by its contestant after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from contests import feedback
from contests.catalogue import load_presets
from contests.models import Contest, Feedback, Panel, Performance, Publication
from contests.queries import feedback as queries
from contests.services import advising, publishing
from core import clock
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import judging
from tests.contests.certified import sign
from tests.contests.judging import as_contestant
from tests.contests.test_certificates import ELSEWHERE
from tests.pages import CheckedClient, Person

WORDS = "市场分析扎实，请补充第二年的现金流"


def write(panel: Panel, one: Performance, text: str = WORDS, actor: Actor = judging.CHIEF) -> None:
    with db.unit():
        advising.write_feedback(
            actor=actor, panel_id=panel.id, performance_id=one.id, text=text, now=clock.now()
        )


def switch(notice: Publication, wanted: bool = True, actor: Actor = judging.OFFICE) -> Contest:
    with db.unit():
        return advising.open_feedback(
            actor=actor, contest_id=notice.contest_id, wanted=wanted, now=clock.now()
        )


def told(entries: int = 2) -> tuple[Panel, Performance, Publication]:
    """A published result; the winner has the chief judge's words."""
    run = judging.make_run(entries=entries)
    panel = db.session.scalars(select(Panel).where(Panel.track_id == run.track_id)).one()
    first = next(
        one for one in judging.performances_of(panel) if one.entry_id == run.lines[0].entry_id
    )
    write(panel, first)
    sign(run)
    return panel, first, judging.publish_signed(run)


def page_of(app: Flask, one: Performance) -> CheckedClient:
    """The own result of who gave a performance."""
    entry = one.entry
    client = as_contestant(app, Actor(entry.account_id, entry.leader_id, None, ""))
    client.get(f"/me/entries/{entry.id}/result")
    return client


def test_words_and_figures_are_seen_after_the_release_where_they_are_open(app: Flask) -> None:
    _, first, notice = told(entries=5)
    switch(notice)
    assert "反馈" not in page_of(app, first).text()
    judging.release(notice)
    client = page_of(app, first)
    assert WORDS in client.text()
    table = client.page.select("table.stack")[-1]
    cells = [one.get_text() for one in table.select("tbody tr")[-1].select("th, td")]
    assert cells == ["项目得分", "54.00", "48.00", "54.00"]
    for secret in ("李强", "张伟", "陈评委"):
        assert secret not in client.text()


def test_nothing_is_seen_where_the_office_has_not_opened_it(app: Flask) -> None:
    _, first, notice = told()
    judging.release(notice)
    assert "反馈" not in page_of(app, first).text()
    switch(notice)
    assert WORDS in page_of(app, first).text()
    switch(notice, wanted=False)
    assert "反馈" not in page_of(app, first).text()


def test_the_words_are_for_their_contestant_alone(app: Flask) -> None:
    panel, first, notice = told()
    switch(notice)
    judging.release(notice)
    other = next(one for one in judging.performances_of(panel) if one.id != first.id)
    client = page_of(app, other)
    assert WORDS not in client.text()
    assert "某一项有成绩的不足 5 个时不作比较" in client.text()


def test_a_withdrawn_release_shows_nothing(app: Flask) -> None:
    _, first, notice = told()
    switch(notice)
    judging.release(notice)
    with db.unit():
        publishing.withdraw(
            actor=judging.OFFICE, publication_id=notice.id, reason="成绩有更正", now=clock.now()
        )
    assert queries.granted(first.entry) is None


@pytest.mark.parametrize(
    "role", ["contest_office", "supervisor", "score_clerk", "contestant", "auditor"]
)
def test_only_the_chief_judge_reads_and_writes_it(app: Flask, sign_in: Person, role: str) -> None:
    panel, first, _ = told()
    client = sign_in(role)
    for path in (
        f"/office/panels/{panel.id}/feedback",
        f"/office/panels/{panel.id}/performances/{first.id}/feedback",
    ):
        assert client.get(path).status_code == 403


def test_the_chief_judge_writes_and_the_office_opens_on_screen(app: Flask, sign_in: Person) -> None:
    panel, first, notice = told()
    chief = sign_in("chief_judge", name="钱裁判长")
    path = f"/office/panels/{panel.id}/feedback"
    chief.get(path)
    assert WORDS in chief.text()
    assert first.entry.title not in chief.text()
    chief.submit(
        f"/office/panels/{panel.id}/performances/{first.id}/feedback", text="请补充检测报告"
    )
    chief.get(path)
    assert WORDS not in chief.text()
    assert "请补充检测报告" in chief.text()
    office = sign_in("contest_office", name="周主任")
    desk = f"/office/contests/{notice.contest_id}/results"
    office.get(desk)
    office.send(f"/office/contests/{notice.contest_id}/feedback", wanted="yes")
    office.get(desk)
    assert "已开放：定稿后" in office.text()


def test_a_later_text_replaces_the_earlier_one_and_both_are_kept(app: Flask) -> None:
    panel, first, notice = told()
    write(panel, first, "请补充检测报告")
    switch(notice)
    judging.release(notice)
    granted = queries.granted(first.entry)
    assert granted is not None
    assert [text for _, text in granted.words] == ["请补充检测报告"]
    kept = db.session.scalars(select(Feedback.text).order_by(Feedback.version))
    assert list(kept) == [WORDS, "请补充检测报告"]


def test_after_the_release_nothing_is_written(app: Flask) -> None:
    panel, first, notice = told()
    judging.release(notice)
    with pytest.raises(DomainError, match="已经定稿"):
        write(panel, first)


@pytest.mark.parametrize(
    ("text", "why"),
    [("好", "至少 4 个字"), ("好" * 601, "最多 600 个字"), ("陈评委认为很好", "不要写评委姓名")],
)
def test_words_are_refused_at_their_field(app: Flask, text: str, why: str) -> None:
    panel, first, _ = told()
    with pytest.raises(DomainError, match=why) as refusal:
        write(panel, first, text)
    assert refusal.value.field == "text"


def test_while_the_panel_is_open_nothing_is_written(app: Flask) -> None:
    panel = judging.make_open_panel(entries=1)
    with pytest.raises(DomainError, match="评分结束以后"):
        write(panel, judging.performances_of(panel)[0])


def test_foreign_roles_find_nothing(app: Flask) -> None:
    panel, first, notice = told()
    for actor in (judging.OFFICE, ELSEWHERE):
        with pytest.raises(NotFound):
            write(panel, first, actor=actor)
    with pytest.raises(NotFound):
        switch(notice, actor=ELSEWHERE)


def test_the_switch_is_said_once(app: Flask) -> None:
    _, _, notice = told()
    with pytest.raises(DomainError, match="没有开放"):
        switch(notice, wanted=False)
    switch(notice)
    with pytest.raises(DomainError, match="已经开放"):
        switch(notice)


# The comparison, without a database

SPEC = load_presets()["startup"].spec


def field_of(*totals: str) -> list[dict[str, Any]]:
    return [{SPEC.total.key: one} for one in totals]


def test_the_own_figure_stands_beside_median_and_best() -> None:
    field = field_of("90.00", "80.50", "80.51", "70.00", "60.00", "50.00")
    (found,) = feedback.compare(SPEC, field[2], field)
    assert (found.own, found.median, found.best) == ("80.51", "75.25", "90.00")


def test_the_middle_of_two_keeps_its_exact_value() -> None:
    field = field_of("90.00", "80.01", "80.01", "80.00", "70.00", "60.00")
    (found,) = feedback.compare(SPEC, field[0], field)
    assert found.median == "80.005"


def test_of_a_small_field_nothing_is_told() -> None:
    field = field_of("90.00", "80.00", "70.00", "60.00")
    (found,) = feedback.compare(SPEC, field[0], [*field, {SPEC.total.key: None}])
    assert (found.own, found.median, found.best) == ("90.00", None, None)


def test_where_the_least_wins_the_least_is_best() -> None:
    lowest = replace(SPEC, ranking=replace(SPEC.ranking, best="low"))
    field = field_of("9.00", "8.00", "7.00", "6.00", "5.00")
    (found,) = feedback.compare(lowest, field[0], field)
    assert found.best == "5.00"


def test_without_a_figure_there_is_no_row() -> None:
    assert feedback.compare(SPEC, {SPEC.total.key: None}, []) == []
