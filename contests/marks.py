"""Marks as text, what they are worth, and the MARKS file: one row is one mark.

A mark is a value or a coded absence, never 0 for an absence. Columns of the file: entry, item
(optional), aspect (key of an aspect, given value, adjustment or stage), judge (of an aspect), mark,
note (the reason of an adjustment, or of taking part in a stage against the cut), track.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import NamedTuple

from contests.rubric import Adjustment, Aspect, Given
from contests.spec import Spec
from core import canonical
from core.errors import DomainError, LoadError
from core.exact import decimal, decimal_text

# "" is an absence without a stated reason. `missing` is no absence: the mark is due and not there.
ABSENCES = {"": "缺席", "recused": "回避", "no_show": "未到场", "technical": "技术故障"}
MISSING = "missing"
VOID = "void"
"""In place of a given value: it was declared void (刷单); the SPEC says what counts."""
YES_NO = {"yes": 1, "no": 0, "是": 1, "否": 0, "1": 1, "0": 0}
COLUMNS = ("entry", "item", "aspect", "judge", "mark", "note")
TRACK = "track"
TAKES_PART = {"in": True, "out": False}
"""Whether an entry takes part in a later stage, against what the cut says."""


class Mark(NamedTuple):
    """One mark: `item` is "" without items, `judge` is "" for what no judge marks.

    `text` is decimal text, a level ("0".."3"), yes/no (also 是/否, 1/0), a code of ABSENCES, MISSING,
    or in/out for a stage; `note` is the reason where one is due.
    """

    entry: str
    item: str
    aspect: str
    judge: str
    text: str
    note: str = ""


def is_absence(text: str) -> bool:
    """Whether this text stands for no mark, excused or not."""
    return text in ABSENCES or text == MISSING


def worth(aspect: Aspect, text: str) -> Fraction:
    """The exact value of one judge's mark; DomainError if it is none, out of range or off step."""
    if aspect.kind == "yes_no":
        if text not in YES_NO:
            raise DomainError(f"“{aspect.title}”只能是 yes 或 no（是 或 否），不能是“{text}”")
        return aspect.worth(Fraction(YES_NO[text]))
    value = decimal(text)
    if value is None:
        raise DomainError(f"“{aspect.title}”的分数“{text}”不是数字，缺席请留空或写代码")
    if not aspect.least <= value <= aspect.top:
        bounds = f"{decimal_text(aspect.least)} 到 {decimal_text(aspect.top)}"
        raise DomainError(f"“{aspect.title}”的分数 {text} 超出范围，应为 {bounds}")
    if (value - aspect.least) % aspect.step:
        step = decimal_text(aspect.step)
        raise DomainError(f"“{aspect.title}”的分数 {text} 不合步长，应为 {step} 的整数步")
    return aspect.worth(value)


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


def adjustment_worth(adjustment: Adjustment, text: str) -> Fraction:
    """What one act of this size counts, with its sign; DomainError if it is no size."""
    value, most = decimal(text), adjustment.most
    least = -most if adjustment.kind == "either" else Fraction(0)
    if value is None or not least <= value <= most or value == 0:
        bounds = f"{decimal_text(least)} 到 {decimal_text(most)}"
        raise DomainError(f"“{adjustment.title}”每次应为 {bounds} 的数，不能是“{text}”")
    return adjustment.worth(value)


def by_track(text: str, source: str, spec: Spec) -> dict[str, list[Mark]]:
    """The marks of a MARKS file by track, one track without a name where it has none; LoadError for
    its form and for unknown names."""
    tracks: dict[str, str] = {}
    marks = []
    for mark, track, where in _rows(text, source, spec):
        if track and tracks.setdefault(mark.entry, track) != track:
            raise LoadError(source, where, f"“{mark.entry}”写在了两个赛道里")
        marks.append(mark)
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        found.setdefault(tracks.get(mark.entry, ""), []).append(mark)
    return found or {"": []}


def _rows(text: str, source: str, spec: Spec) -> Iterator[tuple[Mark, str, str]]:
    """Each mark with its track and its line."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        _check_header(header, source)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            where = f"第 {rows.line_num} 行"
            if len(row) != len(header):
                raise LoadError(source, where, f"有 {len(row)} 列，表头有 {len(header)} 列")
            cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
            mark = Mark(*[cells.get(name, "") for name in COLUMNS])
            _check_place(mark, spec, source, where)
            yield mark, cells.get(TRACK, ""), where
    except csv.Error as fault:
        raise LoadError(source, "CSV", f"文件不是有效的 CSV：{fault}") from None


def _check_header(header: list[str], source: str) -> None:
    for name in header:
        if name not in (*COLUMNS, TRACK) or header.count(name) > 1:
            known = "、".join((*COLUMNS, TRACK))
            raise LoadError(source, "表头", f"列“{name}”不认识或重复，可用：{known}")
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
    if mark.aspect in spec.adjustments or mark.aspect in spec.later_stages:
        return _misplaced_act(mark, spec)
    if aspect is None and given is None:
        return f"“{mark.aspect}”不是本方案的评分点、给定值、加减分项或后续阶段"
    if (aspect is None) == bool(mark.judge):
        return "给定值不填评委" if mark.judge else "缺少评委（judge）"
    per_item = given.per_item if given else spec.criterion_of[mark.aspect].per_item
    if per_item != bool(mark.item):
        return (
            "缺少动作或轮次（item）" if per_item else f"“{mark.aspect}”不分动作或轮次，item 应留空"
        )
    return ""


def _misplaced_act(mark: Mark, spec: Spec) -> str:
    """An adjustment or a word on taking part: of the whole entry, with a reason."""
    if mark.item:
        return f"“{mark.aspect}”不分动作或轮次，item 应留空"
    if not mark.note:
        return f"“{mark.aspect}”要在 note 里写明原因"
    if mark.aspect in spec.later_stages and mark.text not in TAKES_PART:
        return f"“{mark.aspect}”只能写 in（参加）或 out（不参加）"
    return ""


def input_digest(spec: Spec, marks: Collection[Mark], engine: str) -> str:
    """SHA-256 of the canonical JSON of engine version, SPEC and marks, whatever their order.

    "7.5" and "7.50" are the same mark; a different absence code is a different input.
    """
    plain: dict[str, str] = {}
    for text in {mark.text for mark in marks}:
        value = decimal(text)
        plain[text] = text if value is None else str(value)
    rows = sorted([(*mark[:4], plain[mark.text], mark.note) for mark in marks])
    content = {"engine": engine, "spec": spec.canonical, "marks": rows}
    return canonical.digest(content)
