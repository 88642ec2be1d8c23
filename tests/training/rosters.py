"""Rosters and pairing workbooks as officials make them: realistic ones, and every kind of broken.

Deterministic from a seed. ID numbers carry right check digits and serials 9xx, which no registry
hands out in these counties for these dates: nobody real is named.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from people.identifiers import id_check_digit

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "芳伟敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华玉兰建国志红梅春生秀"
AREAS = ("330802", "330803", "330821", "330822", "330824", "330825", "330881", "810000")
EMPLOYERS = (
    "柯城区万田乡合作社",
    "衢江区莲花镇农场",
    "江山市猕猴桃专业合作社",
    "龙游县富硒农业公司",
)
CATEGORIES = ("农村转移劳动力", "企业在职职工", "退役军人", "城镇登记失业人员")
LEVELS = ("", "初级工", "中级工", "三级/高级工")
HEADINGS = (
    "序号",
    "姓名",
    "性别",
    "民族",
    "出生日期",
    "公民身份号码",
    "文化程度",
    "人员类别",
    "联系电话",
    "所在单位",
    "已有技术等级",
    "已有证书编号",
    "开户银行",
    "银行账号",
    "备注",
)
Cell = str | int | float | date | None
Row = list[Cell]


@dataclass(frozen=True)
class Formula:
    """A formula; without a value it is stored as programs store one they never computed."""

    text: str
    value: str = ""


@dataclass
class RosterFile:
    """What is written: title rows, headings, rows; merged areas as (row, column, row, column)."""

    titles: list[str] = field(default_factory=lambda: ["2026 年村播学院学员花名册"])
    headings: list[str] = field(default_factory=lambda: list(HEADINGS))
    rows: list[list[object]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    blank_rows: int = 0
    sheet: str = "花名册"

    @property
    def first_row(self) -> int:
        """The sheet's number of the first row of data."""
        return len(self.titles) + 2

    def column(self, heading: str) -> int:
        return self.headings.index(heading)

    def set(self, row: int, heading: str, value: object) -> None:
        """Put a value into the row that the sheet shows under this number."""
        self.rows[row - self.first_row][self.column(heading)] = value

    def get(self, row: int, heading: str) -> object:
        return self.rows[row - self.first_row][self.column(heading)]


def id_number(rng: random.Random, *, area: str | None = None, birth: date | None = None) -> str:
    """A number with a right check digit and an impossible serial (900 to 999)."""
    day = birth or date(1956, 1, 1) + timedelta(days=rng.randrange(365 * 50))
    first = f"{area or rng.choice(AREAS)}{day:%Y%m%d}9{rng.randrange(100):02}"
    return first + id_check_digit(first)


def person_name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.randint(1, 2)))


def realistic(rows: int = 40, seed: int = 1) -> RosterFile:
    """A good roster: title row above, IDs and accounts as text, dates as dates."""
    rng = random.Random(seed)
    made = RosterFile()
    seen: set[str] = set()
    while len(made.rows) < rows:
        number = id_number(rng)
        if number in seen:
            continue
        seen.add(number)
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        made.rows.append(
            [
                len(made.rows) + 1,
                person_name(rng),
                "男" if int(number[16]) % 2 else "女",
                "汉族",
                birth,
                number,
                rng.choice(("初中", "高中", "大专")),
                rng.choice(CATEGORIES),
                f"1{rng.randint(3, 9)}{rng.randrange(10**9):09}",
                rng.choice(EMPLOYERS),
                rng.choice(LEVELS),
                "",
                "衢州农商银行",
                f"6230{rng.randrange(10**15):015}",
                "",
            ]
        )
    return made


def numeric_ids(made: RosterFile, rows: Iterable[int], heading: str = "公民身份号码") -> None:
    """ID cells as numbers, as Excel makes them when the column is not text."""
    for row in rows:
        made.set(row, heading, float(str(made.get(row, heading)).replace("X", "0")))


def wrong_digit(made: RosterFile, rows: Iterable[int]) -> None:
    """One wrong digit in the serial."""
    for row in rows:
        number = str(made.get(row, "公民身份号码"))
        changed = number[:16] + str((int(number[16]) + 1) % 10) + number[17]
        made.set(row, "公民身份号码", changed)


def duplicate(made: RosterFile, row: int, of: int) -> None:
    """A row that repeats the ID number of another."""
    made.set(row, "公民身份号码", made.get(of, "公民身份号码"))


def merge_header(made: RosterFile) -> None:
    """A heading over two columns, its parts in a second row."""
    row = len(made.titles)
    made.merged.append((row, 1, row, 2, "姓名"))


BREAKAGES: dict[str, Callable[[RosterFile], None]] = {
    "numeric_ids": lambda made: numeric_ids(made, [made.first_row, made.first_row + 2]),
    "wrong_digit": lambda made: wrong_digit(made, [made.first_row + 1]),
    "duplicate": lambda made: duplicate(made, made.first_row + 3, made.first_row),
    "formula": lambda made: made.set(made.first_row, "姓名", Formula("=A99&B99")),
    "no_name": lambda made: made.set(made.first_row, "姓名", None),
}


def broken(rows: int = 40, seed: int = 2) -> RosterFile:
    """One file with every kind of broken row."""
    made = realistic(rows, seed)
    for breakage in BREAKAGES.values():
        breakage(made)
    return made


def xlsx(made: RosterFile) -> bytes:
    """The file as bytes."""
    return workbook([made])


def workbook(sheets: Iterable[RosterFile]) -> bytes:
    """Several sheets as one file."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    border = book.add_format({"border": 1})
    for made in sheets:
        page = book.add_worksheet(made.sheet)
        for number, title in enumerate(made.titles):
            page.merge_range(number, 0, number, len(made.headings) - 1, title, border)
        top = len(made.titles)
        for column, heading in enumerate(made.headings):
            page.write_string(top, column, heading)
        for number, row in enumerate(made.rows, top + 1):
            for column, value in enumerate(row):
                _write(page, number, column, value)
        for area in made.merged:
            page.merge_range(*area)
        bottom = top + 1 + len(made.rows)
        for number, text in enumerate(made.footer, bottom):
            page.write_string(number, 0, text)
        for number in range(bottom + len(made.footer), bottom + made.blank_rows):
            page.write_blank(number, 0, None, border)
    book.close()
    return target.getvalue()


def hiding(data: bytes, *rows: int) -> bytes:
    """The same file; its first sheet shows these rows no more, as after a filter."""
    part, made = "xl/worksheets/sheet1.xml", BytesIO()
    with ZipFile(BytesIO(data)) as given, ZipFile(made, "w", ZIP_DEFLATED) as taken:
        for name in given.namelist():
            text = given.read(name)
            for row in rows if name == part else ():
                text = text.replace(b'<row r="%d"' % row, b'<row r="%d" hidden="1"' % row)
            taken.writestr(name, text)
    return made.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    if isinstance(value, Formula):
        page.write_formula(row, column, value.text, None, value.value)
    elif isinstance(value, date):
        page.write_datetime(row, column, value)
    elif isinstance(value, str):
        page.write_string(row, column, value)
    elif value is not None:
        page.write_number(row, column, value)


MASTER_HEADINGS = [
    "师傅编号",
    "姓名",
    "身份证号码",
    "联系电话",
    "工种",
    "技术等级",
    "县（市、区）",
    "所在单位",
    "名额",
    "第一意向",
    "第二意向",
    "第三意向",
]
APPRENTICE_HEADINGS = [
    *("徒弟编号", "姓名", "身份证号码", "联系电话", "工种", "技术等级", "县（市、区）", "所在单位"),
    *(f"第{k}志愿" for k in "一二三四五"),
]
TRADES = ("焊工", "电工", "化工总控工", "数控车工")
COUNTY_NAMES = ("柯城区", "衢江", "江山市", "龙游县", "常山县", "开化县")


def pairing(masters: int = 10, apprentices: int = 30, seed: int = 3) -> list[RosterFile]:
    """A good pairing workbook: people call one another by 编号."""
    rng = random.Random(seed)
    left = RosterFile(["师傅名单"], list(MASTER_HEADINGS), sheet="师傅")
    right = RosterFile(["徒弟名单"], list(APPRENTICE_HEADINGS), sheet="徒弟")
    for made, mark, number, levels in (
        (left, "S", masters, ("技师", "高级技师", "首席技师")),
        (right, "T", apprentices, ("初级工", "中级工", "高级工")),
    ):
        for k in range(1, number + 1):
            birth = date(1965 if mark == "S" else 1995, 1, 1) + timedelta(days=k)
            made.rows.append(
                [
                    f"{mark}{k:03}",
                    person_name(rng),
                    id_number(rng, birth=birth),
                    f"139{rng.randrange(10**8):08}",
                    TRADES[k % len(TRADES)],
                    rng.choice(levels),
                    rng.choice(COUNTY_NAMES),
                    rng.choice(EMPLOYERS),
                ]
            )
    for k, row in enumerate(left.rows, 1):
        same = [t for t in range(1, apprentices + 1) if t % len(TRADES) == k % len(TRADES)]
        wishes = [f"T{t:03}" for t in rng.sample(same, min(len(same), rng.randint(0, 3)))]
        row += [rng.randint(1, 3), *wishes, *[None] * (3 - len(wishes))]
    for k, row in enumerate(right.rows, 1):
        same = [s for s in range(1, masters + 1) if s % len(TRADES) == k % len(TRADES)]
        wishes = [f"S{s:03}" for s in rng.sample(same, min(len(same), rng.randint(0, 5)))]
        row += [*wishes, *[None] * (5 - len(wishes))]
    return [left, right]
