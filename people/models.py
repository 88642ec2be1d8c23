"""Persons, organisations, accounts and what they may do."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Row, UtcDateTime, explain
from core.vault import Sealed


class Organisation(Row):
    """A legal person: employer, operator, host. Unique by 统一社会信用代码."""

    __tablename__ = "people_organisation"

    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    county: Mapped[str] = mapped_column(String(12))
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Person(Row):
    """One human being, unique by the blind index of (document kind, normalised number)."""

    __tablename__ = "people_person"
    __table_args__ = (CheckConstraint("identity IN ('declared', 'checked')", name="identity"),)

    name: Mapped[str] = mapped_column(String(60))
    document_kind: Mapped[str] = mapped_column(String(20))
    document_sealed: Mapped[str] = mapped_column(String(200))
    document_index: Mapped[str] = mapped_column(String(64), unique=True)
    birth: Mapped[date | None]
    sex: Mapped[str] = mapped_column(String(6))
    phone_sealed: Mapped[str] = mapped_column(String(200), default="")
    phone_index: Mapped[str] = mapped_column(String(64), default="", index=True)
    county: Mapped[str] = mapped_column(String(12), default="")
    employer: Mapped[str] = mapped_column(String(120), default="")
    identity: Mapped[str] = mapped_column(String(10), default="declared")
    created: Mapped[datetime] = mapped_column(UtcDateTime)

    document_number = Sealed("document_sealed")
    phone = Sealed("phone_sealed")


class Account(Row):
    """A login: a phone number for the public, a chosen name for officials. At most one person."""

    __tablename__ = "people_account"

    login_sealed: Mapped[str] = mapped_column(String(200))
    login_index: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_sealed: Mapped[str] = mapped_column(String(200), default="")
    totp_step: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"), unique=True)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created: Mapped[datetime] = mapped_column(UtcDateTime)

    login = Sealed("login_sealed")
    totp_secret = Sealed("totp_sealed")
    person: Mapped[Person | None] = relationship()
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="account")


class RoleGrant(Row):
    """A role of an account within a scope. Ended, never deleted."""

    __tablename__ = "people_role_grant"
    __table_args__ = (
        Index(
            "uq_people_role_grant_live",
            "account_id",
            "role",
            "scope",
            "scope_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    role: Mapped[str] = mapped_column(String(30))
    scope: Mapped[str] = mapped_column(String(14), default="city")
    scope_id: Mapped[str] = mapped_column(String(36), default="")
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(back_populates="grants")


class LoginSession(Row):
    """A sign-in that can be ended from the server. The cookie holds the token, we its hash.

    `seat_id` names a judge's seat of contests (no account then); people does not know seats.
    """

    __tablename__ = "people_login_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"), index=True)
    seat_id: Mapped[UUID | None] = mapped_column(index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    label: Mapped[str] = mapped_column(String(60))
    seat_contest: Mapped[str] = mapped_column(String(36), default="")
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_seconds: Mapped[int]
    ends: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stepped_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ResetCode(Row):
    """A one-time code that the office hands over after an identity check."""

    __tablename__ = "people_reset_code"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInAttempt(Row):
    """A failed attempt, kept so that guessing is throttled across processes and restarts."""

    __tablename__ = "people_sign_in_attempt"

    key: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class IdentityClaim(Row):
    """An account says it is a person we know already; the office looks at the ID card and decides."""

    __tablename__ = "people_identity_claim"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'linked', 'refused')", name="state"),
        Index(
            "uq_people_identity_claim_waiting",
            "account_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"))
    claimed_name: Mapped[str] = mapped_column(String(60))
    county: Mapped[str] = mapped_column(String(12), default="")
    employer: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str] = mapped_column(String(200), default="")
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()
    person: Mapped[Person] = relationship()


explain(
    "uq_people_account_login_index",
    "这个手机号已经注册，请直接登录；忘记密码请联系赛事办。",
    "mobile",
)
explain("uq_people_role_grant_live", "这个账号已经有这个角色。", "role")
explain(
    "uq_people_person_document_index",
    "这个证件号码已有登记，请带身份证原件到赛事办核对身份，由工作人员关联。",
    "id_number",
)
