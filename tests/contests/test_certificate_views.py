"""Certificates on screen: the office's list and sheets, the holder's page, the public check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from contests.models import Certificate, Publication
from contests.queries import certificates as queries
from contests.services import certifying
from core import clock
from core.db import db
from tests.contests import judging
from tests.contests.certified import (
    certificates_of,
    holder,
    issue,
    published,
    released,
    released_team,
    revoke,
)
from tests.contests.judging import as_contestant
from tests.pages import CheckedClient, Person


def desk(notice: Publication) -> str:
    return f"/office/publications/{notice.id}/certificates"


def check(one: Certificate) -> str:
    return f"/verify/certificates/{one.token}"


def test_the_office_issues_prints_revokes_and_issues_again(app: Flask, sign_in: Person) -> None:
    notice = released()
    office = sign_in("contest_office", name="周主任")
    path = desk(notice)
    office.get(f"/office/publications/{notice.id}")
    assert [one.get_text() for one in office.page.select(f"a[href='{path}']")] == ["证书"]
    office.get(path)
    office.send(f"{path}/issue")
    (one,) = certificates_of(notice)
    office.get(path)
    assert "共 1 张，有效 1 张" in office.text()
    office.get(f"{path}/print")
    assert len(office.page.select(".certificate svg.qr")) == 1
    assert f"编号 {one.number} 荣誉证书 王芳：" in office.text()
    office.submit(
        f"/office/certificates/{one.id}/revoke", cause="misprint", reason="姓名写成了曾用名"
    )
    office.get(path)
    office.send(f"/office/certificates/{one.id}/again")
    office.get(path)
    assert "共 2 张，有效 1 张" in office.text()


def test_a_double_click_makes_one_certificate(app: Flask, sign_in: Person) -> None:
    notice = released()
    office = sign_in("contest_office")
    office.get(desk(notice))
    path = f"{desk(notice)}/issue"
    body = {
        str(item["name"]): str(item.get("value", ""))
        for item in office.page.select(f"form[action='{path}'] input[type=hidden]")
    }
    for _ in range(2):
        assert office.post(path, data=body).status_code == 303
    assert len(certificates_of(notice)) == 1


def test_before_the_release_the_page_says_why_not(app: Flask, sign_in: Person) -> None:
    notice = published()
    office = sign_in("contest_office")
    office.get(desk(notice))
    assert "成绩定稿以后才能发放证书" in office.text()
    assert not office.page.select("main form")


def test_a_supervisor_looks_and_does_nothing(app: Flask, sign_in: Person) -> None:
    notice = released()
    (one,) = issue(notice)
    client = sign_in("supervisor")
    client.get(desk(notice))
    assert one.number in client.text()
    assert not client.page.select("main form")
    for path in (f"{desk(notice)}/print", f"/office/certificates/{one.id}/revoke"):
        assert client.get(path).status_code == 403


def test_a_foreign_office_finds_nothing(app: Flask, sign_in: Person) -> None:
    notice = released()
    (one,) = issue(notice)
    client = sign_in("contest_office", scope="contest", scope_id=uuid4())
    for path in (
        desk(notice),
        f"{desk(notice)}/print",
        f"/office/certificates/{one.id}/revoke",
    ):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", ["contestant", "county_office", "chief_judge", "auditor"])
def test_other_roles_are_refused(app: Flask, sign_in: Person, role: str) -> None:
    notice = released()
    assert sign_in(role).get(desk(notice)).status_code == 403


def test_each_member_sees_the_own_certificate(app: Flask) -> None:
    notice, leader, member = released_team()
    issue(notice)
    entry = notice.run.lines[0].entry_id
    for actor, name, other in ((leader, "王芳", "陈涛"), (member, "陈涛", "王芳")):
        client = as_contestant(app, actor)
        client.get(f"/me/entries/{entry}/certificate")
        assert f"姓名 {name}" in client.text()
        client.get(f"/me/entries/{entry}/certificate/print")
        assert f"{name}（云上队）：" in client.text()
        assert other not in client.text()


def test_who_has_none_is_told_and_a_revoked_one_is_not_printed(app: Flask) -> None:
    notice = released()
    line = notice.run.lines[0]
    (one,) = issue(notice)
    client = as_contestant(app, holder(one))
    revoke(one)
    path = f"/me/entries/{line.entry_id}/certificate"
    client.get(path)
    assert "这张证书已撤销" in client.text()
    assert "曾用名" not in client.text()
    client.get(f"{path}/print")
    assert not client.page.select(".certificate")


def test_nobody_opens_the_certificate_of_somebody_else(app: Flask, sign_in: Person) -> None:
    notice = released()
    issue(notice)
    path = f"/me/entries/{notice.run.lines[0].entry_id}/certificate"
    assert sign_in("contestant", name="赵远").get(path).status_code == 404


def test_before_there_is_one_the_page_says_so(app: Flask) -> None:
    notice = released(preset="startup")
    (one,) = issue(notice)
    other = released(preset="startup", start=40)
    entry = other.run.lines[0].entry_id
    client = as_contestant(app, holder(one))
    assert client.get(f"/me/entries/{entry}/certificate").status_code == 404
    (theirs,) = issue(other)
    assert theirs.number != one.number


# The public check


def test_everybody_may_check_one_and_reads_a_masked_name(client: CheckedClient) -> None:
    (one,) = issue(released())
    answer = client.get(check(one))
    assert client.text(".tag") == "有效"
    text = client.text()
    for told in (one.number, "姓名 王*", one.contest_name, "电工", "一等奖（第 1 名）"):
        assert told in text
    assert "王芳" not in str(client.page)
    assert str(one.id) not in str(client.page)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_code_of_a_revoked_one_says_so_and_no_reason(client: CheckedClient) -> None:
    (one,) = issue(released())
    revoke(one)
    assert client.get(check(one)).status_code == 200
    assert client.text(".tag") == "已撤销"
    assert "撤销说明：证书上的内容有误。" in client.text()
    assert "曾用名" not in client.text()


def test_an_unknown_code_is_one_plain_page(client: CheckedClient) -> None:
    texts = []
    for code in ("ABCDEFGHIJKLMNOP", "x", "QZ26-ZS2026-00001"):
        answer = client.get(f"/verify/certificates/{code}")
        assert answer.status_code == 404
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        texts.append(client.text())
    assert len(set(texts)) == 1
    assert "没有这张证书" in texts[0]
    assert "请联系证书上写的颁发单位" in texts[0]


def test_a_typed_code_leads_to_the_check(client: CheckedClient) -> None:
    (one,) = issue(released())
    client.get("/verify/certificates")
    assert client.text("label") == "查验码"
    typed = f"{one.token[:4].lower()} {one.token[4:8]}-{one.token[8:]}"
    answer: Any = client.get("/verify/certificates", query_string={"code": typed})
    assert answer.status_code == 303
    assert answer.location == check(one)
    answer = client.get("/verify/certificates", query_string={"code": "王芳"})
    assert answer.location == "/verify/certificates/unknown"


def test_guessing_codes_is_throttled_and_ends(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = issue(released())
    monkeypatch.setattr(queries, "MOST_MISSES", 3)
    for _ in range(3):
        assert client.get("/verify/certificates/ABCDEFGHIJKLMNOP").status_code == 404
    assert client.get(check(one)).status_code == 429
    assert not queries.is_throttled("127.0.0.1", clock.now() + timedelta(minutes=16))
    assert not queries.is_throttled("10.0.0.9", clock.now())


def test_known_codes_do_not_count(client: CheckedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = issue(released())
    monkeypatch.setattr(queries, "MOST_MISSES", 1)
    for _ in range(3):
        assert client.get(check(one)).status_code == 200


def test_misses_do_not_lock_anybody_out_of_signing_in(app: Flask) -> None:
    with db.unit():
        for _ in range(60):
            certifying.note_miss(address="10.0.0.1", now=clock.now())
    guess = judging.seats.weigh(code="AAAA", pin="1", address="10.0.0.1")
    judging.seats.refuse_when_throttled(guess=guess.throttle, now=clock.now())


def test_the_questions_do_not_grow(app: Flask, sign_in: Person) -> None:
    office = sign_in("contest_office")
    counts = []
    for entries, start in ((1, 0), (3, 30)):
        notice = released(preset="startup", entries=entries, start=start)
        made = issue(notice)
        assert len(made) == entries
        found = []
        for path in (desk(notice), f"{desk(notice)}/print", check(made[0])):
            office.get(path)
            found.append(office.queries)
        counts.append(found)
    assert counts[0] == counts[1]
