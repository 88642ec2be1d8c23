"""Signing in and out, step-up, and the throttle against guessing."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import delete, func, select, update

from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed
from core.vault import vault
from people import passwords, roles
from people.indexes import login_index
from people.models import Account, LoginSession, SignInAttempt

STAFF_IDLE = timedelta(minutes=30)
STAFF_LONGEST = timedelta(hours=12)
PUBLIC_LONGEST = timedelta(days=30)
STEP_UP_VALID = timedelta(minutes=5)
THROTTLE_WINDOW = timedelta(minutes=15)
THROTTLE_PER_LOGIN = 5
THROTTLE_PER_ADDRESS = 50
CODE_WINDOW = 1
WRONG = "手机号码或密码不对，请核对后再试"
WRONG_STAFF = "账号、密码或动态码不对；用过的动态码不能再用，请等下一个"


class Throttled(DomainError):
    """Too many failures: not weighed at all, and not counted either."""


@dataclass(frozen=True)
class Guess:
    """An attempt to sign in, judged before any transaction because hashing is slow."""

    account_id: UUID | None
    password_right: bool
    login_key: str
    address_key: str


def token_hash(token: str) -> str:
    """What the database knows of a login token."""
    return hashlib.sha256(token.encode()).hexdigest()


def weigh(*, login: str, password: str, address: str) -> Guess:
    """Hash the password outside the transaction; an unknown login takes the same time."""
    key = login_index(login)
    row = db.session.execute(
        select(Account.id, Account.password_hash).where(Account.login_index == key)
    ).first()
    right = passwords.matches(row.password_hash if row else None, password)
    return Guess(row.id if row else None, right, key, vault().index("address", address))


def refuse_when_throttled(*, guess: Guess, now: datetime) -> None:
    """Raises Throttled when this login or address has failed too often."""
    limits = ((guess.login_key, THROTTLE_PER_LOGIN), (guess.address_key, THROTTLE_PER_ADDRESS))
    for key, limit in limits:
        failures = db.session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.key == key, SignInAttempt.at > now - THROTTLE_WINDOW)
        )
        if (failures or 0) >= limit:
            raise Throttled("尝试次数太多，请 15 分钟后再试；忘记密码请联系赛事办重置")


def asking(*, phone: str, address: str) -> Guess:
    """A sign-up, which tells whether a phone has an account: counted apart from guesses at
    passwords, so that it locks nobody out of signing in, but together with them per address."""
    key = vault().index("sign-up", phone.strip())
    return Guess(None, False, key, vault().index("address", address))


def note_failure(*, guess: Guess, now: datetime, verb: str = "sign_in_failed") -> None:
    """Count a failure; runs in a unit of its own because the act itself is refused."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - timedelta(days=1)))
    db.session.add_all(
        SignInAttempt(key=key, at=now) for key in (guess.login_key, guess.address_key)
    )
    audit.record(
        actor=None,
        verb=verb,
        subject=f"login/{guess.login_key[:12]}",
        now=now,
        stream="system",
    )
    db.session.flush()


def sign_in(*, guess: Guess, code: str, at_staff_door: bool, now: datetime) -> str:
    """Open a session; returns its token, which only the cookie knows. Raises DomainError."""
    refuse_when_throttled(guess=guess, now=now)
    account = _locked(guess.account_id)
    if account is None or not guess.password_right:
        raise DomainError(WRONG_STAFF if at_staff_door else WRONG)
    if account.disabled_at:
        raise DomainError("这个账号已停用，请联系系统管理员")
    staff = roles.is_staff(live_roles(account))
    if staff != at_staff_door:
        raise DomainError(
            "工作人员请从“工作人员登录”进入"
            if staff
            else "这个账号不是工作人员账号，请从普通入口登录"
        )
    if account.totp_sealed:
        spend_code(account=account, code=code, now=now)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key == guess.login_key))
    return open_session(account=account, staff=staff, now=now)


def _locked(account_id: UUID | None) -> Account | None:
    """The account, so that two requests never spend one code."""
    return db.session.get(Account, account_id, with_for_update=True) if account_id else None


def live_roles(account: Account) -> frozenset[str]:
    """The roles an account holds now."""
    return frozenset(grant.role for grant in account.grants if grant.ended_at is None)


def open_session(*, account: Account, staff: bool, now: datetime) -> str:
    """A new session of an account; returns the token."""
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=token_hash(token),
        account_id=account.id,
        person_id=account.person_id,
        label=account.label,
        created=now,
        seen=now,
        idle_seconds=int((STAFF_IDLE if staff else PUBLIC_LONGEST).total_seconds()),
        ends=now + (STAFF_LONGEST if staff else PUBLIC_LONGEST),
    )
    db.session.add(row)
    actor = Actor(account.id, account.person_id, row.id, account.label)
    audit.record(actor=actor, verb="sign_in", subject=row, now=now, stream="people")
    db.session.flush()
    return token


def open_seat_session(
    *, seat_id: UUID, contest_id: UUID, person_id: UUID, label: str, ends: datetime, now: datetime
) -> str:
    """A judge's session at a seat, bound to it until the panel closes; returns the token."""
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=token_hash(token),
        seat_id=seat_id,
        seat_contest=str(contest_id),
        person_id=person_id,
        label=label,
        created=now,
        seen=now,
        idle_seconds=int((ends - now).total_seconds()),
        ends=ends,
    )
    db.session.add(row)
    actor = Actor(None, person_id, row.id, label, seat_id=seat_id)
    audit.record(actor=actor, verb="sign_in_seat", subject=row, now=now, stream=f"seat/{seat_id}")
    db.session.flush()
    return token


def sign_out(*, actor: Actor, now: datetime) -> None:
    """End the present session on the server; a copied cookie is worth nothing afterwards."""
    row = db.session.get(LoginSession, actor.session_id)
    if row is not None and row.ended_at is None:
        row.ended_at = now
        audit.record(actor=actor, verb="sign_out", subject=row, now=now, stream="people")
    db.session.flush()


def end_sessions(
    *, now: datetime, account_id: UUID | None = None, seat_id: UUID | None = None
) -> None:
    """End all sessions of an account (disabling, role change, reset) or of a judge's seat."""
    whose = LoginSession.account_id == account_id if account_id else LoginSession.seat_id == seat_id
    db.session.execute(
        update(LoginSession).where(whose, LoginSession.ended_at.is_(None)).values(ended_at=now)
    )


def step_up(*, actor: Actor, guess: Guess, code: str, now: datetime) -> None:
    """Password and code again, for what moves money; valid for five minutes in this session.

    A contestant has no code: for the own payee page the password alone counts.
    """
    refuse_when_throttled(guess=guess, now=now)
    account = _locked(actor.account_id)
    if account is None or guess.account_id != account.id or not guess.password_right:
        raise DomainError("密码不对，请重新输入", "password")
    if account.totp_sealed:
        spend_code(account=account, code=code, now=now)
    row = db.session.get_one(LoginSession, actor.session_id)
    row.stepped_up_at = now
    audit.record(actor=actor, verb="step_up", subject=row, now=now, stream="people")
    db.session.flush()


def spend_code(*, account: Account, code: str, now: datetime) -> None:
    """Accept a TOTP code of the present, last or next half minute, each code once."""
    totp = pyotp.TOTP(account.totp_secret)
    present = int(now.timestamp()) // totp.interval
    for step in range(present - CODE_WINDOW, present + CODE_WINDOW + 1):
        same = secrets.compare_digest(totp.generate_otp(step).encode(), code.strip().encode())
        if same and step > account.totp_step:
            account.totp_step = step
            return
    raise DomainError(WRONG_STAFF)


def fresh_secret(actor: Actor) -> str:
    """The secret that this session may bind: the same at each look, never chosen by the browser.

    Raises NotAllowed: the public door asks for no code, so a contestant's would lock the account.
    """
    if actor.account_id is None or not roles.is_staff(actor.roles):
        raise NotAllowed("动态码只用于工作人员账号，这个账号不需要")
    keyed = bytes.fromhex(vault().index("totp", str(actor.session_id)))
    return base64.b32encode(keyed[:20]).decode()


def set_up_code(*, actor: Actor, secret: str, code: str, now: datetime) -> None:
    """Bind an authenticator to a staff account that has none; proves it by one code."""
    account = db.session.get_one(Account, actor.account_id, with_for_update=True)
    if account.totp_sealed:
        raise DomainError("这个账号已经绑定动态码，更换请联系安全管理员")
    account.totp_secret = secret
    try:
        spend_code(account=account, code=code, now=now)
    except DomainError as error:
        raise DomainError("动态码不对：请核对手机时间，等下一个动态码再试", "code") from error
    audit.record(actor=actor, verb="set_up_code", subject=account, now=now, stream="people")
    db.session.flush()
