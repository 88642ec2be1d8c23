"""Tables out: xlsx and csv, the only place that writes them. No cell is ever a formula.

ID numbers, accounts and bank codes are text columns; sums come as integer fen and are written as
numbers of yuan. The same tables and the same `created` give the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.clock import local

Kind = Literal["text", "number", "money", "date", "moment"]
Value = str | int | Decimal | date | datetime | None
Row = Sequence[Value]

_NUMBER_FORMATS: dict[Kind, str | int] = {
    "text": 49,  # the built-in "@"
    "number": 0,
    "money": 2,  # the built-in "0.00"
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_LONGEST_NUMBER = 10**15  # a spreadsheet keeps 15 digits; more are an identifier, hence text
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_A4 = 9


@dataclass(frozen=True)
class Column:
    """A heading, the kind of its cells, and its width in characters.

    Kinds: text (str), number (int or Decimal), money (int fen), date, moment (aware datetime,
    shown in Shanghai time). None is a blank cell in every kind.
    """

    title: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True)
class Table:
    """One sheet. `footers` are rows below the data; there a str may stand in any column."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    title: str = ""
    footers: Sequence[Row] = ()


def xlsx(tables: Sequence[Table], *, created: datetime) -> bytes:
    """A workbook of the tables in their order; `created` is aware and stands in the file."""
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "default_format_properties": {"font_name": "宋体", "font_size": 11},
    }
    with xlsxwriter.Workbook(stream, options) as book:
        moment = created.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"created": moment, "author": "Saixun 赛训"})
        styles = _styles(book)
        for table in tables:
            _write_table(book.add_worksheet(_sheet_name(table.name)), table, styles)
    return stream.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    cell = {"border": 1, "valign": "vcenter"}
    head = cell | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#E7ECF3"}
    styles = {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center"}),
        "head": book.add_format(head | {"num_format": _NUMBER_FORMATS["text"]}),
    }
    for kind, pattern in _NUMBER_FORMATS.items():
        styles[kind] = book.add_format(cell | {"num_format": pattern})
        styles[f"{kind} total"] = book.add_format(cell | {"num_format": pattern, "bold": True})
    return styles


def _sheet_name(name: str) -> str:
    return _NOT_IN_SHEET_NAMES.sub("-", name)[:31].strip("'")


def _write_table(sheet: Worksheet, table: Table, styles: dict[str, Format]) -> None:
    place = 0
    if table.title:
        if len(table.columns) > 1:
            sheet.merge_range(0, 0, 0, len(table.columns) - 1, "", styles["title"])
        _write_string(sheet, 0, 0, table.title, styles["title"])
        place = 1
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, column.width)
        _write_string(sheet, place, number, column.title, styles["head"])
    _set_up_page(sheet, place)
    for values, suffix in _all_rows(table):
        place += 1
        for number, (kind, value) in enumerate(values):
            _write(sheet, place, number, value, styles[kind + suffix])


def _all_rows(table: Table) -> Iterator[tuple[list[tuple[Kind, Value]], str]]:
    """Rows, then footers (style suffix " total"), each cell with its kind and checked value."""
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        yield [(column.kind, _checked(column.kind, value)) for column, value in cells], ""
    for row in table.footers:
        totals: list[tuple[Kind, Value]] = []
        for column, value in zip(table.columns, row, strict=True):
            kind: Kind = "text" if isinstance(value, str) else column.kind
            totals.append((kind, _checked(kind, value)))
        yield totals, " total"


def _set_up_page(sheet: Worksheet, head: int) -> None:
    sheet.freeze_panes(head + 1, 0)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        _write_string(sheet, row, column, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _write_string(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    if sheet.write_string(row, column, text, style):  # the library truncates without an error
        raise ValueError(f"text of {len(text)} characters does not fit into a cell")


def _checked(kind: Kind, value: Value) -> Value:
    """The value as it goes into the cell: money in yuan, moments in local wall-clock time."""
    if value is None:
        return None
    if kind == "text" and isinstance(value, str):
        return value
    if kind == "moment" and isinstance(value, datetime):
        return local(value).replace(tzinfo=None)
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and kind != "text":
        if not -_LONGEST_NUMBER < value < _LONGEST_NUMBER:
            raise ValueError("a number of over 15 digits loses some: make it a text column")
        if kind == "money" and isinstance(value, int):
            return Decimal(value).scaleb(-2)
        if kind == "number":
            return value
    raise TypeError(f"{type(value).__name__} in a {kind} column")


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(table: Table) -> str:
    """Headings, rows and footers as CSV with CRLF; a text like a formula gets an apostrophe.

    A spreadsheet that opens the file reads long digits as numbers: give IDs as xlsx.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_csv_cell(column.title) for column in table.columns])
    for values, _ in _all_rows(table):
        writer.writerow([_csv_cell(value) for _, value in values])
    return stream.getvalue()


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
