"""What goes out comes back the same: text as text, sums to the fen, and never a formula."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exports import Column, Table, csv_text, xlsx
from core.spreadsheets import read

CREATED = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
COLUMNS = [
    Column("户名"),
    Column("收款账号", width=24),
    Column("人数", "number"),
    Column("实发金额", "money"),
    Column("日期", "date"),
    Column("时间", "moment"),
]
PAYOUT = Table(
    "发放表",
    COLUMNS,
    [
        ["王芳", "6222021209000001238", 1, 1_666_667, date(2026, 3, 1), CREATED],
        ['=HYPERLINK("http://x")', "012", Decimal("1.5"), -5, None, None],
    ],
    title="衢州市技能竞赛奖励发放表",
    footers=[["合计", None, None, 1_666_662, None, None], ["大写", "壹万陆仟", "", None, "", ""]],
)
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1+1}", "http://x.cn", "mailto:a@b", "0571"]


def sheet(table):
    return read(xlsx([table], created=CREATED), filename="a.xlsx").sheets[0]


def test_a_payout_sheet_comes_back_to_the_fen():
    back = sheet(PAYOUT)
    assert back.name == "发放表"
    assert back.merged == [(0, 0, 0, 5)]
    assert back.rows == [
        ["衢州市技能竞赛奖励发放表", None, None, None, None, None],
        ["户名", "收款账号", "人数", "实发金额", "日期", "时间"],
        [
            "王芳",
            "6222021209000001238",
            Decimal(1),
            Decimal("16666.67"),
            date(2026, 3, 1),
            datetime.fromisoformat("2026-03-02T07:30"),
        ],
        ['=HYPERLINK("http://x")', "012", Decimal("1.5"), Decimal("-0.05"), None, None],
        ["合计", None, None, Decimal("16666.62"), None, None],
        ["大写", "壹万陆仟", None, None, None, None],
    ]


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula_a_number_or_a_link(text):
    table = Table(text, [Column(text)], [[text]], title=text, footers=[[text]])
    data = xlsx([table], created=CREATED)
    xml = parts(data)["xl/worksheets/sheet1.xml"]
    assert ("<f" in xml, "hyperlink" in xml) == (False, False)
    assert read(data, filename="a.xlsx").sheets[0].rows == [[text]] * 4


@pytest.mark.parametrize(("cell", "pattern"), [("B3", "49"), ("B4", "49"), ("D3", "2")])
def test_cells_carry_the_format_of_their_kind(cell, pattern):
    found = parts(xlsx([PAYOUT], created=CREATED))
    style = int(re.search(rf'r="{cell}" s="(\d+)"', found["xl/worksheets/sheet1.xml"])[1])
    styles = found["xl/styles.xml"].split("<cellXfs")[1].split("</cellXfs>")[0]
    assert re.findall(r'<xf numFmtId="(\d+)"', styles)[style] == pattern


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=50))
def test_any_sum_comes_back_to_the_fen(sums):
    rows = sheet(Table("金额", [Column("金额", "money")], [[fen] for fen in sums])).rows[1:]
    assert [row[0] * 100 for row in rows] == sums


def test_the_same_tables_give_the_same_bytes():
    assert xlsx([PAYOUT], created=CREATED) == xlsx([PAYOUT], created=CREATED)
    later = xlsx([PAYOUT], created=CREATED + timedelta(seconds=1))
    assert later != xlsx([PAYOUT], created=CREATED)
    assert "2026-03-01T23:30:00Z" in parts(xlsx([PAYOUT], created=CREATED))["docProps/core.xml"]


def test_the_head_is_frozen_and_repeated_below_a_title():
    found = parts(xlsx([PAYOUT], created=CREATED))
    assert '<pane ySplit="2" topLeftCell="A3"' in found["xl/worksheets/sheet1.xml"]
    assert "发放表!$2:$2" in found["xl/workbook.xml"]


def test_several_tables_and_names_that_a_sheet_cannot_have():
    names = ["化工工匠[一期]/甲:乙*丙?", "长" * 40]
    data = xlsx([Table(name, [Column("姓名")], []) for name in names], created=CREATED)
    found = [sheet.name for sheet in read(data, filename="a.xlsx").sheets]
    assert found == ["化工工匠-一期--甲-乙-丙-", "长" * 31]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 330802199003071239),
        ("number", "12"),
        ("number", True),
        ("number", 1.5),
        ("money", Decimal("1.5")),
        ("money", "100"),
        ("date", CREATED),
        ("date", "2026-03-01"),
        ("moment", date(2026, 3, 1)),
    ],
)
def test_a_value_of_another_kind_is_a_fault_of_the_program(kind, value):
    table = Table("错误", [Column("列", kind)], [[value]])
    with pytest.raises(TypeError):
        xlsx([table], created=CREATED)
    with pytest.raises(TypeError):
        csv_text(table)


@pytest.mark.parametrize(("kind", "value"), [("number", 10**15), ("text", "长" * 32_768)])
def test_what_a_cell_cannot_hold_is_never_cut_silently(kind, value):
    with pytest.raises(ValueError, match="text"):
        xlsx([Table("错误", [Column("列", kind)], [[value]])], created=CREATED)


def test_a_row_of_another_length_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="shorter"):
        xlsx([Table("错误", COLUMNS, [["王芳"]])], created=CREATED)


def test_csv():
    assert csv_text(PAYOUT) == (
        "户名,收款账号,人数,实发金额,日期,时间\r\n"
        "王芳,6222021209000001238,1,16666.67,2026-03-01,2026-03-02 07:30\r\n"
        '"\'=HYPERLINK(""http://x"")",012,1.5,-0.05,,\r\n'
        "合计,,,16666.62,,\r\n"
        "大写,壹万陆仟,,,,\r\n"
    )
