"""Marks as text, what they are worth, and the MARKS file: one row is one mark.

A mark is a value or a coded absence, never 0 for an absence. Columns of the file: entry, item
(optional), aspect (key of an aspect or of a given value), judge (empty for a given value), mark.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from contests.operators import decimal_text
from contests.rubric import Aspect, Given
from contests.spec import Spec
from core import canonical
from core.errors import DomainError, LoadError
from core.exact import decimal

# "" is an absence without a stated reason. `missing` is no absence: the mark is due and not there.
ABSENCES = {"": "缺席", "recused": "回避", "no_show": "未到场", "technical": "技术故障"}
MISSING = "missing"
YES_NO = {"yes": 1, "no": 0, "是": 1, "否": 0, "1": 1, "0": 0}
COLUMNS = ("entry", "item", "aspect", "judge", "mark")


class Mark(NamedTuple):
    """One mark: `item` is "" without items, `judge` is "" for a given value.

    `text` is decimal text, a level ("0".."3"), yes/no (also 是/否, 1/0), a code of ABSENCES, or
    MISSING.
    """

    entry: str
    item: str
    aspect: str
    judge: str
    text: str


def is_absence(text: str) -> bool:
    """Whether this text stands for no mark, excused or not."""
    return text in ABSENCES or text == MISSING


def worth(aspect: Aspect, text: str) -> Fraction:
    """The exact value of one judge's mark; DomainError if it is none, out of range or off step."""
    if aspect.kind == "yes_no":
        if text not in YES_NO:
            raise DomainError(f"“{aspect.title}”只能是 yes 或 no（是 或 否），不能是“{text}”")
        return aspect.most * YES_NO[text]
    value = decimal(text)
    if value is None:
        raise DomainError(f"“{aspect.title}”的分数“{text}”不是数字，缺席请留空或写代码")
    if not aspect.least <= value <= aspect.top:
        bounds = f"{decimal_text(aspect.least)} 到 {decimal_text(aspect.top)}"
        raise DomainError(f"“{aspect.title}”的分数 {text} 超出范围，应为 {bounds}")
    if (value - aspect.least) % aspect.step:
        step = decimal_text(aspect.step)
        raise DomainError(f"“{aspect.title}”的分数 {text} 不合步长，应为 {step} 的整数步")
    return value


def given_worth(given: Given, text: str) -> Fraction:
    """The exact value of a given value; DomainError if it is no number or out of range."""
    value = decimal(text)
    if value is None:
        raise DomainError(f"“{given.title}”的值“{text}”不是数字")
    if (given.least is not None and value < given.least) or (
        given.most is not None and value > given.most
    ):
        raise DomainError(f"“{given.title}”的值 {text} 超出允许范围")
    return value


def read_marks(text: str, source: str, spec: Spec) -> list[Mark]:
    """Read a MARKS file; LoadError for its form, for unknown names and for a repeated mark."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        _check_header(header, source)
        marks, seen = [], set()
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            where = f"第 {rows.line_num} 行"
            if len(row) != len(header):
                raise LoadError(source, where, f"有 {len(row)} 列，表头有 {len(header)} 列")
            cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
            mark = Mark(*[cells.get(name, "") for name in COLUMNS])
            _check_place(mark, spec, source, where)
            if mark[:4] in seen:
                raise LoadError(source, where, "同一评委对同一项重复打分")
            seen.add(mark[:4])
            marks.append(mark)
    except csv.Error as fault:
        raise LoadError(source, "CSV", f"文件不是有效的 CSV：{fault}") from None
    return marks


def _check_header(header: list[str], source: str) -> None:
    for name in header:
        if name not in COLUMNS or header.count(name) > 1:
            raise LoadError(source, "表头", f"列“{name}”不认识或重复，可用：{'、'.join(COLUMNS)}")
    for name in ("entry", "aspect", "mark"):
        if name not in header:
            raise LoadError(source, "表头", f"缺少列“{name}”")


def _check_place(mark: Mark, spec: Spec, source: str, where: str) -> None:
    if fault := misplaced(mark, spec):
        raise LoadError(source, where, fault)


def misplaced(mark: Mark, spec: Spec) -> str:
    """Why a mark cannot stand where it stands ("" if it can): unknown name, judge, item."""
    aspect, given = spec.aspects.get(mark.aspect), spec.givens.get(mark.aspect)
    if not mark.entry:
        return "缺少参赛者（entry）"
    if aspect is None and given is None:
        return f"“{mark.aspect}”不是本方案的评分点或给定值"
    if (aspect is None) == bool(mark.judge):
        return "给定值不填评委" if mark.judge else "缺少评委（judge）"
    per_item = given.per_item if given else spec.criterion_of[mark.aspect].per_item
    if per_item != bool(mark.item):
        return (
            "缺少动作或轮次（item）" if per_item else f"“{mark.aspect}”不分动作或轮次，item 应留空"
        )
    return ""


def input_digest(spec: Spec, marks: Collection[Mark], engine: str) -> str:
    """SHA-256 of the canonical JSON of engine version, SPEC and marks, whatever their order.

    "7.5" and "7.50" are the same mark; a different absence code is a different input.
    """
    plain: dict[str, str] = {}
    for text in {mark.text for mark in marks}:
        value = decimal(text)
        plain[text] = text if value is None else str(value)
    rows = sorted([(*place, plain[text]) for *place, text in marks])
    content = {"engine": engine, "spec": spec.canonical, "marks": rows}
    return canonical.digest(content)
