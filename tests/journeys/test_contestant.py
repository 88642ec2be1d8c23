"""The contestant on a phone: from signing up to the admission card, as a farmer would."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from people.identifiers import id_check_digit
from tests.journeys.conftest import City
from tests.journeys.steps import press

pytestmark = pytest.mark.browser
PASSWORD = "石榴花开满了山坡"


def sample_id(birth: str, area: str = "330824") -> str:
    """A right number with an impossible serial."""
    first = f"{area}{birth}008"
    return first + id_check_digit(first)


def wrong_digit(number: str) -> str:
    """The same number with another last digit."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def sign_up(page: Page, mobile: str) -> None:
    """An account, as the public door offers it."""
    page.goto("/sign-up")
    page.get_by_label("手机号码").fill(mobile)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再次输入密码").fill(PASSWORD)
    page.locator("input[name=consent]").check()
    press(page, "注册")


def fill_profile(page: Page, name: str, number: str) -> None:
    """The real-name profile."""
    page.goto("/me/profile")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("证件号码", exact=True).fill(number)
    page.get_by_label("所在县（市、区）").select_option("330824")
    page.locator("input[name=consent]").check()
    press(page, "保存")


def fill_answers(page: Page) -> None:
    """Whatever the preset asks."""
    for box in page.locator("main input[type=text], main textarea").all():
        field = box.get_attribute("name") or ""
        box.fill("https://example.com/zhubo" if "homepage" in field else "胡柚、清水鱼、山茶油")
    for choice in page.locator("main select").all():
        choice.select_option(index=1)
    for group in page.locator("main fieldset").all():
        group.locator("input").first.check()
    press(page, "保存")


def test_a_farmer_enters_the_livestream_contest_and_gets_a_card(city: City, pdf: Path) -> None:
    page = city.page("phone")
    sign_up(page, "19901230001")
    fill_profile(page, "叶秀兰", wrong_digit(sample_id("19790412")))
    expect(page.locator("#errors")).to_contain_text("校验")
    fill_profile(page, "叶秀兰", sample_id("19790412"))
    expect(page.locator("main")).to_contain_text("330824")
    expect(page.locator("main")).not_to_contain_text("19790412")

    page.goto("/")
    page.get_by_role("link", name=re.compile("全国村播大赛")).click()
    page.get_by_role("link", name="我要报名").click()
    page.get_by_label("农户主播").check()
    page.get_by_label("个人组").check()
    press(page, "保存并继续")
    expect(page.locator("main")).to_contain_text("还差什么")
    entry = page.url

    page.goto(f"{entry}/answers")
    fill_answers(page)
    page.goto(f"{entry}/documents")
    for link in [one.get_attribute("href") for one in page.locator(".tasks a").all()]:
        page.goto(str(link))
        page.locator("input[type=file]").set_input_files(pdf)
        press(page, "上传")
    page.goto(f"{entry}/check")
    page.locator("input[name=declared]").check()
    page.locator("main form button[type=submit]").first.dblclick()
    page.wait_for_url(entry)
    number = page.locator("main").inner_text()
    assert re.search(r"CB\d\d-\d{5}", number)

    _qualify(city, page.locator("main").inner_text())
    page.reload()
    page.get_by_role("link", name="查看准考证").click()
    expect(page.locator("main svg.qr, main svg").first).to_be_visible()
    page.goto(f"{entry}/admission/print")
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def _qualify(city: City, receipt: str) -> None:
    """The contest office finds the entry by its number and admits it."""
    number = re.search(r"CB\d\d-\d{5}", receipt)
    assert number
    office = city.sign_in("contest_office")
    office.get_by_role("link", name=re.compile("全国村播大赛")).click()
    office.goto(f"{office.url}/entries?number={number[0]}")
    office.locator("tbody a").first.click()
    office.locator("summary", has_text="通过审查").click()
    press(office, "确认通过审查")
    expect(office.locator("main")).to_contain_text("准考证号")
