"""Objections hold the awards of their lines; the result is released by somebody else, after its notice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from awards import collect
from contests.models import Entry, Objection, Publication
from contests.queries import objections as queries
from contests.results import published_results
from contests.services import objecting
from core import clock
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import judging
from tests.contests.judging import record_objection, release
from tests.pages import Person

LATER = timedelta(days=40)


@pytest.fixture
def notice(app: Flask) -> Publication:
    return judging.publish_run(judging.make_run(entries=2))


def contestant(notice: Publication, place: int = 0) -> tuple[Actor, Entry]:
    entry = db.session.get_one(Entry, notice.run.lines[place].entry_id)
    return Actor(entry.account_id, entry.leader_id, None, ""), entry


def file(
    notice: Publication, about: str = "own", now: datetime | None = None, place: int = 0
) -> Objection:
    actor, entry = contestant(notice, place)
    with db.unit():
        return objecting.object_to_own(
            actor=actor,
            entry_id=entry.id,
            about=about,
            grounds="技术先进性一项漏计",
            now=now or clock.now(),
        )


def answer(one: Objection, upheld: bool, now: datetime | None = None) -> Objection:
    with db.unit():
        return objecting.answer_objection(
            actor=judging.OFFICE,
            objection_id=one.id,
            upheld=upheld,
            answer="已核对评分表，没有漏计",
            now=now or clock.now(),
        )


def held() -> list[str]:
    return [one.held for one in published_results()]


def test_a_late_objection_holds_its_line_alone(notice: Publication) -> None:
    release(notice)
    record_objection(notice, notice.run.lines[0].id, now=clock.now() + LATER)
    assert held() == ["异议正在办理", ""]


def test_an_objection_to_the_track_holds_every_line(notice: Publication) -> None:
    release(notice)
    one = record_objection(notice, now=clock.now() + LATER)
    assert held() == ["异议正在办理", "异议正在办理"]
    answer(one, False, clock.now() + LATER)
    assert held() == ["", ""]


def test_what_is_upheld_holds_until_the_notice_is_withdrawn(notice: Publication) -> None:
    release(notice)
    one = record_objection(notice, notice.run.lines[0].id, now=clock.now() + LATER)
    answer(one, True, clock.now() + LATER)
    assert held() == ["异议成立，成绩待更正", ""]


def test_the_fact_for_awards_says_that_it_is_held(notice: Publication) -> None:
    release(notice)
    record_objection(notice, now=clock.now() + LATER)
    facts = [one.fact for one in collect.gather()]
    assert [one.held for one in facts] == ["异议正在办理", "异议正在办理"]
    assert [collect.facts.from_json(one.as_json()) for one in facts] == facts


def test_the_result_is_not_released_during_the_notice(notice: Publication) -> None:
    with pytest.raises(DomainError, match="期满后才能定稿"):
        release(notice, days=0)


def test_an_open_objection_stops_the_release(notice: Publication) -> None:
    file(notice)
    with pytest.raises(DomainError, match="第 1 号异议正在办理，不能定稿"):
        release(notice)


def test_the_release_waits_for_the_end_of_an_appeal(notice: Publication) -> None:
    one = file(notice)
    answered = clock.now() + LATER
    answer(one, False, answered)
    with pytest.raises(DomainError, match="第 1 号的申诉期限到"):
        release(notice, days=40)
    release(notice, days=60)


def test_a_result_is_released_once_and_not_by_its_publisher(app: Flask) -> None:
    run = judging.make_run(entries=1)
    notice = judging.publish_run(run)
    publisher = judging.official("周主任", "contest_office")
    with db.unit() as session:
        session.get_one(Publication, notice.id).published_by = publisher.account_id
    with pytest.raises(DomainError, match="请由另一人定稿"):
        release(notice, actor=publisher)
    release(notice)
    with pytest.raises(DomainError, match="已经定稿"):
        release(notice)
    found = queries.release_of(notice.id)
    assert found is not None
    assert (found.signer, found.result_digest) == ("孔监督", run.result_digest)


def test_an_appeal_follows_the_answer_and_there_is_no_third_level(notice: Publication) -> None:
    first = file(notice)
    with pytest.raises(DomainError, match="还没有答复"):
        file(notice)
    answer(first, False)
    second = file(notice)
    assert (second.level, second.title, second.number) == (1, "申诉", 2)
    answer(second, False)
    with pytest.raises(DomainError, match="最后一级"):
        file(notice)


def test_an_answer_stands(notice: Publication) -> None:
    one = answer(file(notice), False)
    with pytest.raises(DomainError, match="已经答复"):
        answer(one, True)


def test_a_contestant_objects_only_during_the_notice(notice: Publication) -> None:
    with pytest.raises(DomainError, match="不能再提出异议"):
        file(notice, now=clock.now() + LATER)


def test_a_contestant_does_not_object_for_somebody_else(notice: Publication) -> None:
    actor, _ = contestant(notice, 0)
    _, other = contestant(notice, 1)
    with pytest.raises(NotFound), db.unit():
        objecting.object_to_own(
            actor=actor, entry_id=other.id, about="own", grounds="漏计一项", now=clock.now()
        )


def test_the_name_of_a_visitor_is_sealed(notice: Publication) -> None:
    one = record_objection(notice)
    row = db.session.execute(text("SELECT name_sealed, contact_sealed FROM contests_objection"))
    assert "方敏" not in str(row.one())
    assert (one.name, one.contact) == ("方敏", "0570-0000001")


def test_from_objection_to_answer_on_screen(
    app: Flask, notice: Publication, sign_in: Person
) -> None:
    actor, entry = contestant(notice)
    me = judging.as_contestant(app, actor)
    path = f"/me/entries/{entry.id}/objection"
    me.submit(path, about="own", grounds="技术先进性一项漏计")
    office = sign_in("contest_office", name="周主任")
    desk = f"/office/publications/{notice.id}"
    line = str(notice.run.lines[1].id)
    new = f"{desk}/objections/new"
    office.submit(new, line_id=line, visitor="方敏", contact="0570-1", grounds="测量工具没有校准")
    office.get(desk)
    assert "方*" in office.text()
    assert "方敏" not in office.text()
    links = [one["href"] for one in office.page.select("tbody th a")]
    office.submit(links[0], verdict="refused", answer="已核对评分表，没有漏计")
    me.get(path)
    assert "已核对评分表，没有漏计" in me.text()
    assert "方" not in me.text()


def test_a_supervisor_releases_on_screen(app: Flask, notice: Publication, sign_in: Person) -> None:
    with db.unit() as session:
        found = session.get_one(Publication, notice.id)
        found.dated = found.until = clock.today() - timedelta(days=1)
    supervisor = sign_in("supervisor", name="孔监督")
    desk = f"/office/publications/{notice.id}"
    supervisor.get(desk)
    supervisor.send(f"{desk}/release")
    supervisor.get(desk)
    assert "孔监督" in supervisor.text()
    assert len(published_results()) == 2


@pytest.mark.parametrize("about", ["own", "track"])
def test_the_page_says_beforehand_what_is_closed(notice: Publication, about: str) -> None:
    actor, entry = contestant(notice)
    line = next(one for one in notice.run.lines if one.entry_id == entry.id)
    late = clock.now() + LATER

    def obstacle(now: datetime) -> str:
        with db.unit() as session:
            found = session.get_one(Publication, notice.id)
            return objecting.obstacle_to_object(actor, found, line, now)

    assert obstacle(clock.now()) == ""
    assert obstacle(late) == f"公示期已于 {notice.until} 结束，不能再提出异议"
    answer(file(notice, about), upheld=False)
    assert obstacle(clock.now()) == ""
