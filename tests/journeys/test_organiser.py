"""The training organiser: a broken roster, a big roster, attendance, closing, the board; a round."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import clock
from tests.journeys.conftest import City
from tests.journeys.steps import follow, press
from tests.training import rosters

pytestmark = pytest.mark.browser
ROWS = 10_000
BUDGET_MS = 60_000
"""Generous for a loaded machine: the dry run itself takes a few seconds."""


def open_class(page: Page, code: str, seats: int) -> str:
    """A class of one day, today, in 常山; returns its address."""
    today = clock.today().isoformat()
    page.goto("/office/training/classes/new")
    page.get_by_label("班级编号").fill(code)
    page.get_by_label("培训项目").select_option("village-streaming")
    page.get_by_label("县（市、区）").select_option("330822")
    page.get_by_label("班级名称").fill(f"常山村播班 {code}")
    page.get_by_label("培训地点").fill("常山县农民学院")
    page.get_by_label("承办单位").fill("常山县农业农村局")
    page.get_by_label("开班日期").fill(today)
    page.get_by_label("结束日期").fill(today)
    page.get_by_label("计划人数").fill(str(seats))
    page.locator("input[name=min_attendance_percent]").fill("80")
    press(page, "开班")
    return page.url


def upload(page: Page, path: Path) -> None:
    """The roster goes through the check."""
    follow(page, "导入花名册")
    page.locator("input[type=file]").set_input_files(path)
    press(page, "上传并检查")


def kept(folder: Path, made: rosters.RosterFile) -> Path:
    """A roster as a file on the organiser's disk."""
    path = folder / "花名册.xlsx"
    path.write_bytes(rosters.xlsx(made))
    return path


def test_a_broken_roster_is_told_row_by_row_and_writes_nothing(city: City, tmp_path: Path) -> None:
    page = city.sign_in("training_organiser")
    address = open_class(page, "CS-BROKEN", 60)
    upload(page, kept(tmp_path, rosters.broken()))
    expect(page.locator("main")).to_contain_text("问题清单")
    expect(page.locator("main")).not_to_contain_text(re.compile(r"\d{17}[\dX]"))
    page.goto(address)
    expect(page.get_by_role("link", name="学员名单（0 人）")).to_be_visible()


def test_a_class_from_its_roster_to_the_board(city: City, tmp_path: Path) -> None:
    page = city.sign_in("training_organiser")
    page.goto("/office/training/board")
    address = open_class(page, "CS-001", 60)
    follow(page, "添加课程")
    page.get_by_label("上课日期").fill(clock.today().isoformat())
    page.get_by_label("课时").fill("6")
    page.get_by_label("上课内容").fill("直播实战")
    press(page, "添加")
    page.goto(address)
    upload(page, kept(tmp_path, rosters.realistic(12, seed=77)))
    press(page, "写入")
    page.goto(address)
    expect(page.get_by_role("link", name="学员名单（12 人）")).to_be_visible()
    follow(page, "记考勤")
    press(page, "其余记为到，并保存")
    page.goto(address)
    follow(page, "结班")
    press(page, "确认结班")
    page.goto(f"/office/training/board?year={clock.today().year}")
    picture = page.locator("main svg").first
    expect(picture).to_be_visible()
    expect(page.locator("main")).to_contain_text("常山县")


def test_ten_thousand_rows_are_checked_and_written(city: City, tmp_path: Path) -> None:
    page = city.sign_in("training_organiser")
    page.set_default_timeout(BUDGET_MS)
    page.set_default_navigation_timeout(BUDGET_MS)
    address = open_class(page, "CS-10000", ROWS)
    upload(page, kept(tmp_path, rosters.realistic(ROWS, seed=5)))
    expect(page.locator("main")).to_contain_text("共 10000 行")
    press(page, "写入")
    page.goto(address)
    expect(page.get_by_role("link", name=f"学员名单（{ROWS} 人）")).to_be_visible()


def test_a_first_round_is_paired_moved_and_published(city: City, tmp_path: Path) -> None:
    page = city.sign_in("mentorship_office")
    page.goto("/office/mentorship/new")
    page.locator("input[name=name]").fill("第二轮")
    page.locator("input[name=year]").fill(str((clock.today() + timedelta(days=1)).year))
    press(page, "开始")
    address = page.url
    follow(page, "导入名单")
    path = tmp_path / "师徒名单.xlsx"
    path.write_bytes(rosters.workbook(rosters.pairing(masters=4, apprentices=9)))
    page.locator("input[type=file]").set_input_files(path)
    press(page, "上传并检查")
    press(page, "写入")
    page.goto(address)
    follow(page, "配对$")
    press(page, "开始配对")
    page.goto(f"{address}/pairs")
    expect(page.locator("main table").first).to_be_visible()
    page.goto(f"{address}/unmet")
    expect(page.locator("main")).to_contain_text("志愿")
    page.goto(address)
    follow(page, "公布$")
    press(page, "公布")
    expect(page.locator("main")).to_contain_text("已公布")
