"""The award officer: a prize won elsewhere, what has no standard yet, a payout sheet and its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import clock
from overview.demo.evidence import FIRMS
from people.identifiers import uscc_check_character
from tests.journeys import paying
from tests.journeys.conftest import City
from tests.journeys.steps import follow, press
from tests.journeys.test_contestant import sample_id

pytestmark = pytest.mark.browser
OPERATOR = "三衢直播运营有限公司"


def uscc_of(firm: str) -> str:
    """The code of an organisation of the demonstration."""
    first = f"91330802MA{FIRMS[firm]:07d}"
    return first + uscc_check_character(first)


def begin(page: Page, kind: str, name: str, number: str, document_no: str) -> None:
    """The form of a kind of evidence, as far as every kind has it."""
    page.goto("/office/awards/")
    follow(page, "登记证据")
    follow(page, kind)
    page.get_by_label("文件日期").fill(clock.today().isoformat())
    page.get_by_label("文号").fill(document_no)
    page.get_by_label("身份证号码").fill(number)
    page.get_by_label("姓名").fill(name)
    page.get_by_label("所在县（市、区）").select_option("330802")


def file_prize(page: Page, pdf: Path) -> None:
    """A national prize of 6,000.55 yuan; the sum is first typed as nobody can pay it."""
    begin(page, "外部竞赛获奖", "徐海燕", sample_id("19820305", "330802"), "人社赛〔2026〕8 号")
    page.get_by_label("赛事", exact=True).fill("全国茶艺职业技能竞赛")
    page.get_by_label("类别").select_option("skill")
    page.get_by_label("级别").select_option("national")
    page.get_by_label("奖项").fill("二等奖")
    page.get_by_label("颁发单位").fill("全国茶艺职业技能竞赛组委会")
    page.get_by_label("颁奖单位实发奖金").fill("6000.555")
    press(page, "保存，去上传材料")
    expect(page.locator("#errors")).to_contain_text("有 1 处需要修改")
    page.get_by_label("颁奖单位实发奖金").fill("6000.55")
    press(page, "保存，去上传材料")
    paying.add_document(page, pdf)


def open_line(page: Page) -> tuple[str, str]:
    """From the evidence to the line that came of it: number and address."""
    page.get_by_role("table", name="由此产生的奖补项目").get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text("奖补项目")
    return paying.number_of(page), page.url


def test_a_prize_won_elsewhere_is_filed_approved_and_waits_for_an_account(
    city: City, pdf: Path
) -> None:
    page = city.sign_in("award_officer")
    file_prize(page, pdf)
    number, address = open_line(page)
    expect(page.locator("main")).to_contain_text("给予 1:1 配套奖励")
    expect(page.locator("main")).to_contain_text("6,000.55 元（陆仟元伍角伍分）")
    expect(page.locator("main")).not_to_contain_text(sample_id("19820305", "330802"))
    expect(page.get_by_role("link", name="审批", exact=True)).to_have_count(0)
    page.goto("/office/awards/")
    press(page, "重新测算")
    expect(page.locator("main")).to_contain_text("测算完成，没有变化")

    paying.approve(city, address, "6,000.55")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("没有填写")
    page.goto("/office/awards/sheets")
    held = page.get_by_role("table", name="已审批但还不能列入的项目")
    expect(held.locator("tr", has_text=number)).to_contain_text("收款人还没有填写收款账户")


def test_what_has_no_standard_cannot_be_approved(city: City) -> None:
    page = city.sign_in("award_officer")
    for rule, setting in (("申办技能大赛补助", "A05"), ("知名主播地方综合贡献奖励", "A04")):
        page.goto("/office/awards/")
        follow(page, "标准未定")
        page.locator("tbody tr", has_text=rule).get_by_role("link").first.click()
        main = page.locator("main")
        expect(main).to_contain_text("标准未定")
        expect(main).to_contain_text(setting)
        expect(main).to_contain_text("还不能确定")
        approver = city.sign_in("award_approver")
        approver.goto(page.url)
        expect(approver.locator("h1")).to_contain_text("奖补项目")
        expect(approver.get_by_role("link", name="审批", exact=True)).to_have_count(0)
        page.goto("/office/awards/settings")
        expect(page.locator("tr", has_text=setting)).to_contain_text("未设")


def test_a_sheet_is_made_and_its_file_holds_what_the_page_says(city: City, pdf: Path) -> None:
    page = city.sign_in("award_officer")
    begin(page, "星级主播认定", "姜巧玲", sample_id("19950617", "330881"), "星级主播认定第 31 号")
    page.get_by_label("运营主体的统一社会信用代码").fill(uscc_of(OPERATOR))
    page.get_by_label("星级", exact=True).fill("3")
    for question in ("星级已认定", "运营主体落户衢州", "由该主体培养"):
        page.get_by_role("group", name=question).get_by_label("是", exact=True).check()
    press(page, "保存，去上传材料")
    paying.add_document(page, pdf)
    number, address = open_line(page)
    paying.approve(city, address, "100,000.00")
    made = paying.make_sheet(city, number)

    row = made.of(OPERATOR)
    assert row["证件号码"] == uscc_of(OPERATOR)
    assert isinstance(row["账号"], str)
    assert (row["账号"][:3], len(row["账号"])) == ("999", 19)
    assert (row["应发金额"], row["金额大写"]) == (100_000, "壹拾万元整")
    assert (made.total[6:9], len(made.rows)) == (["1 笔", 100_000, "壹拾万元整"], 1)
    page.goto(address)
    expect(page.locator("main")).to_contain_text("已列入发放表")
    expect(page.locator("main")).not_to_contain_text(row["账号"])
