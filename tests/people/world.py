"""People of the tests, by name."""

from __future__ import annotations

from datetime import datetime

import pyotp

from core import clock
from core.db import db
from people import passwords
from people.identifiers import id_check_digit, parse_id_number, uscc_check_character
from people.models import Account, Organisation, Person, RoleGrant
from people.services import accounts, organisations, registration
from tests.pages import Person as Signer

PASSWORD = "jinguo-2026-qz"
PASSWORD_HASH = passwords.hashed(PASSWORD)
SECRET = Signer.SECRET


def id_number(serial: int, birth: str = "19900307") -> str:
    """A valid ID number of Kecheng district; an odd serial is a man's."""
    head = f"330802{birth}{serial:03d}"
    return head + id_check_digit(head)


def person(
    name: str = "王芳", serial: int = 128, phone: str = "13957000001", county: str = "330802"
) -> Person:
    """A registered human being without a login."""
    with db.unit():
        return registration.make_person(
            number=parse_id_number(id_number(serial), today=clock.today()),
            name=name,
            county=county,
            employer="衢江区莲花镇",
            phone=phone,
            now=clock.now(),
        )


def contestant(phone: str = "13957000002", who: Person | None = None) -> Account:
    """A contestant's account with PASSWORD, perhaps linked to a person."""
    with db.unit() as session:
        account = Account(label="选手", password_hash=PASSWORD_HASH, created=clock.now())
        account.login, account.login_index = phone, registration.login_index(phone)
        account.person_id = who.id if who else None
        account.grants.append(RoleGrant(role="contestant", granted_at=clock.now()))
        session.add(account)
    return account


def official(role: str, login: str = "lichen", *, bound: bool = True) -> Account:
    """A staff account with PASSWORD and an authenticator of SECRET."""
    with db.unit():
        account = accounts.create_account(
            actor=None, login=login, label="李晨", password_hash=PASSWORD_HASH, now=clock.now()
        )
        accounts.grant_role(actor=None, account=account, role=role, now=clock.now())
        account.totp_secret = SECRET if bound else ""
    return account


def code(now: datetime | None = None, secret: str = SECRET) -> str:
    """What the authenticator shows."""
    return pyotp.TOTP(secret).at(now or clock.now())


def organisation(name: str = "衢州巨化实训基地", uscc: str = "") -> Organisation:
    """A registered organisation."""
    from_code = uscc or valid_uscc("91330800MA28F1234")
    with db.unit():
        return organisations.register(
            actor=None, name=name, uscc=from_code, county="330802", now=clock.now()
        )


def valid_uscc(first17: str) -> str:
    """The code with its right check character."""
    return first17 + uscc_check_character(first17)
