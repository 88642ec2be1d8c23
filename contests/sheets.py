"""Lists of contests as spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence

from contests import states
from contests.models import Entry
from core.exports import Column, Table, Value
from people.counties import COUNTIES
from people.identifiers import mask_id_number, mask_mobile

COLUMNS = (
    Column("报名编号", width=18),
    Column("准考证号", width=20),
    Column("姓名（队长）", width=12),
    Column("证件号码", width=22),
    Column("手机号码", width=14),
    Column("单位", width=28),
    Column("县（市、区）", width=12),
    Column("赛道", width=16),
    Column("组别", width=12),
    Column("队伍或选手", width=20),
    Column("成员", width=28),
    Column("状态", width=12),
    Column("提交时间", kind="moment", width=18),
)


def entry_table(title: str, entries: Sequence[Entry]) -> Table:
    """The list of entries; ID numbers and phones are masked here too."""
    return Table("报名名单", COLUMNS, [_row(one) for one in entries], title=f"{title}报名名单")


def _row(entry: Entry) -> list[Value]:
    members = [one.name for one in entry.members if one.state == "confirmed"]
    return [
        entry.number,
        entry.admission_no,
        entry.leader.name,
        mask_id_number(entry.leader.document_number),
        mask_mobile(entry.leader.phone),
        entry.employer,
        COUNTIES.get(entry.county, ""),
        entry.track.name,
        entry.division.name,
        entry.title,
        "、".join(members),
        states.ENTRY_STATES[entry.state].label,
        entry.submitted_at,
    ]
