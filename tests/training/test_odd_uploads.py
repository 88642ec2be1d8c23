"""Odd files at the upload pages: each comes back to its form with a sentence, or as a dry run."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask

from core.db import db
from tests.core.test_foreign_spreadsheets import CONTENT, PASSWORD, WEB_PAGE, container, ods
from tests.core.test_spreadsheets import DAMAGED, UNKNOWN, old_workbook
from tests.pages import Person
from tests.training import factories as make
from tests.training import rosters as files
from training.models import ImportJob

GOOD = files.xlsx(files.realistic(2))
ODD = {
    "加密.xlsx": (container("EncryptionInfo", "EncryptedPackage"), PASSWORD),
    "加密.ods": (
        ods(b"\x8a" * 99, "<manifest:encryption-data></manifest:encryption-data>"),
        PASSWORD,
    ),
    "网页.xls": ("<html><table><tr><td>姓名</td></tr></table>".encode(), WEB_PAGE),
    "半个.xlsx": (GOOD[: len(GOOD) // 2], DAMAGED),
    "半个.xls": (old_workbook()[:2000], DAMAGED),
    "照片.xlsx": (b"\xff\xd8\xff\xe0" + bytes(range(256)), UNKNOWN),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("role", ["training_organiser", "mentorship_office"])
def test_what_cannot_be_read_comes_back_to_the_form(
    app: Flask, sign_in: Person, role: str, name: str
) -> None:
    client = sign_in(role)
    if role == "training_organiser":
        path = f"/office/training/classes/{make.make_class().id}/import"
    else:
        path = f"/office/mentorship/{make.open_round().id}/import"
    data, sentence = ODD[name]
    client.submit(path, expect=422, file=(BytesIO(data), name))
    assert client.errors() == [f"“{name}”：{sentence}"]
    assert db.session.query(ImportJob).count() == 0


def test_a_sheet_of_another_program_is_read_and_lacks_our_headings(
    app: Flask, sign_in: Person
) -> None:
    client = sign_in("training_organiser")
    path = f"/office/training/classes/{make.make_class().id}/import"
    client.submit(path, expect=422, file=(BytesIO(ods(CONTENT)), "名册.ods"))
    assert client.errors() == ["没有找到表头，请使用模板，表头至少要有：姓名、公民身份号码"]


def test_hidden_rows_and_other_sheets_stand_on_the_page_of_the_dry_run(
    app: Flask, sign_in: Person
) -> None:
    client = sign_in("training_organiser")
    notes = files.RosterFile([], ["请于周五前报送"], sheet="说明")
    data = files.workbook([files.realistic(3), notes])
    path = f"/office/training/classes/{make.make_class().id}/import"
    client.get(client.submit(path, file=(BytesIO(files.hiding(data, 4)), "名册.xlsx")).location)
    told = [note.get_text(" ", strip=True) for note in client.page.select("main .note.warn")]
    assert told == [
        (
            "“花名册”有 1 行在表格里是隐藏的（第 4 行，多为筛选后未取消），"
            "也一样读取；不要的行请删去后重新上传。"
        ),
        "没有读取的工作表 说明。里面没有认得的表头；要导入的内容请放到一张表里再上传。",
    ]
