"""The lists of a judge: all sheets page by page, and a few of them beside the open one. Three hundred
performances must stay usable with a finger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request, url_for

from contests.queries.judging import ListedSheet, SeatView
from core.web import page_number

PAGE = 50
BESIDE = 30

Column = list[tuple[str, str, str, str, bool, str, str]]
"""The column at the left, as components/judge.html takes it."""


@dataclass(frozen=True)
class SheetPage:
    """One page of the list: rows for a task list, what is done of how many, the next sheet that is due
    (None: nothing is left), and whether only such are shown."""

    rows: list[tuple[str, str, str, str, None]]
    done: int
    count: int
    due: ListedSheet | None
    only_due: bool
    number: int
    pages: int


def is_due(sheet: ListedSheet) -> bool:
    """Whether the judge still has something to do here."""
    return sheet.state == "open" and sheet.performance_state != "no_show"


def sheet_page(sheets: Sequence[ListedSheet], seat: SeatView) -> SheetPage:
    """The page that was asked for; without a number the one with the next sheet that is due."""
    due = [one for one in sheets if is_due(one)]
    only_due = "due" in request.args
    shown = due if only_due else list(sheets)
    number = page_number()
    if "page" not in request.args and due:
        number = shown.index(due[0]) // PAGE + 1
    return SheetPage(
        [
            (f"{code} 号{title and f'　{title}'}", address, word, tone, None)
            for code, title, _, address, _, word, tone in column(
                shown[(number - 1) * PAGE : number * PAGE], seat
            )
        ],
        len(sheets) - len(due),
        len(sheets),
        due[0] if due else None,
        only_due,
        number,
        -(-len(shown) // PAGE),
    )


def beside(sheets: Sequence[ListedSheet], seat: SeatView, here: UUID) -> tuple[Column, int, int]:
    """The sheets around the open one, and how many there are before and behind them."""
    place = next((n for n, one in enumerate(sheets) if one.performance_id == here), 0)
    first = max(0, min(place - BESIDE // 2, len(sheets) - BESIDE))
    shown = sheets[first : first + BESIDE]
    return column(shown, seat, here), first, len(sheets) - first - len(shown)


def column(sheets: Sequence[ListedSheet], seat: SeatView, here: UUID | None = None) -> Column:
    """Code, title, note, address, whether it is open now, word and tone of each sheet."""
    return [
        (
            one.code,
            one.title,
            "",
            url_for("contests.judge_sheet", performance_id=one.performance_id),
            one.performance_id == here,
            *status_of(one, seat.due),
        )
        for one in sheets
    ]


def status_of(sheet: ListedSheet, due: int) -> tuple[str, str]:
    """The word and tone of a sheet in the list."""
    if sheet.performance_state == "no_show":
        return "选手未到", ""
    words = {"confirmed": ("已确认", "ok"), "recused": ("已回避", ""), "absent": ("记缺席", "")}
    if sheet.state in words:
        return words[sheet.state]
    if sheet.reason:
        return "退回", "err"
    if sheet.marked == due:
        return "待确认", "warn"
    return (f"{sheet.marked}/{due}", "info") if sheet.marked else ("未评", "")
