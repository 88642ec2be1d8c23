"""A contestant enters, corrects, prints: from the list of contests to the 准考证."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask

from contests import entry_rules
from contests.models import Contest, Entry
from contests.services import reviews
from core import clock
from core.access import Actor
from core.db import db
from core.web import NO_DISK
from tests import disks
from tests.contests.factories import (
    OFFICE,
    PDF,
    answers_for,
    client_of,
    close_entries,
    join_team,
    make_account,
    make_contest,
    make_contestant,
    make_draft,
    make_entry,
    make_team_contest,
)
from tests.pages import CheckedClient, Person

WANG = ("王芳", "13900000001")


@pytest.fixture
def wang(app: Flask) -> Actor:
    return make_contestant(*WANG)


def stored(entry_id: Any) -> Entry:
    db.session.rollback()
    return db.session.get_one(Entry, entry_id)


def only_entry() -> Entry:
    db.session.rollback()
    return db.session.query(Entry).one()


def enter(client: CheckedClient, contest: Contest, **over: Any) -> Any:
    contest = db.session.get_one(Contest, contest.id)
    fields = {
        "track_id": str(contest.tracks[0].id),
        "division_id": str(contest.divisions[0].id),
    }
    return client.submit(f"/contests/{contest.slug}/enter", **fields | over)


def pdf(name: str = "证件.pdf", data: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def test_from_the_list_to_the_number(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    client = client_of(app, wang)
    client.get("/contests/")
    assert contest.name in client.text()
    client.get(f"/contests/{contest.slug}")
    assert "我要报名" in client.text()
    enter(client, contest)
    entry = only_entry()
    base = f"/me/entries/{entry.id}"
    client.get(base)
    assert "还差" in client.text()
    answers = {entry_rules.answer_field(k): v for k, v in answers_for(contest).items()}
    client.submit(f"{base}/answers", **answers)
    for key in ("document_1", "document_2", "document_3"):
        client.submit(f"{base}/documents/{key}", file=pdf())
    client.get(f"{base}/check")
    assert "还差" not in client.text()
    client.submit(f"{base}/check", declared="y")
    client.get(base)
    assert stored(entry.id).number in client.text(".receipt")
    assert re.fullmatch(r"QZ26[A-Z]{2}-00001", stored(entry.id).number or "")


def test_without_a_profile_it_leads_there_and_back(app: Flask) -> None:
    contest = make_contest()
    with db.unit():
        account = make_account("新人", "13900000009")
    client = client_of(app, Actor(account.id, None, None, "新人"))
    moved = client.get(f"/contests/{contest.slug}/enter")
    assert moved.status_code == 302
    assert moved.location == f"/me/profile?next=/contests/{contest.slug}/enter"
    back = client.submit(
        moved.location,
        name="新人",
        id_number="11010519491231002X",
        county="330802",
        employer="",
        consent="y",
    )
    assert back.location == f"/contests/{contest.slug}/enter"


def test_nothing_chosen_is_said_at_the_fields(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    client = client_of(app, wang)
    client.submit(f"/contests/{contest.slug}/enter", expect=422)
    assert client.errors() == ["请选择赛道", "请选择组别"]


def test_a_team_needs_a_name(wang: Actor, app: Flask) -> None:
    contest = make_team_contest()
    client = client_of(app, wang)
    enter(client, contest, expect=422, title="")
    assert client.errors() == ["请填写队伍名称"]


def test_a_double_click_makes_one_entry(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    client = client_of(app, wang)
    first = enter(client, contest)
    fields = {
        "track_id": str(contest.tracks[0].id),
        "division_id": str(contest.divisions[0].id),
    }
    path = f"/contests/{contest.slug}/enter"
    second = client.send(path, **fields)  # the same page, the same token
    assert second.location == first.location
    assert only_entry()


def test_a_second_tab_is_led_to_the_first_entry(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    one, two = client_of(app, wang), client_of(app, wang)
    path = f"/contests/{contest.slug}/enter"
    two.get(path)
    enter(one, contest)
    two.send(
        path,
        expect=422,
        track_id=str(contest.tracks[0].id),
        division_id=str(contest.divisions[0].id),
    )
    assert two.errors() == ["您在这个赛道已有一份报名，请在“我的报名”里继续填写或修改"]
    assert two.page.select_one(f'a[href="/me/entries/{only_entry().id}"]')


def test_a_closed_contest_says_so_and_keeps_what_was_typed(wang: Actor, app: Flask) -> None:
    contest = make_team_contest()
    client = client_of(app, wang)
    path = f"/contests/{contest.slug}/enter"
    client.get(path)
    close_entries(contest)
    track = str(contest.tracks[1].id)
    division = str(contest.divisions[0].id)
    client.send(path, expect=422, track_id=track, division_id=division, title="云上队")
    [error] = client.errors()
    assert re.fullmatch(r"报名已于 .* 截止，不再接受报名", error)
    assert client.page.select_one("#title")["value"] == "云上队"  # type: ignore[index]
    assert client.page.select_one(f'input[value="{track}"]').has_attr("checked")  # type: ignore[union-attr]
    client.get(path)
    assert "现在不能报名" in client.text()


def test_half_an_answer_is_kept_and_a_wrong_one_refused(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    entry = make_draft(wang, contest)
    client = client_of(app, wang)
    path = f"/me/entries/{entry.id}/answers"
    client.submit(path, answer_employer="衢州市第一机械厂", answer_skill_level="", answer_years="")
    assert stored(entry.id).answers == {"employer": "衢州市第一机械厂"}
    client.submit(path, expect=422, answer_employer="衢州中专", answer_years="三年")
    assert client.errors() == ["“从业年限”只能填整数，不要带单位，例如 3"]
    assert client.page.select_one("#answer_employer")["value"] == "衢州中专"  # type: ignore[index]
    assert stored(entry.id).answers == {"employer": "衢州市第一机械厂"}


def test_a_word_file_is_refused_with_what_to_do(wang: Actor, app: Flask) -> None:
    entry = make_draft(wang, make_contest())
    client = client_of(app, wang)
    word = pdf("推荐表.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)
    client.submit(f"/me/entries/{entry.id}/documents/document_3", expect=422, file=word)
    assert client.errors() == [
        "“推荐表.doc”是旧版 Office 文件，这里只接受 PDF、JPG、PNG，请另存为 PDF 或 xlsx 后再传"
    ]
    client.submit(f"/me/entries/{entry.id}/documents/document_3", expect=422)
    assert client.errors() == ["请先选择文件"]


def test_40_megabytes_get_a_page_that_says_the_limit(wang: Actor, app: Flask) -> None:
    entry = make_draft(wang, make_contest())
    client = client_of(app, wang)
    big = pdf("大文件.pdf", b"%PDF-" + b"0" * (40 * 1024 * 1024))
    got = client.submit(f"/me/entries/{entry.id}/documents/document_1", expect=413, file=big)
    got.request.environ["wsgi.input"].close()  # the test client leaves its spooled body open
    assert "一次最多上传 20 MB" in client.text()
    back = client.page.select_one("main .btn")
    assert back["href"] == f"/me/entries/{entry.id}/documents/document_1"  # type: ignore[index]


def test_a_little_over_20_megabytes_is_said_at_the_field(wang: Actor, app: Flask) -> None:
    entry = make_draft(wang, make_contest())
    client = client_of(app, wang)
    big = pdf("大文件.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024))
    got = client.submit(f"/me/entries/{entry.id}/documents/document_1", expect=422, file=big)
    got.request.environ["wsgi.input"].close()  # the test client leaves its spooled body open
    assert client.errors() == ["文件 20.1 MB，超过 20 MB 上限，请压缩或拆分后再传"]


def test_one_downloads_what_one_uploaded_and_replaces_it(wang: Actor, app: Flask) -> None:
    entry = make_draft(wang, make_contest())
    client = client_of(app, wang)
    path = f"/me/entries/{entry.id}/documents/document_1"
    client.submit(path, file=pdf("旧.pdf"))
    client.submit(path, file=pdf("新.pdf", PDF + b"%2"))
    got = client.get(f"{path}/file")
    assert got.data == PDF + b"%2"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert [one.filename for one in stored(entry.id).documents] == ["新.pdf"]


def test_a_document_that_finds_no_room_is_told_and_not_entered(wang: Actor, app: Flask) -> None:
    entry = make_draft(wang, make_contest())
    client = client_of(app, wang)
    path = f"/me/entries/{entry.id}/documents/document_1"
    client.get(path)
    with disks.full():
        client.send(path, expect=503, file=pdf())
    assert NO_DISK in client.text()
    root = app.extensions["settings"].files
    assert (stored(entry.id).documents, [one for one in root.rglob("*") if one.is_file()]) == (
        [],
        [],
    )
    client.submit(path, file=pdf())
    assert client.get(f"{path}/file").data == PDF


def test_the_two_sides_of_a_card_are_two_files_replaced_one_by_one(wang: Actor, app: Flask) -> None:
    entry = make_draft(wang, make_contest())
    client = client_of(app, wang)
    path = f"/me/entries/{entry.id}/documents/document_1"
    client.submit(path, file=pdf("正面.pdf"))
    client.get(f"/me/entries/{entry.id}/documents")
    assert "再传一个文件（第 2 个）" in client.text("#document_1")
    client.submit(f"{path}?place=2", file=pdf("反面.exe", PDF + b"%2"))
    client.submit(path, file=pdf("新正面.pdf"))
    named = [(one.place, one.filename) for one in stored(entry.id).documents]
    assert named == [(1, "新正面.pdf"), (2, "反面.pdf")]
    assert client.get(f"{path}/file?place=2").data == PDF + b"%2"
    assert client.get(f"{path}?place=3").status_code == 404
    assert client.get(f"{path.replace('document_1', 'document_2')}?place=2").status_code == 404


def test_without_the_declaration_nothing_is_submitted(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    entry = make_entry(wang, contest, state="submitted")
    other = make_contestant("李明", "13900000002")
    draft = make_draft(other, contest)
    client = client_of(app, other)
    client.get(f"/me/entries/{draft.id}/check")
    assert "还没有上传“身份证正反面”" in client.text()
    assert client.page.select("form[data-once]") == []
    assert stored(entry.id).state == "submitted"


def test_returned_is_corrected_at_the_fields_and_keeps_its_number(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    entry = make_entry(wang, contest)
    number = stored(entry.id).number
    with db.unit():
        reviews.send_back(
            actor=OFFICE,
            entry_id=entry.id,
            reasons={"answer_employer": "请写单位全称", "document_1": "照片看不清，请重拍"},
            now=clock.now(),
        )
    close_entries(contest)  # corrections are still taken until judging begins
    client = client_of(app, wang)
    base = f"/me/entries/{entry.id}"
    client.get(base)
    assert "照片看不清，请重拍" in client.text(".tasks")
    client.get(f"{base}/answers")
    assert "请写单位全称" in client.text(".note")
    answers = {entry_rules.answer_field(k): v for k, v in answers_for(contest).items()}
    client.submit(f"{base}/answers", **answers | {"answer_employer": "衢州市第一机械有限公司"})
    client.submit(f"{base}/documents/document_1", file=pdf())
    client.submit(f"{base}/check", declared="y")
    assert (stored(entry.id).state, stored(entry.id).number) == ("submitted", number)


def test_a_submitted_entry_cannot_be_edited(wang: Actor, app: Flask) -> None:
    entry = make_entry(wang, make_contest())
    client = client_of(app, wang)
    for page in ("answers", "documents", "basics", "check", "documents/document_1", "members"):
        assert client.get(f"/me/entries/{entry.id}/{page}").location == f"/me/entries/{entry.id}"


def test_somebody_elses_entry_is_not_there(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    entry = make_entry(make_contestant("李明", "13900000002"), contest, state="qualified")
    client = client_of(app, wang)
    pages = ("", "/answers", "/documents", "/documents/document_1", "/documents/document_1/file")
    for path in (*pages, "/basics", "/members", "/check", "/admission", "/admission/print"):
        assert client.get(f"/me/entries/{entry.id}{path}").status_code == 404, path


def test_not_signed_in_and_wrong_role(client: CheckedClient, sign_in: Person) -> None:
    assert client.get("/me/entries").status_code == 302
    assert sign_in("award_officer").get("/me/entries").status_code == 403


def test_a_member_confirms_after_signing_in(wang: Actor, app: Flask) -> None:
    entry = make_draft(wang, make_team_contest())
    leader = client_of(app, wang)
    path = f"/me/entries/{entry.id}/members"
    leader.submit(path, name="陈涛", mobile="139 0000 0003")
    leader.get(f"/me/entries/{entry.id}")
    assert "陈涛 还没有确认邀请" in leader.text()
    member = client_of(app, make_contestant("陈涛", "13900000003"))
    member.get("/me/entries")
    assert "1 份组队邀请等您确认" in member.text()
    member.get("/me/invitations")
    [accept] = [f["action"] for f in member.page.select("form") if "accept" in str(f["action"])]
    joined = member.send(str(accept))
    assert joined.location == f"/me/entries/{entry.id}"
    member.get(joined.location)
    assert "陈涛" in member.text()
    assert member.get(f"/me/entries/{entry.id}/answers").status_code == 404


def test_the_leader_removes_a_member(wang: Actor, app: Flask) -> None:
    entry = make_draft(wang, make_team_contest())
    join_team(wang, entry, "陈涛", "13900000003")
    leader = client_of(app, wang)
    leader.get(f"/me/entries/{entry.id}/members")
    [remove] = [f["action"] for f in leader.page.select("form") if "remove" in str(f["action"])]
    leader.send(str(remove))
    assert [one.state for one in stored(entry.id).members] == ["removed"]


def test_withdrawn_frees_the_place(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    entry = make_entry(wang, contest)
    client = client_of(app, wang)
    client.get(f"/me/entries/{entry.id}")
    client.send(f"/me/entries/{entry.id}/withdraw")
    assert stored(entry.id).state == "withdrawn"
    assert enter(client, contest).status_code == 303


def test_the_card_carries_a_code_that_verifies(wang: Actor, app: Flask) -> None:
    contest = make_contest()
    entry = make_entry(wang, contest, state="qualified")
    client = client_of(app, wang)
    client.get(f"/me/entries/{entry.id}/admission")
    assert stored(entry.id).admission_no in client.text()
    client.get(f"/me/entries/{entry.id}/admission/print")
    assert re.search(r"330802\*{10}\d[\dX]", client.text(".admission"))
    assert client.page.select_one(".admission svg.qr")


def test_no_card_before_the_review(wang: Actor, app: Flask) -> None:
    entry = make_entry(wang, make_contest())
    client = client_of(app, wang)
    assert client.get(f"/me/entries/{entry.id}/admission").location == f"/me/entries/{entry.id}"


@pytest.mark.parametrize("entries", [1, 3])
def test_my_entries_ask_the_same_number_of_questions(wang: Actor, app: Flask, entries: int) -> None:
    for _ in range(entries):
        make_draft(wang, make_team_contest())
    client = client_of(app, wang)
    client.get("/me/entries")
    assert client.queries == 8
