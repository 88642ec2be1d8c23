"""What officers really send, and what nobody should: each with its cells or its sentence."""

import base64
import io
import os
import struct
import threading
import time
import zipfile
import zlib
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import xlsxwriter

from core.errors import DomainError
from core.spreadsheets import CellError, Limits, Sheet, read

WANG_FANG = "330802199003071239"
MORNING = datetime.fromisoformat("2026-03-01T08:30")
# A BIFF file written by an old program: merged title, headings, a text and a numeric ID.
XLS = (
    "eNrtWEtIVFEY/s6dOzqKM86YBhqoCFmZwugs0oVOGeWqwSkhLaHUGSUcNaaCbJE2NqseRK2KNoItIpiSoAdF5K6F"
    "YOQiCIKxcNUqKIpy5vaf/95LagYOlGTc73L+c/7Xef3nce99OeNJjk+WzGEZmmBDWstB1iKZoJRjMm6QXtNk0cwd"
    "lDQL6wo5Dgpklh1PnNPZMoYy3nNQcE+dIgq8o9SJ4wgMDYbL1xDN3IcuIfvQSFTgJklcKOZeFTDtYbqB6V22fMp0"
    "J0suMW0k26Q4hBl/oKreWMXtSgXrXJD1PmSfNyypRRFeyFU8ckXotnbsih7riqwzRamahwlQQFvCg+Go5PNxC7nA"
    "MKFmYKAmFEqikII9gc9aOfDJ3NXPyy352soFSP51qTz7N3IHBXG5/JqiAqPQjvImidOiblalxiYmY862i8EFdMiF"
    "wMkO0Xu4vU1XkPlsh7MtCyIS9ETuXE4FvhwQp1WIb8GyU/Phsj4yuHDifqwA8Pm89d662oYGr9fn3VFb52sgXaDP"
    "1ZsrbwQ+QdxLThAn76w8oiHkc9nD+8tNQ1i4/fHVvu5W/xGWjPKtod8tm+VQoOGc9CBnF2t4NHQbAVXssZ1pjGvd"
    "xOUSpoU0PMorW4uMwt4xtjnP2kpqx8eY9W9ZVN5K5fiH4KPS+Hv/NionWubOFCZe+8dRQXddiPzlM4ZqUS1uXJd4"
    "7DdzYZxDb5kW/3ImORS30XfNuEDzkZK7kOBh+ow5OTtyfqS9WMFesL2kOmfOps4pxNmM1pQVvBX2Vg17PRZ24s4q"
    "klNoDAlFb1vWoizztrG3jKmN4mFj75Hpup7vnVd3zxt9A/s1KQV4IBuj8/cncmHBggULFixYsGDhX4Lgdzf9/Vrl"
    "TwT9DT7b+K+TopS2fpP8t9iPIXpO0kflHgxSHsVwRutnI+zCrEus0sf8XyhxkFqPoh/d3I/+jNcvfYGJxeNZtaP7"
    "z22hTNtPZ9LPv9z+D4ro7F4="
)


def old_workbook():
    return zlib.decompress(base64.b64decode(XLS))


def workbook(fill, **options):
    """The bytes of an xlsx whose sheets `fill(book)` writes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    fill(book)
    book.close()
    return stream.getvalue()


def simple(book):
    book.add_worksheet("花名册").write_row(0, 0, ["姓名", "王芳"])


def repacked(data, changes=(), method=zipfile.ZIP_DEFLATED):
    """The same zip with parts added or replaced."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts.update(changes)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def refusal(data, **options):
    with pytest.raises(DomainError) as caught:
        read(data, filename="名单.xlsx", **options)
    assert caught.value.field == "file"
    assert caught.value.message.startswith("“名单.xlsx”：")
    return caught.value.message.removeprefix("“名单.xlsx”：")


COPY = "请把数据复制到新的工作簿，另存为 xlsx 后再上传"
DAMAGED = "文件已损坏或不完整，无法打开，请重新导出后再上传"
UNKNOWN = "这不是可以识别的表格文件，请上传 xlsx、xls 或 csv 文件"


def test_every_type_of_cell_and_the_place_of_each():
    def fill(book):
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet("花名册")
        sheet.merge_range("A1:C1", "2026 年学员花名册")
        sheet.write_row("B3", [WANG_FANG, 1.5, True])
        sheet.write_datetime("B4", date(1990, 3, 7), day)
        sheet.write_datetime("C4", MORNING, moment)
        sheet.write_datetime("D4", timedelta(hours=30), book.add_format({"num_format": "[h]:mm"}))
        sheet.write_formula("B5", "=1/0", None, "#DIV/0!")
        sheet.write_formula("C5", "=A1", None, "王芳")
        sheet.write_number("D5", 330802198503170015)
        sheet.write_number("B6", 0.1 + 0.2)
        book.add_worksheet("参数").hide()

    assert read(workbook(fill), filename="a.xlsx").sheets == [
        Sheet(
            "花名册",
            [
                ["2026 年学员花名册", None, None, None],
                [None, None, None, None],
                [None, WANG_FANG, Decimal("1.5"), True],
                [None, date(1990, 3, 7), MORNING, timedelta(hours=30)],
                [None, CellError("#DIV/0!"), "王芳", Decimal("330802198503170000")],
                [None, Decimal("0.3"), None, None],
            ],
            [(0, 0, 0, 2)],
        )
    ]


def test_a_formula_that_was_never_computed_is_an_error_and_a_computed_blank_is_not():
    rows = (
        b'<row r="1"><c r="A1"><f>B1</f></c><c r="B1"><f>C1</f><v></v></c>'
        b'<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><v>7</v></c></row>'
    )
    xml = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    xml += b"<sheetData>" + rows + b"</sheetData></worksheet>"
    data = repacked(workbook(simple), {"xl/worksheets/sheet1.xml": xml})
    assert read(data, filename="a.xlsx").sheets[0].rows == [
        [CellError("uncached"), CellError("uncached"), None, Decimal(7)]
    ]


def test_an_old_xls_is_read_whatever_it_is_called():
    sheet = Sheet(
        "花名册",
        [
            ["学员花名册", None, None],
            ["姓名", "公民身份号码", "出生日期"],
            ["王芳", WANG_FANG, date(1990, 3, 7)],
            ["李明", Decimal("330802198503170000"), None],
        ],
        [(0, 0, 0, 2)],
    )
    for name in ["名单.xls", "名单.et", "名单.xlsx"]:
        assert read(old_workbook(), filename=name).sheets == [sheet]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("姓名,公民身份号码\r\n王芳,330802199003071239\r\n", "utf-8"),
        ("姓名,公民身份号码\r\n王芳,330802199003071239\r\n", "utf-8-sig"),
        ("姓名,公民身份号码\n王芳,330802199003071239", "gb18030"),
        ("姓名\t公民身份号码\r\n王芳\t330802199003071239\r\n", "utf-16"),
        ('"姓名";"公民身份号码"\n"王芳";"330802199003071239"\n\n', "gb18030"),
    ],
)
def test_a_csv_is_read_as_text_even_if_it_is_called_xls(text, encoding):
    assert read(text.encode(encoding), filename="名单.xls").sheets == [
        Sheet("CSV", [["姓名", "公民身份号码"], ["王芳", WANG_FANG]], [])
    ]


@pytest.mark.parametrize(
    "page", ["<html><table>", "\ufeff  <!DOCTYPE html>", "<?xml version='1.0'?><Workbook>"]
)
def test_a_web_page_called_xls_is_refused_with_the_way_out(page):
    assert refusal(page.encode()) == (
        "这是网页格式的文件（只是后缀像表格），请用 Excel 或 WPS 打开，另存为 xlsx 后再上传"
    )


def test_ten_thousand_rows_of_eighteen_columns_take_less_than_a_second_and_a_half_of_work():
    def fill(book):
        sheet = book.add_worksheet()
        for row in range(10_001):
            sheet.write_row(row, 0, [f"{column}-{row}" for column in range(18)])

    data = workbook(fill)
    durations = []
    for _ in range(3):
        start = sum(os.times()[:4])  # own and the child's, so that a busy machine does not count
        rows = read(data, filename="a.xlsx").sheets[0].rows
        durations.append(sum(os.times()[:4]) - start)
    assert (len(rows), len(rows[0]), rows[-1][17]) == (10_001, 18, "17-10000")
    assert min(durations) < 1.5


def test_two_hundred_thousand_blank_bordered_rows_are_no_rows():
    def row(number):
        cells = "".join(f'<c r="{column}{number}" s="1"/>' for column in "ABCDEFGH")
        return f'<row r="{number}">{cells}</row>'

    blank = "".join(map(row, range(2, 200_002)))
    data = workbook(simple)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    xml = xml.replace("</sheetData>", blank + "</sheetData>")
    data = repacked(data, {"xl/worksheets/sheet1.xml": xml})
    assert read(data, filename="a.xlsx").sheets[0].rows == [["姓名", "王芳"]]


@pytest.mark.parametrize(
    ("rows", "columns", "sentence"),
    [
        (10_021, 1, "表格有 10021 行，一次最多导入 10000 行，请拆分成几个文件分别上传"),
        (1, 201, "表格有 201 列，最多 200 列，请删去多余的列后再上传"),
    ],
)
def test_too_many_rows_or_columns(rows, columns, sentence):
    text = "\n".join(",".join(["王芳"] * columns) for _ in range(rows))
    assert refusal(text.encode()) == sentence


@pytest.mark.parametrize("place", ["A1048576", "XFD1048576"])
def test_a_stray_cell_far_below_does_not_eat_the_memory(place):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write("A1", "姓名")
        sheet.write(place, "王芳")

    assert refusal(workbook(fill)) in (
        f"数据分布得太散（有内容落在很靠下的行），{COPY}",
        f"表格的行列范围过大或文件已损坏，无法读取，{COPY}",
    )


def test_one_long_text_in_every_cell_does_not_come_back_as_gigabytes():
    def fill(book):
        sheet = book.add_worksheet()
        for row in range(200):
            sheet.write_row(row, 0, ["长" * 30_000] * 10)

    assert refusal(workbook(fill)) in (
        "表格中的文字过多，请拆分成几个文件分别上传",
        f"表格的行列范围过大或文件已损坏，无法读取，{COPY}",
    )


def timed_refusal(data):
    """The refusal, given within a second: the best of three, for the machine may be busy."""
    durations, sentences = [], set()
    while len(durations) < 3 and min(durations, default=1) >= 1:
        start = time.perf_counter()
        sentences.add(refusal(data))
        durations.append(time.perf_counter() - start)
    assert min(durations) < 1
    return sentences.pop()


def test_a_high_ratio_is_refused_before_parsing():
    data = repacked(workbook(simple), {"xl/media/a.bin": bytes(20 * 1024**2)})
    assert timed_refusal(data).endswith(f" 倍，上限 100 倍），{COPY}")


def test_too_much_to_unpack_is_refused_before_parsing():
    filler = os.urandom(600_000)
    data = repacked(
        workbook(simple), {f"xl/{n}.bin": filler + bytes(2 * 1024**2) for n in range(20)}
    )
    assert timed_refusal(data) == (
        f"文件展开后有 52 MB，超过 50 MB 上限，多半是有大量带格式的空行，{COPY}"
    )


@pytest.mark.parametrize("count", [201, 70_000])
def test_too_many_entries_are_refused_before_parsing(count):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(count % 65_000):
            archive.writestr(str(number), b"")
    sentence = timed_refusal(stream.getvalue())
    assert sentence == f"文件内含的部件过多（{count % 65_000} 个，上限 200 个），{COPY}"


def lying(data, part, declared):
    """The same zip, but its directory and local header say another unpacked size for `part`."""
    changed, name = bytearray(data), part.encode()
    central = data.rfind(b"PK\x01\x02", 0, data.rfind(name))
    local = zipfile.ZipFile(io.BytesIO(data)).getinfo(part).header_offset
    struct.pack_into("<I", changed, central + 24, declared)
    struct.pack_into("<I", changed, local + 22, declared)
    return bytes(changed)


@pytest.mark.parametrize("declared", [10, 300_000])
def test_headers_that_lie_about_the_size_are_refused(declared):
    sheet = b"<worksheet>" + b" " * 200_000
    data = repacked(workbook(simple), {"xl/worksheets/sheet1.xml": sheet})
    bomb = lying(data, "xl/worksheets/sheet1.xml", declared)
    assert timed_refusal(bomb) == f"文件结构异常（实际内容与目录不符），{COPY}"


def test_entries_that_share_one_stream_are_counted_each():
    kernel = repacked(workbook(simple), {"xl/a.bin": os.urandom(400_000) + bytes(8 * 1024**2)})
    end = kernel.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", kernel, end + 16)[0]
    record = kernel[kernel.rfind(b"PK\x01\x02", 0, kernel.rfind(b"xl/a.bin")) : end]
    count, size = struct.unpack_from("<H", kernel, end + 10)[0], end - start
    tail = bytearray(kernel[end:])
    struct.pack_into("<HHI", tail, 8, count + 9, count + 9, size + 9 * len(record))
    assert "超过 50 MB 上限" in timed_refusal(kernel[:end] + record * 9 + bytes(tail))


def test_a_nested_bomb_is_never_unpacked():
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", bytes(60 * 1024**2))
    data = repacked(workbook(simple), {"xl/embeddings/bomb.xlsx": inner.getvalue()})
    assert read(data, filename="a.xlsx").sheets[0].rows == [["姓名", "王芳"]]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的，请重新选择文件"),
        (b"?" * (20 * 1024**2 + 1), "文件 20.1 MB，超过 20 MB 上限，请压缩或拆分后再传"),
        (bytes(range(256)) * 50, UNKNOWN),
        (b"%PDF-1.7 text", UNKNOWN),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), UNKNOWN),
        (b"PK\x03\x04" + bytes(100), DAMAGED),
        (b"PK\x05\x06" + bytes(18), UNKNOWN),
        (old_workbook()[:600], DAMAGED),
        (workbook(simple)[:-100], DAMAGED),
        (workbook(simple)[: len(workbook(simple)) // 2], DAMAGED),
        (repacked(workbook(simple), {"xl/worksheets/sheet1.xml": b"<worksheet><sheet"}), DAMAGED),
        (repacked(workbook(simple), {"xl/workbook.xml": b"no xml"}), DAMAGED),
        (repacked(workbook(simple), method=zipfile.ZIP_BZIP2), DAMAGED),
    ],
)
def test_what_cannot_be_opened(data, sentence):
    assert refusal(data) == sentence


def test_a_zip_that_is_no_workbook_is_named_as_such():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(stream.getvalue()) == UNKNOWN


def test_a_password_is_named_as_such():
    data = bytearray(workbook(simple))
    central = data.find(b"PK\x01\x02")
    data[central + 8] |= 1
    assert refusal(bytes(data)) == "文件设有打开密码，请取消密码后再上传"


def test_entities_are_not_expanded_into_memory():
    levels = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10)
    )
    xml = f'<!DOCTYPE w [{levels}]><workbook><sheets><sheet name="&e9;"/></sheets></workbook>'
    data = repacked(workbook(simple), {"xl/workbook.xml": xml})
    assert refusal(data)


def test_a_child_that_runs_out_of_time_or_memory_is_ended():
    data = workbook(simple)
    assert refusal(data, limits=Limits(wall_seconds=0.001)) == (
        f"表格过于复杂，未能在限定时间内读完，{COPY}"
    )
    starved = refusal(data, limits=Limits(memory=8 * 1024**2))
    assert starved in (  # the allocation that fails first may be zlib's own
        f"表格的行列范围过大或文件已损坏，无法读取，{COPY}",
        "文件已损坏或不完整，无法打开，请重新导出后再上传",
    )


def test_several_threads_read_at_once():
    data, seen = workbook(simple), []
    threads = [
        threading.Thread(target=lambda: seen.append(read(data, filename="a").sheets[0].rows))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [[["姓名", "王芳"]]] * 4
