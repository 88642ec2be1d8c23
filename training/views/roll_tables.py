"""The roll of a class as a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from core import exports
from people.identifiers import mask_id_number, mask_mobile
from training.attending import percent_text
from training.models import Enrolment

STATES = {"enrolled": "在班", "passed": "结业", "failed": "未结业"}
_COLUMNS = (
    exports.Column("序号", "number", 8),
    exports.Column("姓名", width=12),
    exports.Column("证件号码（部分隐藏）", width=24),
    exports.Column("手机号码（部分隐藏）", width=20),
    exports.Column("单位", width=30),
    exports.Column("出勤课时", "number", 10),
    exports.Column("总课时", "number", 10),
    exports.Column("考勤率", width=10),
    exports.Column("状态", width=10),
)


def roll_table(
    title: str, rows: Sequence[Enrolment], hours: Mapping[UUID, int], planned: int
) -> exports.Table:
    """Everybody with the hours so far; of a closed class with those that were fixed."""
    lines = [_line(number, row, hours[row.id], planned) for number, row in enumerate(rows, start=1)]
    return exports.Table("学员名单", _COLUMNS, lines, title=title)


def _line(number: int, row: Enrolment, hours: int, planned: int) -> exports.Row:
    attended = hours if row.attended_hours is None else row.attended_hours
    total = planned if row.planned_hours is None else row.planned_hours
    return (
        number,
        row.name,
        mask_id_number(row.person.document_number),
        mask_mobile(row.person.phone) if row.person.phone_sealed else "",
        row.employer,
        attended,
        total,
        percent_text(attended, total),
        STATES[row.state],
    )
