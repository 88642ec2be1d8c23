"""The whole chain: a provincial contest from its preset to the money of its winner."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import clock
from tests.journeys import paying
from tests.journeys.conftest import City
from tests.journeys.steps import follow, press
from tests.journeys.test_contestant import PASSWORD, fill_profile, sample_id, sign_up

pytestmark = pytest.mark.browser
CONTEST, TRACK = "2026 年浙江省茶艺师技能大赛", "茶艺师"
WINNER, MOBILE, NUMBER = "余惠兰", "19901230099", sample_id("19880716")
JUDGES = (
    ("何国庆", "19710203", "浙西茶叶研究院"),
    ("毛秀芳", "19750911", "龙丘职业培训学校"),
    ("郑根土", "19690425", "须江技术转移中心"),
)
ACCOUNT = "9990000000000031412"
CITY_CONTEST, PROVINCIAL_CONTEST = ".*衢州市职业技能竞赛", ".*浙江省职业技能竞赛衢州赛"


@dataclass(frozen=True)
class SeatSheet:
    """What stands on a printed seat sheet."""

    code: str
    pin: str


def create_contest(page: Page) -> str:
    """From the preset to its announcement; returns the address of its desk."""
    page.goto("/office/contests")
    follow(page, "新建赛事")
    follow(page, "用这个类型.*职业技能竞赛")
    now = clock.local(clock.now())
    for label, text in {
        "赛事名称": CONTEST,
        "网址简称": "zhejiang-tea",
        "编号前缀": "ZJ26T",
        "主办单位": "浙江省人力资源和社会保障厅",
        "承办单位": "衢州市人力资源和社会保障局",
        "咨询电话": "0570-0000000",
        "报名开始时间": f"{now - timedelta(days=1):%Y-%m-%dT09:00}",
        "报名截止时间": f"{now + timedelta(days=1):%Y-%m-%dT18:00}",
        "比赛日期": f"{now + timedelta(days=2):%Y-%m-%d}",
        "比赛地点": "衢州市技师学院",
        "赛道（赛项）": f"CY {TRACK}",
    }.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("竞赛级别").select_option("provincial")
    press(page, "保存")
    sure(page, "发布赛事")
    expect(page.locator("main")).to_contain_text("赛事已发布")
    return page.url


def sure(page: Page, deed: str) -> None:
    """An act that asks once more."""
    page.locator("main summary", has_text=deed).click()
    press(page, f"确认{deed}")


def appoint(city: City, contest: str) -> None:
    """The chief judge and the supervisor get their roles in this contest; both sign in anew."""
    page = city.sign_in("security_admin")
    for role in ("chief_judge", "supervisor"):
        page.goto("/office/accounts")
        name = {"chief_judge": "周建华", "supervisor": "邵国平"}[role]
        page.locator("tr", has_text=name).get_by_role("link").first.click()
        follow(page, "授予角色")
        city.visitors.step_up(page, "security_admin")
        page.get_by_label("角色", exact=True).select_option(role)
        page.get_by_label("范围", exact=True).select_option(f"contest:{contest.rpartition('/')[2]}")
        press(page, "授予")
        city.signed_in.pop(role, None)


def enter(page: Page, pdf: Path) -> str:
    """A contestant signs up, enters and submits; returns the address of the entry."""
    sign_up(page, MOBILE)
    fill_profile(page, WINNER, NUMBER)
    page.goto("/contests/zhejiang-tea")
    page.get_by_role("link", name="我要报名").click()
    page.get_by_label(TRACK).check()
    page.get_by_label("职工组").check()
    press(page, "保存并继续")
    entry = page.url
    page.goto(f"{entry}/answers")
    page.get_by_label("工作单位或学校").fill("开化龙顶茶业合作社")
    page.get_by_label("现职业（工种）").fill("茶艺师")
    page.get_by_label("现有技能等级").select_option("技师（二级）")
    page.get_by_label("从业年限").fill("12")
    press(page, "保存")
    page.goto(f"{entry}/documents")
    for link in [one.get_attribute("href") for one in page.locator(".tasks a").all()]:
        page.goto(str(link))
        page.locator("input[type=file]").set_input_files(pdf)
        press(page, "上传")
    page.goto(f"{entry}/check")
    page.locator("input[name=declared]").check()
    press(page, "提交报名")
    expect(page.locator("main")).to_contain_text("报名已提交")
    return entry


def seat(page: Page, contest: str) -> tuple[str, list[SeatSheet]]:
    """Admit, close the entries, draw, seat three judges, print, begin; returns panel and sheets."""
    page.goto(contest)
    follow(page, "审查下一份")
    sure(page, "通过审查")
    page.goto(f"{contest}/close")
    page.get_by_label("提前截止的原因").fill("报名已满，组委会决定提前截止")
    press(page, "现在截止")
    follow(page, "抽签")
    sure(page, "公布承诺")
    follow(page, "抽签并建组")
    page.get_by_label(TRACK).check()
    press(page, "抽签并建组")
    desk = page.url
    for place, (name, birth, employer) in enumerate(JUDGES):
        page.goto(desk)
        follow(page, "安排评委")
        page.get_by_label("姓名").fill(name)
        page.get_by_label("身份证号码").fill(sample_id(birth, "330802"))
        page.get_by_label("工作单位").fill(employer)
        page.get_by_label("测量项").set_checked(place == 0)
        page.get_by_label("评价项").check()
        press(page, "安排")
    sure(page, "打印全部席位单")
    printed = page.locator("section.seat")
    expect(printed).to_have_count(len(JUDGES))
    sheets = [
        SeatSheet(
            *(one.locator(f"dt:text-is('{key}') + dd").inner_text() for key in ("席位码", "PIN"))
        )
        for one in printed.all()
    ]
    page.goto(desk)
    sure(page, "开始评分")
    follow(page, "录入理论成绩")
    page.locator("td input").fill("91")
    press(page, "保存成绩")
    return desk.removesuffix("/desk"), sheets


def judge(city: City, sheet: SeatSheet, *, measures: bool) -> None:
    """Sit down with the typed code, mark, look once more, sign."""
    page = city.page("tablet")
    page.goto("/judge/sign-in")
    page.get_by_label("席位码").fill(sheet.code)
    page.get_by_label("PIN").fill(sheet.pin)
    press(page, "进入评分")
    page.locator(".tasks a").click()
    expect(page.locator("body")).not_to_contain_text(WINNER)
    assert page.locator("input[data-max]").count() == (2 if measures else 0)
    for box, mark in zip(page.locator("input[data-max]").all(), ("28.5", "19"), strict=False):
        box.fill(mark)
    if measures:
        page.locator(".yesno").get_by_text("是", exact=True).click()
    for group in page.locator(".levels").all():
        group.get_by_text("2", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="保存，去核对确认").click()
    press(page, "确认这张评分表")
    expect(page.locator(".tasks")).to_contain_text("已确认")


def publish(city: City, contest: str, panel: str) -> None:
    """The chief judge ends the marking; computed, re-checked, signed by two, published."""
    chief = city.sign_in("chief_judge")
    chief.goto(panel)
    sure(chief, "结束评分")
    office = city.sign_in("contest_office")
    office.goto(f"{contest}/results")
    office.get_by_role("button", name="计算成绩").click()
    expect(office.locator("h1")).to_contain_text(f"{TRACK}成绩")
    run = office.url
    supervisor = city.sign_in("supervisor")
    supervisor.goto(f"{run}/recheck")
    for tick in supervisor.get_by_role("radio", name="无误").all():
        tick.check()
    press(supervisor, "保存")
    for page in (chief, supervisor):
        page.goto(run)
        sure(page, "签字")
    office.goto(run)
    follow(office, "公示这份成绩")
    office.get_by_label("文号").fill("浙人社赛〔2026〕21 号")
    office.get_by_label("文件日期").fill(clock.today().isoformat())
    office.get_by_label("公示期").fill("5")
    office.get_by_label("异议受理电话").fill("赛事办，0570-0000000")
    press(office, "公示")
    expect(office.get_by_role("table", name=f"{TRACK}获奖名单")).to_contain_text("余**")


def release(city: City, contest: str) -> None:
    """The notice is made to have ended; the supervisor releases the final result."""
    database = Path(city.visitors.environ["SAIXUN_INSTANCE"]) / "saixun.db"
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        connection.execute(
            "UPDATE contests_publication SET until = ?, dated = ? WHERE document_no = ?",
            (*[(clock.today() - timedelta(days=1)).isoformat()] * 2, "浙人社赛〔2026〕21 号"),
        )
    supervisor = city.sign_in("supervisor")
    supervisor.goto(f"{contest}/results")
    follow(supervisor, "异议和定稿")
    sure(supervisor, "定稿")


def sees_the_result(page: Page, entry: str) -> None:
    """The contestant sees the own figures and every step of them."""
    page.goto(entry)
    follow(page, "查看成绩")
    main = page.locator("main")
    expect(main).to_contain_text("浙人社赛〔2026〕21 号")
    expect(main).to_contain_text("一等奖")
    expect(main).to_contain_text("85.53")
    for step in page.locator("details.why summary").all():
        if not step.evaluate("summary => summary.parentElement.open"):
            step.click()
    assert re.search(r"理论成绩：\s*91", main.inner_text())
    for name, _, _ in JUDGES:
        expect(main).not_to_contain_text(name)


def pay(city: City, winner: Page, entry_number: str, pdf: Path) -> paying.PaidFile:
    """Evidence of the prize really paid makes the line payable; then account, sheet and file."""
    officer = city.sign_in("award_officer")
    officer.goto("/office/awards/")
    press(officer, "重新测算")
    follow(officer, "待补证")
    officer.locator("tr", has_text=WINNER).get_by_role("link").click()
    address, number = officer.url, paying.number_of(officer)
    expect(officer.locator("main")).to_contain_text(entry_number)
    follow(officer, "登记奖金到账凭证")
    officer.get_by_label("实际发放的奖金").fill("3000.00")
    officer.get_by_label("文件日期").fill(clock.today().isoformat())
    officer.get_by_label("文号").fill("银行回单 20261122-07")
    press(officer, "保存，去上传凭证")
    paying.add_document(officer, pdf)
    officer.goto(address)
    expect(officer.locator("main")).to_contain_text("3,000.00 元（叁仟元整）")
    expect(officer.locator("main")).to_contain_text("可发放")
    paying.approve(city, address, "3,000.00")
    enter_account(winner)
    return paying.make_sheet(city, number)


def enter_account(page: Page) -> None:
    """The winner says where the money goes, after the password."""
    page.goto("/me/awards")
    expect(page.locator("main")).to_contain_text("3,000.00")
    follow(page, "填写收款账户")
    if "/step-up" in page.url:
        page.locator("input[name=password]").fill(PASSWORD)
        press(page, "确认")
    page.get_by_label("户名").fill(WINNER)
    page.get_by_label("开户银行").fill("演示银行衢州开化支行")
    page.get_by_label("银行账号").fill(ACCOUNT)
    press(page, "保存收款账户")
    expect(page.locator("main")).to_contain_text("收款账户已保存")


def test_a_provincial_winner_is_paid_to_the_fen(city: City, pdf: Path) -> None:
    office = city.sign_in("contest_office")
    contest = create_contest(office)
    appoint(city, contest)
    contestant = city.page("phone")
    entry = enter(contestant, pdf)
    number = re.search(r"ZJ26T-\d{5}", contestant.locator("main").inner_text())
    assert number
    panel, sheets = seat(office, contest)
    for place, sheet in enumerate(sheets):
        judge(city, sheet, measures=place == 0)
    publish(city, contest, panel)
    release(city, contest)
    sees_the_result(contestant, entry)
    made = pay(city, contestant, number[0], pdf)

    row = made.of(WINNER)
    assert (row["应发金额"], row["金额大写"]) == (3000, "叁仟元整")
    assert (row["证件号码"], row["账号"], row["户名"]) == (NUMBER, ACCOUNT, WINNER)
    assert made.total[6:9] == ["1 笔", 3000, "叁仟元整"]


def prefix_of(page: Page, contest: str) -> str:
    """How the numbers of a contest's entries begin."""
    page.goto("/office/contests")
    follow(page, contest)
    return page.locator(".pairs div", has_text="编号前缀").locator("dd").inner_text()


def test_a_city_contest_gives_no_award(city: City) -> None:
    public = city.page()
    public.goto("/results/")
    expect(public.locator("tr", has_text="衢州市职业技能竞赛")).to_contain_text("公示期满")
    office = city.sign_in("contest_office")
    none, some = prefix_of(office, CITY_CONTEST), prefix_of(office, PROVINCIAL_CONTEST)
    officer = city.sign_in("award_officer")
    officer.goto("/office/awards/")
    lines = officer.locator("a[href*='/lines/']").all()
    texts = [officer.request.get(str(one.get_attribute("href"))).text() for one in lines]
    assert sum(f"报名编号 {some}-" in text for text in texts) > 0
    assert sum(f"报名编号 {none}-" in text for text in texts) == 0
