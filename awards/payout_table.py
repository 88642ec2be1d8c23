"""The payout sheet (发放表) as a table: full ID numbers and accounts stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.exports import Column, Row, Table
from core.money import rmb_upper

COLUMNS = (
    Column("序号", "number", 6),
    Column("姓名/单位", width=20),
    Column("证件类型", width=16),
    Column("证件号码", width=21),
    Column("奖励项目", width=24),
    Column("政策依据（条款）", width=26),
    Column("县（市、区）", width=12),
    Column("应发金额", "money", 14),
    Column("金额大写", width=30),
    Column("开户银行", width=28),
    Column("联行号", width=15),
    Column("户名", width=20),
    Column("账号", width=24),
    Column("备注", width=14),
)


@dataclass(frozen=True)
class Entry:
    """One payee's row; `fen` is 应发 in fen."""

    name: str
    document_kind: str
    document_number: str
    item: str
    clause: str
    county: str
    fen: int
    bank: str
    bank_code: str
    holder: str
    account: str
    note: str


def table(*, title: str, number: str, made_by: str, anchor: str, entries: Sequence[Entry]) -> Table:
    """Rows in their order, then the total in figures and capitals, the signatures, the numbers.

    `anchor` names the end of the audit chain when the sheet was made.
    """
    total = sum(entry.fen for entry in entries)
    return Table(
        name="发放表",
        columns=COLUMNS,
        rows=[_row(place, entry) for place, entry in enumerate(entries, start=1)],
        title=title,
        footers=[
            _sparse({1: "合计", 6: f"{len(entries)} 笔", 7: total, 8: rmb_upper(total)}),
            _sparse({1: f"制表：{made_by}", 4: "审核：", 8: "审批："}),
            _sparse({1: f"发放表编号：{number}", 4: f"审计链：{anchor}"}),
        ],
    )


def _row(place: int, entry: Entry) -> Row:
    return (
        place,
        entry.name,
        entry.document_kind,
        entry.document_number,
        entry.item,
        entry.clause,
        entry.county,
        entry.fen,
        rmb_upper(entry.fen),
        entry.bank,
        entry.bank_code,
        entry.holder,
        entry.account,
        entry.note,
    )


def _sparse(cells: dict[int, str | int]) -> Row:
    """A row with some cells filled."""
    return tuple([cells.get(place) for place in range(len(COLUMNS))])
