"""Payout sheets and the lines that are ready for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from awards.models import AwardLine, PayeeAccount, PayoutSheet, SheetRow
from awards.models.lines import APPROVED
from awards.queries import payees
from core.audit import AuditHead
from core.db import db
from core.errors import NotFound
from people.identifiers import name_key


@dataclass(frozen=True)
class Ready:
    """An approved line and its account; `obstacle` says why it cannot go on a sheet yet."""

    line: AwardLine
    account: PayeeAccount | None
    obstacle: str


def approved_lines() -> list[Ready]:
    """All approved lines, those that are ready first, in order of their numbers."""
    query = (
        select(AwardLine)
        .options(joinedload(AwardLine.person), joinedload(AwardLine.organisation))
        .where(AwardLine.state == APPROVED)
        .order_by(AwardLine.serial)
    )
    return sorted(
        _with_accounts(list(db.session.scalars(query))), key=lambda one: bool(one.obstacle)
    )


def chosen(line_ids: Sequence[UUID]) -> list[Ready]:
    """Some lines as they are now, in order of their numbers."""
    query = (
        select(AwardLine)
        .options(joinedload(AwardLine.person), joinedload(AwardLine.organisation))
        .where(AwardLine.id.in_(line_ids))
        .order_by(AwardLine.serial)
    )
    return _with_accounts(list(db.session.scalars(query)))


def _with_accounts(lines: list[AwardLine]) -> list[Ready]:
    accounts = payees.current_accounts(lines)
    return [
        Ready(line, account, obstacle(line, account))
        for line in lines
        for account in [accounts.get(line.payee)]
    ]


def obstacle(line: AwardLine, account: PayeeAccount | None) -> str:
    """Why an approved line cannot go on a sheet yet, or an empty text."""
    payee = line.organisation or line.person
    if line.state != APPROVED:
        return "不是已审批的状态"
    if account is None:
        return "收款人还没有填写收款账户"
    if not account.usable:
        return "单位收款账户还没有经第二人确认"
    if line.approved_account_id and line.approved_account_id != account.id:
        return "审批后换了收款账户，须重新审批"
    if payee is None or name_key(account.holder) != name_key(payee.name):
        return "户名与收款人登记的名称不一致，请收款人更正账户"
    return ""


def sheets(year: int | None = None) -> list[PayoutSheet]:
    """All sheets, or those of a year, the newest first."""
    query = select(PayoutSheet).order_by(PayoutSheet.year.desc(), PayoutSheet.serial.desc())
    if year:
        query = query.where(PayoutSheet.year == year)
    return list(db.session.scalars(query))


def one(sheet_id: UUID) -> PayoutSheet:
    """One sheet with its rows, or NotFound."""
    query = (
        select(PayoutSheet)
        .options(
            selectinload(PayoutSheet.rows).joinedload(SheetRow.account),
            selectinload(PayoutSheet.rows).joinedload(SheetRow.line),
        )
        .where(PayoutSheet.id == sheet_id)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这份发放表")
    return found


def last_serial(year: int) -> int:
    """The last number given in a year."""
    query = select(func.max(PayoutSheet.serial)).where(PayoutSheet.year == year)
    return db.session.scalar(query) or 0


def row_of_line(line_id: UUID) -> SheetRow | None:
    """The live row of a line, with its sheet."""
    query = (
        select(SheetRow)
        .options(joinedload(SheetRow.sheet))
        .where(SheetRow.line_id == line_id, SheetRow.live)
    )
    return db.session.scalar(query)


def audit_anchor() -> str:
    """The end of the audit chain of awards: its number and the first 32 digits of its code."""
    head = db.session.scalar(select(AuditHead).where(AuditHead.stream == "awards"))
    return f"awards 第 {head.seq} 条 {head.mac[:32]}" if head else "awards 第 0 条"
