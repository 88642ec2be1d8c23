"""Organisations and the accounts that act for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError
from people import counties, roles
from people.identifiers import parse_mobile, parse_organisation, parse_uscc
from people.indexes import login_index
from people.models import Account, Organisation, RoleGrant
from people.services.accounts import end_role, grant_role
from people.services.sign_in import live_roles

AGENT = "organisation_agent"


def register(
    *, actor: Actor | None, name: str, uscc: str, county: str, now: datetime
) -> Organisation:
    """A legal person, once by its 统一社会信用代码. Raises DomainError at name, uscc or county."""
    if county not in counties.COUNTIES:
        raise DomainError("请选择所在县（市、区）", "county")
    code = parse_uscc(uscc)
    if db.session.scalar(select(Organisation.id).where(Organisation.uscc == code)):
        raise DomainError("这个统一社会信用代码已经登记，请在单位列表中查找", "uscc")
    made = Organisation(name=parse_organisation(name), uscc=code, county=county, created=now)
    db.session.add(made)
    audit.record(
        actor=actor,
        verb="register_organisation",
        subject=made,
        now=now,
        stream="people",
        changes={"name": made.name, "uscc": code, "county": county},
    )
    db.session.flush()
    return made


def name_agent(*, actor: Actor, organisation_id: UUID, phone: str, now: datetime) -> RoleGrant:
    """Let the account with this phone act for the organisation. Officials cannot: they decide on
    what the organisation asks for. Raises DomainError at phone."""
    organisation = db.session.get_one(Organisation, organisation_id)
    mobile = _at_phone(phone)
    account = db.session.scalar(select(Account).where(Account.login_index == login_index(mobile)))
    if account is None:
        raise DomainError("这个手机号码还没有注册，请经办人先在本平台注册账号", "phone")
    if roles.is_staff(live_roles(account)):
        raise DomainError("工作人员账号不能担任单位经办人，请换一个账号", "phone")
    return grant_role(
        actor=actor,
        account=account,
        role=AGENT,
        scope="organisation",
        scope_id=str(organisation.id),
        now=now,
    )


def _at_phone(text: str) -> str:
    try:
        return parse_mobile(text)
    except DomainError as error:
        raise DomainError(error.message, "phone") from error


def dismiss_agent(*, actor: Actor, grant_id: UUID, reason: str, now: datetime) -> None:
    """End what `name_agent` began; no other role ends this way."""
    grant = db.session.get_one(RoleGrant, grant_id)
    if grant.role != AGENT:
        raise DomainError("这不是单位经办人的授权")
    end_role(actor=actor, grant=grant, reason=reason, now=now)
