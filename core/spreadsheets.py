"""Foreign spreadsheets in: xlsx, xls, et, csv, read as raw typed cells in a bounded child process.

Numbers stay numbers (a numeric ID cell has lost digits and must be refused by type, not guessed).
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.errors import DomainError
from core.files import check_size, short_name


@dataclass(frozen=True)
class CellError:
    """A cell without a usable value: an Excel code such as #DIV/0!, or a formula never computed."""

    code: str


Cell = str | Decimal | bool | date | datetime | time | timedelta | CellError | None


@dataclass(frozen=True)
class Sheet:
    """`rows[0]` is row 1 of the sheet; all rows are equally long, blank cells are None.

    `merged` holds (first row, first column, last row, last column), from 0; `hidden_rows` the
    numbers, from 1, of filled rows that the spreadsheet does not show (xlsx alone tells).
    """

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]]
    hidden_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """The visible worksheets in their order, and the hidden ones."""

    sheets: list[Sheet]
    hidden: list[Sheet] = field(default_factory=list)


@dataclass(frozen=True)
class Limits:
    """What the child may use: bytes of address space, CPU seconds, seconds by the clock."""

    memory: int = 1024**3
    cpu_seconds: int = 10
    wall_seconds: float = 20.0


_CHILD = Path(__file__).with_name("spreadsheet_child.py")
_CLEAN_COPY = "请把数据复制到新的工作簿，另存为 xlsx 后再上传"
_SENTENCES = {
    "entries": f"文件内含的部件过多（{{n}} 个，上限 200 个），{_CLEAN_COPY}",
    "unpacked": f"文件展开后有 {{n}} MB，超过 50 MB 上限，多半是有大量带格式的空行，{_CLEAN_COPY}",
    "ratio": f"文件的压缩率异常（{{n}} 倍，上限 100 倍），{_CLEAN_COPY}",
    "lying": f"文件结构异常（实际内容与目录不符），{_CLEAN_COPY}",
    "damaged": "文件已损坏或不完整，无法打开，请重新导出后再上传",
    "password": "文件设有打开密码，请取消密码后再上传",
    "html": "这是网页格式的文件（只是后缀像表格），请用 Excel 或 WPS 打开，另存为 xlsx 后再上传",
    "unknown": "这不是可以识别的表格文件，请上传 xlsx、xls 或 csv 文件",
    "empty": "文件中没有可见的工作表，请检查后再上传",
    "rows": "表格有 {n} 行，一次最多导入 10000 行，请拆分成几个文件分别上传",
    "columns": "表格有 {n} 列，最多 200 列，请删去多余的列后再上传",
    "span": f"数据分布得太散（有内容落在很靠下的行），{_CLEAN_COPY}",
    "characters": "表格中的文字过多，请拆分成几个文件分别上传",
    "time": f"表格过于复杂，未能在限定时间内读完，{_CLEAN_COPY}",
    "crashed": f"表格的行列范围过大或文件已损坏，无法读取，{_CLEAN_COPY}",
}


def read(data: bytes, *, filename: str, limits: Limits | None = None) -> Workbook:
    """All sheets of an upload; every refusal is a DomainError at field "file".

    The content alone decides the format; a wrong extension does no harm. Takes up to
    `limits.wall_seconds`, so call it outside any transaction.
    """
    try:
        check_size(len(data))
        answer = _ask_child(data, limits or Limits())
        if "error" in answer:
            code, number = answer["error"]
            raise DomainError(_SENTENCES[code].format(n=number), "file")
    except DomainError as error:
        raise DomainError(f"“{short_name(filename)}”：{error.message}", "file") from None
    found = answer["sheets"]
    return Workbook(
        [_sheet(sheet) for sheet in found if not sheet["hidden"]],
        [_sheet(sheet) for sheet in found if sheet["hidden"]],
    )


def _ask_child(data: bytes, limits: Limits) -> dict[str, Any]:
    command = [sys.executable, "-I", str(_CHILD), str(limits.memory), str(limits.cpu_seconds)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=limits.wall_seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return {"error": ("time", None)}
    if done.returncode:  # by a signal: out of CPU time, or out of memory inside calamine
        return {"error": ("crashed", None)}
    answer: dict[str, Any] = json.loads(
        done.stdout, parse_float=_number, parse_int=Decimal, parse_constant=_not_a_number
    )
    return answer


def _number(text: str) -> Decimal:
    """A cell's binary number as the 15 digits that a spreadsheet shows."""
    return Decimal(format(float(text), ".15g"))


def _not_a_number(_text: str) -> CellError:
    return CellError("#NUM!")


def _sheet(raw: dict[str, Any]) -> Sheet:
    width = max(map(len, raw["rows"]), default=0)
    rows = [
        [_cell(value) if isinstance(value, list) else value for value in row]
        + [None] * (width - len(row))
        for row in raw["rows"]
    ]
    merged = [(int(a), int(b), int(c), int(d)) for a, b, c, d in raw["merged"]]
    return Sheet(raw["name"], rows, merged, tuple(map(int, raw["hidden_rows"])))


def _cell(tagged: list[Any]) -> Cell:
    tag, value = tagged
    match tag:
        case "d":
            return date.fromisoformat(value)
        case "m":
            return datetime.fromisoformat(value)
        case "t":
            return time.fromisoformat(value)
        case "s":
            return timedelta(seconds=int(value))
        case _:
            return CellError(value)
