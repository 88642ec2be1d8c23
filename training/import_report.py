"""What a dry run says, as plain data to keep and show: counts, issues with masked values. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from people.identifiers import mask_id_number, mask_mobile
from training.sheets import Column, Issue, SheetLike, locate, shown

_LONG_NUMBER = re.compile(r"\d{9,}[\dXx]?")
_SHOWN = 40
_MOBILE_DIGITS = 11


def hide(text: str) -> str:
    """A text in which long numbers are masked: mobiles 3 + 4, all others 6 + 2."""

    def mask(found: re.Match[str]) -> str:
        number = found[0]
        return mask_mobile(number) if len(number) == _MOBILE_DIGITS else mask_id_number(number)

    return _LONG_NUMBER.sub(mask, text)


def rows(
    issues: Iterable[Issue], workbook: Sequence[SheetLike], columns: Sequence[Column]
) -> list[dict[str, Any]]:
    """The issues as {sheet, row, column, value, code, text}, by sheet and row; nothing to unmask."""
    cells = _Cells(workbook, columns)
    order = {sheet.name: place for place, sheet in enumerate(workbook)}
    ordered = sorted(issues, key=lambda issue: (order.get(issue.sheet, 0), issue.row))
    return [
        {
            "sheet": issue.sheet,
            "row": issue.row,
            "column": issue.column,
            "value": cells.value(issue),
            "code": issue.code,
            "text": hide(issue.text),
        }
        for issue in ordered
    ]


def counts(
    issues: Sequence[Issue], *, rows: int, new: int, update: int, unchanged: int
) -> dict[str, int]:
    """The figures of a dry run; `refused` counts rows, `errors` and `warnings` count issues."""
    refusing = [issue for issue in issues if issue.refuses]
    return {
        "rows": rows,
        "new": new,
        "update": update,
        "unchanged": unchanged,
        "refused": len({(issue.sheet, issue.row) for issue in refusing}),
        "errors": len(refusing),
        "warnings": len(issues) - len(refusing),
    }


class _Cells:
    """Finds the cell that an issue is about, by the heading as we print it."""

    def __init__(self, workbook: Sequence[SheetLike], columns: Sequence[Column]) -> None:
        self._keys = {column.heading: column.key for column in columns}
        self._sheets = {sheet.name: (sheet, locate(sheet, columns)) for sheet in workbook}

    def value(self, issue: Issue) -> str:
        """The masked, shortened text of the cell; empty where an issue is about the whole row."""
        sheet, located = self._sheets.get(issue.sheet, (None, None))
        if sheet is None or located is None:
            return ""
        place = located.columns.get(self._keys.get(issue.column, ""))
        if place is None:
            return ""
        cell = sheet.rows[issue.row - 1][place]
        text = hide(str(getattr(cell, "code", "")) or shown(cell))
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
