"""The office's acts on a person: corrections, identity claims, unmasking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated
from people import counties
from people.identifiers import mask_mobile, mask_name, parse_employer, parse_mobile, parse_name
from people.indexes import login_index, phone_index
from people.models import Account, IdentityClaim, Person
from people.services.sign_in import end_sessions


@dataclass(frozen=True)
class Correction:
    """What the office sets right, as typed; an empty phone stays as it is."""

    name: str
    county: str
    employer: str
    phone: str


def correct(
    *, actor: Actor, person_id: UUID, correction: Correction, reason: str, now: datetime
) -> Person:
    """Set name, county, employer or phone right, for a reason; the trail keeps masked values."""
    person = db.session.get_one(Person, person_id)
    if correction.county not in counties.COUNTIES:
        raise DomainError("请选择所在县（市、区）", "county")
    why = stated(reason)
    name = parse_name(correction.name)
    changes: dict[str, list[str]] = {}
    if name != person.name:
        changes["name"] = [mask_name(person.name), mask_name(name)]
        _rename(person, name)
    told = {"county": correction.county, "employer": parse_employer(correction.employer)}
    for field, new in told.items():
        old = getattr(person, field)
        if old != new:
            changes[field] = [old, new]
            setattr(person, field, new)
    if correction.phone:
        changes |= _change_phone(person, correction.phone, now)
    if not changes:
        raise DomainError("没有改动，不需要保存")
    audit.record(
        actor=actor,
        verb="correct_person",
        subject=person,
        now=now,
        stream="people",
        changes=changes,
        reason=why,
    )
    db.session.flush()
    return person


def _rename(person: Person, name: str) -> None:
    person.name = name
    account = _account_of(person)
    if account:
        account.label = name


def _account_of(person: Person) -> Account | None:
    return db.session.scalar(select(Account).where(Account.person_id == person.id))


def _change_phone(person: Person, text: str, now: datetime) -> dict[str, list[str]]:
    """The new number also becomes the login where the old one was it; the sessions end."""
    try:
        phone = parse_mobile(text)
    except DomainError as error:
        raise DomainError(error.message, "phone") from error
    old, account = person.phone, _account_of(person)
    if phone == old:
        return {}
    if account and account.login_index == login_index(old):
        if db.session.scalar(select(Account.id).where(Account.login_index == login_index(phone))):
            raise DomainError("这个手机号码已有账号，请先处理那个账号", "phone")
        account.login, account.login_index = phone, login_index(phone)
        end_sessions(now=now, account_id=account.id)
    person.phone, person.phone_index = phone, phone_index(phone)
    return {"phone": [mask_mobile(old) if old else "", mask_mobile(phone)]}


def decide_claim(
    *, actor: Actor, claim: IdentityClaim, link: bool, reason: str, now: datetime
) -> None:
    """Link an account to the person it claims to be, after seeing the ID card; or refuse.

    An older account of the same person is disabled: one human being signs in one way. County and
    employer that were typed with the claim fill what is empty; what is registered stays.
    """
    if claim.state != "waiting":
        raise DomainError("这项身份核对已经处理过")
    why = stated(reason)
    claim.state = "linked" if link else "refused"
    claim.reason, claim.decided_at = why, now
    changes: dict[str, object] = {"state": claim.state}
    if link:
        changes |= _fill_empty(claim)
        older = _account_of(claim.person)
        if older:
            older.person_id, older.disabled_at = None, older.disabled_at or now
            end_sessions(now=now, account_id=older.id)
            changes["disabled"] = str(older.id)
            db.session.flush()
        claim.account.person_id = claim.person_id
        claim.account.label = claim.person.name
        claim.person.identity = "checked"
        end_sessions(now=now, account_id=claim.account_id)
    audit.record(
        actor=actor,
        verb="decide_claim",
        subject=claim,
        now=now,
        stream="people",
        reason=why,
        changes=changes,
    )
    db.session.flush()


def _fill_empty(claim: IdentityClaim) -> dict[str, object]:
    changes: dict[str, object] = {}
    for field in ("county", "employer"):
        typed = getattr(claim, field)
        if typed and not getattr(claim.person, field):
            setattr(claim.person, field, typed)
            changes[field] = ["", typed]
    return changes


def unmask(*, actor: Actor, person: Person, reason: str, now: datetime) -> dict[str, str]:
    """The full document and phone number, for a stated reason, on the record."""
    audit.record(
        actor=actor,
        verb="unmask",
        subject=person,
        now=now,
        stream="people",
        reason=stated(reason),
        changes={"name": mask_name(person.name)},
    )
    db.session.flush()
    return {"document_number": person.document_number, "phone": person.phone}
