"""Opens a foreign spreadsheet, in a process of its own that core/spreadsheets.py starts.

Reads the file from stdin, writes JSON to stdout: {"sheets": [...]} or {"error": [code, number]}.
A sheet has name, rows, merged and hidden_rows (from 1); a hidden sheet is marked "hidden".
It stands alone (standard library and calamine), so that it starts in a few hundredths of a second.
A cell is null, text, a number, true/false, or a tagged pair: ["d", date], ["m", moment],
["t", time of day], ["s", seconds of a duration], ["e", error code or "uncached"].
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import posixpath
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple
from xml.etree import ElementTree

import python_calamine

try:
    import resource
except ImportError:  # Windows: only the parent's timeout remains
    resource = None  # type: ignore[assignment]

MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 200
MAX_DIRECTORY = 256 * 1024
MAX_ROWS = 10_000
HEAD_ROWS = 20  # titles, notes and headings above and below the data
MAX_SPAN = 300_000  # rows from the first to the last that is not blank
MAX_COLUMNS = 200
MAX_ANSWER = 60_000_000  # bytes of JSON, which writes a Chinese character as six
TOO_LARGE = "…"

Grid = list[list[Any]]
Flaw = tuple[int, int, str]  # row, column, code
_OFFICE_2007_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "WordDocument".encode("utf-16-le")
_GLOBALS_BEGIN = (
    b"\x09\x08\x10\x00\x00\x06\x05\x00"  # the first record of an xls of Excel 97 and later
)
FILEPASS, FIRST_RECORDS = 0x2F, 10
_LOCKED_ODS = b"encryption-data"


class Marks(NamedTuple):
    """What calamine does not tell of a sheet: cells without a usable value, rows that are hidden."""

    flaws: list[Flaw]
    hidden_rows: set[int]  # from 1


NO_MARKS = Marks([], set())


class Refused(Exception):
    """The file is not taken: a code and, where it helps, a number for the sentence."""

    def __init__(self, code: str, number: int | None = None) -> None:
        super().__init__(code, number)


def main() -> None:
    """Set the limits, read stdin, answer on stdout."""
    _limit(memory=int(sys.argv[1]), seconds=int(sys.argv[2]))
    answer: dict[str, Any]
    try:
        answer = {"sheets": read(sys.stdin.buffer.read())}
    except Refused as refusal:
        answer = {"error": refusal.args}
    except MemoryError:
        answer = {"error": ("crashed", None)}
    sys.stdout.write(_bounded(answer))


def _bounded(answer: dict[str, Any]) -> str:
    text = json.dumps(answer)
    return text if len(text) <= MAX_ANSWER else json.dumps({"error": ("characters", None)})


def _limit(memory: int, seconds: int) -> None:
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(data: bytes) -> list[dict[str, Any]]:
    """The sheets of a file whose content decides how it is opened, or Refused."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(b"PK"):
        guard_zip(data)
        return _read_workbook(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if _OFFICE_2007_LOCKED in data:  # an xlsx with a password lies in the container of an xls
            raise Refused("password")
        return _read_workbook(data)
    if start.startswith((b"<", b"mime-version:")):
        raise Refused("html")
    return [_sheet("CSV", _read_text(data), [])]


def guard_zip(data: bytes) -> None:
    """Bound what unpacking can cost before anything is parsed: entries, sizes, ratio, honesty."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(data):
        raise Refused("damaged")
    directory = struct.unpack_from("<I", data, end + 12)[0]
    if directory > MAX_DIRECTORY:
        raise Refused("entries", struct.unpack_from("<H", data, end + 10)[0])
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
        raise Refused("damaged") from None
    if len(entries) > MAX_ENTRIES:
        raise Refused("entries", len(entries))
    declared = sum(entry.file_size for entry in entries)
    if declared > MAX_UNPACKED:
        raise Refused("unpacked", -(-declared // 1024**2))
    if declared > MAX_RATIO * len(data):
        raise Refused("ratio", declared // len(data))
    for entry in entries:
        _check_entry(data, entry)


def _check_entry(data: bytes, entry: zipfile.ZipInfo) -> None:
    """Unpack the real stream, piece by piece: it must be exactly as long as the directory says."""
    if entry.flag_bits & 1:
        raise Refused("password")
    start = entry.header_offset
    if start < 0 or data[start : start + 4] != b"PK\x03\x04" or start + 30 > len(data):
        raise Refused("damaged")
    start += 30 + sum(struct.unpack_from("<HH", data, start + 26))
    packed = data[start : start + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise Refused("damaged")
    if entry.compress_type == zipfile.ZIP_STORED:
        real = len(packed)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        real = _inflated_size(packed, entry.file_size)
    else:
        raise Refused("damaged")
    if real != entry.file_size:
        raise Refused("lying")


def _inflated_size(packed: bytes, declared: int) -> int:
    """How much a deflate stream gives; stops soon after it passes what was declared."""
    stream, size = zlib.decompressobj(-15), 0
    try:
        while packed and not stream.eof and size <= declared:
            size += len(stream.decompress(packed, 1 << 20))
            packed = stream.unconsumed_tail
        return size
    except zlib.error:
        raise Refused("damaged") from None


def _read_workbook(data: bytes) -> list[dict[str, Any]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        marks = _marks(data) if data.startswith(b"PK") else {}
        sheets = [
            _sheet_of(book, meta, marks.get(meta.name, NO_MARKS))
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError:
        raise Refused("password") from None
    except (python_calamine.CalamineError, OSError, ValueError, KeyError, ElementTree.ParseError):
        raise Refused(_why_unread(data)) from None
    if all(sheet["hidden"] for sheet in sheets):
        raise Refused("empty")
    return sheets


def _why_unread(data: bytes) -> str:
    """What a container is that calamine does not take."""
    if data.startswith(b"PK"):
        with suppress(zipfile.BadZipFile, KeyError):
            if _LOCKED_ODS in zipfile.ZipFile(io.BytesIO(data)).read("META-INF/manifest.xml"):
                return "password"
        return "damaged" if b"xl/" in data else "unknown"
    if _asks_for_password(data):
        return "password"
    return "unknown" if _OLD_WORD in data else "damaged"


def _asks_for_password(xls: bytes) -> bool:
    """Whether the record FILEPASS stands among the first records of the workbook (MS-XLS 2.4.117)."""
    place = xls.find(_GLOBALS_BEGIN)
    for _ in range(FIRST_RECORDS):
        if place < 0 or place + 4 > len(xls):
            return False
        kind, size = struct.unpack_from("<HH", xls, place)
        if kind == FILEPASS:
            return True
        place += 4 + size
    return False


def _sheet_of(
    book: python_calamine.CalamineWorkbook, meta: python_calamine.SheetMetadata, marks: Marks
) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(meta.name)
    if meta.visible == python_calamine.SheetVisibleEnum.Visible:
        read = _typed_sheet(sheet, marks.flaws)
        filled = {number for number, row in enumerate(read["rows"], 1) if row}
        return read | {"hidden_rows": sorted(filled & marks.hidden_rows)}
    try:
        return _typed_sheet(sheet, marks.flaws) | {"hidden": True}
    except Refused:  # a list of codes behind a drop-down, say: named without being read
        return _sheet(meta.name, [[TOO_LARGE]], []) | {"hidden": True}


def _typed_sheet(sheet: python_calamine.CalamineSheet, flaws: list[Flaw]) -> dict[str, Any]:
    if sheet.end and sheet.end[0] > MAX_SPAN:
        raise Refused("span")
    grid: Grid = sheet.to_python(skip_empty_area=False)
    for row, column, code in flaws:
        if row < MAX_SPAN and column < MAX_COLUMNS:
            _put(grid, row, column, ["e", code])
    ranges = sheet.merged_cell_ranges or []
    return _sheet(sheet.name, grid, [(*start, *end) for start, end in ranges[:MAX_ROWS]])


def _put(grid: Grid, row: int, column: int, cell: object) -> None:
    grid.extend([] for _ in range(row + 1 - len(grid)))
    grid[row].extend([""] * (column + 1 - len(grid[row])))
    grid[row][column] = cell


_ERROR = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)>(?:\s*<f\b.*?)?\s*<v>([^<]*)</v>', re.DOTALL)
_UNCACHED = re.compile(
    rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(<v\s*/>|<v></v>)?\s*</c>"
)
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d{1,7})"')
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def _marks(data: bytes) -> dict[str, Marks]:
    """Per sheet name: error cells and formulas without a kept value, and the hidden rows.

    calamine gives such cells as empty text, which would make a broken cell look like a blank one.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    found = {}
    for name, part in _parts(archive):
        if part in archive.namelist():
            xml = archive.read(part)
            if (
                b"<!DOCTYPE" in xml[:1024]
            ):  # no program writes one; its entities would read as blank
                raise Refused("damaged")
            hidden = _HIDDEN_ROW.findall(xml) if b"hidden=" in xml else []
            found[name] = Marks(list(_flaws(xml)), set(map(int, hidden)))
    return found


def _flaws(xml: bytes) -> Iterator[Flaw]:
    if b't="e"' in xml:
        for match in _ERROR.finditer(xml):
            yield from _placed(match.group(1), match.group(2).decode("utf-8", "replace"))
    if b"<f" in xml:
        for match in _UNCACHED.finditer(xml):
            kept_blank = match.group(2) and b't="str"' in match.group(1)  # ="" was computed
            if not kept_blank:
                yield from _placed(match.group(1), "uncached")


def _placed(attributes: bytes, code: str) -> Iterator[Flaw]:
    place = _PLACE.search(attributes)
    if place:
        column = 0
        for letter in place.group(1):
            column = column * 26 + letter - 64
        yield int(place.group(2)) - 1, column - 1, code


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Sheet names and their XML parts, as xl/workbook.xml and its relations tell them."""
    if "xl/_rels/workbook.xml.rels" not in archive.namelist():
        return
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for node in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if node.tag.endswith("}sheet"):
            link = next((value for key, value in node.items() if key.endswith("}id")), None)
            target = posixpath.join("/xl", targets.get(link, ""))
            yield node.get("name", ""), posixpath.normpath(target).lstrip("/")


def _read_text(data: bytes) -> Grid:
    """A CSV or tab-separated text in UTF-8, UTF-16 with a mark, or GB18030."""
    text = _decoded(data)
    if "\x00" in text or text.startswith("%PDF"):
        raise Refused("unknown")
    head = text.split("\n", 1)[0]
    delimiter = max("\t,;，", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Refused("damaged") from None


def _decoded(data: bytes) -> str:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if utf16 else ["utf-8-sig", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("unknown")


def _sheet(name: str, grid: Grid, merged: list[tuple[int, ...]]) -> dict[str, Any]:
    """A sheet without its blank edge; blank rows in between stay, so that row numbers hold."""
    rows, filled = [], 0
    for raw in grid:
        row = [_cell(value) for value in raw]
        while row and row[-1] is None:
            row.pop()
        filled += bool(row)
        if len(row) > MAX_COLUMNS:
            raise Refused("columns", len(row))
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    if filled > MAX_ROWS + HEAD_ROWS:
        raise Refused("rows", filled)
    if len(rows) > MAX_SPAN:
        raise Refused("span")
    return {"name": name, "rows": rows, "merged": merged, "hidden": False, "hidden_rows": []}


def _cell(value: object) -> object:
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime.datetime):
        return ["m", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["d", value.isoformat()]
    if isinstance(value, datetime.time):
        return ["t", value.isoformat()]
    if isinstance(value, datetime.timedelta):
        return ["s", int(value.total_seconds())]
    return value


if __name__ == "__main__":
    main()
