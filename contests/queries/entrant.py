"""What a contestant may see: own entries, teams joined, invitations by phone."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from contests import entry_rules
from contests.models import Entry, EntryDocument, EntryMember, EntryReview
from core.access import Actor
from core.db import db
from core.errors import NotFound
from core.vault import vault
from people.models import Account

UNKNOWN = "没有这份报名"
LIVE_STATES = ("draft", "submitted", "returned", "qualified")


def own_entries(actor: Actor) -> list[Entry]:
    """The entries that one leads or has joined, the newest first."""
    query = (
        select(Entry)
        .options(
            joinedload(Entry.contest),
            joinedload(Entry.track),
            joinedload(Entry.leader),
            selectinload(Entry.members),
            selectinload(Entry.documents),
        )
        .where(_takes_part(actor))
        .order_by(Entry.created.desc(), Entry.id)
    )
    return list(db.session.scalars(query))


def led_entry(actor: Actor, entry_id: UUID) -> Entry:
    """An entry whose leader asks, with all that its pages show; else NotFound."""
    return _entry(entry_id, Entry.leader_id == actor.person_id)


def joined_entry(actor: Actor, entry_id: UUID) -> Entry:
    """An entry whose leader or confirmed member asks; else NotFound."""
    return _entry(entry_id, _takes_part(actor))


def live_entries_in(actor: Actor, contest_id: UUID) -> list[Entry]:
    """One's live entries in a contest, to lead back to them instead of making a second."""
    query = (
        select(Entry)
        .options(joinedload(Entry.track))
        .where(Entry.contest_id == contest_id, Entry.state.in_(LIVE_STATES), _takes_part(actor))
        .order_by(Entry.created, Entry.id)
    )
    return list(db.session.scalars(query))


def reasons_of(entry: Entry) -> dict[str, str]:
    """What the office asked to correct, by field; empty unless the entry is sent back."""
    return dict(entry.reviews[-1].reasons) if entry.state == "returned" and entry.reviews else {}


def refusal_of(entry: Entry) -> str:
    """Why the entry was not admitted."""
    last: EntryReview | None = entry.reviews[-1] if entry.reviews else None
    return "；".join(last.reasons.values()) if last and entry.state == "rejected" else ""


def gaps_of(entry: Entry) -> list[entry_rules.Gap]:
    """What is missing before submission."""
    rules = entry_rules.read(entry.contest.entry_rules)
    return entry_rules.missing(
        rules,
        entry_rules.Present(
            entry.answers,
            {document.key for document in entry.documents},
            sum(member.state == "confirmed" for member in entry.members),
            tuple([member.name for member in entry.members if member.state == "invited"]),
        ),
    )


def file_of(entry: Entry, key: str, place: int) -> EntryDocument | None:
    """The file in this place of a document."""
    found = (one for one in entry.documents if (one.key, one.place) == (key, place))
    return next(found, None)


def files_named(entry: Entry) -> dict[str, str]:
    """The names of the files of each document, by its key."""
    named: dict[str, list[str]] = {}
    for one in entry.documents:
        named.setdefault(one.key, []).append(one.filename)
    return {key: "、".join(names) for key, names in named.items()}


def invitations(actor: Actor) -> list[EntryMember]:
    """Invitations to the phone of one's account that wait for an answer, the oldest entry first."""
    query = (
        select(EntryMember)
        .join(Entry, Entry.id == EntryMember.entry_id)
        .options(
            joinedload(EntryMember.entry).joinedload(Entry.contest),
            joinedload(EntryMember.entry).joinedload(Entry.track),
            joinedload(EntryMember.entry).joinedload(Entry.leader),
        )
        .where(
            EntryMember.phone_index == phone_index_of(actor),
            EntryMember.state == "invited",
            Entry.state.in_(("draft", "returned")),
        )
        .order_by(Entry.created, EntryMember.id)
    )
    return list(db.session.scalars(query))


def invitation(actor: Actor, member_id: UUID) -> EntryMember:
    """One invitation to the phone of one's account, in whatever state; else NotFound."""
    found = db.session.scalar(
        select(EntryMember).where(
            EntryMember.id == member_id, EntryMember.phone_index == phone_index_of(actor)
        )
    )
    if found is None:
        raise NotFound("没有这份邀请")
    return found


def phone_index_of(actor: Actor) -> str:
    """The blind index under which this account's phone was invited."""
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    return vault().index("phone", account.login) if account else ""


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    joined = Entry.members.any(
        and_(EntryMember.person_id == actor.person_id, EntryMember.state == "confirmed")
    )
    return or_(Entry.leader_id == actor.person_id, joined)


def _entry(entry_id: UUID, condition: ColumnElement[bool]) -> Entry:
    query = (
        select(Entry)
        .options(
            joinedload(Entry.contest),
            joinedload(Entry.track),
            joinedload(Entry.division),
            joinedload(Entry.leader),
            selectinload(Entry.members),
            selectinload(Entry.documents),
            selectinload(Entry.reviews),
        )
        .where(Entry.id == entry_id, condition)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(UNKNOWN)
    return found
