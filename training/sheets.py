"""The rows of training sheets: what core.sheet_tables reads, and people: names, ID numbers, levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import sheet_tables
from core.errors import DomainError
from core.sheet_tables import (
    Column,
    Issue,
    Located,
    SheetLike,
    first_with,
    hidden_rows,
    letters,
    locate,
    other_sheets,
    rows_below,
    shown,
    unusable,
)
from people.identifiers import IdNumber, parse_id_number, parse_mobile, parse_name
from training.skill_levels import parse_level

__all__ = [
    "Column",
    "Issue",
    "Located",
    "Row",
    "SheetLike",
    "first_with",
    "hidden_rows",
    "letters",
    "locate",
    "other_sheets",
    "rows_below",
    "rows_of",
    "shown",
]

_ID_CODES = (
    ("出生日期", "E_ID_DATE"),
    ("校验位", "E_ID_CHECK"),
    ("应为 18 位", "E_ID_LEN"),
    ("15 位", "E_ID_LEN"),
)


@dataclass
class Row(sheet_tables.Row):
    """One row that names people."""

    def name(self, key: str) -> str:
        """A person's name as it is stored."""
        value = self.cells.get(key)
        if not isinstance(value, str):
            typed = self.text(key, required=True)
            if typed:
                self.report(key, "E_NAME", f"“{typed}”不是姓名，请核对是否填错了列")
            return ""
        try:
            return parse_name(value)
        except DomainError as error:
            self.report(key, "E_NAME" if value.strip() else "E_REQ", error.message)
            return ""

    def id_number(self, key: str, *, today: date) -> IdNumber | None:
        """A checked ID number. A cell of type number has lost its last digits: refused by type."""
        value = self.cells.get(key)
        if unusable(value):
            self.report_formula(key, value)
        elif isinstance(value, Decimal | int | float):
            self.report(
                key,
                "E_ID_NUMERIC",
                "身份证号码是数字格式，末几位已经丢失，请把整列设为文本格式后重新填写",
            )
        elif not shown(value):
            self.report(key, "E_REQ", "请填写身份证号码")
        else:
            try:
                return parse_id_number(str(value), today=today)
            except DomainError as error:
                self.report(key, _id_code(error.message), error.message)
        return None

    def mobile(self, key: str) -> str:
        """A mobile number; a wrong one is a warning and is not taken."""
        typed = self.text(key)
        try:
            return parse_mobile(typed) if typed else ""
        except DomainError as error:
            self.report(key, "W_PHONE", f"{error.message}；不改则不导入这个号码")
            return ""

    def level(self, key: str, *, required: bool = False) -> str | None:
        """The code of a skill level; None if empty or, with a report, unknown."""
        typed = self.text(key, required=required)
        code = parse_level(typed) if typed else None
        if typed and code is None:
            self.report(key, "E_LEVEL", f"认不出技术等级“{typed}”，请填写学徒工、初级工至首席技师")
        return code


def rows_of(located: Located) -> Iterator[Row]:
    """The rows under the headings; not lines of signatures or totals."""
    return sheet_tables.rows_of(located, Row)


def _id_code(sentence: str) -> str:
    return next((code for word, code in _ID_CODES if word in sentence), "E_ID_FORM")
