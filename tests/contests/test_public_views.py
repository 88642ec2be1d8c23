"""What everybody sees of contests."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from flask import Flask

from contests.models import Entry
from core import clock
from core.db import db
from tests.contests.factories import (
    close_entries,
    code_of,
    make_contest,
    make_contestant,
    make_entry,
    make_team_contest,
)
from tests.pages import CheckedClient


def test_nothing_announced_is_said(client: CheckedClient) -> None:
    make_contest(announced=False)
    client.get("/contests/")
    assert "现在没有赛事" in client.text()


def test_contests_stand_under_what_one_can_do(client: CheckedClient) -> None:
    make_contest(name="焊工赛")
    now = clock.now()
    opens, closes = now + timedelta(days=2), now + timedelta(days=3)
    make_contest(name="茶艺赛", entry_opens=opens, entry_closes=closes)
    close_entries(make_contest(name="电工赛"))
    client.get("/contests/")
    headings = [h.get_text() for h in client.page.select("main h2, main h3")]
    assert headings == ["正在报名", "焊工赛", "即将开始", "茶艺赛", "评审中", "电工赛"]


@pytest.mark.parametrize("contests", [1, 3])
def test_the_list_asks_one_question(client: CheckedClient, contests: int) -> None:
    for _ in range(contests):
        make_contest()
    client.get("/contests/")
    assert client.queries == 1


@pytest.mark.parametrize("preset", ["skill", "startup", "livestream"])
def test_the_page_tells_all_and_is_small(client: CheckedClient, preset: str) -> None:
    contest = make_contest(preset=preset)
    got = client.get(f"/contests/{contest.slug}")
    assert contest.entry_rules["method"] in client.text()
    assert contest.entry_rules["documents"][0]["title"] in client.text()
    assert "评分办法" in client.text()
    assert "奖项" in client.text()
    assert client.queries == 5
    assert len(gzip.compress(got.data)) <= 15_000


def test_a_closed_contest_says_why_one_cannot_enter(client: CheckedClient) -> None:
    contest = make_contest()
    close_entries(contest)
    client.get(f"/contests/{contest.slug}")
    assert "截止，不再接受报名" in client.text()
    assert client.page.select(f'a[href="/contests/{contest.slug}/enter"]') == []


def test_a_contest_not_announced_is_not_there(client: CheckedClient) -> None:
    contest = make_contest(announced=False)
    assert client.get(f"/contests/{contest.slug}").status_code == 404
    assert client.get("/contests/none").status_code == 404


def test_in_wechat_the_page_says_how_to_get_out(client: CheckedClient) -> None:
    contest = make_team_contest()
    client.get(f"/contests/{contest.slug}", headers={"User-Agent": "Mobile MicroMessenger/8.0"})
    assert "用浏览器打开" in client.text()


def test_a_genuine_card_verifies_with_a_masked_name(app: Flask, client: CheckedClient) -> None:
    entry = make_entry(
        make_contestant("欧阳小芳", "13900000001"), make_contest(), state="qualified"
    )
    client.get(f"/verify/{code_of(entry)}")
    assert "有效" in client.text()
    assert "欧阳**" in client.text()
    assert "小芳" not in client.text()
    assert str(entry.id) not in str(client.page)


@pytest.mark.parametrize("change", [lambda code: code[:-1] + "A" * 2, lambda code: "QZ26-X-1"])
def test_a_made_up_code_is_unknown(app: Flask, client: CheckedClient, change: object) -> None:
    entry = make_entry(make_contestant("王芳", "13900000001"), make_contest(), state="qualified")
    code = code_of(entry)
    assert callable(change)
    client.get(f"/verify/{change(code)}")
    assert "无此编号" in client.text()


def test_a_foreign_mac_on_a_real_number_is_unknown(app: Flask, client: CheckedClient) -> None:
    entry = make_entry(make_contestant("王芳", "13900000001"), make_contest(), state="qualified")
    number = db.session.get_one(Entry, entry.id).admission_no or ""
    client.get(f"/verify/{number}-{'A' * 16}")
    assert "无此编号" in client.text()
