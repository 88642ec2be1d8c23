"""Marks without persons: names of a run replaced by lots. Pure.

Codes, places in the draw and seats tell those who were there whose a row is, so nothing of the new names
may follow from them: they are given in an order that the caller shuffles, anew for each export. Free text is
left out. What cannot be hidden: whoever adds up the marks of an entry finds its total in the notice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection

from contests.marks import COLUMNS, Mark

LEFT_OUT = "略"


def anonymous(marks: Collection[Mark], shuffle: Callable[[list[str]], None]) -> list[Mark]:
    """The marks under new names, E001 … for entries and J001 … for judges, in order of these names; reasons
    that the grammar wants are LEFT_OUT."""
    entries = _named({one.entry for one in marks}, "E", shuffle)
    judges = _named({one.judge for one in marks if one.judge}, "J", shuffle) | {"": ""}
    return sorted(
        one._replace(
            entry=entries[one.entry],
            judge=judges[one.judge],
            note=LEFT_OUT if one.note else "",
        )
        for one in marks
    )


def _named(
    found: Collection[str], letter: str, shuffle: Callable[[list[str]], None]
) -> dict[str, str]:
    order = sorted(found)
    shuffle(order)
    width = max(3, len(str(len(order))))
    return {name: f"{letter}{place:0{width}}" for place, name in enumerate(order, start=1)}


def as_file(marks: Collection[Mark]) -> str:
    """The text of a MARKS file (docs/scoring.md)."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(marks)
    return text.getvalue()
