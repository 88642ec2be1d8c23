"""A roster (花名册) of a class: all faults of all rows at once, and the rows that can be taken.

Bank accounts, addresses and the like are not taken: whoever is paid enters the account themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import DomainError
from people.identifiers import SEX_LABELS, IdNumber, name_key
from training import sheets
from training.sheets import Column, Issue, Located, Row, SheetLike

COLUMNS = (
    Column("name", "姓名", ("学员姓名", "名字"), required=True),
    Column(
        "id_number",
        "公民身份号码",
        ("身份证号码", "身份证号", "身份证", "证件号码", "公民身份证号码", "居民身份证号码"),
        required=True,
    ),
    Column("sex", "性别"),
    Column("birth", "出生日期", ("出生年月日", "生日")),
    Column("education", "文化程度", ("学历",)),
    Column("category", "人员类别", ("人员类型", "学员类别")),
    Column("mobile", "联系电话", ("手机", "手机号", "手机号码", "电话", "联系方式", "移动电话")),
    Column("employer", "所在单位", ("单位", "工作单位", "单位名称")),
    Column("skill_level", "已有技术等级", ("技术等级", "职业技能等级", "已有等级")),
    Column("certificate_no", "已有证书编号", ("证书编号", "证书号码")),
    Column("remark", "备注", ("说明",)),
)
YOUNGEST, OLDEST = 16, 70


@dataclass(frozen=True)
class Entry:
    """One row that can be taken. `mobile` is "" and `skill_level` None where nothing usable stood."""

    row: int
    name: str
    id_number: IdNumber
    mobile: str
    education: str
    category: str
    employer: str
    skill_level: str | None
    certificate_no: str
    remark: str


@dataclass(frozen=True)
class Roster:
    """What a roster holds: rows that can be taken, all issues by row, headings nobody reads."""

    sheet: str
    heading_row: int
    entries: tuple[Entry, ...]
    issues: tuple[Issue, ...]
    unread: tuple[str, ...]
    rows: int
    located: Located
    other_sheets: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that refuse their row."""
        return tuple(issue for issue in self.issues if issue.refuses)


def read(workbook: Sequence[SheetLike], *, today: date, hidden: Sequence[SheetLike] = ()) -> Roster:
    """Read the one sheet with our headings. Raises DomainError at "file" if none is usable, if a
    second one, be it hidden, holds trainees too, or if nobody stands under the headings."""
    located = sheets.first_with(workbook, COLUMNS, hidden=hidden)
    others = sheets.other_sheets(located, workbook, COLUMNS, hidden=hidden, what="学员")
    first_row: dict[str, tuple[int, str]] = {}
    entries: list[Entry] = []
    issues: list[Issue] = []
    rows = 0
    for row in sheets.rows_of(located):
        rows += 1
        entry = _entry(row, first_row, today)
        issues += row.issues
        if entry is not None and not row.refused:
            entries.append(entry)
    if not rows:
        text = f"“{located.sheet.name}”表头下面没有学员，请填写名册后再上传"
        raise DomainError(text, "file")
    return Roster(
        located.sheet.name,
        located.heading_row + 1,
        tuple(entries),
        tuple(issues),
        located.unread,
        rows,
        located,
        others,
    )


def _entry(row: Row, first_row: dict[str, tuple[int, str]], today: date) -> Entry | None:
    name = row.name("name")
    number = row.id_number("id_number", today=today)
    mobile = row.mobile("mobile")
    education, category = row.text("education"), row.text("category")
    employer, skill_level = row.text("employer"), row.level("skill_level")
    certificate_no, remark = row.text("certificate_no"), row.text("remark")
    if number is None:
        return None
    _compare(row, number, today)
    _check_twin(row, number, name, first_row)
    return Entry(
        row.number,
        name,
        number,
        mobile,
        education,
        category,
        employer,
        skill_level,
        certificate_no,
        remark,
    )


def _compare(row: Row, number: IdNumber, today: date) -> None:
    """Sex, birth and age against the ID number, which is what counts."""
    typed = row.text("sex").removesuffix("性")
    if typed and number.sex and typed != SEX_LABELS[number.sex]:
        row.report("sex", "W_SEX", f"性别填“{typed}”，与身份证号码不一致，以身份证号码为准")
    day = row.day("birth")
    if day and number.birth and day != number.birth:
        row.report("birth", "W_BIRTH", "出生日期与身份证号码不一致，以身份证号码为准")
    if number.birth is None:
        return
    had_birthday = (today.month, today.day) >= (number.birth.month, number.birth.day)
    age = today.year - number.birth.year - (not had_birthday)
    if not YOUNGEST <= age <= OLDEST:
        row.report("id_number", "W_AGE", f"按身份证号码现年 {age} 岁，请核对是否本人")


def _check_twin(
    row: Row, number: IdNumber, name: str, first_row: dict[str, tuple[int, str]]
) -> None:
    """The same number twice in one file: the later row is refused and names the earlier."""
    if number.number not in first_row:
        first_row[number.number] = (row.number, name)
        return
    first, other = first_row[number.number]
    text = f"身份证号码与第 {first} 行相同"
    if name_key(other) != name_key(name):
        text += f"，但姓名不同（第 {first} 行是“{other}”）"
    row.report("id_number", "E_DUP_IN_FILE", f"{text}，请删去重复的一行或改正号码")
