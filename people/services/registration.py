"""The public side: sign up, fill the real-name profile, use a reset code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from core import audit, clock, ids
from core.access import Actor
from core.db import db
from core.errors import DomainError, FieldErrors
from core.vault import Sealed
from people import passwords, roles
from people.identifiers import (
    IdNumber,
    mask_mobile,
    parse_employer,
    parse_id_number,
    parse_mobile,
    parse_name,
)
from people.indexes import document_index, login_index, phone_index
from people.models import Account, IdentityClaim, Person, ResetCode, RoleGrant
from people.services.sign_in import end_sessions, live_roles, open_session


@dataclass(frozen=True)
class Profile:
    """What a person states once, as typed."""

    name: str
    document_number: str
    county: str
    employer: str
    phone: str


def sign_up(*, phone: str, password_hash: str, now: datetime, consent: str = "") -> str:
    """A contestant's account; returns the token of its first session.

    `consent` is the version of the notice that was agreed to; empty where an office acts.

    The hash is made by the caller outside the transaction. A taken phone is refused at `login` by
    the unique index, so that two tabs cannot both succeed.
    """
    phone = parse_mobile(phone)
    account = Account(label=mask_mobile(phone), password_hash=password_hash, created=now)
    account.login = phone
    account.login_index = login_index(phone)
    account.grants.append(RoleGrant(role="contestant", granted_at=now))
    db.session.add(account)
    db.session.flush()
    actor = Actor(account.id, None, None, account.label)
    audit.record(
        actor=actor,
        verb="sign_up",
        subject=account,
        now=now,
        stream="people",
        changes={"consent": consent},
    )
    return open_session(account=account, staff=False, now=now)


def person_of(*, number: IdNumber) -> Person | None:
    """The person with this document, if we know one."""
    return db.session.scalar(select(Person).where(Person.document_index == document_index(number)))


@dataclass(frozen=True)
class NewPerson:
    """Somebody whom we do not know yet; all values are already normalised."""

    number: IdNumber
    name: str
    county: str
    employer: str
    phone: str


class _Draft:
    """A person as bare values, sealed for the same place: a roster makes thousands at once."""

    __tablename__ = Person.__tablename__
    document_number = Sealed("document_sealed")
    phone = Sealed("phone_sealed")

    def __init__(self) -> None:
        self.id = ids.ordered()


def make_person(
    *, number: IdNumber, name: str, county: str, employer: str, phone: str, now: datetime
) -> Person:
    """A new person; all values are already normalised."""
    person = Person()
    _describe(person, NewPerson(number, name, county, employer, phone), now)
    db.session.add(person)
    return person


def make_people(people: Iterable[NewPerson], *, now: datetime) -> list[UUID]:
    """Many new persons in one insert; their ids in the order given."""
    drafts = []
    for one in people:
        drafts.append(_Draft())
        _describe(drafts[-1], one, now)
    if drafts:
        db.session.execute(insert(Person), [vars(draft) for draft in drafts])
    return [draft.id for draft in drafts]


def _describe(person: Any, new: NewPerson, now: datetime) -> None:
    """Write all that is known of a new person; a person or a draft."""
    person.name = parse_name(new.name)
    person.document_kind = new.number.kind
    person.document_index = document_index(new.number)
    person.birth = new.number.birth
    person.sex = new.number.sex or ""
    person.county = new.county
    person.employer = parse_employer(new.employer)
    person.identity = "declared"
    person.created = now
    person.document_number = new.number.number
    person.phone = new.phone
    person.phone_index = phone_index(new.phone) if new.phone else ""


def fill_profile(
    *, actor: Actor, profile: Profile, now: datetime, consent: str = ""
) -> Person | None:
    """Bind the account to a person. Returns None when the number is known already: then nothing of
    that person is shown and the office decides after seeing the ID card (待核对身份).

    Otherwise whoever knows an ID number would take over its awards.
    """
    account = db.session.get_one(Account, actor.account_id, with_for_update=True)
    if account.person_id:
        raise DomainError("实名信息已经填过；要更正请联系赛事办")
    number = _checked(profile, now)
    phone = parse_mobile(profile.phone) if profile.phone else ""
    known = person_of(number=number)
    if known is not None:
        _claim(actor=actor, person=known, profile=profile, now=now, consent=consent)
        return None
    person = make_person(
        number=number,
        name=profile.name,
        county=profile.county,
        employer=profile.employer,
        phone=phone,
        now=now,
    )
    account.person = person
    account.label = person.name
    db.session.flush()
    audit.record(
        actor=actor,
        verb="fill_profile",
        subject=person,
        now=now,
        stream="people",
        changes={"consent": consent},
    )
    return person


def _checked(profile: Profile, now: datetime) -> IdNumber:
    """The document; all that is wrong with the profile at once, each at its own field."""
    wrong: dict[str, str] = {}
    number: IdNumber | None = None
    for check in (
        lambda: parse_name(profile.name),
        lambda: parse_id_number(profile.document_number, today=clock.day_of(now)),
        lambda: parse_employer(profile.employer),
    ):
        try:
            found = check()
        except DomainError as error:
            wrong[error.field or ""] = error.message
        else:
            number = found if isinstance(found, IdNumber) else number
    if wrong or number is None:
        raise FieldErrors(wrong)
    return number


def _claim(*, actor: Actor, person: Person, profile: Profile, now: datetime, consent: str) -> None:
    """Keep what was typed: who came with a roster has no county yet, and types it only once."""
    waiting = db.session.scalar(
        select(IdentityClaim).where(
            IdentityClaim.account_id == actor.account_id, IdentityClaim.state == "waiting"
        )
    )
    if waiting:
        return
    claim = IdentityClaim(
        account_id=actor.account_id,
        person_id=person.id,
        claimed_name=parse_name(profile.name),
        county=profile.county,
        employer=parse_employer(profile.employer),
        created=now,
    )
    db.session.add(claim)
    audit.record(
        actor=actor,
        verb="claim_identity",
        subject=claim,
        now=now,
        stream="people",
        changes={"consent": consent},
    )
    db.session.flush()


def find_reset_code(*, login: str, code: str, now: datetime) -> tuple[UUID, bool]:
    """The issued code that fits, and whether it is an official's; runs before the transaction
    because verifying is slow. Raises DomainError."""
    rows = db.session.scalars(
        select(ResetCode)
        .join(Account, Account.id == ResetCode.account_id)
        .where(
            Account.login_index == login_index(login),
            ResetCode.used_at.is_(None),
            ResetCode.until > now,
        )
        .order_by(ResetCode.until.desc(), ResetCode.id)
        .limit(1)
    ).all()
    if not rows or not passwords.matches(rows[0].code_hash, code.strip().upper()):
        raise DomainError("账号或重置码不对，或重置码已过期；请向赛事办重新领取", "code")
    account = db.session.get_one(Account, rows[0].account_id)
    return rows[0].id, roles.is_staff(live_roles(account))


def use_reset_code(*, code_id: UUID, password_hash: str, now: datetime) -> None:
    """Set a new password with the office's one-time code; ends all sessions. Raises DomainError."""
    spent = db.session.execute(
        update(ResetCode)
        .where(ResetCode.id == code_id, ResetCode.used_at.is_(None))
        .values(used_at=now)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError("这个重置码已经用过，请向赛事办重新领取", "code")
    account = db.session.get_one(Account, db.session.get_one(ResetCode, code_id).account_id)
    account.password_hash = password_hash
    end_sessions(now=now, account_id=account.id)
    audit.record(actor=None, verb="reset_password", subject=account, now=now, stream="people")
    db.session.flush()
