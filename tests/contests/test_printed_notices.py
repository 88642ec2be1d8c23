"""Notices for everybody: masked names, the paper with its head, every stage that was published."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from contests.models import Entry, Publication, ResultRun
from core import clock
from core.db import db
from tests.contests import judging
from tests.contests.test_staged_contest import HEAT, judged, make_staged, signed
from tests.pages import CheckedClient


def published(preset: str = "skill") -> tuple[ResultRun, Publication]:
    run = judging.make_run(preset=preset, entries=1)
    return run, judging.publish_run(run)


def test_the_name_of_a_person_is_masked_on_every_public_page(client: CheckedClient) -> None:
    run, notice = published()
    entry = db.session.get_one(Entry, run.lines[0].entry_id)
    for path in (f"/results/{judging.slug_of(run)}", f"/results/notices/{notice.id}/print"):
        client.get(path)
        cells = client.page.select("tbody td, tbody th")
        assert [one.get_text() for one in cells][:4] == [
            "1",
            entry.admission_no,
            "王*",
            "王芳的工厂",
        ]
        assert "王芳 " not in client.text()


def test_a_team_keeps_its_name(client: CheckedClient) -> None:
    run, _ = published("startup")
    client.get(f"/results/{judging.slug_of(run)}")
    assert client.text("tbody th") == "王芳队"


def test_the_paper_has_head_number_period_contact_and_date(client: CheckedClient) -> None:
    run, notice = published()
    client.get(f"/results/{judging.slug_of(run)}")
    address = f"/results/notices/{notice.id}/print"
    assert [one.get_text() for one in client.page.select(f"a[href='{address}']")] == [
        "打印公示（电工）"
    ]
    client.get(address)
    assert client.text(".red-head") == "衢州市人力资源和社会保障局 衢人社发〔2026〕12 号"
    assert client.text("h1") == "关于2026 年衢州市职业技能竞赛（电工）成绩的公示"
    assert f"公示期至 {notice.until}" in client.text()
    assert "0570-0000000" in client.text()
    today = clock.today()
    assert client.text(".closing") == (
        f"衢州市人力资源和社会保障局 {today.year} 年 {today.month} 月 {today.day} 日"
    )


def test_once_released_the_paper_announces_the_final_result(client: CheckedClient) -> None:
    _, notice = published()
    judging.release(notice)
    client.get(f"/results/notices/{notice.id}/print")
    assert client.text("h1") == "关于2026 年衢州市职业技能竞赛（电工）最终结果的公告"
    day = clock.today() + timedelta(days=40)
    assert client.text(".closing").endswith(f"{day.year} 年 {day.month} 月 {day.day} 日")


def test_a_withdrawn_notice_has_no_paper(client: CheckedClient) -> None:
    _, notice = published()
    with db.unit() as session:
        session.get_one(Publication, notice.id).withdrawn_at = clock.now()
    assert client.get(f"/results/notices/{notice.id}/print").status_code == 404


def test_each_stage_is_reached_from_the_page_of_the_contest(
    app: Flask, client: CheckedClient
) -> None:
    contest = make_staged()
    heat = signed(judged(contest, 0, "first", HEAT))
    judging.publish_signed(heat)
    path = f"/contests/{contest.slug}"
    client.get(path)
    links = client.page.select("main ul a")
    assert [(one.get_text(), one["href"]) for one in links] == [
        ("数字经济　初赛", f"/results/{contest.slug}#SZ-heat")
    ]
    final = signed(judged(contest, 1, "second", {"王芳队": "80", "李强队": "90"}))
    judging.publish_signed(final)
    client.get(path)
    targets = [str(one["href"]).partition("#")[2] for one in client.page.select("main ul a")]
    assert sorted(targets) == ["SZ-final", "SZ-heat"]
    client.get(f"/results/{contest.slug}")
    assert [len(client.page.select(f"#{one}")) for one in targets] == [1, 1]
