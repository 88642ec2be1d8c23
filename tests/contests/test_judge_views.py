"""The judge's pages: what they show, what they keep, what they must not tell."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests.models import Entry, MarkOperation, Panel
from contests.services import seats
from core import clock
from core.db import db
from people.models import Person as Human
from tests.contests import judging
from tests.contests.judging import confirm, mark_sheet, sit, texts
from tests.pages import CheckedClient, Person, hidden_fields

FULL = {
    "mark_technology_level": "12",
    "mark_product_maturity": "11.5",
    "mark_business_model": "20",
    "mark_market_size": "16",
    "mark_team_strength": "10",
    "mark_finance_landing": "8",
}


@pytest.fixture
def panel(app: Flask) -> Panel:
    return judging.make_open_panel(entries=2)


def address(panel: Panel, place: int = 0) -> str:
    return f"/judge/performances/{judging.performances_of(panel)[place].id}"


def judge(app: Flask, panel: Panel, place: int = 0) -> CheckedClient:
    return sit(app, judging.seats_of(panel)[place])


def operations() -> int:
    return db.session.scalar(select(func.count()).select_from(MarkOperation)) or 0


# The door


def test_the_door_shows_the_name_and_leaves_no_trace(app: Flask, panel: Panel) -> None:
    made = seats.make_credentials([judging.seats_of(panel)[0].id])
    with db.unit():
        seats.issue(actor=judging.OFFICE, panel_id=panel.id, credentials=made, now=clock.now())
    client: Any = app.test_client()
    answer = client.get(f"/judge/s/{made[0].token}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "陈评委，您好" in client.text()
    wrong = f"{(int(made[0].pin) + 1) % 10**6:06d}"
    client.send(f"/judge/s/{made[0].token}", expect=422, pin=wrong)
    assert client.errors() == [seats.WRONG]
    client.submit(f"/judge/s/{made[0].token}", pin=made[0].pin)
    assert client.get("/judge/").status_code == 200


def test_a_typed_code_works_and_a_second_tablet_warns(app: Flask, panel: Panel) -> None:
    made = seats.make_credentials([judging.seats_of(panel)[0].id])
    with db.unit():
        seats.issue(actor=judging.OFFICE, panel_id=panel.id, credentials=made, now=clock.now())
    for expected in (False, True):
        client: Any = app.test_client()
        client.submit("/judge/sign-in", code=made[0].code, pin=made[0].pin)
        client.get("/judge/")
        assert ("另一台设备登录" in client.text()) is expected


def test_an_unknown_token_is_404(client: CheckedClient) -> None:
    assert client.get("/judge/s/nothing").status_code == 404


# The sheet


def test_a_sheet_is_saved_and_says_when(app: Flask, panel: Panel) -> None:
    client = judge(app, panel)
    client.submit(address(panel), **FULL)
    client.get(address(panel))
    assert client.queries <= 6
    assert client.text().count("✓ 已送达") == 6
    assert client.text(".tally").startswith("合计（满分 100） 77.50")
    client.get("/judge/")
    assert "01 号 王芳队 待确认" in client.text() or "01 号 李强队 待确认" in client.text()


def test_an_error_stands_at_its_mark_and_the_rest_is_kept(app: Flask, panel: Panel) -> None:
    client = judge(app, panel)
    client.submit(address(panel), expect=422, **FULL | {"mark_business_model": "26"})
    assert client.errors() == ["最高 25 分，未保存"]
    assert client.page.select_one("#mark_business_model")["value"] == "26"  # type: ignore[index]
    assert operations() == 5
    client.send(address(panel), **FULL | {"mark_business_model": "24"})
    assert operations() == 6


def test_a_double_click_is_one_save(app: Flask, panel: Panel) -> None:
    client = judge(app, panel)
    client.get(address(panel))
    body = hidden_fields(client.page, address(panel)) | FULL
    answers = [client.post(address(panel), data=body).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert operations() == 6


def test_the_same_form_with_other_marks_is_refused(app: Flask, panel: Panel) -> None:
    client = judge(app, panel)
    client.get(address(panel))
    body = hidden_fields(client.page, address(panel)) | FULL
    client.post(address(panel), data=body)
    other = body | {"mark_business_model": "1"}
    assert client.post(address(panel), data=other).status_code == 409
    assert operations() == 6


def test_two_tablets_in_conflict_show_both_values(app: Flask, panel: Panel) -> None:
    one = judge(app, panel)
    one.get(address(panel))
    mark_sheet(
        judging.seats_of(panel)[0], judging.performances_of(panel)[0], {"business_model": "15"}
    )
    one.send(address(panel), expect=422, mark_business_model="12")
    assert one.errors() == ["另一台设备已改为 15，您填的是 12，没有保存；选定后再保存一次"]
    one.send(address(panel), mark_business_model="12")
    one.get(address(panel))
    assert one.page.select_one("#mark_business_model")["value"] == "12"  # type: ignore[index]


def test_zero_is_listed_before_confirming(app: Flask, panel: Panel) -> None:
    client = judge(app, panel)
    client.submit(address(panel), **FULL | {"mark_business_model": "0", "confirm": "1"})
    confirming = address(panel) + "/confirm"
    client.get(confirming)
    assert "0 分，请确认" in client.text()
    client.send(confirming, expect=422)
    assert client.errors() == ["有 0 分的项目，请勾选确认确实给 0 分"]
    client.send(confirming, zeros_meant="y")
    client.get(address(panel))
    assert "已确认" in client.text()
    assert not client.page.select("button[form=sheet]")
    body = {"form_token": str(uuid4()), **FULL}
    body["csrf_token"] = hidden_fields(client.page, address(panel))["csrf_token"]
    assert client.post(address(panel), data=body).status_code == 422


def test_an_incomplete_sheet_cannot_be_confirmed(app: Flask, panel: Panel) -> None:
    client = judge(app, panel)
    client.get(address(panel) + "/confirm")
    assert "还有 6 项没有评" in client.text()
    assert not client.page.select("main form[method=post]")


def test_withdrawing(app: Flask, panel: Panel) -> None:
    client = judge(app, panel)
    client.submit(address(panel) + "/recuse", expect=422, reason="")
    assert client.errors() == ["请写明原因"]
    client.send(address(panel) + "/recuse", reason="项目负责人是我的学生")
    client.get("/judge/")
    assert "已回避" in client.text()


# Who may


@pytest.mark.parametrize("role", ["contestant", "contest_office", "chief_judge", "auditor"])
def test_other_roles_do_not_mark(panel: Panel, sign_in: Person, role: str) -> None:
    client = sign_in(role)
    for path in ("/judge/", address(panel), address(panel) + "/confirm"):
        assert client.get(path).status_code == 403


def test_nobody_marks_without_a_seat(client: CheckedClient, panel: Panel) -> None:
    assert client.get(address(panel)).status_code == 302


def test_a_judge_without_a_seat_has_no_sheet(panel: Panel, sign_in: Person) -> None:
    client = sign_in("judge", scope="contest", scope_id=panel.contest_id)
    for path in ("/judge/", address(panel)):
        assert client.get(path).status_code == 404


def test_a_foreign_performance_is_404(app: Flask, panel: Panel) -> None:
    other = judging.make_open_panel(preset="livestream", entries=1, start=50)
    client = judge(app, panel)
    for path in ("", "/confirm", "/recuse"):
        assert client.get(address(other) + path).status_code == 404


def test_a_reissued_seat_ends_the_session(app: Flask, panel: Panel) -> None:
    client = judge(app, panel)
    judge(app, panel)
    assert client.get(address(panel)).status_code == 302


# What must not be told


def crawl(client: CheckedClient) -> dict[str, str]:
    """Every page that a judge can reach by links, and the confirmations behind the buttons."""
    found: dict[str, str] = {}
    wanted = ["/judge/"]
    while wanted:
        path = wanted.pop()
        if path in found:
            continue
        answer = client.get(path)
        assert answer.status_code == 200, path
        found[path] = answer.get_data(as_text=True)
        links = [str(one["href"]) for one in client.page.select("a[href^='/judge/']")]
        links += [f"{one}/confirm" for one in links if one.count("/") == 3]
        wanted += [one for one in links if one not in found]
    return found


def test_a_judge_sees_no_mark_of_another(app: Flask, panel: Panel) -> None:
    for performance in judging.performances_of(panel):
        mark_sheet(
            judging.seats_of(panel)[1], performance, texts(judging.seats_of(panel)[1], mark="6.5")
        )
        confirm(judging.seats_of(panel)[1], performance)
    pages = crawl(judge(app, panel))
    assert len(pages) == 7
    for text in pages.values():
        assert "6.5" not in text
        assert "39.00" not in text
        assert "刘评委" not in text


def test_a_blind_panel_names_nobody(app: Flask) -> None:
    panel = judging.make_open_panel(preset="skill", entries=2, judges=3)
    secrets = [str(one) for one in db.session.scalars(select(Entry.id))]
    secrets += [one for one in db.session.scalars(select(Entry.admission_no)) if one]
    secrets += [one for one in db.session.scalars(select(Entry.number)) if one]
    secrets += list(db.session.scalars(select(Entry.employer)))
    secrets += [str(one) for one in db.session.scalars(select(Entry.leader_id))] + list(
        db.session.scalars(select(Human.name).join(Entry, Entry.leader_id == Human.id))
    )
    assert len(secrets) == 12
    pages = crawl(sit(app, judging.seats_of(panel)[0]))
    assert len(pages) == 7
    for text in pages.values():
        assert [one for one in secrets if one in text] == []


def test_query_counts_do_not_grow(app: Flask) -> None:
    counts = []
    for entries, start in ((1, 0), (3, 50)):
        panel = judging.make_open_panel(entries=entries, start=start)
        client = judge(app, panel)
        client.get("/judge/")
        seen = [client.queries]
        client.get(address(panel))
        counts.append([*seen, client.queries])
    assert counts[0] == counts[1]
    assert counts[0][1] <= 6


def test_the_sheet_is_light(app: Flask, panel: Panel) -> None:
    assert len(judge(app, panel).get(address(panel)).data) < 20_000
