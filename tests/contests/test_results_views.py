"""Results on screen: for officials, for everybody, for the contestant; and nothing before its time."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from contests.models import Contest, Entry, FirmnessCheck, Panel, Publication, ResultRun
from contests.queries import lines
from core import clock
from core.db import db
from tests.contests import judging
from tests.contests.judging import as_contestant, sign
from tests.pages import CheckedClient, Person

HEAD = {"document_no": "衢人社发〔2026〕12 号", "workdays": "5", "contact": "赛事办 0570-0000000"}


@pytest.fixture
def run(app: Flask) -> ResultRun:
    return judging.make_run(entries=2)


def slug(run: ResultRun) -> str:
    contest = select(Contest.slug).join(Panel, Panel.contest_id == Contest.id)
    return db.session.scalars(contest.where(Panel.track_id == run.track_id)).one()


def publish(client: CheckedClient, run: ResultRun, **over: Any) -> None:
    client.submit(f"/office/runs/{run.id}/publish", **HEAD | {"dated": str(clock.today())} | over)


def leader(app: Flask, run: ResultRun, place: int = 0) -> tuple[CheckedClient, str]:
    """The contestant of a line of the run, and the address of the own result."""
    entry = db.session.get_one(Entry, run.lines[place].entry_id)
    actor = judging.Actor(entry.account_id, entry.leader_id, None, "")
    return as_contestant(app, actor), f"/me/entries/{entry.id}/result"


def test_from_closed_panel_to_notice(app: Flask, sign_in: Person) -> None:
    panel = judging.make_open_panel(entries=2)
    judging.fill_panel(panel)
    judging.close(panel)
    office = sign_in("contest_office", name="周主任")
    chief = sign_in("chief_judge", name="钱裁判长")
    office.get(f"/office/contests/{panel.contest_id}/results")
    for _ in range(2):
        office.send(f"/office/tracks/{panel.track_id}/stages/{panel.stage_id}/compute")
    run = db.session.scalars(select(ResultRun)).one()
    judging.recheck(run)
    for client in (office, chief):
        client.get(f"/office/runs/{run.id}")
        client.send(f"/office/runs/{run.id}/sign")
    office.get(f"/office/contests/{panel.contest_id}/results")
    assert "两方已签" in office.text()
    publish(office, run)
    public: Any = app.test_client()
    public.get(f"/results/{slug(run)}")
    text = public.text()
    assert "衢人社发〔2026〕12 号" in text
    assert "54.00 一等奖" in text
    assert "去掉一个最高分和一个最低分" in text
    public.get("/results/")
    assert "公示中" in public.text()


def test_the_reasons_go_down_to_single_marks(run: ResultRun, sign_in: Person) -> None:
    office = sign_in("contest_office")
    office.get(f"/office/runs/{run.id}")
    address = office.page.select_one("tbody th a")["href"]
    office.get(address)
    assert "去掉不计" in office.text()
    assert "评委1 技术先进性与知识产权" in office.text()
    assert "陈评委" not in office.text()


def test_a_stale_run_is_shown_as_such(run: ResultRun, sign_in: Person) -> None:
    chief = sign_in("chief_judge")
    panel = db.session.scalars(select(Panel)).one()
    judging.reopen(panel.id)
    chief.get(f"/office/runs/{run.id}")
    assert "这份成绩已过期，不是最终结果" in chief.text()
    assert not chief.page.select(f"form[action='/office/runs/{run.id}/sign']")
    chief.get(f"/office/contests/{panel.contest_id}/results")
    assert "已过期" in chief.text()


def test_the_same_person_cannot_sign_twice(run: ResultRun, sign_in: Person) -> None:
    judging.recheck(run)
    chief = sign_in("chief_judge")
    path = f"/office/runs/{run.id}"
    chief.get(path)
    chief.send(path + "/sign")
    body = {"csrf_token": "", "form_token": str(uuid4())}
    chief.get(f"/office/panels/{db.session.scalars(select(Panel.id)).one()}/reopen")
    body["csrf_token"] = str(chief.page.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    answer = chief.post(path + "/sign", data=body)
    assert answer.status_code == 422
    assert chief.errors() == ["您已经签过这份成绩，须由另一人签"]


def test_a_notice_without_signatures_is_refused(run: ResultRun, sign_in: Person) -> None:
    office = sign_in("contest_office")
    office.submit(f"/office/runs/{run.id}/publish", expect=422, **HEAD, dated=str(clock.today()))
    assert office.errors() == ["裁判长和监督（或赛事办）两方都签字后才能公示"]


def test_a_withdrawn_notice_is_gone(app: Flask, run: ResultRun, sign_in: Person) -> None:
    sign(run)
    office = sign_in("contest_office")
    publish(office, run)
    notice = db.session.scalars(select(Publication)).one()
    office.submit(f"/office/publications/{notice.id}/withdraw", reason="文号写错了")
    public: Any = app.test_client()
    assert public.get(f"/results/{slug(run)}").status_code == 404
    me, path = leader(app, run)
    me.get(path)
    assert "成绩还没有公示" in me.text()


def test_a_contestant_sees_the_own_reasons_and_no_judge(
    app: Flask, run: ResultRun, sign_in: Person
) -> None:
    sign(run)
    publish(sign_in("contest_office"), run)
    me, path = leader(app, run)
    me.get(path)
    assert "总分 54.00 名次 1 奖项 一等奖" in me.text()
    assert "技术和产品平均分 18.00" in me.text()
    assert "陈评委" not in me.text()
    assert "51.00" not in me.text()


def test_a_contestant_sees_the_entered_theory_score_among_the_figures(
    app: Flask, sign_in: Person
) -> None:
    run = judging.make_run(preset="skill", entries=1)
    sign(run)
    publish(sign_in("contest_office"), run)
    me, path = leader(app, run)
    me.get(path)
    rows = [row.get_text(" ", strip=True) for row in me.page.select("main table tbody tr")]
    assert rows == [
        "理论成绩 90",
        "测量项得分 28.00",
        "评价项得分 26.66",
        "实际操作成绩 54.66",
        "总成绩 61.73",
    ]


def test_nothing_is_told_before(app: Flask, run: ResultRun) -> None:
    sign(run)
    me, path = leader(app, run)
    me.get(path)
    assert "成绩正在核对、签字" in me.text()
    name = slug(run)
    public: Any = app.test_client()
    for address in (f"/contests/{name}", "/contests/", "/results/"):
        answer = public.get(address)
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        assert [one for one in ("54.00", "51.00", "一等奖 王芳") if one in text] == []
    assert public.get(f"/results/{name}").status_code == 404
    entry = path.removesuffix("/result")
    for address in ("/me/entries", entry, path):
        text = me.get(address).get_data(as_text=True)
        assert [one for one in ("54.00", "51.00") if one in text] == []


def test_the_public_page_has_no_number_and_no_phone(
    app: Flask, run: ResultRun, sign_in: Person
) -> None:
    sign(run)
    publish(sign_in("contest_office"), run)
    text = app.test_client().get(f"/results/{slug(run)}").get_data(as_text=True)
    entry = db.session.get_one(Entry, run.lines[0].entry_id)
    for secret in (entry.leader.document_number, entry.leader.phone, str(entry.id)):
        assert secret not in text


def test_another_contestant_finds_nothing(app: Flask, run: ResultRun) -> None:
    me, _ = leader(app, run, 0)
    _, other = leader(app, run, 1)
    assert me.get(other).status_code == 404


def test_a_blind_run_names_nobody_to_scoring_roles(app: Flask, sign_in: Person) -> None:
    run = judging.make_run(preset="skill", entries=1)
    for role, seen in (("chief_judge", False), ("supervisor", False), ("contest_office", True)):
        client = sign_in(role)
        text = client.get(f"/office/runs/{run.id}").get_data(as_text=True)
        assert ("王芳" in text) is seen


@pytest.mark.parametrize("role", ["contestant", "county_office", "award_officer", "auditor"])
def test_other_roles_see_no_run(run: ResultRun, sign_in: Person, role: str) -> None:
    client = sign_in(role)
    panel = db.session.scalars(select(Panel)).one()
    for path in (f"/office/runs/{run.id}", f"/office/contests/{panel.contest_id}/results"):
        assert client.get(path).status_code == 403


def test_a_foreign_office_finds_nothing(run: ResultRun, sign_in: Person) -> None:
    client = sign_in("contest_office", scope="contest", scope_id=uuid4())
    panel = db.session.scalars(select(Panel)).one()
    for path in (
        f"/office/runs/{run.id}",
        f"/office/runs/{run.id}/publish",
        f"/office/contests/{panel.contest_id}/results",
    ):
        assert client.get(path).status_code == 404


def test_query_counts_do_not_grow(app: Flask, sign_in: Person) -> None:
    counts = []
    for entries, start in ((1, 0), (3, 50)):
        run = judging.make_run(entries=entries, start=start)
        sign(
            run,
            chief=judging.official(f"钱{start}", "chief_judge", mobile=f"1370000{start:04d}"),
            other=judging.official(f"孔{start}", "supervisor", mobile=f"1380000{start:04d}"),
        )
        office = sign_in("contest_office")
        publish(office, run)
        panel = db.session.scalars(select(Panel).where(Panel.track_id == run.track_id)).one()
        found = []
        for path in (
            f"/office/runs/{run.id}",
            f"/office/contests/{panel.contest_id}/results",
            f"/results/{slug(run)}",
            "/results/",
        ):
            office.get(path)
            found.append(office.queries)
        counts.append(found)
    assert counts[0] == counts[1]


def test_a_run_of_many_lines_is_paged_and_asks_the_same_questions(
    app: Flask, sign_in: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sign_in("contest_office")
    one, three = judging.make_run(entries=1), judging.make_run(entries=3, start=30)
    office.get(f"/office/runs/{one.id}")
    before = office.queries
    office.get(f"/office/runs/{three.id}")
    assert office.queries == before
    monkeypatch.setattr(lines, "PAGE", 2)
    office.get(f"/office/runs/{three.id}")
    assert len(office.page.select("tbody tr")) == 2
    office.get(f"/office/runs/{three.id}?page=2")
    assert len(office.page.select("tbody tr")) == 1


def test_a_line_of_a_blind_panel_names_nobody_to_judging_roles(app: Flask, sign_in: Person) -> None:
    run = judging.make_run(preset="skill", entries=1)
    title = db.session.get_one(Entry, run.lines[0].entry_id).title
    for role, named in (("contest_office", True), ("chief_judge", False)):
        client = sign_in(role)
        client.get(f"/office/result-lines/{run.lines[0].id}")
        assert (title in client.text()) is named
        assert "理论成绩 90" in client.text("table")


def test_the_firmness_of_a_run_is_asked_once_and_kept(
    app: Flask, run: ResultRun, sign_in: Person
) -> None:
    chief = sign_in("chief_judge")
    path = f"/office/runs/{run.id}"
    chief.get(path)
    for _ in range(2):
        chief.send(f"{path}/firmness")
    chief.get(path)
    rows = {
        row.select_one("th").get_text(strip=True): row.select("td")[0].get_text(strip=True)
        for row in chief.page.find("caption", string="稳健性检查")
        .find_parent("table")
        .select("tbody tr")
    }
    assert rows == {
        **{f"不计 评委{n} 的分数": "不变" for n in range(1, 6)},
        "不去掉最高分和最低分": "不变",
        "先把各评委的分数放到同一标尺": "不变",
        "任意一个分数高一档或低一档": "不变",
    }
    assert db.session.query(FirmnessCheck).count() == 1


def test_an_incomplete_run_is_not_asked(app: Flask, sign_in: Person) -> None:
    panel = judging.make_open_panel(preset="skill", entries=1, judges=3)
    for seat in judging.seats_of(panel):
        performance = judging.performances_of(panel)[0]
        judging.mark_sheet(seat, performance, judging.texts(seat))
        judging.confirm(seat, performance)
    judging.close(panel)
    office = sign_in("contest_office")
    office.get(f"/office/contests/{panel.contest_id}/results")
    office.send(f"/office/tracks/{panel.track_id}/stages/{panel.stage_id}/compute")
    run = db.session.scalars(select(ResultRun)).one()
    office.get(f"/office/runs/{run.id}")
    office.send(f"/office/runs/{run.id}/firmness", expect=422)
    assert "没有总分，补齐后重新计算再检查" in office.text()


@pytest.mark.parametrize(
    ("basis", "name", "told"),
    [
        ("", "王*", "姓名只显示一部分"),
        ("竞赛规程第 12 条", "王芳", "公布全名的依据：竞赛规程第 12 条"),
    ],
)
def test_a_person_is_named_in_full_only_on_a_basis(
    app: Flask, sign_in: Person, basis: str, name: str, told: str
) -> None:
    run = judging.make_run(preset="skill", entries=1)
    sign(run)
    publish(sign_in("contest_office"), run, full_names_basis=basis)
    public: Any = app.test_client()
    public.get(f"/results/{slug(run)}")
    assert [one.get_text() for one in public.page.select("tbody th")] == [name]
    assert told in public.text()
