"""How the judges of a panel marked, for the chief judge."""

from __future__ import annotations

from fractions import Fraction

from contests.judge_report import JudgeFigures, SheetTotal, points_of, report
from contests.models import Panel
from contests.queries import panels
from contests.score_sheets import MILLI, Value, due_aspects
from core.exact import total


def figures_of(panel: Panel) -> list[tuple[str, str, JudgeFigures]]:
    """(judge, employer, figures) in seat order, from the confirmed sheets of the panel; judges without
    any are left out. A fixed number of queries."""
    rule = panels.rule_of(panel.stage)
    marks = panels.marks_of([panel.id])
    seats = {one.id: one for one in panel.seats}
    there = {one.id: one for one in panel.performances if one.state == "scheduled"}
    sheets = []
    for sheet in panels.sheets_of([panel.id]):
        if sheet.state != "confirmed" or sheet.performance_id not in there:
            continue
        performance, own = there[sheet.performance_id], marks.get(sheet.id, {})
        points = total(
            [
                points_of(aspect, Fraction(value.milli, MILLI))
                for aspect in due_aspects(rule, seats[sheet.seat_id].criteria)
                if (value := own.get(aspect.key, Value())).milli is not None
            ]
        )
        sheets.append(
            SheetTotal(str(sheet.seat_id), performance.code, performance.position, points)
        )
    found = {one.judge: one for one in report(sheets)}
    return [
        (seat.judge_name, seat.employer, found[str(seat.id)])
        for seat in panel.seats
        if str(seat.id) in found
    ]
