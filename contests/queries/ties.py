"""Who entered together, for those who must not let one judge the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from contests.models import Entry, EntryMember
from core.db import db
from people.ties import Tie


def team_mates(persons: Collection[UUID]) -> Iterable[Tie]:
    """Leaders and confirmed members of teams that were let in, of any contest; two queries."""
    member_of = select(EntryMember.entry_id).where(
        EntryMember.person_id.in_(persons), EntryMember.state == "confirmed"
    )
    query = (
        select(Entry)
        .options(selectinload(Entry.members))
        .where(
            Entry.state == "qualified",
            or_(Entry.leader_id.in_(persons), Entry.id.in_(member_of)),
        )
        .order_by(Entry.created.desc(), Entry.id)
    )
    for entry in db.session.scalars(query):
        members = [one.person_id for one in entry.members if one.state == "confirmed"]
        team = [entry.leader_id, *(one for one in members if one is not None)]
        for one, other in combinations(team, 2):
            if one in persons or other in persons:
                yield Tie(one, other, f"曾同队参赛（“{entry.title}”）")
