"""Attendance marks and the attendance rate (考勤率): hours attended ÷ hours planned, exactly. Pure.

到, 迟到 and 早退 count the hours of the session; 请假, 病假 and 旷课 do not. This is a setting of the
office, not of the policy.
"""

from __future__ import annotations

from collections.abc import Iterable

MARKS = {
    "present": "到",
    "late": "迟到",
    "left_early": "早退",
    "leave": "请假",
    "sick": "病假",
    "absent": "旷课",
}
COUNTING = frozenset({"present", "late", "left_early"})


def hours_attended(marks: Iterable[tuple[str, int]]) -> int:
    """课时 of the (mark, hours of the session) that count."""
    return sum(hours for mark, hours in marks if mark in COUNTING)


def missed_text(marks: Iterable[tuple[str, int]]) -> str:
    """What kept somebody from attending: 旷课 2 次 8 课时、请假 1 次 4 课时; empty if nothing did."""
    missed: dict[str, list[int]] = {}
    for mark, hours in marks:
        if mark not in COUNTING:
            missed.setdefault(mark, []).append(hours)
    ordered = [mark for mark in reversed(MARKS) if mark in missed]
    return "、".join(
        f"{MARKS[mark]} {len(missed[mark])} 次 {sum(missed[mark])} 课时" for mark in ordered
    )


def passes(*, attended: int, planned: int, percent: int) -> bool:
    """Whether attended ÷ planned reaches `percent`, without rounding; no hours, no pass."""
    return planned > 0 and attended * 100 >= percent * planned


def percent_text(attended: int, planned: int) -> str:
    """The rate for showing, rounded down so that 80% shown is 80% reached."""
    return f"{attended * 100 // planned}%" if planned else "—"
