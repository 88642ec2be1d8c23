"""Look-ups of accounts and persons; lists are ordered with a tie-breaker."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from core.audit import AuditEntry
from core.db import db
from core.errors import NotFound
from people.identifiers import IdNumber
from people.indexes import document_index, login_index
from people.models import Account, IdentityClaim, Organisation, Person, RoleGrant

PAGE = 50


def account_of(account_id: UUID | None) -> Account:
    """An account with its person and roles, or NotFound."""
    found = db.session.scalar(
        select(Account)
        .options(joinedload(Account.person), selectinload(Account.grants))
        .where(Account.id == account_id)
    )
    if found is None:
        raise NotFound("没有这个账号")
    return found


def waiting_claim(account_id: UUID) -> IdentityClaim | None:
    """The identity claim of an account that waits for the office."""
    return db.session.scalar(
        select(IdentityClaim).where(
            IdentityClaim.account_id == account_id, IdentityClaim.state == "waiting"
        )
    )


def waiting_claims() -> list[IdentityClaim]:
    """All claims that wait, the oldest first."""
    query = (
        select(IdentityClaim)
        .options(joinedload(IdentityClaim.person), joinedload(IdentityClaim.account))
        .where(IdentityClaim.state == "waiting")
        .order_by(IdentityClaim.created, IdentityClaim.id)
    )
    return list(db.session.scalars(query))


def claim_of(claim_id: UUID) -> IdentityClaim:
    """One claim, or NotFound."""
    found = db.session.get(IdentityClaim, claim_id)
    if found is None:
        raise NotFound("没有这项身份核对")
    return found


def staff_accounts(page: int = 1) -> list[Account]:
    """Accounts with staff roles or none yet, by name, one page."""
    query = (
        select(Account)
        .options(selectinload(Account.grants))
        .where(~Account.grants.any(RoleGrant.role == "contestant"))
        .order_by(Account.label, Account.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    return list(db.session.scalars(query))


def account_by_login(login: str) -> Account | None:
    """The account with exactly this phone number or staff name."""
    return db.session.scalar(select(Account).where(Account.login_index == login_index(login)))


def grant_of(grant_id: UUID) -> RoleGrant:
    """One role of an account, or NotFound."""
    found = db.session.get(RoleGrant, grant_id)
    if found is None:
        raise NotFound("没有这个角色授权")
    return found


def person_by_id(person_id: UUID) -> Person:
    """One person, or NotFound."""
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFound("没有这个人")
    return found


def person_by_document(number: IdNumber) -> Person | None:
    """The person with this document, if we know one."""
    return db.session.scalar(select(Person).where(Person.document_index == document_index(number)))


def account_of_person(person_id: UUID) -> Account | None:
    """The login of a person, if there is one."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def organisation_by_id(organisation_id: UUID) -> Organisation:
    """One organisation, or NotFound."""
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("没有这个单位")
    return found


def organisations(search: str = "", page: int = 1) -> list[Organisation]:
    """Organisations by name, one page and one row more; `search` is part of the name, or the
    beginning of the code."""
    query = select(Organisation).order_by(Organisation.name, Organisation.id)
    if search:
        query = query.where(
            Organisation.name.contains(search, autoescape=True)
            | Organisation.uscc.startswith(search.upper(), autoescape=True)
        )
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))


def agents_of(organisation_id: UUID) -> list[RoleGrant]:
    """Who acts for an organisation now."""
    query = (
        select(RoleGrant)
        .options(joinedload(RoleGrant.account))
        .where(
            RoleGrant.role == "organisation_agent",
            RoleGrant.scope_id == str(organisation_id),
            RoleGrant.ended_at.is_(None),
        )
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    )
    return list(db.session.scalars(query))


def agent_grant(grant_id: UUID) -> RoleGrant:
    """The grant by which an account acts for an organisation, or NotFound."""
    found = grant_of(grant_id)
    if found.role != "organisation_agent":
        raise NotFound("没有这个经办人")
    return found


def organisation_by_uscc(uscc: str) -> Organisation | None:
    """The organisation with this 统一社会信用代码."""
    return db.session.scalar(select(Organisation).where(Organisation.uscc == uscc))


def audit_entries(stream: str = "", page: int = 1) -> list[AuditEntry]:
    """The trail, newest first, one page."""
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if stream:
        query = query.where(AuditEntry.stream == stream)
    return list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))
