"""The main deeds without JavaScript: plain forms, plain links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import paying
from tests.journeys.conftest import City
from tests.journeys.steps import follow, press
from tests.journeys.test_contestant import fill_answers, fill_profile, sample_id, sign_up
from tests.journeys.test_judge import row

pytestmark = pytest.mark.browser


def test_a_contestant_signs_up_enters_and_submits(city: City, pdf: Path) -> None:
    page = city.page("phone", script=False)
    sign_up(page, "19901230002")
    fill_profile(page, "汪玉珍", sample_id("19830926"))
    page.goto("/")
    follow(page, ".*全国村播大赛")
    follow(page, "我要报名")
    page.get_by_label("农户主播").check()
    page.get_by_label("个人组").check()
    press(page, "保存并继续")
    entry = page.url
    page.goto(f"{entry}/answers")
    fill_answers(page)
    page.goto(f"{entry}/documents")
    for link in [one.get_attribute("href") for one in page.locator(".tasks a").all()]:
        page.goto(str(link))
        page.locator("input[type=file]").set_input_files(pdf)
        press(page, "上传")
    page.goto(f"{entry}/check")
    press(page, "提交报名")
    expect(page.locator("#errors")).to_be_visible()
    page.locator("input[name=declared]").check()
    press(page, "提交报名")
    assert re.search(r"CB\d\d-\d{5}", page.locator("main").inner_text())


def test_a_judge_marks_the_half_marked_sheet(city: City) -> None:
    page = city.page("tablet", script=False)
    city.visitors.sign_in(page, "judge")
    half = page.locator("main li", has_text="3/6")
    code = half.get_by_role("link").inner_text()[:2]
    follow(page, f"{code} 号")
    boxes = page.locator("#sheet input[data-max]")
    assert boxes.count() == 6
    for box in boxes.all()[3:]:
        box.fill("7.5")
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#sheet .state.ok")).to_have_count(6)
    page.goto("/judge/")
    expect(row(page, code)).to_contain_text("待确认")


def test_an_officer_filters_and_an_approver_approves(city: City) -> None:
    officer = city.sign_in("award_officer", script=False)
    officer.goto("/office/awards/evidence")
    officer.get_by_label("类型").select_option("star_rating")
    with officer.expect_navigation():
        officer.locator("main form").get_by_role("button").first.click()
    rows = officer.locator("tbody tr")
    expect(rows.first).to_contain_text("星级主播认定")
    assert rows.count() == rows.filter(has_text="星级主播认定").count()
    officer.goto("/office/awards/")
    follow(officer, "待审批")
    line = officer.get_by_role("table", name="奖补项目").locator("tbody tr").first
    yuan = line.locator("td.num").inner_text()
    line.get_by_role("link").click()
    paying.approve(city, officer.url, yuan, script=False)
