"""The public side: sign up, fill the real-name profile, use a reset code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core import audit, clock
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.vault import vault
from people import passwords
from people.identifiers import IdNumber, mask_mobile, parse_id_number, parse_mobile, parse_name
from people.models import Account, IdentityClaim, Person, ResetCode, RoleGrant
from people.services.sign_in import end_sessions, login_index, open_session


@dataclass(frozen=True)
class Profile:
    """What a person states once, as typed."""

    name: str
    document_number: str
    county: str
    employer: str
    phone: str


def sign_up(*, phone: str, password_hash: str, now: datetime) -> str:
    """A contestant's account; returns the token of its first session.

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
    audit.record(actor=actor, verb="sign_up", subject=account, now=now, stream="people")
    return open_session(account=account, staff=False, now=now)


def document_index(number: IdNumber) -> str:
    """The blind index that makes a person unique."""
    return vault().index("document", f"{number.kind}:{number.number}")


def person_of(*, number: IdNumber) -> Person | None:
    """The person with this document, if we know one."""
    return db.session.scalar(select(Person).where(Person.document_index == document_index(number)))


def make_person(
    *, number: IdNumber, name: str, county: str, employer: str, phone: str, now: datetime
) -> Person:
    """A new person; all values are already normalised."""
    person = Person(
        name=parse_name(name),
        document_kind=number.kind,
        document_index=document_index(number),
        birth=number.birth,
        sex=number.sex or "",
        county=county,
        employer=employer,
        identity="declared",
        created=now,
    )
    person.document_number = number.number
    if phone:
        person.phone = phone
        person.phone_index = vault().index("phone", phone)
    db.session.add(person)
    return person


def fill_profile(*, actor: Actor, profile: Profile, now: datetime) -> Person | None:
    """Bind the account to a person. Returns None when the number is known already: then nothing of
    that person is shown and the office decides after seeing the ID card (待核对身份).

    Otherwise whoever knows an ID number would take over its awards.
    """
    account = db.session.get_one(Account, actor.account_id)
    if account.person_id:
        raise DomainError("实名信息已经填过；要更正请联系赛事办")
    number = parse_id_number(profile.document_number, today=clock.day_of(now))
    phone = parse_mobile(profile.phone) if profile.phone else ""
    known = person_of(number=number)
    if known is not None:
        _claim(actor=actor, person=known, name=parse_name(profile.name), now=now)
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
    audit.record(actor=actor, verb="fill_profile", subject=person, now=now, stream="people")
    return person


def _claim(*, actor: Actor, person: Person, name: str, now: datetime) -> None:
    waiting = db.session.scalar(
        select(IdentityClaim).where(
            IdentityClaim.account_id == actor.account_id, IdentityClaim.state == "waiting"
        )
    )
    if waiting:
        return
    claim = IdentityClaim(
        account_id=actor.account_id, person_id=person.id, claimed_name=name, created=now
    )
    db.session.add(claim)
    audit.record(actor=actor, verb="claim_identity", subject=claim, now=now, stream="people")
    db.session.flush()


def use_reset_code(*, login: str, code: str, password_hash: str, now: datetime) -> None:
    """Set a new password with the office's one-time code; ends all sessions. Raises DomainError."""
    account = db.session.scalar(select(Account).where(Account.login_index == login_index(login)))
    issued = account and db.session.scalar(
        select(ResetCode)
        .where(
            ResetCode.account_id == account.id,
            ResetCode.used_at.is_(None),
            ResetCode.until > now,
        )
        .order_by(ResetCode.until.desc(), ResetCode.id)
    )
    if not account or not issued or not passwords.matches(issued.code_hash, code.strip().upper()):
        raise DomainError("账号或重置码不对，或重置码已过期；请向赛事办重新领取", "code")
    issued.used_at = now
    account.password_hash = password_hash
    end_sessions(now=now, account_id=account.id)
    audit.record(actor=None, verb="reset_password", subject=account, now=now, stream="people")
    db.session.flush()
