"""Certificates: of a notice, of somebody, by the code on the paper; and how often a code was missed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from contests.models import Certificate, Entry, EntryMember, FinalRelease, Publication, ResultLine
from contests.queries.panels import OFFICE, covers
from core.access import Actor
from core.db import db
from core.errors import NotFound
from core.vault import vault
from people.models import Person, SignInAttempt

WINDOW = timedelta(minutes=15)
MOST_MISSES = 30


def of_notice(publication_id: UUID) -> list[Certificate]:
    """All certificates of a notice with what revoked them, in order of place and number."""
    query = (
        _whole()
        .join(FinalRelease, FinalRelease.id == Certificate.release_id)
        .join(ResultLine, ResultLine.id == Certificate.line_id)
        .where(FinalRelease.publication_id == publication_id)
        .order_by(ResultLine.position, Certificate.number)
    )
    return list(db.session.scalars(query))


def certificate_within(
    actor: Actor, certificate_id: UUID, *, for_update: bool = False
) -> Certificate:
    """A certificate of a contest that the office runs, with its notice; else NotFound."""
    query = (
        _whole()
        .options(
            joinedload(Certificate.release).joinedload(FinalRelease.publication),
            joinedload(Certificate.line),
        )
        .where(Certificate.id == certificate_id)
    )
    if for_update:
        query = query.with_for_update(of=Certificate).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.contest_id, OFFICE):
        raise NotFound("没有这张证书，或者不在您的负责范围内")
    return found


def own_certificate(actor: Actor, entry: Entry) -> Certificate | None:
    """The last certificate that somebody has for an entry; those of other members are theirs."""
    query = (
        _whole()
        .join(ResultLine, ResultLine.id == Certificate.line_id)
        .where(ResultLine.entry_id == entry.id, Certificate.person_id == actor.person_id)
        .order_by(Certificate.at.desc(), Certificate.copy.desc())
    )
    return db.session.scalar(query.limit(1))


def by_token(token: str) -> Certificate | None:
    """The certificate with this code, for everybody."""
    return db.session.scalar(_whole().where(Certificate.token == token)) if token else None


def last_copy(one: Certificate) -> int:
    """How many certificates somebody has been given for the same line."""
    query = select(func.max(Certificate.copy)).where(
        Certificate.line_id == one.line_id, Certificate.person_id == one.person_id
    )
    return db.session.scalar(query) or 0


def holders(entry_ids: Collection[UUID]) -> dict[UUID, list[Person]]:
    """Who gets a certificate for each of these entries: the leader, then the confirmed members."""
    query = (
        select(Entry)
        .options(
            joinedload(Entry.leader), selectinload(Entry.members).joinedload(EntryMember.person)
        )
        .where(Entry.id.in_(entry_ids))
    )
    return {
        entry.id: [
            entry.leader,
            *(one.person for one in entry.members if one.state == "confirmed" and one.person),
        ]
        for entry in db.session.scalars(query)
    }


def notice_of(one: Certificate) -> Publication:
    """The notice whose release a certificate rests on."""
    return one.release.publication


def address_key(address: str) -> str:
    """Under which misses from an address are counted: apart from sign-in, so that nobody who mistypes a
    code is locked out of it."""
    return vault().index("certificate", address)


def is_throttled(address: str, now: datetime) -> bool:
    """Whether too many codes that nobody has were asked for from this address."""
    query = select(func.count(SignInAttempt.id)).where(
        SignInAttempt.key == address_key(address), SignInAttempt.at > now - WINDOW
    )
    return (db.session.scalar(query) or 0) >= MOST_MISSES


def _whole() -> Select[Any]:
    return select(Certificate).options(joinedload(Certificate.revocation))
