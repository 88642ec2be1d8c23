"""The office's side: staff accounts, roles, reset codes, lost authenticators."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed
from people import passwords, roles
from people.indexes import login_index
from people.models import Account, ResetCode, RoleGrant
from people.services.sign_in import end_sessions, live_roles

RESET_CODE_VALID = timedelta(hours=24)
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10


def create_account(
    *, actor: Actor | None, login: str, label: str, password_hash: str, now: datetime
) -> Account:
    """A staff account under a chosen name; it binds its authenticator at the first sign-in."""
    if db.session.scalar(select(Account.id).where(Account.login_index == login_index(login))):
        raise DomainError("这个账号名已有人用，请换一个", "login")
    account = Account(label=label, password_hash=password_hash, created=now)
    account.login = login.strip().lower()
    account.login_index = login_index(login)
    db.session.add(account)
    audit.record(actor=actor, verb="create_account", subject=account, now=now, stream="people")
    db.session.flush()
    return account


def grant_role(
    *,
    actor: Actor | None,
    account: Account,
    role: str,
    now: datetime,
    scope: str = "city",
    scope_id: str = "",
) -> RoleGrant:
    """Give a role; refuses forbidden pairs and giving oneself anything. Ends the open sessions.

    `scope_id` is the key of an object that exists (people.scopes), empty for the whole city.
    """
    known = roles.ROLES.get(role)
    if known is None or scope not in known.scopes:
        raise DomainError("没有这个角色，或它不能限定在这个范围", "role")
    if actor and actor.account_id == account.id:
        raise NotAllowed("不能给自己的账号授予角色，请由另一位管理员操作")
    met = roles.clash(live_roles(account), role)
    if met:
        raise DomainError(
            f"“{known.label}”与已有的“{roles.ROLES[met].label}”不能由同一人担任", "role"
        )
    grant = RoleGrant(role=role, scope=scope, scope_id=scope_id, granted_at=now)
    account.grants.append(grant)
    db.session.flush()
    end_sessions(now=now, account_id=account.id)
    audit.record(
        actor=actor,
        verb="grant_role",
        subject=account,
        now=now,
        stream="people",
        changes={"role": role, "scope": scope, "scope_id": scope_id},
    )
    return grant


def end_role(*, actor: Actor, grant: RoleGrant, now: datetime, reason: str = "") -> None:
    """Take a role away at once: the open sessions of the account end."""
    if actor.account_id == grant.account_id:
        raise NotAllowed("不能改动自己的角色，请由另一位管理员操作")
    if grant.ended_at:
        raise DomainError("这个角色已经收回")
    grant.ended_at = now
    end_sessions(now=now, account_id=grant.account_id)
    audit.record(
        actor=actor,
        verb="end_role",
        subject=grant.account,
        now=now,
        stream="people",
        changes={"role": grant.role, "scope": grant.scope, "scope_id": grant.scope_id},
        reason=reason,
    )
    db.session.flush()


def disable(*, actor: Actor, account: Account, reason: str, now: datetime) -> None:
    """Stop an account; its sessions end at once."""
    if actor.account_id == account.id:
        raise NotAllowed("不能停用自己的账号")
    if account.disabled_at:
        raise DomainError("这个账号已经停用")
    account.disabled_at = now
    end_sessions(now=now, account_id=account.id)
    audit.record(
        actor=actor, verb="disable", subject=account, now=now, stream="people", reason=reason
    )
    db.session.flush()


def enable(*, actor: Actor, account: Account, reason: str, now: datetime) -> None:
    """Let a disabled account sign in again."""
    if not account.disabled_at:
        raise DomainError("这个账号没有停用")
    account.disabled_at = None
    audit.record(
        actor=actor, verb="enable", subject=account, now=now, stream="people", reason=reason
    )
    db.session.flush()


def fresh_code() -> str:
    """A code that can be read aloud: no 0/O, 1/I."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def issue_reset_code(
    *, actor: Actor, account: Account, code_hash: str, reason: str, now: datetime
) -> None:
    """Hand over a one-time code (hashed by the caller) after an identity check; audited."""
    if account.disabled_at:
        raise DomainError("这个账号已停用，请先恢复")
    if roles.is_staff(live_roles(account)) and "system_admin" not in actor.roles:
        raise NotAllowed("工作人员账号的密码由系统管理员重置")
    if actor.account_id == account.id:
        raise NotAllowed("不能给自己的账号发重置码，请由另一位工作人员办理")
    db.session.add(
        ResetCode(account_id=account.id, code_hash=code_hash, until=now + RESET_CODE_VALID)
    )
    audit.record(
        actor=actor,
        verb="issue_reset_code",
        subject=account,
        now=now,
        stream="people",
        reason=reason,
    )
    db.session.flush()


def release_authenticator(*, actor: Actor, account: Account, reason: str, now: datetime) -> None:
    """The phone with the authenticator is lost: the next sign-in binds a new one. Sessions end."""
    if actor.account_id == account.id:
        raise NotAllowed("不能解除自己的动态码，请由另一位安全管理员办理")
    if not account.totp_sealed:
        raise DomainError("这个账号没有绑定动态码")
    account.totp_secret, account.totp_step = "", 0
    end_sessions(now=now, account_id=account.id)
    audit.record(
        actor=actor,
        verb="release_authenticator",
        subject=account,
        now=now,
        stream="people",
        reason=reason,
    )
    db.session.flush()


def account_of(account_id: UUID) -> Account:
    """The row inside the present transaction."""
    return db.session.get_one(Account, account_id)


def make_password_hash(password: str, *, staff: bool) -> str:
    """Check the strength, then hash; call before the transaction."""
    passwords.check_strength(password, staff=staff)
    return passwords.hashed(password)
