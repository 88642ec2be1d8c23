"""What a dry run says, as plain data to keep and show: counts, issues with masked values. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from people.identifiers import mask_id_number, mask_mobile
from training.sheets import Column, Issue, Located, SheetLike, letters, locate, shown

_LONG_NUMBER = re.compile(r"\d{9,}[\dXx]?")
_SHOWN = 40
_MOBILE_DIGITS = 11
_FIRST_ROWS = 3
_PRIVATE = frozenset({"birth"})  # the ID number beside it hides the same digits


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


def understood(located: Located) -> dict[str, Any]:
    """How a sheet was read: {"sheet", "columns": [{letter, typed, heading}], "missing": [heading],
    "first": [{row, cells}]} with long numbers masked; the first rows let somebody see a wrong column.
    """
    head = located.sheet.rows[located.heading_row]
    places = sorted(located.columns.items(), key=lambda item: item[1])
    columns = [
        {
            "letter": letters(place),
            "typed": shown(head[place]),
            "heading": located.headings[key],
        }
        for key, place in places
    ]
    missing = [text for key, text in located.headings.items() if key not in located.columns]
    first = []
    for number in range(located.heading_row + 1, len(located.sheet.rows)):
        cells = [_first(key, located.sheet.rows[number][place]) for key, place in places]
        if any(cells):
            first.append({"row": number + 1, "cells": cells})
        if len(first) == _FIRST_ROWS:
            break
    return {
        "sheet": located.sheet.name,
        "columns": columns,
        "missing": missing,
        "first": first,
    }


def _first(key: str, cell: object) -> str:
    text = str(getattr(cell, "code", "")) or shown(cell)
    if key in _PRIVATE:
        return f"{text[:4]}…" if text else ""
    return _short(hide(text))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


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
        return _short(hide(str(getattr(cell, "code", "")) or shown(cell)))
