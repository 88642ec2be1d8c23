"""The contest office: make a contest, review entries; the county office looks on."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from contests.models import Contest, Entry
from core import clock
from core.audit import AuditEntry
from core.db import db
from tests.contests.factories import (
    make_contest,
    make_contestant,
    make_draft,
    make_entry,
)
from tests.pages import CheckedClient, Person

DAY = "%Y-%m-%dT%H:%M"


def plan(**over: str) -> dict[str, str]:
    now = clock.local(clock.now())
    return {
        "name": "2026 年衢州市焊工竞赛",
        "slug": "welding-2026",
        "number_start": "qz26",
        "level": "provincial",
        "sponsor": "衢州市人力资源和社会保障局",
        "organizer": "衢州市技师学院",
        "contact": "0570-0000000",
        "entry_opens": f"{now:{DAY}}",
        "entry_closes": f"{now + timedelta(days=7):{DAY}}",
        "held_on": f"{now + timedelta(days=20):%Y-%m-%d}",
        "venue": "实训中心 B 区",
        "tracks": "HG 焊工\r\nDG　电工",
        "divisions": "职工组\r\n学生组",
        "summary": "",
    } | over


@pytest.fixture
def office(sign_in: Person) -> CheckedClient:
    return sign_in("contest_office", name="周主任")


def stored(entry_id: Any) -> Entry:
    db.session.rollback()
    return db.session.get_one(Entry, entry_id)


@pytest.mark.parametrize("preset", ["skill", "startup", "livestream"])
def test_a_contest_is_made_from_each_preset_and_announced(
    office: CheckedClient, preset: str
) -> None:
    office.get("/office/contests/new")
    assert office.page.select_one(f'a[href="/office/contests/new/{preset}"]')
    desk = office.submit(f"/office/contests/new/{preset}", **plan()).location
    contest = db.session.query(Contest).one()
    assert [(one.code, one.name) for one in contest.tracks] == [("HG", "焊工"), ("DG", "电工")]
    assert [one.name for one in contest.divisions] == ["职工组", "学生组"]
    assert [one.key for one in contest.stages] == ["final"]
    assert contest.code == "QZ26"
    office.get(desk)
    office.send(f"{desk}/announce")
    office.get("/contests/")
    assert "正在报名" in office.text()


def test_wrong_dates_are_said_at_the_field_and_typed_text_stays(office: CheckedClient) -> None:
    typed = plan(entry_closes="2026-01-01T09:00", held_on="2026-01-01", tracks="焊工")
    office.submit("/office/contests/new/skill", expect=422, **typed)
    assert office.errors() == ["报名截止时间要晚于开始时间"]
    assert office.page.select_one("#slug")["value"] == "welding-2026"  # type: ignore[index]


def test_a_taken_web_name_is_said_at_its_field(office: CheckedClient) -> None:
    make_contest(slug="welding-2026")
    office.submit("/office/contests/new/skill", expect=422, **plan())
    assert office.errors() == ["这个网址简称已被别的赛事使用，请换一个"]


def test_a_plan_is_changed_until_it_is_announced(office: CheckedClient) -> None:
    contest = make_contest(announced=False)
    path = f"/office/contests/{contest.id}/edit"
    office.submit(path, **plan(tracks="DG 电工（高级工）\nCY 茶艺"))
    db.session.rollback()
    changed = db.session.query(Contest).one()
    assert [(one.code, one.name) for one in changed.tracks] == [
        ("DG", "电工（高级工）"),
        ("CY", "茶艺"),
    ]
    office.get(f"/office/contests/{contest.id}")
    office.send(f"/office/contests/{contest.id}/announce")
    assert office.get(path).location == f"/office/contests/{contest.id}"


def test_without_a_place_it_is_not_announced(office: CheckedClient) -> None:
    contest = make_contest(announced=False, venue="")
    office.get(f"/office/contests/{contest.id}")
    office.send(f"/office/contests/{contest.id}/announce", expect=422)
    assert office.errors() == ["还没有填写比赛地点，准考证上要用，请先补上再发布"]


def test_an_office_of_one_contest_sees_that_one(app: Flask, sign_in: Person) -> None:
    mine, other = make_contest(name="焊工赛"), make_contest(name="茶艺赛")
    office = sign_in("contest_office", scope="contest", scope_id=mine.id)
    office.get("/office/contests")
    assert "焊工赛" in office.text()
    assert "茶艺赛" not in office.text()
    assert office.get(f"/office/contests/{other.id}").status_code == 404
    assert office.submit("/office/contests/new/skill", expect=403, **plan())


def test_the_review_goes_from_one_to_the_next(app: Flask, office: CheckedClient) -> None:
    contest = make_contest()
    first = make_entry(make_contestant("王芳", "13900000001"), contest)
    second = make_entry(make_contestant("李明", "13900000002"), contest)
    start = f"/office/contests/{contest.id}/entries/next"
    assert office.get(start).location == f"/office/entries/{first.id}"
    office.get(f"/office/entries/{first.id}")
    assert "王芳" in office.text()
    assert "13900000001" not in office.text()
    assert office.send(f"/office/entries/{first.id}/qualify").location == start
    assert stored(first.id).admission_no == f"{contest.code}-DG-00001"
    assert office.get(start).location == f"/office/entries/{second.id}"
    office.submit(f"/office/entries/{second.id}/reject", reason="不在本市工作或学习")
    assert stored(second.id).state == "rejected"
    assert office.get(start).location == f"/office/contests/{contest.id}/entries"


def test_sent_back_with_a_sentence_a_field(app: Flask, office: CheckedClient) -> None:
    entry = make_entry(make_contestant("王芳", "13900000001"), make_contest())
    path = f"/office/entries/{entry.id}/return"
    office.submit(path, expect=422)
    assert office.errors() == ["请至少写一处要补正的内容，让选手知道改什么"]
    office.submit(path, answer_employer="请写全称", document_2="证书缺第二页")
    reasons = stored(entry.id).reviews[-1].reasons
    assert reasons == {"answer_employer": "请写全称", "document_2": "证书缺第二页"}


def test_two_officers_decide_once(app: Flask, sign_in: Person) -> None:
    entry = make_entry(make_contestant("王芳", "13900000001"), make_contest())
    one, two = sign_in("contest_office", name="周主任"), sign_in("contest_office", name="吴科员")
    for office in (one, two):
        office.get(f"/office/entries/{entry.id}")
    one.send(f"/office/entries/{entry.id}/qualify")
    two.send(f"/office/entries/{entry.id}/qualify", expect=422)
    assert two.errors() == ["这份报名已经通过审查并发放准考证，要变动请联系赛事办，不能通过审查"]
    assert len(stored(entry.id).reviews) == 1


def test_the_county_office_sees_its_own_and_decides_nothing(app: Flask, sign_in: Person) -> None:
    contest = make_contest()
    own = make_entry(make_contestant("王芳", "13900000001", county="330824"), contest)
    far = make_entry(make_contestant("李明", "13900000002", county="330881"), contest)
    county = sign_in("county_office", scope="county", scope_id="330824")
    county.get(f"/office/contests/{contest.id}/entries")
    assert "王芳" in county.text()
    assert "李明" not in county.text()
    assert county.get(f"/office/entries/{own.id}").status_code == 200
    assert county.page.select(f'form[action="/office/entries/{own.id}/qualify"]') == []
    assert county.get(f"/office/entries/{far.id}").status_code == 404
    assert county.get(f"/office/entries/{far.id}/documents/document_1").status_code == 404
    assert county.get(f"/office/entries/{own.id}/return").status_code == 403


@pytest.mark.parametrize("path", ["", "/return", "/reject", "/documents/document_1"], ids=str)
def test_an_entry_of_another_contest_is_not_there(app: Flask, sign_in: Person, path: str) -> None:
    mine, other = make_contest(), make_contest()
    entry = make_entry(make_contestant("王芳", "13900000001"), other)
    office = sign_in("contest_office", scope="contest", scope_id=mine.id)
    assert office.get(f"/office/entries/{entry.id}{path}").status_code == 404


def test_drafts_are_their_owners_business(app: Flask, office: CheckedClient) -> None:
    contest = make_contest()
    draft = make_draft(make_contestant("王芳", "13900000001"), contest)
    office.get(f"/office/contests/{contest.id}/entries")
    assert "还没有人提交报名" in office.text()
    assert office.get(f"/office/entries/{draft.id}").status_code == 404


@pytest.mark.parametrize("entries", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    app: Flask, office: CheckedClient, entries: int
) -> None:
    contest = make_contest()
    for number in range(entries):
        make_entry(make_contestant("王芳", f"1390000000{number}"), contest)
    office.get(f"/office/contests/{contest.id}/entries")
    assert office.queries == 5


def test_filters_narrow_and_offer_a_way_back(app: Flask, office: CheckedClient) -> None:
    contest = make_contest()
    entry = make_entry(make_contestant("王芳", "13900000001"), contest, state="qualified")
    make_entry(make_contestant("李明", "13900000002"), contest, track=1)
    base = f"/office/contests/{contest.id}/entries"
    for query, names in (
        ("state=qualified", ["王芳"]),
        ("track=HG", ["李明"]),
        ("number=DG-00001", ["王芳"]),
        ("county=330802", ["王芳", "李明"]),
        ("county=330881", []),
    ):
        office.get(f"{base}?{query}")
        cells = [td.get_text() for td in office.page.select('td[data-l="姓名"]')]
        assert cells == names, query
    assert "清除条件" in office.text()
    assert entry


def test_the_sheet_masks_and_is_on_the_record(app: Flask, office: CheckedClient) -> None:
    contest = make_contest()
    make_entry(make_contestant("王芳", "13900000001"), contest)
    office.get(f"/office/contests/{contest.id}/entries")
    got = office.send(f"/office/contests/{contest.id}/entries/sheet", expect=200)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(got.data)).get_sheet_by_index(0).to_python()
    assert rows[2][2] == "王芳"
    assert str(rows[2][3]).startswith("330802**********")
    assert rows[2][4] == "139****0001"
    taken = db.session.query(AuditEntry).filter_by(verb="export_entries").one()
    assert taken.changes == {"rows": 1}


def test_contestants_have_no_office(sign_in: Person) -> None:
    contest = make_contest()
    for path in ("", "/new", f"/{contest.id}", f"/{contest.id}/entries"):
        assert sign_in("contestant").get(f"/office/contests{path}").status_code == 403
