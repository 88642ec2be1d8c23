"""The contests of the demonstration, entered and reviewed through the services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from contests import entry_rules
from contests.catalogue import load_presets
from contests.models import Contest, Entry
from contests.services import editions as edition_service
from contests.services import entries, members, reviews
from core import files
from core.access import Actor
from core.db import db
from overview.demo import cast, logins
from overview.demo.editions import Edition, editions

SAMPLE_PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
ANSWERS = {
    "text": "演示内容",
    "textarea": "演示内容：由本地合作社供货，已与农户签订收购约定。",
    "number": "8",
    "url": "https://example.com/live",
}
RETURN_REASON = "材料第二页缺少单位盖章，请盖章后重新上传"
REJECT_REASON = "参赛账号不是本人实名账号，不符合规程"


def load(
    *, now: datetime, folder: Path, crowd: Iterator[cast.Figure], star: Actor
) -> dict[str, UUID]:
    """The contests by the key of their edition; `star` is the contestant who can sign in."""
    with db.unit():
        store = files.store(folder, SAMPLE_PDF)
    made = {}
    for edition in editions(now):
        contest = _create(edition, now)
        _enter_all(edition, contest, crowd, store, now, star)
        made[edition.key] = contest.id
    _invite(made["campus"], star, now)
    return made


def make(edition: Edition, *, now: datetime, folder: Path, crowd: Iterator[cast.Figure]) -> Contest:
    """One more contest, entered by the crowd alone."""
    store = files.store(folder, SAMPLE_PDF)
    contest = _create(edition, now)
    _enter_all(edition, contest, crowd, store, now, None)
    return contest


def _create(edition: Edition, now: datetime) -> Contest:
    office = logins.official("contest_office")
    with db.unit():
        contest = edition_service.create_contest(
            actor=office,
            preset=load_presets()[edition.preset],
            plan=edition.plan,
            now=min(edition.plan.entry_opens - timedelta(days=7), now),
        )
        if edition.announced:
            edition_service.announce(
                actor=office,
                contest_id=contest.id,
                now=edition.plan.entry_opens - timedelta(days=5),
            )
    return contest


def _enter_all(
    edition: Edition,
    contest: Contest,
    crowd: Iterator[cast.Figure],
    digest: str,
    now: datetime,
    star: Actor | None,
) -> None:
    """Entries spread over the entry window, in all tracks, ending in the states in turn."""
    window = min(edition.plan.entry_closes, now) - edition.plan.entry_opens
    states = cycle(edition.states)
    for place in range(edition.entries):
        at = edition.plan.entry_opens + window * (place + 1) / (edition.entries + 1)
        figure = next(crowd)
        team = [next(crowd) for _ in range(edition.members)]
        with db.unit():
            own = star if edition.star and place == 0 else None
            actor = own or logins.make_contestant(figure, at)
            entry_id = _enter(edition, contest, actor, place, digest, at, team)
            _decide(entry_id, next(states), actor, at)


def _enter(
    edition: Edition,
    contest: Contest,
    actor: Actor,
    place: int,
    digest: str,
    at: datetime,
    team: list[cast.Figure],
) -> UUID:
    wish = entries.Wish(
        track_id=str(contest.tracks[place % len(contest.tracks)].id),
        division_id=str(contest.divisions[place % len(contest.divisions)].id),
        title=edition.titles[place % len(edition.titles)] if edition.titles else "",
    )
    entry = entries.start_entry(actor=actor, contest_id=contest.id, wish=wish, now=at)
    rules = entry_rules.read(contest.entry_rules)
    typed = {
        field.key: field.choices[place % len(field.choices)]
        if field.choices
        else ANSWERS[field.kind]
        for field in rules.fields
    }
    entries.save_answers(actor=actor, entry_id=entry.id, typed=typed, now=at)
    upload = entries.Upload("材料.pdf", "pdf", len(SAMPLE_PDF), digest)
    for document in rules.documents:
        entries.attach(actor=actor, entry_id=entry.id, key=document.key, upload=upload, now=at)
    for figure in team:
        member = members.invite_member(
            actor=actor, entry_id=entry.id, name=figure.name, mobile=figure.phone, now=at
        )
        guest = logins.make_contestant(figure, at)
        members.accept_invitation(actor=guest, member_id=member.id, now=at)
    return entry.id


def _decide(entry_id: UUID, state: str, actor: Actor, at: datetime) -> None:
    """Lead the entry into one of the states it can be in."""
    office = logins.official("contest_office")
    if state == "draft":
        return
    entries.submit_entry(actor=actor, entry_id=entry_id, now=at)
    later = at + timedelta(hours=3)
    if state == "qualified":
        reviews.qualify(actor=office, entry_id=entry_id, now=later)
    if state == "returned":
        reviews.send_back(
            actor=office, entry_id=entry_id, reasons={"general": RETURN_REASON}, now=later
        )
    if state == "rejected":
        reviews.reject(actor=office, entry_id=entry_id, reason=REJECT_REASON, now=later)
    if state == "withdrawn":
        entries.withdraw_entry(actor=actor, entry_id=entry_id, now=later)


def _invite(contest_id: UUID, star: Actor, now: datetime) -> None:
    """Another team would like to have the contestant who can sign in; the answer is open."""
    query = select(Entry).where(Entry.contest_id == contest_id, Entry.leader_id != star.person_id)
    with db.unit() as session:
        entry = session.scalars(query).one()
        members.invite_member(
            actor=logins.contestant(entry.leader_id),
            entry_id=entry.id,
            name=star.label,
            mobile=logins.phone_of(star),
            now=now - timedelta(days=1),
        )
