"""Evidence on file."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from awards.models import Evidence, EvidenceDocument
from core.db import db
from core.errors import NotFound
from people.models import Organisation

PAGE = 50
_WHOLE = (selectinload(Evidence.versions), selectinload(Evidence.documents))


def all_evidence() -> list[Evidence]:
    """Everything on file with versions and documents, the oldest first."""
    query = select(Evidence).options(*_WHOLE).order_by(Evidence.serial)
    return list(db.session.scalars(query))


def page_of(kind: str, number: int) -> list[Evidence]:
    """One page of evidence, the newest first, and one row more; `kind` "" is every type."""
    query = select(Evidence).options(*_WHOLE).order_by(Evidence.serial.desc())
    if kind:
        query = query.where(Evidence.type == kind)
    return list(db.session.scalars(query.limit(PAGE + 1).offset((number - 1) * PAGE)))


def one(evidence_id: UUID) -> Evidence:
    """One matter with versions and documents, or NotFound."""
    query = select(Evidence).options(*_WHOLE).where(Evidence.id == evidence_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这项证据")
    return found


def by_number(number: str) -> Evidence | None:
    """The matter with a number like ZM000012, if there is one."""
    digits = number.removeprefix("ZM")
    if digits == number or not (digits.isascii() and digits.isdecimal()):
        return None
    query = select(Evidence).options(*_WHOLE).where(Evidence.serial == int(digits))
    return db.session.scalar(query)


def by_numbers(numbers: Iterable[str]) -> dict[str, Evidence]:
    """Matters by their numbers; a number of something else is left out."""
    serials = [
        int(digits)
        for number in numbers
        if number != (digits := number.removeprefix("ZM")) and digits.isdecimal()
    ]
    query = select(Evidence).options(*_WHOLE).where(Evidence.serial.in_(serials))
    return {found.number: found for found in db.session.scalars(query)}


def voucher_about(fact_id: str) -> Evidence | None:
    """The voucher of the prize paid for a fact, if one is on file."""
    return db.session.scalar(select(Evidence).options(*_WHOLE).where(Evidence.about == fact_id))


def also_filed(evidence: Evidence, digest: str) -> list[str]:
    """The numbers of other evidence to which the same file was added."""
    query = (
        select(Evidence)
        .join(EvidenceDocument, EvidenceDocument.evidence_id == Evidence.id)
        .where(EvidenceDocument.digest == digest, Evidence.id != evidence.id)
        .order_by(Evidence.serial)
    )
    return [one.number for one in db.session.scalars(query)]


def document(document_id: UUID) -> EvidenceDocument:
    """One scanned document, or NotFound."""
    found = db.session.get(EvidenceDocument, document_id)
    if found is None:
        raise NotFound("没有这份材料")
    return found


def last_serial() -> int:
    """The last number given."""
    return db.session.scalar(select(func.max(Evidence.serial))) or 0


def uscc_of(organisation_id: UUID) -> str:
    """The 统一社会信用代码 of an organisation named in evidence."""
    return (
        db.session.scalar(select(Organisation.uscc).where(Organisation.id == organisation_id)) or ""
    )
