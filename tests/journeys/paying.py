"""From a payable line to the file of the payout sheet, as the two officials do it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import python_calamine
from playwright.sync_api import Page, expect

from tests.journeys.conftest import City
from tests.journeys.steps import follow, press


@dataclass(frozen=True)
class PaidFile:
    """What stands in the file: titles, the rows of payees, the row of the total."""

    columns: list[str]
    rows: list[list[Any]]
    total: list[Any]

    def of(self, name: str) -> dict[str, Any]:
        """The one row of a payee, by title."""
        (row,) = [one for one in self.rows if one[1] == name]
        return dict(zip(self.columns, row, strict=True))


def add_document(page: Page, pdf: Path) -> None:
    """The scanned document, on the page that asks for it."""
    page.get_by_label("材料文件").set_input_files(pdf)
    press(page, "上传")
    expect(page.locator("main")).to_contain_text("材料已上传，相关奖补已重新测算")


def approve(city: City, address: str, yuan: str, *, script: bool = True) -> None:
    """The second person looks at the line and agrees to exactly this sum."""
    page = city.sign_in("award_approver", script=script)
    page.goto(address)
    page.locator("main").get_by_role("link", name="审批", exact=True).click()
    city.visitors.step_up(page, "award_approver")
    press(page, f"同意发放 {yuan} 元")
    expect(page.locator("main")).to_contain_text("已审批")


def number_of(page: Page) -> str:
    """The number of the line that the page shows."""
    return page.locator("h1").inner_text().split()[1]


def make_sheet(city: City, number: str) -> PaidFile:
    """A sheet of this one line; its file is what the page says it is."""
    page = city.sign_in("award_officer")
    page.goto("/office/awards/sheets")
    page.get_by_role("link", name="生成发放表").click()
    city.visitors.step_up(page, "award_officer")
    for box in page.locator("input[name=lines]").all():
        box.uncheck()
    page.get_by_label(f"列入 {number}").check()
    press(page, "生成发放表")
    told = page.locator("main").inner_text()
    digest = re.search(r"\b[0-9a-f]{64}\b", told)
    assert digest
    follow(page, "下载文件")
    city.visitors.step_up(page, "award_officer")
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载 xlsx 文件").click()
    data = Path(taken.value.path()).read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest[0]
    return _read(data)


def _read(data: bytes) -> PaidFile:
    cells = python_calamine.load_workbook(BytesIO(data)).get_sheet_by_name("发放表").to_python()
    first = next(place for place, row in enumerate(cells) if row[0] == "序号")
    last = next(place for place, row in enumerate(cells) if row[1] == "合计")
    return PaidFile([str(one) for one in cells[first]], cells[first + 1 : last], cells[last])
