"""Payout sheets: made once out of approved lines; the stored bytes are the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID

from sqlalchemy import update

from awards import labels, payout_table
from awards.models import AwardLine, PayoutSheet, SheetRow
from awards.models.lines import APPROVED, ON_SHEET, SUPERSEDED
from awards.payout_table import Entry
from awards.queries import lines as line_queries
from awards.queries import sheets as queries
from awards.queries.sheets import Ready
from awards.services import approving, proposing, steps
from core import audit, clock, exports, files, installation
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed
from core.stated import stated
from core.vault import vault
from people import counties
from people.identifiers import KIND_LABELS, Kind

STREAM = "awards"
POLICY = "衢委发〔2020〕7号"
TITLE = "衢州市奖补资金发放表"


@dataclass(frozen=True)
class Download:
    """A sheet's file as it was stored."""

    filename: str
    data: bytes


def make_sheet(*, actor: Actor, line_ids: Sequence[UUID], root: Path, now: datetime) -> PayoutSheet:
    """Put approved lines on a new sheet, write its file once and store it sealed under `root`.

    All facts are evaluated anew first; one line that no longer stands refuses the whole sheet.
    """
    if not line_ids:
        raise DomainError("请至少选择一项", "lines")
    steps.one_decision_at_a_time()
    proposing.evaluate(actor=actor, now=now, proposer=None)
    ready = queries.chosen(line_ids)
    if len(ready) != len(set(line_ids)):
        raise DomainError("有的项目已不存在，请重新打开页面", "lines")
    for one in ready:
        _refuse_unready(actor, one)
    sheet, entries = _written(actor, ready, now)
    data = _file(sheet, entries, now)
    sheet.digest, sheet.size = files.store_sealed(root, data, vault()), len(data)
    db.session.add(sheet)
    db.session.flush()
    _claim(actor, sheet, ready, entries)
    audit.record(
        actor=actor,
        verb="make_sheet",
        subject=sheet,
        now=now,
        stream=STREAM,
        changes={
            "number": sheet.number,
            "count": sheet.count,
            "fen": sheet.total_fen,
            "sha256": sheet.digest,
            "lines": [one.line.number for one in ready],
        },
    )
    db.session.flush()
    return sheet


def _refuse_unready(actor: Actor, one: Ready) -> None:
    number = one.line.number
    if one.line.state == ON_SHEET:
        raise DomainError(f"{number} 已列入一份发放表", "lines")
    if one.obstacle:
        raise DomainError(f"{number}：{one.obstacle}；如依据已变化，请先重新测算", "lines")
    if one.line.approved_by == actor.account_id:
        raise NotAllowed(f"{number} 是您审批的，发放表须由另一人制")
    if approving.is_payee(actor, one.line):
        raise NotAllowed(f"您是 {number} 的收款人，须由另一人制表")
    if approving.is_judge(actor, one.line):
        raise NotAllowed(f"您参加过 {number} 所依据赛事的评判或成绩签字，须由另一人制表")


def _written(
    actor: Actor, ready: Sequence[Ready], now: datetime
) -> tuple[PayoutSheet, list[Entry]]:
    """The sheet without its file, and what stands in it."""
    year = clock.day_of(now).year
    demo = "（演示数据）" if installation.stored_mode(db.session()) == "demo" else ""
    sheet = PayoutSheet(
        year=year,
        serial=queries.last_serial(year) + 1,
        title=f"{TITLE}{demo}",
        count=len(ready),
        total_fen=sum(one.line.fen for one in ready),
        audit_head=queries.audit_anchor(),
        made_by=actor.account_id,
        made_label=actor.label,
        made_at=now,
    )
    return sheet, [_entry(one) for one in ready]


def _entry(one: Ready) -> Entry:
    line, account = one.line, one.account
    if account is None:
        raise ValueError("a line without an account is never ready")
    firm, person = line.organisation, line.person
    if firm:
        name, kind, number, county = firm.name, "统一社会信用代码", firm.uscc, firm.county
    elif person:
        name, county = person.name, person.county
        kind = KIND_LABELS[cast(Kind, person.document_kind)]
        number = person.document_number
    else:
        raise ValueError("a line without a payee is never ready")
    return Entry(
        name=name,
        document_kind=kind,
        document_number=number,
        item=labels.rule(line.rule),
        clause=f"{POLICY}第 {line.clause} 条",
        county=counties.COUNTIES.get(county, ""),
        fen=line.fen,
        bank=account.bank,
        bank_code=account.bank_code,
        holder=account.holder,
        account=account.account_number,
        note=line.number,
    )


def _file(sheet: PayoutSheet, entries: Sequence[Entry], now: datetime) -> bytes:
    table = payout_table.table(
        title=sheet.title,
        number=sheet.number,
        made_by=sheet.made_label,
        anchor=sheet.audit_head,
        entries=entries,
    )
    return exports.xlsx([table], created=now)


def _claim(
    actor: Actor, sheet: PayoutSheet, ready: Sequence[Ready], entries: Sequence[Entry]
) -> None:
    """The rows; a conditional update makes two sheets for one line impossible."""
    pairs = zip(ready, entries, strict=True)
    for position, (one, entry) in enumerate(pairs, start=1):
        taken = db.session.execute(
            update(AwardLine)
            .where(AwardLine.id == one.line.id, AwardLine.state == APPROVED)
            .values(state=ON_SHEET)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise DomainError(f"{one.line.number} 刚刚列入了另一份发放表", "lines")
        row = SheetRow(
            sheet_id=sheet.id,
            line_id=one.line.id,
            account_id=one.account.id if one.account else None,
            position=position,
            name=entry.name,
            item=entry.item,
            clause=entry.clause,
            county=entry.county,
            fen=entry.fen,
        )
        db.session.add(row)
        steps.note(one.line, steps.LIST, actor=actor, now=sheet.made_at, text=sheet.number)


def download(*, actor: Actor, sheet_id: UUID, root: Path, now: datetime) -> Download:
    """The bytes as they were stored, on the record; never written again."""
    sheet = queries.one(sheet_id)
    data = files.load_sealed(root, sheet.digest, vault())
    audit.record(
        actor=actor,
        verb="download_sheet",
        subject=sheet,
        now=now,
        stream=STREAM,
        changes={"number": sheet.number, "sha256": sheet.digest},
    )
    db.session.flush()
    return Download(f"发放表-{sheet.number}.xlsx", data)


def void_sheet(*, actor: Actor, sheet_id: UUID, reason: str, now: datetime) -> PayoutSheet:
    """A sheet that will not be paid: the approver takes it back, its lines must be approved
    again. The file and the rows stay as they are."""
    steps.one_decision_at_a_time()
    sheet = queries.one(sheet_id)
    if sheet.voided_at:
        raise DomainError("这份发放表已经作废")
    if sheet.made_by == actor.account_id:
        raise NotAllowed("这份发放表是您制的，须由另一人作废")
    why = stated(reason)
    sheet.voided_by, sheet.voided_label, sheet.voided_at = actor.account_id, actor.label, now
    sheet.voided_reason = why
    living = line_queries.living()
    for row in sheet.rows:
        row.live = False
        voided = f"发放表 {sheet.number} 作废：{why}"
        steps.undo_approval(row.line, steps.VOID_SHEET, actor=actor, now=now, text=voided)
        later = living.get(line_queries.identity(row.line))
        if later and later.state != SUPERSEDED:
            row.line.state = SUPERSEDED  # a later line of the same award takes over what is due
    db.session.flush()
    proposing.evaluate(actor=actor, now=now, proposer=None)
    audit.record(
        actor=actor,
        verb="void_sheet",
        subject=sheet,
        now=now,
        stream=STREAM,
        reason=why,
        changes={"number": sheet.number},
    )
    db.session.flush()
    return sheet
