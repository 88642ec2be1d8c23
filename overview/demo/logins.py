"""The accounts of the demonstration: one per role, with a random password per installation."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pyotp
from sqlalchemy import select

from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError
from overview.demo import cast
from people import passwords, roles
from people.models import Account, Person
from people.queries import account_by_login
from people.services import accounts, registration

OFFICIALS = {
    "chief_judge": "裁判长 周建华",
    "coding_judge": "加密裁判 沈文静",
    "supervisor": "监督 邵国平",
    "score_clerk": "录分员 占小玲",
    "contest_office": "赛事办 林海燕",
    "county_office": "江山经办 毛立峰",
    "training_organiser": "培训组织员 蒋雪琴",
    "trainer": "培训教师 饶建中",
    "mentorship_office": "师徒办 詹永明",
    "award_officer": "奖补经办 傅晓敏",
    "award_reviewer": "奖补复核 陆志刚",
    "award_approver": "奖补审批 童国华",
    "finance": "财务 严丽萍",
    "auditor": "审计员 盛文彬",
    "system_admin": "系统管理员 夏军",
    "security_admin": "安全管理员 龚丽",
}
SCOPES = {"county_office": ("county", "330881")}
FILE = "demo-logins.txt"


@dataclass(frozen=True)
class Login:
    """One line of the file: role, account name (or a seat's address), password (or PIN)."""

    role: str
    name: str
    password: str


def system() -> Actor:
    """Whoever sets up the demonstration; appears in its audit trail by this name."""
    return Actor(
        None,
        None,
        None,
        "演示数据",
        (Grant("contest_office"), Grant("training_organiser"), Grant("mentorship_office")),
    )


def make_officials(now: datetime) -> list[Login]:
    """One account per official role; authenticators are bound, the secrets stay sealed."""
    made = []
    for role, label in OFFICIALS.items():
        password = fresh_password()
        account = accounts.create_account(
            actor=None,
            login=role,
            label=label.split()[-1],
            password_hash=passwords.hashed(password),
            now=now,
        )
        scope, scope_id = SCOPES.get(role, ("city", ""))
        if scope in roles.ROLES[role].scopes:
            accounts.grant_role(
                actor=None, account=account, role=role, now=now, scope=scope, scope_id=scope_id
            )
        account.totp_secret = pyotp.random_base32()
        made.append(Login(role, role, password))
    return made


def make_contestant(figure: cast.Figure, now: datetime, password: str = "") -> Actor:
    """An account with its profile; only those whose password is given can sign in."""
    hashed = passwords.hashed(password) if password else "!"
    registration.sign_up(phone=figure.phone, password_hash=hashed, now=now)
    account = account_by_login(figure.phone)
    if account is None:
        raise LookupError(figure.phone)
    actor = Actor(account.id, None, None, account.label, (Grant("contestant"),))
    person = registration.fill_profile(
        actor=actor,
        profile=registration.Profile(
            figure.name, figure.id_number, figure.county, figure.employer, figure.phone
        ),
        now=now,
    )
    return Actor(
        account.id, person.id if person else None, None, figure.name, (Grant("contestant"),)
    )


def contestant(person_id: UUID) -> Actor:
    """The contestant who is this person, for acting through services."""
    query = select(Account).where(Account.person_id == person_id)
    account = db.session.scalars(query).one()
    person = db.session.get_one(Person, person_id)
    return Actor(account.id, person.id, None, person.name, (Grant("contestant"),), stepped_up=True)


def phone_of(actor: Actor) -> str:
    """The phone with which a contestant signs in."""
    return db.session.get_one(Account, actor.account_id).login


def account_of(login: str) -> Account:
    """The account with this login, which is there."""
    account = account_by_login(login)
    if account is None:
        raise LookupError(login)
    return account


def official(role: str) -> Actor:
    """The demonstration's official in this role, for acting through services."""
    account = account_of(role)
    held = tuple(Grant(one.role, one.scope, one.scope_id) for one in account.grants)
    return Actor(account.id, account.person_id, None, account.label, held, stepped_up=True)


def fresh_password() -> str:
    """Random per installation, easy to type."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def keep(folder: Path, logins: list[Login]) -> Path:
    """Write the file that `make run` prints; readable by its owner only."""
    path = folder / FILE
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("# role name password\n")
        file.writelines(f"{one.role} {one.name} {one.password}\n" for one in logins)
    return path


def read(folder: Path) -> Iterator[Login]:
    """The kept logins."""
    path = folder / FILE
    if not path.exists():
        raise DomainError("还没有演示账号，请先运行 flask demo load。")
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield Login(*line.split(maxsplit=2))


def present_code(role: str) -> str:
    """The present code of an official's authenticator."""
    account = account_by_login(role)
    if account is None or not account.totp_sealed:
        raise DomainError(f"演示中没有需要动态码的账号“{role}”。")
    return pyotp.TOTP(account.totp_secret).at(clock.now())


def anybody() -> bool:
    """Whether this database has any account."""
    return db.session.scalar(select(Account.id).limit(1)) is not None
