"""The judge on a tablet and the chief judge at a desk: one sheet from its seat address to a return."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import City
from tests.journeys.steps import follow, press
from tools import demonstration

pytestmark = pytest.mark.browser
PANEL, SCORED, RECUSED = "第一评委组", "08", "07"
REASON = "市场一项与现场答辩不符，请核对后再确认"
MARKS = ("12.5", "11", "20", "16", "12", "8")


def sit_down(city: City) -> Page:
    """The judge at the printed address; the first PIN is wrong."""
    login = demonstration.logins(city.visitors.environ)["judge"]
    page = city.page("tablet")
    page.goto(login.name)
    wrong = "000000" if login.password != "000000" else "111111"
    page.get_by_label("PIN").fill(wrong)
    press(page, "进入评分")
    expect(page.locator("main")).to_contain_text("PIN 不对")
    page.get_by_label("PIN").fill(login.password)
    press(page, "进入评分")
    expect(page.get_by_role("heading", name="评分", exact=True)).to_be_visible()
    assert login.name not in page.url
    return page


def boxes(page: Page) -> list[str]:
    """What stands in the mark boxes, in their order."""
    return [box.input_value() for box in page.locator("#sheet input[data-max]").all()]


def score(page: Page) -> None:
    """A mark over the maximum is told at its place, the others are kept; then all is right."""
    fields = page.locator("#sheet input[data-max]")
    for place, mark in enumerate(MARKS):
        fields.nth(place).fill(mark)
    fields.nth(2).fill("25.5")
    send(page, "保存")
    wrong = page.locator("#sheet .crit.bad")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("25")
    expect(page.locator("#errors")).to_contain_text("有 1 处需要修改")
    expect(page.locator("#sheet .state.ok")).to_have_count(len(MARKS) - 1)
    assert boxes(page) == [*MARKS[:2], "25.5", *MARKS[3:]]
    fields.nth(2).fill("0")
    expect(page.locator("[data-total]")).to_have_text("59.50")
    send(page, "保存，去核对确认")


def send(page: Page, name: str) -> None:
    """The buttons of the sheet stand in the column beside it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def confirm(page: Page) -> None:
    """A nought needs a word of its own."""
    expect(page.locator("main")).to_contain_text("0 分，请确认")
    press(page, "确认这张评分表")
    expect(page.locator("#errors")).to_be_visible()
    page.locator("input[name=zeros_meant]").check()
    press(page, "确认这张评分表")
    expect(row(page, SCORED)).to_contain_text("已确认")


def row(page: Page, code: str) -> Locator:
    """The line of the list for a performance."""
    return page.locator("main li", has=page.get_by_role("link", name=re.compile(f"^{code} 号")))


def recuse(page: Page) -> None:
    """Withdraw from another performance."""
    follow(page, f"{RECUSED} 号")
    follow(page, "我与这个项目有关系")
    page.get_by_label("原因").fill("该项目负责人是我的学生")
    press(page, "确认回避")
    expect(row(page, RECUSED)).to_contain_text("已回避")


def leave(page: Page) -> None:
    """After signing out the browser's memory shows nothing."""
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(lambda url: "/judge/" not in url or "sign-in" in url)
    page.go_back()
    expect(page.locator("main")).not_to_contain_text(f"{SCORED} 号")


def test_a_judge_scores_confirms_withdraws_and_confirms_a_returned_sheet(city: City) -> None:
    judge = sit_down(city)
    name = judge.locator("header").inner_text().split("　")[0].split()[-1]
    follow(judge, f"{SCORED} 号")
    address = judge.url
    score(judge)
    confirm(judge)
    recuse(judge)

    chief = city.sign_in("chief_judge")
    chief.goto("/office/panels")
    chief.locator("tr", has_text="创新创业").get_by_role("link", name=PANEL, exact=True).click()
    matrix = chief.get_by_role("table", name="评分进度")
    expect(matrix).to_be_visible()
    others = [one for one in matrix.locator("thead th").all_inner_texts() if len(one) in (2, 3)]
    others = [one for one in others if one not in (name, "选手", "出场号")]
    assert len(others) == 5
    cell = matrix.get_by_role("link", name=re.compile(f"已确认 *{SCORED} 号 {name}"))
    expect(cell).to_be_visible()
    assert chief.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cell.click()
    follow(chief, "退回给评委")
    city.visitors.step_up(chief, "chief_judge")
    chief.get_by_label("原因").fill(REASON)
    press(chief, "退回")

    for path in ("/judge/", address, f"{address}/confirm"):
        judge.goto(path)
        seen = judge.content()
        assert [one for one in others if one in seen] == []
    judge.goto("/judge/")
    expect(row(judge, SCORED)).to_contain_text("退回")
    follow(judge, f"{SCORED} 号")
    expect(judge.locator("main")).to_contain_text(REASON)
    judge.locator("#sheet input[data-max]").nth(2).fill("18")
    send(judge, "保存，去核对确认")
    expect(judge.locator("main")).to_contain_text("77.50")
    press(judge, "确认这张评分表")
    expect(row(judge, SCORED)).to_contain_text("已确认")
    leave(judge)
