"""Masters and their pupils, for those who must not let one judge the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from core.db import db
from people.ties import Tie
from training.models import MatchRun, MentorshipRound, Pair, Participant


def pairs(persons: Collection[UUID]) -> Iterable[Tie]:
    """The pairs of published rounds of any year in which one of these persons is; one query. What the
    office changed by hand counts as it stands now."""
    master, apprentice = aliased(Participant), aliased(Participant)
    later = aliased(MatchRun)
    newest = select(func.max(later.number)).where(later.round_id == MatchRun.round_id)
    query = (
        select(master.person_id, apprentice.person_id, MentorshipRound.year, MentorshipRound.name)
        .select_from(Pair)
        .join(MatchRun, MatchRun.id == Pair.run_id)
        .join(MentorshipRound, MentorshipRound.id == MatchRun.round_id)
        .join(master, master.id == Pair.master_id)
        .join(apprentice, apprentice.id == Pair.apprentice_id)
        .where(
            MentorshipRound.state == "published",
            MatchRun.number == newest.scalar_subquery(),
            or_(master.person_id.in_(persons), apprentice.person_id.in_(persons)),
        )
        .order_by(MentorshipRound.year.desc(), MentorshipRound.name)
    )
    for one, other, year, name in db.session.execute(query):
        yield Tie(one, other, f"有师徒关系（{year} 年{name}）")
