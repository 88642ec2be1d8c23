"""Published results as frozen facts: the only door of this package for awards.

A result gives facts once it is released (定稿), dated by its result document. An open objection or
appeal holds the fact of its line (`held` says why). A notice that was withdrawn still gives its facts, with
`published` False, until another notice of the track replaces it: whoever pays must see both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from contests.models import (
    Contest,
    Entry,
    EntryMember,
    FinalRelease,
    Panel,
    Publication,
    ResultLine,
    ResultRun,
    RunSignature,
    Seat,
    StarCandidate,
    StarLine,
    StarNotice,
    StarReview,
    StarRun,
    Track,
)
from contests.queries import objections, stages, stars
from core.access import Actor
from core.db import db

JUDGES = ("judge", "chief_judge")


@dataclass(frozen=True)
class PublishedResult:
    """One entry's place in a result. `subject_id` is the leader's person, `members` the persons of
    the confirmed members in order, without the leader. `level` and `family` are those of the contest;
    `rank` is None for an entry that was not ranked; `published` is False once the notice is withdrawn.
    """

    entry_id: UUID
    entry_number: str
    contest_id: UUID
    contest_name: str
    track_name: str
    family: str
    level: str
    dated: date
    document_no: str
    subject_id: UUID
    members: tuple[UUID, ...]
    title: str
    rank: int | None
    prize: str
    run_digest: str
    published: bool
    held: str


@dataclass(frozen=True)
class PublishedStar:
    """The star of one streamer in a published review. `settled` and `cultivated` are None where nobody has
    proved either; `published` is False once the notice is withdrawn."""

    number: str
    year: int
    dated: date
    document_no: str
    subject_id: UUID
    operator_id: UUID
    star: int
    settled: bool | None
    cultivated: bool | None
    run_digest: str
    published: bool


def published_stars() -> list[PublishedStar]:
    """The latest word on every star, in order of day and number. A star that a later notice of the
    same year does not give again is told as it was, with `published` False."""
    query = (
        select(StarNotice, StarLine, StarCandidate, StarReview.year, StarRun.input_digest)
        .join(StarRun, StarRun.id == StarNotice.run_id)
        .join(StarReview, StarReview.id == StarNotice.review_id)
        .join(StarLine, StarLine.run_id == StarRun.id)
        .join(StarCandidate, StarCandidate.id == StarLine.candidate_id)
        .where(StarLine.star.is_not(None))
        .order_by(StarNotice.published_at, StarCandidate.number)
    )
    latest = {row.StarCandidate.id: row for row in db.session.execute(query)}
    found = [_star(row) for row in latest.values()]
    return sorted(found, key=lambda one: (one.dated, one.number))


def _star(row: Any) -> PublishedStar:
    notice, candidate = row.StarNotice, row.StarCandidate
    return PublishedStar(
        number=candidate.number,
        year=row.year,
        dated=notice.dated,
        document_no=notice.document_no,
        subject_id=candidate.person_id,
        operator_id=candidate.operator_id,
        star=row.StarLine.star,
        settled=candidate.operator_settled,
        cultivated=candidate.cultivated,
        run_digest=row.input_digest,
        published=notice.withdrawn_at is None,
    )


def published_results() -> list[PublishedResult]:
    """The latest word on every entry, in order of day, contest, track, place."""
    grouped: dict[tuple[UUID, UUID], list[Any]] = {}
    for row in db.session.execute(_query()):
        grouped.setdefault((row.Publication.id, row.ResultLine.id), []).append(row)
    latest = {rows[0].Entry.id: rows for rows in grouped.values()}
    holds = objections.holds()
    found = [_fact(rows, holds) for rows in grouped.values() if latest[rows[0].Entry.id] is rows]
    return sorted(found, key=lambda one: one.dated)


def public_place(entry_number: str) -> tuple[str, str] | None:
    """Where the result of an entry can be read: the contest's address and the code of the track; None
    when no notice of the track stands."""
    query = (
        select(Contest.slug, Track.code)
        .join(Track, Track.contest_id == Contest.id)
        .join(Entry, Entry.track_id == Track.id)
        .join(Publication, Publication.track_id == Track.id)
        .where(Entry.number == entry_number, Publication.withdrawn_at.is_(None))
    )
    found = db.session.execute(query.limit(1)).first()
    return (found.slug, found.code) if found else None


def has_judged(actor: Actor, entry_number: str) -> bool:
    """Whether somebody had a part in judging the contest of this entry: a judge's seat, a signature
    under any of its results, or a judge's role in it; of a streamer's number: a signature."""
    contest_id = db.session.scalar(select(Entry.contest_id).where(Entry.number == entry_number))
    if contest_id is None:
        return stars.has_signed(actor.account_id, entry_number)
    seat = select(Seat.id).join(Panel, Panel.id == Seat.panel_id)
    signature = (
        select(RunSignature.id)
        .join(ResultRun, ResultRun.id == RunSignature.run_id)
        .join(Track, Track.id == ResultRun.track_id)
    )
    parts = [
        seat.where(Panel.contest_id == contest_id, Seat.person_id == actor.person_id),
        signature.where(
            Track.contest_id == contest_id, RunSignature.account_id == actor.account_id
        ),
    ]
    return actor.reach(*JUDGES).covers("contest", contest_id) or any(
        db.session.scalar(part.limit(1)) is not None for part in parts
    )


def _query() -> Any:
    """In order of publishing, so that a later notice overrides an earlier one."""
    joined = and_(EntryMember.entry_id == Entry.id, EntryMember.state == "confirmed")
    return (
        select(
            Publication,
            ResultLine,
            Entry,
            Contest,
            Track.name.label("track_name"),
            ResultRun.result_digest,
            EntryMember.person_id.label("member_id"),
        )
        .join(FinalRelease, FinalRelease.publication_id == Publication.id)
        .join(ResultRun, ResultRun.id == Publication.run_id)
        .join(ResultLine, ResultLine.run_id == ResultRun.id)
        .join(Entry, Entry.id == ResultLine.entry_id)
        .join(Contest, Contest.id == Publication.contest_id)
        .join(Track, Track.id == Publication.track_id)
        .outerjoin(EntryMember, joined)
        .where(stages.is_final_run())
        .order_by(
            Publication.published_at,
            Contest.code,
            Track.position,
            Publication.id,
            ResultLine.position,
            EntryMember.position,
        )
    )


def _fact(rows: Sequence[Any], holds: objections.Holds) -> PublishedResult:
    notice: Publication = rows[0].Publication
    line: ResultLine = rows[0].ResultLine
    contest: Contest = rows[0].Contest
    entry: Entry = rows[0].Entry
    return PublishedResult(
        entry_id=entry.id,
        entry_number=entry.number or "",
        contest_id=contest.id,
        contest_name=contest.name,
        track_name=rows[0].track_name,
        family=contest.family,
        level=contest.level,
        dated=notice.dated,
        document_no=notice.document_no,
        subject_id=entry.leader_id,
        members=tuple([row.member_id for row in rows if row.member_id]),
        title=entry.title,
        rank=line.rank,
        prize=line.prize,
        run_digest=rows[0].result_digest,
        published=notice.withdrawn_at is None,
        held=objections.held(holds, notice.id, line.id),
    )
