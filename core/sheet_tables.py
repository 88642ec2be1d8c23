"""Finding the table in a foreign sheet: title rows, headings and their synonyms, typed cells.

Takes what core.spreadsheets gives (numbers as Decimal, dates as dates, unusable cells as something
with a `code`), by shape and not by import. Rows are counted from 1, as the spreadsheet shows them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from core.errors import DomainError

HEADING_ROWS = 30  # how far down titles and notes may push the headings
LONGEST = 200
NAMED_ROWS = 10
EXCEL_DAY_0 = date(1899, 12, 30)
LAST_SERIAL = 99_999  # in the year 2173; longer numbers are dates typed as 20260301
_FOOTER = re.compile(r"(合计|总计|小计|制表|填表|审核|经办|负责人|说明|注[:：1-9])")
_TOTAL = re.compile(r"(合计|总计)")
_FOOTER_CELLS = 3  # a line of signatures or notes under the table fills few cells
_BLANKS = " \t\r\n\u00a0\u200b\u3000\ufeff"
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class SheetLike(Protocol):
    """A sheet as core.spreadsheets reads it; `merged` counts rows and columns from 0."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[object]]: ...
    @property
    def merged(self) -> Sequence[tuple[int, int, int, int]]: ...


@dataclass(frozen=True)
class Column:
    """A column we know: key, the heading we print, other headings for it, whether it must exist."""

    key: str
    heading: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Issue:
    """One fault of one row. Codes E_… refuse the row, W_… ask to look again."""

    sheet: str
    row: int
    column: str
    code: str
    text: str

    @property
    def refuses(self) -> bool:
        return self.code.startswith("E_")


@dataclass(frozen=True)
class Located:
    """A sheet whose headings were found: {key: column}, the row of the headings, what is unread."""

    sheet: SheetLike
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    heading_row: int
    unread: tuple[str, ...]


@dataclass
class Row:
    """One row being read; what cannot be taken becomes an issue and reads as None."""

    located: Located
    number: int
    cells: Mapping[str, object]
    issues: list[Issue] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(issue.refuses for issue in self.issues)

    def report(self, key: str, code: str, text: str) -> None:
        """Note a fault of a cell."""
        heading = self.located.headings.get(key, "")
        self.issues.append(Issue(self.located.sheet.name, self.number, heading, code, text))

    def text(self, key: str, *, required: bool = False) -> str:
        """A text in NFKC without outer blanks; whole numbers become digits. Empty if missing."""
        value = self.cells.get(key)
        heading = self.located.headings.get(key, "")
        if unusable(value):
            self.report_formula(key, value)
            return ""
        plain = shown(value)
        if required and not plain:
            self.report(key, "E_REQ", f"请填写{heading}")
        if len(plain) > LONGEST:
            self.report(key, "E_LONG", f"{heading}有 {len(plain)} 个字，不能超过 {LONGEST} 个字")
        return plain

    def whole(self, key: str, *, most: int) -> int | None:
        """A whole number from 0 to `most`, None if empty or reported."""
        typed = self.text(key)
        if not typed:
            return None
        if not typed.isascii() or not typed.isdigit() or int(typed) > most:
            heading = self.located.headings[key]
            self.report(key, "E_NUMBER", f"{heading}“{typed}”应为 0 至 {most} 的整数")
            return None
        return int(typed)

    def day(self, key: str) -> date | None:
        """A date as date, serial number or typed (2026.3.1, 2026年3月1日, 20260301)."""
        value = self.cells.get(key)
        found = parse_day(value)
        if found is None and not unusable(value) and shown(value):
            self.report(key, "W_DATE", f"认不出日期“{shown(value)}”，请写成 2026-03-01 的样子")
        return found

    def report_formula(self, key: str, value: object) -> None:
        """Note that a cell is an error value or was never computed."""
        heading, code = self.located.headings[key], unusable(value)
        what = "没有算出结果的公式" if code == "uncached" else f"错误值 {code}"
        self.report(key, "E_FORMULA", f"{heading}是{what}，请改填文字或数字本身")


R = TypeVar("R", bound=Row)


def unusable(value: object) -> str:
    """The code of an error value or of a formula that was never computed ("uncached"), or ""."""
    return str(getattr(value, "code", ""))


def shown(value: object) -> str:
    """A cell as text: NFKC, without outer and invisible blanks; 3 for 3.0."""
    if value is None:
        return ""
    if isinstance(value, Decimal | float) and value == int(value):
        return str(int(value))
    plain = unicodedata.normalize("NFKC", str(value))
    return plain.strip() if plain.isascii() else _INVISIBLE.sub("", plain).strip()


def parse_day(value: object) -> date | None:
    """A day from a date, an Excel serial number or a typed date; None if it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    typed = shown(value)
    if isinstance(value, Decimal | float) and 0 <= value <= LAST_SERIAL:
        return EXCEL_DAY_0 + timedelta(days=int(value))  # the fraction is the time of day
    parts = re.fullmatch(
        r"(\d{4})(?:[-./年]\s*(\d{1,2})[-./月]\s*(\d{1,2})日?|(\d{2})(\d{2}))", typed, re.ASCII
    )
    if parts is None:
        return None
    try:
        return date(int(parts[1]), int(parts[2] or parts[4]), int(parts[3] or parts[5]))
    except ValueError:
        return None


def plain_heading(value: object) -> str:
    """A heading without blanks, marks and remarks in brackets."""
    text = "".join(shown(value).split())
    return re.sub(r"\(.*?\)|[*:]", "", text)


def locate(sheet: SheetLike, columns: Sequence[Column]) -> Located | None:
    """The headings of a sheet, None if no row looks like headings.

    Raises DomainError at "file" for headings that cannot be used: merged, missing, named twice.
    """
    known = {
        plain_heading(word): column
        for column in columns
        for word in (column.heading, *column.synonyms)
    }
    number = _heading_row(sheet, known)
    if number is None:
        return None
    place = f"“{sheet.name}”第 {number + 1} 行表头"
    found: dict[str, int] = {}
    unread = []
    for index, value in enumerate(sheet.rows[number]):
        column = known.get(plain_heading(value))
        if column is None:
            unread += [shown(value)] if shown(value) else []
        elif column.key in found:
            first, second = letters(found[column.key]), letters(index)
            text = f"{place}中“{column.heading}”出现两次（{first} 列和 {second} 列），请删去一列"
            raise DomainError(text, "file")
        else:
            found[column.key] = index
    _refuse_merged(sheet, number, place)
    missing = [c.heading for c in columns if c.required and c.key not in found]
    if missing:
        text = f"{place}缺少“{'”“'.join(missing)}”，请对照模板改好列名后再上传"
        raise DomainError(text, "file")
    headings = {column.key: column.heading for column in columns}
    return Located(sheet, found, headings, number, tuple(unread))


def _heading_row(sheet: SheetLike, known: Mapping[str, Column]) -> int | None:
    """The first row with two known headings that make up at least half of its filled cells."""
    for number, row in enumerate(sheet.rows[:HEADING_ROWS]):
        filled = [plain_heading(value) for value in row if shown(value)]
        hits = sum(heading in known for heading in filled)
        if hits >= 2 and hits * 2 >= len(filled):
            return number
    return None


def _refuse_merged(sheet: SheetLike, number: int, place: str) -> None:
    for top, left, bottom, right in sheet.merged:
        if top <= number <= bottom:
            area = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            text = f"{place}有合并单元格（{area}），请取消合并、让每列只有一行列名后再上传"
            raise DomainError(text, "file")


def letters(index: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def rows_of(located: Located, kind: type[R], *, totals: bool = False) -> Iterator[R]:
    """The rows under the headings that hold something in a known column, as rows of this kind; not lines
    of signatures. Short lines of totals (合计) are left out too unless `totals`."""
    sheet = located.sheet
    merged = {
        row: (top, left, bottom, right)
        for top, left, bottom, right in sheet.merged
        for row in range(max(top, located.heading_row + 1), bottom + 1)
    }
    for index in range(located.heading_row + 1, len(sheet.rows)):
        values = sheet.rows[index]
        cells = {key: values[column] for key, column in located.columns.items()}
        if all(_blank(value) for value in cells.values()) or _is_footer(values, totals):
            continue
        row = kind(located, index + 1, cells)
        if index in merged:
            top, left, bottom, right = merged[index]
            area = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            row.report("", "E_MERGED", f"这一行有合并单元格（{area}），请取消合并并逐行填写")
        yield row


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip(_BLANKS))


def _is_footer(values: Sequence[object], totals: bool) -> bool:
    filled = [value for value in values if not _blank(value)]
    first = shown(filled[0])
    if totals and is_total(first):
        return False
    return len(filled) <= _FOOTER_CELLS and bool(_FOOTER.match(first))


def is_total(text: str) -> bool:
    """Whether a line that begins with this text holds the sums of the others."""
    return bool(_TOTAL.match(text))


def first_with(
    sheets: Sequence[SheetLike], columns: Sequence[Column], *, hidden: Sequence[SheetLike] = ()
) -> Located:
    """The first sheet with our headings. Raises DomainError at "file" if there is none; a hidden
    sheet that has them is named."""
    for sheet in sheets:
        located = locate(sheet, columns)
        if located is not None:
            return located
    for sheet in hidden:
        if rows_below(sheet, columns):
            text = f"没有找到表头；隐藏的工作表“{sheet.name}”里有，请取消隐藏后再上传"
            raise DomainError(text, "file")
    wanted = "、".join(column.heading for column in columns if column.required)
    raise DomainError(f"没有找到表头，请使用模板，表头至少要有：{wanted}", "file")


def other_sheets(
    taken: Located,
    sheets: Sequence[SheetLike],
    columns: Sequence[Column],
    *,
    hidden: Sequence[SheetLike] = (),
    what: str,
    todo: str = "一次只读一张表，请并成一张，或分成几个文件分别上传",
) -> tuple[str, ...]:
    """The names of the other sheets that hold something. One that has our headings and rows too is
    refused: half of `what` (学员) would silently stay out. DomainError at "file"."""
    names = []
    for sheet in sheets:
        if sheet is taken.sheet or not _holds_text(sheet):
            continue
        if rows := rows_below(sheet, columns):
            text = (
                f"工作表“{taken.sheet.name}”和“{sheet.name}”里都有{what}（后者 {rows} 行），{todo}"
            )
            raise DomainError(text, "file")
        names.append(sheet.name)
    for sheet in filter(_holds_text, hidden):
        if rows := rows_below(sheet, columns):
            text = (
                f"隐藏的工作表“{sheet.name}”里也有{what}（{rows} 行），隐藏的表不会读取；"
                "请把要导入的行并到看得见的表里，删去这张隐藏的表，再上传"
            )
            raise DomainError(text, "file")
        names.append(f"{sheet.name}（隐藏）")
    return tuple(names)


def rows_below(sheet: SheetLike, columns: Sequence[Column]) -> int:
    """How many rows stand under our headings; 0 for half a table and for none."""
    try:
        located = locate(sheet, columns)
    except DomainError:
        return 0
    return sum(1 for _ in rows_of(located, Row)) if located else 0


def _holds_text(sheet: SheetLike) -> bool:
    return any(shown(value) for row in sheet.rows for value in row)


def hidden_rows(sheets: Sequence[SheetLike], read: Sequence[Located]) -> list[str]:
    """A sentence for each sheet that was read although the spreadsheet hides some of its rows: a
    filter that was left on leads people to believe that the rest stays out."""
    places = {located.sheet.name: located.heading_row + 1 for located in read}
    notes = []
    for sheet in sheets:
        below = [n for n in getattr(sheet, "hidden_rows", ()) if n > places.get(sheet.name, n)]
        if below:
            shown_ones = "、".join(map(str, below[:NAMED_ROWS])) + (
                " 等" if len(below) > NAMED_ROWS else ""
            )
            text = f"“{sheet.name}”有 {len(below)} 行在表格里是隐藏的（第 {shown_ones} 行，多为筛选后未取消），"
            notes.append(f"{text}也一样读取；不要的行请删去后重新上传。")
    return notes
