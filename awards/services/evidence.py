"""Filing evidence: versions only; a withdrawal is a version with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from awards import collect
from awards.models.evidence import TYPES, VOUCHER, Evidence, EvidenceDocument, EvidenceVersion
from awards.queries import evidence as queries
from awards.queries import facts
from core import audit, clock
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated

STREAM = "awards"


@dataclass(frozen=True)
class Statement:
    """What the documents say: day, document number, keys of the fact, members of a team."""

    dated: date
    document_no: str
    keys: dict[str, Any]
    members: Sequence[dict[str, Any]] = field(default=())


@dataclass(frozen=True)
class Upload:
    """A file that is stored already (core.files): its name, kind, size and sha256."""

    filename: str
    kind: str
    size: int
    digest: str


def file(*, actor: Actor, kind: str, statement: Statement, now: datetime) -> Evidence:
    """A new matter of one type. It counts once a document is added."""
    if kind not in TYPES or kind == VOUCHER:
        raise DomainError("请选择证据类型", "type")
    made = _new(kind, None, now)
    _state(actor, made, statement, now)
    return made


def file_voucher(*, actor: Actor, fact_id: str, statement: Statement, now: datetime) -> Evidence:
    """The voucher of the prize really paid for a result of our own."""
    _refuse_early(fact_id, statement)
    made = _new(VOUCHER, fact_id, now)
    _state(actor, made, statement, now)
    return made


def _new(kind: str, about: str | None, now: datetime) -> Evidence:
    made = Evidence(serial=queries.last_serial() + 1, type=kind, about=about, created=now)
    db.session.add(made)
    db.session.flush()
    return made


def correct(
    *,
    actor: Actor,
    evidence_id: UUID,
    statement: Statement,
    reason: str,
    seen: int,
    now: datetime,
) -> Evidence:
    """A new version in place of the one that was `seen`, for a reason."""
    evidence = queries.one(evidence_id)
    _refuse_stale(evidence, seen)
    if not evidence.current.withdrawn and statement == _present(evidence):
        raise DomainError("没有改动，不需要保存")
    if evidence.about:
        _refuse_early(evidence.about, statement)
    _state(actor, evidence, statement, now, reason=stated(reason))
    return evidence


def _present(evidence: Evidence) -> Statement:
    """What the newest version states."""
    current = evidence.current
    return Statement(current.dated, current.document_no, current.keys, current.members)


def _refuse_early(fact_id: str, statement: Statement) -> None:
    """A prize is not paid before its result is announced."""
    result = facts.by_number(fact_id)
    if result and statement.dated < result.fact.date:
        raise DomainError(f"到账日期早于成绩文件的日期（{result.fact.date}），请核对", "dated")


def withdraw(*, actor: Actor, evidence_id: UUID, reason: str, seen: int, now: datetime) -> Evidence:
    """The fact no longer holds; what it gave becomes void, or is to be recovered."""
    evidence = queries.one(evidence_id)
    _refuse_stale(evidence, seen)
    if evidence.current.withdrawn:
        raise DomainError("这项证据已经撤销")
    _state(actor, evidence, _present(evidence), now, reason=stated(reason), withdrawn=True)
    return evidence


def add_document(
    *, actor: Actor, evidence_id: UUID, upload: Upload, now: datetime
) -> EvidenceDocument:
    """One more scanned document; it cannot be taken away again."""
    evidence = queries.one(evidence_id)
    if any(document.digest == upload.digest for document in evidence.documents):
        raise DomainError("这份材料已经上传过", "file")
    made = EvidenceDocument(
        evidence=evidence,
        filename=upload.filename,
        kind=upload.kind,
        size=upload.size,
        digest=upload.digest,
        added_by=actor.account_id,
        added_label=actor.label,
        added=now,
    )
    db.session.add(made)
    audit.record(
        actor=actor,
        verb="add_evidence_document",
        subject=evidence,
        now=now,
        stream=STREAM,
        changes={"number": evidence.number, "sha256": upload.digest},
    )
    db.session.flush()
    return made


def _refuse_stale(evidence: Evidence, seen: int) -> None:
    if evidence.current.seq != seen:
        raise DomainError("这项证据刚刚被别人改过，请重新打开页面，核对后再改")


def _state(
    actor: Actor,
    evidence: Evidence,
    statement: Statement,
    now: datetime,
    *,
    reason: str = "",
    withdrawn: bool = False,
) -> None:
    if statement.dated > clock.day_of(now):
        raise DomainError("日期晚于今天，请核对", "dated")
    version = EvidenceVersion(
        evidence=evidence,
        seq=len(evidence.versions) + 1,
        withdrawn=withdrawn,
        dated=statement.dated,
        document_no=statement.document_no,
        keys=statement.keys,
        members=list(statement.members),
        reason=reason,
        filed_by=actor.account_id,
        filed_label=actor.label,
        filed_at=now,
    )
    db.session.add(version)
    if evidence.type != VOUCHER:
        collect.fact_of(evidence)  # the strict reader refuses what the vocabulary does not know
    audit.record(
        actor=actor,
        verb="withdraw_evidence" if withdrawn else "file_evidence",
        subject=evidence,
        now=now,
        stream=STREAM,
        reason=reason,
        changes={"number": evidence.number, "type": evidence.type, "version": version.seq},
    )
    db.session.flush()
