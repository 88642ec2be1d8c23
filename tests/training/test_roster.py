"""Rosters: all faults of all rows at once, by row number and code."""

from __future__ import annotations

import io
import random
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from core import spreadsheets
from core.errors import DomainError
from tests.core.test_spreadsheets import repacked
from tests.training import rosters
from training import roster, sheets

TODAY = date(2026, 11, 22)


def read(made):
    return roster.read(spreadsheets.read(rosters.xlsx(made), filename="x.xlsx").sheets, today=TODAY)


def codes(found):
    return [(issue.row, issue.code) for issue in found.issues]


class Plain:
    """A sheet of plain values, as core.spreadsheets would give it."""

    def __init__(self, *rows, merged=(), name="表一"):
        self.name, self.merged = name, list(merged)
        width = max(len(row) for row in rows)
        self.rows = [list(row) + [None] * (width - len(row)) for row in rows]


GOOD = ("王芳", "330802199003079230")
HEAD = ("姓名", "身份证号码")


def plain(*rows, head=HEAD, **more):
    return roster.read([Plain(head, *rows, **more)], today=TODAY)


def test_a_realistic_roster_has_no_errors():
    made = rosters.realistic(200)
    found = read(made)
    assert [issue for issue in found.issues if issue.code != "W_AGE"] == []
    assert len(found.entries) == found.rows == 200
    assert found.heading_row == 2
    assert found.unread == ("序号", "民族", "开户银行", "银行账号")
    assert [e.id_number.number for e in found.entries] == [row[5] for row in made.rows]
    assert [e.name for e in found.entries] == [row[1] for row in made.rows]
    assert [e.mobile for e in found.entries] == [row[8] for row in made.rows]
    assert {e.skill_level for e in found.entries} == {None, "junior", "intermediate", "senior"}


def test_every_fault_of_every_row_comes_at_once():
    found = read(rosters.broken())
    assert codes(found) == [
        (3, "E_REQ"),
        (3, "E_ID_NUMERIC"),
        (4, "E_ID_CHECK"),
        (5, "E_ID_NUMERIC"),
        (6, "E_ID_NUMERIC"),
    ]
    assert [issue.text for issue in found.issues][:2] == [
        "请填写姓名",
        "身份证号码是数字格式，末几位已经丢失，请把整列设为文本格式后重新填写",
    ]
    assert len(found.entries) == 36


@pytest.mark.parametrize(
    ("breakage", "expected"),
    [
        ("numeric_ids", [(3, "E_ID_NUMERIC"), (5, "E_ID_NUMERIC")]),
        ("wrong_digit", [(4, "E_ID_CHECK")]),
        ("duplicate", [(6, "E_DUP_IN_FILE")]),
        ("formula", [(3, "E_FORMULA")]),
        ("no_name", [(3, "E_REQ")]),
    ],
)
def test_each_breakage_alone(breakage, expected):
    made = rosters.realistic(seed=5)
    rosters.BREAKAGES[breakage](made)
    found = read(made)
    assert [(i.row, i.code) for i in found.errors] == expected
    assert len(found.entries) == 40 - len(expected)


def test_a_merged_header_is_refused_with_its_place():
    made = rosters.realistic()
    rosters.merge_header(made)
    with pytest.raises(DomainError) as refused:
        read(made)
    assert refused.value.message == (
        "“花名册”第 2 行表头有合并单元格（B2:C2），请取消合并、让每列只有一行列名后再上传"
    )
    assert refused.value.field == "file"


def test_merged_rows_of_data_are_refused_row_by_row():
    found = plain(GOOD, ("李强", "3308"), (None, None), merged=[(2, 0, 3, 0)])
    assert codes(found) == [(3, "E_MERGED"), (3, "E_ID_LEN")]


def test_200_000_blank_rows_and_lines_of_signatures_are_no_rows():
    made = rosters.realistic(3)
    made.blank_rows = 200_000
    made.footer = ["合计：3 人", "制表人：陈静"]
    found = read(made)
    assert found.rows == 3
    assert found.errors == ()


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (("名称", "号码", "电话"), "没有找到表头，请使用模板，表头至少要有：姓名、公民身份号码"),
        (
            ("姓名", "联系电话"),
            "“表一”第 1 行表头缺少“公民身份号码”，请对照模板改好列名后再上传",
        ),
        (
            ("姓名", "身份证号码", "证件号码"),
            "“表一”第 1 行表头中“公民身份号码”出现两次（B 列和 C 列），请删去一列",
        ),
    ],
)
def test_headings_that_cannot_be_used(head, message):
    with pytest.raises(DomainError) as refused:
        plain(GOOD, head=head)
    assert (refused.value.message, refused.value.field) == (message, "file")


@pytest.mark.parametrize(
    "head",
    [
        ("姓 名", "公民身份号码（身份证号码）"),
        ("*学员姓名", "证件号码："),
        ("姓名\n(必填)", "身份证号"),
        ("　姓名　", "身份证号码"),
    ],
)
def test_headings_people_write(head):
    assert [e.name for e in plain(GOOD, head=head).entries] == ["王芳"]


def test_the_second_sheet_is_taken_when_the_first_is_a_note():
    found = roster.read([Plain(("填表说明",), name="说明"), Plain(HEAD, GOOD)], today=TODAY)
    assert found.sheet == "表一"
    assert len(found.entries) == 1


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "E_REQ"),
        ("　", "E_REQ"),
        (Decimal("330802199003079230"), "E_ID_NUMERIC"),
        (3.30802199003079e17, "E_ID_NUMERIC"),
        ("3.30802E+17", "E_ID_FORM"),
        ("33080219900307923", "E_ID_LEN"),
        ("330802900307923", "E_ID_LEN"),
        ("330802199003079231", "E_ID_CHECK"),
        ("330802199002309233", "E_ID_DATE"),
        ("330802209003079237", "E_ID_DATE"),
        ("3308021990O3079230", "E_ID_FORM"),
        (spreadsheets.CellError("#REF!"), "E_FORMULA"),
    ],
)
def test_id_cells_that_are_refused(cell, code):
    found = plain(("王芳", cell))
    assert codes(found) == [(2, code)]
    assert found.entries == ()


@pytest.mark.parametrize(
    "cell",
    ["330802199003079230", "３３０８０２１９９００３０７９２３０", " 330802 19900307 9230\u200b"],
)
def test_id_cells_that_are_the_same_number(cell):
    assert [e.id_number.number for e in plain(("王芳", cell)).entries] == ["330802199003079230"]


def test_the_later_of_two_equal_numbers_is_refused_and_names_the_earlier():
    found = plain(GOOD, ("王 芳", GOOD[1]), ("李强", GOOD[1]))
    assert [(i.row, i.text) for i in found.issues] == [
        (3, "身份证号码与第 2 行相同，请删去重复的一行或改正号码"),
        (4, "身份证号码与第 2 行相同，但姓名不同（第 2 行是“王芳”），请删去重复的一行或改正号码"),
    ]
    assert [e.row for e in found.entries] == [2]


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("性别", "女", "W_SEX"),
        ("出生日期", date(1990, 3, 8), "W_BIRTH"),
        ("出生日期", "春天", "W_DATE"),
        ("联系电话", "0570-3021234", "W_PHONE"),
        ("技术等级", "大师", "E_LEVEL"),
        ("所在单位", "长" * 201, "E_LONG"),
        ("备注", spreadsheets.CellError("uncached"), "E_FORMULA"),
    ],
)
def test_other_cells(heading, cell, code):
    found = plain((*GOOD, cell), head=(*HEAD, heading))
    assert codes(found) == [(2, code)]
    assert len(found.entries) == (1 if code.startswith("W_") else 0)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("性别", "男性"),
        ("出生日期", "1990.3.7"),
        ("出生日期", "1990年3月7日"),
        ("出生日期", Decimal("32939")),
        ("出生日期", Decimal("19900307")),
        ("联系电话", Decimal("13800138000")),
        ("联系电话", "+86 138 0013 8000"),
    ],
)
def test_other_cells_that_are_right(heading, cell):
    assert codes(plain((*GOOD, cell), head=(*HEAD, heading))) == []


def test_children_and_the_very_old_are_asked_about():
    rng = random.Random(1)
    young = rosters.id_number(rng, birth=date(2010, 11, 23))
    just = rosters.id_number(rng, birth=date(2010, 11, 22))
    assert codes(plain(("王芳", young), ("李强", just))) == [(2, "W_AGE")]


def test_a_whole_year_of_10_000_rows_is_checked_in_two_seconds():
    made = rosters.realistic(10_000, seed=9)
    sheet = Plain(made.headings, *made.rows)
    start = time.process_time()
    found = roster.read([sheet], today=TODAY)
    assert time.process_time() - start < 2
    assert len(found.entries) == 10_000


@pytest.mark.parametrize(("index", "expected"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_letters(index, expected):
    assert sheets.letters(index) == expected


def test_the_generator_is_deterministic():
    assert rosters.realistic(5, 4).rows == rosters.realistic(5, 4).rows
    assert rosters.realistic(5, 4).rows != rosters.realistic(5, 5).rows


def test_a_second_sheet_with_trainees_is_refused():
    first, second = rosters.realistic(2), rosters.realistic(3, seed=9)
    second.sheet = "第二批"
    book = spreadsheets.read(rosters.workbook([first, second]), filename="x.xlsx")
    with pytest.raises(DomainError, match="“花名册”和“第二批”里都有学员（后者 3 行）") as refused:
        roster.read(book.sheets, today=TODAY)
    assert refused.value.field == "file"


def test_another_sheet_is_named_when_it_is_no_roster():
    note, empty = rosters.realistic(0), rosters.realistic(0)
    note.sheet, note.headings = "说明", ["请于周五前报送", "联系人见通知"]
    empty.sheet = "空表"
    book = spreadsheets.read(
        rosters.workbook([rosters.realistic(2), note, empty]), filename="x.xlsx"
    )
    found = roster.read(book.sheets, today=TODAY)
    assert (found.rows, found.other_sheets) == (2, ("说明", "空表"))


def test_a_roster_of_headings_alone_is_refused():
    with pytest.raises(DomainError, match="“花名册”表头下面没有学员"):
        read(rosters.realistic(0))


def two_sheets(state, second):
    """A roster and a second sheet in a state of visibility that the workbook names."""
    data = rosters.workbook([rosters.realistic(2), second])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = archive.read("xl/workbook.xml").decode()
    name = f'name="{second.sheet}"'
    marked = book.replace(name, f'{name} state="{state}"')
    return spreadsheets.read(repacked(data, {"xl/workbook.xml": marked}), filename="x.xlsx")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_with_trainees_is_refused(state):
    second = rosters.realistic(3, seed=9)
    second.sheet = "补录"
    book = two_sheets(state, second)
    with pytest.raises(DomainError) as refused:
        roster.read(book.sheets, today=TODAY, hidden=book.hidden)
    assert (refused.value.field, refused.value.message) == (
        "file",
        (
            "隐藏的工作表“补录”里也有学员（3 行），隐藏的表不会读取；"
            "请把要导入的行并到看得见的表里，删去这张隐藏的表，再上传"
        ),
    )


def test_a_hidden_sheet_that_is_no_roster_is_named():
    second = rosters.realistic(0)
    second.sheet, second.headings = "参数", ["初级工", "中级工"]
    book = two_sheets("hidden", second)
    found = roster.read(book.sheets, today=TODAY, hidden=book.hidden)
    assert (found.rows, found.other_sheets) == (2, ("参数（隐藏）",))


def test_a_roster_that_is_hidden_behind_an_empty_sheet_is_named():
    hidden = Plain(HEAD, GOOD, name="花名册")
    with pytest.raises(DomainError, match="隐藏的工作表“花名册”里有，请取消隐藏后再上传"):
        roster.read([Plain(("填表说明",))], today=TODAY, hidden=[hidden])


def test_hidden_rows_are_read_and_told():
    data = rosters.hiding(rosters.xlsx(rosters.realistic(4)), 4, 6)
    book = spreadsheets.read(data, filename="x.xlsx")
    found = roster.read(book.sheets, today=TODAY)
    assert len(found.entries) == 4
    assert sheets.hidden_rows(book.sheets, [found.located]) == [
        (
            "“花名册”有 2 行在表格里是隐藏的（第 4、6 行，多为筛选后未取消），"
            "也一样读取；不要的行请删去后重新上传。"
        )
    ]


@pytest.mark.parametrize("cell", [Decimal(32939), Decimal("32939.75"), Decimal(19900307)])
def test_a_day_as_a_number_with_or_without_the_time(cell):
    assert codes(plain((*GOOD, cell), head=(*HEAD, "出生日期"))) == []


def test_what_keyboards_and_web_pages_leave_in_cells():
    head = ("\ufeff姓名 ", "　身份证号码", "联系 电话")
    row = ("王芳　 ", "３３０８０２１９９００３０７９２３０\u00a0", "１３９００００００００ ")
    found = plain(row, head=head)
    entry = found.entries[0]
    assert (found.issues, entry.name, entry.id_number.number, entry.mobile) == (
        (),
        "王芳",
        GOOD[1],
        "13900000000",
    )
