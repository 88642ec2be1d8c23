"""Payees and their accounts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from awards.models import AwardLine, PayeeAccount
from core.access import Actor
from core.db import db
from core.errors import NotFound
from people.models import Organisation

AGENT = "organisation_agent"


def current_of_person(person_id: UUID | None) -> PayeeAccount | None:
    """The account that a person entered last."""
    return _newest(PayeeAccount.person_id == person_id) if person_id else None


def current_of_organisation(organisation_id: UUID) -> PayeeAccount | None:
    """The account entered last for an organisation, confirmed or not."""
    return _newest(PayeeAccount.organisation_id == organisation_id)


def current_of_line(line: AwardLine) -> PayeeAccount | None:
    """The present account of a line's payee."""
    if line.organisation_id:
        return current_of_organisation(line.organisation_id)
    return current_of_person(line.person_id)


def _newest(owner: object) -> PayeeAccount | None:
    query = (
        select(PayeeAccount)
        .options(joinedload(PayeeAccount.decision))
        .where(owner)  # type: ignore[arg-type]
        .order_by(PayeeAccount.seq.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def current_accounts(lines: Iterable[AwardLine]) -> dict[str, PayeeAccount]:
    """The present accounts of the payees of some lines, by payee reference; one query."""
    wanted = list(lines)
    owners = {line.person_id for line in wanted if line.person_id}
    firms = {line.organisation_id for line in wanted if line.organisation_id}
    query = (
        select(PayeeAccount)
        .options(joinedload(PayeeAccount.decision))
        .where(PayeeAccount.person_id.in_(owners) | PayeeAccount.organisation_id.in_(firms))
        .order_by(PayeeAccount.seq)
    )
    newest = {
        account.person_id or account.organisation_id: account
        for account in db.session.scalars(query)
    }
    return {
        line.payee: newest[owner]
        for line in wanted
        if (owner := line.person_id or line.organisation_id) in newest
    }


def account(account_id: UUID) -> PayeeAccount:
    """One account with its organisation, or NotFound."""
    query = (
        select(PayeeAccount)
        .options(joinedload(PayeeAccount.organisation), joinedload(PayeeAccount.decision))
        .where(PayeeAccount.id == account_id)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这个收款账户")
    return found


def waiting_accounts() -> list[PayeeAccount]:
    """The newest accounts of organisations that nobody has decided on yet, the oldest first."""
    latest = (
        select(func.max(PayeeAccount.seq))
        .where(PayeeAccount.organisation_id == Organisation.id)
        .correlate(Organisation)
        .scalar_subquery()
    )
    query = (
        select(PayeeAccount)
        .join(Organisation, Organisation.id == PayeeAccount.organisation_id)
        .options(joinedload(PayeeAccount.organisation))
        .where(PayeeAccount.seq == latest, ~PayeeAccount.decision.has())
        .order_by(PayeeAccount.entered_at, PayeeAccount.id)
    )
    return list(db.session.scalars(query))


def represented(actor: Actor, organisation_id: UUID) -> Organisation:
    """An organisation that the actor acts for, or NotFound."""
    if not actor.reach(AGENT).covers("organisation", organisation_id):
        raise NotFound("没有这个单位")
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("没有这个单位")
    return found


def all_represented(actor: Actor) -> list[Organisation]:
    """The organisations that the actor acts for, by name."""
    keys = [UUID(key) for key in actor.reach(AGENT).ids("organisation")]
    query = select(Organisation).where(Organisation.id.in_(keys))
    return list(db.session.scalars(query.order_by(Organisation.name, Organisation.id)))
