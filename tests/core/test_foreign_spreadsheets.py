"""Files of other programs: with a password, of another format, with sheets and rows out of sight."""

import io
import zipfile

import pytest

from core.spreadsheets import Sheet, read
from tests.core.test_spreadsheets import (
    DAMAGED,
    UNKNOWN,
    WANG_FANG,
    old_workbook,
    refusal,
    repacked,
    simple,
    workbook,
)

PASSWORD = "文件设有打开密码，请取消密码后再上传"
WEB_PAGE = "这是网页格式的文件（只是后缀像表格），请用 Excel 或 WPS 打开，另存为 xlsx 后再上传"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = " ".join(f'xmlns:{name}="{OFFICE}{name}:1.0"' for name in ("office", "table", "text"))
CONTENT = f"""<office:document-content {NAMES}><office:body><office:spreadsheet>
<table:table table:name="花名册"><table:table-row>
<table:table-cell office:value-type="string"><text:p>姓名</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>王芳</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048575">
<table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>""".replace("\n", "")


def container(*streams):
    """The start of an old Office file whose directory names these streams."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return OLE + bytes(1016) + names + b"\x11" * 4096


def ods(content, entry=""):
    """An OpenDocument spreadsheet as LibreOffice packs it."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{OFFICE}manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        f'<manifest:file-entry manifest:full-path="content.xml">{entry}</manifest:file-entry>'
        "</manifest:manifest>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def part(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (container("EncryptionInfo", "EncryptedPackage"), PASSWORD),
        (old_workbook().replace(b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00", 1), PASSWORD),
        (container("WordDocument"), UNKNOWN),
        (container("Workbook"), DAMAGED),
        (old_workbook()[:-2048], DAMAGED),
        (ods(b"\x8a\x01" * 400, "<manifest:encryption-data></manifest:encryption-data>"), PASSWORD),
        ("<!-- 导出 --><div><table>".encode(), WEB_PAGE),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", WEB_PAGE),
    ],
)
def test_what_is_locked_cut_or_no_spreadsheet_is_named(data, sentence):
    assert refusal(data) == sentence


def test_an_ods_with_a_million_blank_rows_is_read():
    assert read(ods(CONTENT), filename="名单.ods").sheets == [
        Sheet("花名册", [["姓名", "王芳"]], [])
    ]


def test_a_workbook_with_macros_is_read_and_the_macros_are_not():
    data = workbook(simple)
    kinds = part(data, "[Content_Types].xml").replace(
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    macros = {"[Content_Types].xml": kinds, "xl/vbaProject.bin": OLE + bytes(500)}
    assert read(repacked(data, macros), filename="名单.xlsm").sheets[0].rows == [["姓名", "王芳"]]


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_an_external_entity_is_not_followed(name, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("机密", encoding="utf-8")
    data = workbook(lambda book: book.add_worksheet().write_row(0, 0, ["王芳", 5]))
    xml = part(data, name).replace("王芳", "&x;").replace("<v>5</v>", "<v>&x;</v>")
    head, _, rest = xml.partition("?>")
    entity = f'{head}?><!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{rest}'
    assert refusal(repacked(data, {name: entity})) == DAMAGED


@pytest.mark.parametrize(
    "row", ['<row r="{n}" s="1" customFormat="1"/>', '<row r="{n}"><c r="A{n}" s="1"/></row>']
)
def test_formatted_rows_to_the_end_of_the_sheet_are_no_rows(row):
    data = workbook(simple)
    blank = "".join(row.format(n=n) for n in range(2, 1_048_577))
    xml = part(data, "xl/worksheets/sheet1.xml").replace("</sheetData>", f"{blank}</sheetData>")
    padding = {"xl/worksheets/sheet1.xml": xml}
    assert read(repacked(data, padding), filename="a.xlsx").sheets[0].rows == [["姓名", "王芳"]]


def test_hidden_sheets_and_rows_are_told_apart():
    def fill(book):
        sheet = book.add_worksheet("花名册")
        sheet.write_column(0, 0, ["姓名", "王芳", "刘洋"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(7, None, None, {"hidden": True})
        book.add_worksheet("补录").write_row(0, 0, ["姓名", WANG_FANG])
        book.worksheets()[1].hide()
        book.add_worksheet("参数").very_hidden()

    found = read(workbook(fill), filename="a.xlsx")
    assert found.sheets == [Sheet("花名册", [["姓名"], ["王芳"], ["刘洋"]], [], (3,))]
    assert found.hidden == [Sheet("补录", [["姓名", WANG_FANG]], []), Sheet("参数", [], [])]


def test_a_hidden_sheet_that_is_too_large_does_not_refuse_the_file():
    def fill(book):
        simple(book)
        book.add_worksheet("行政区划").write_column(0, 0, ["柯城区"] * 10_021)
        book.worksheets()[1].hide()

    found = read(workbook(fill), filename="a.xlsx")
    assert (len(found.sheets), found.hidden) == (1, [Sheet("行政区划", [["…"]], [])])


def test_a_workbook_of_hidden_sheets_alone_is_refused():
    data = workbook(simple)
    xml = part(data, "xl/workbook.xml").replace('name="花名册"', 'name="花名册" state="hidden"')
    assert refusal(repacked(data, {"xl/workbook.xml": xml})) == (
        "文件中没有可见的工作表，请检查后再上传"
    )
