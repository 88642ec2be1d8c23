"""An entry from draft to submission, and its withdrawal: what its leader does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from contests import entry_rules, numbering, states
from contests.models import Contest, Division, Entry, EntryDocument, EntryMember, Track
from contests.queries import entrant, public
from contests.services.running import require_not_cancelled
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from people.models import Person
from people.queries import waiting_claim

TITLE_LONGEST = 60
NO_PROFILE = "请先填写实名信息，再来报名"


@dataclass(frozen=True)
class Wish:
    """What one chooses first: track and division by id as posted, and the team's name."""

    track_id: str
    division_id: str
    title: str = ""


@dataclass(frozen=True)
class Upload:
    """A file that is already in the store."""

    filename: str
    kind: str
    size: int
    digest: str


def start_entry(*, actor: Actor, contest_id: UUID, wish: Wish, now: datetime) -> Entry:
    """A draft in an open contest. One live entry per leader and track: the unique index holds it,
    whatever second tabs and double clicks do."""
    contest = db.session.get(Contest, contest_id)
    if contest is None or contest.announced_at is None:
        raise NotFound("没有这个赛事，或者还没有发布")
    _require_open(contest_id, now)
    person = _person_of(actor)
    track = _lock_track(_chosen(wish.track_id, [one.id for one in contest.tracks], "track_id"))
    division_id = _chosen(wish.division_id, [one.id for one in contest.divisions], "division_id")
    require_not_cancelled(contest.id, track.id)
    if joined_team(person.id, track.id):
        raise DomainError("您已是这个赛道一支队伍的成员，不能再作为队长报名", "track_id")
    entry = Entry(
        contest_id=contest.id,
        track_id=track.id,
        division_id=division_id,
        leader_id=person.id,
        account_id=actor.account_id,
        title=_title(contest, wish.title, person),
        employer=person.employer,
        county=person.county,
        answers={},
        created=now,
    )
    db.session.add(entry)
    note(actor, "start_entry", entry, now, {"track": track.code})
    db.session.flush()
    return entry


def change_basics(
    *, actor: Actor, entry_id: UUID, division_id: str, title: str, now: datetime
) -> Entry:
    """Another division or team name; the track stays, a wrong one is withdrawn and begun anew."""
    entry = editable_entry(actor=actor, entry_id=entry_id, now=now)
    choices = select(Division.id).where(Division.contest_id == entry.contest_id)
    entry.division_id = _chosen(division_id, list(db.session.scalars(choices)), "division_id")
    entry.title = _title(entry.contest, title, entry.leader)
    note(actor, "change_basics", entry, now, {})
    db.session.flush()
    return entry


def save_answers(*, actor: Actor, entry_id: UUID, typed: Mapping[str, str], now: datetime) -> Entry:
    """Keep the answers; empty ones may wait, wrong ones are refused at their fields."""
    entry = editable_entry(actor=actor, entry_id=entry_id, now=now)
    answers = entry_rules.check_answers(entry_rules.read(entry.contest.entry_rules), typed)
    changed = sorted(
        k for k in answers.keys() | entry.answers if answers.get(k) != entry.answers.get(k)
    )
    entry.answers = answers
    note(actor, "save_answers", entry, now, {"fields": changed})
    db.session.flush()
    return entry


def attach(
    *, actor: Actor, entry_id: UUID, key: str, upload: Upload, now: datetime, place: int = 1
) -> Entry:
    """Put a file in its place of a document, instead of the one that was there."""
    entry = editable_entry(actor=actor, entry_id=entry_id, now=now)
    wanted = entry_rules.read(entry.contest.entry_rules).document(key)
    if wanted is None or not 1 <= place <= wanted.files:
        raise NotFound("这个赛事不需要这份材料")
    document = entrant.file_of(entry, key, place)
    if document is None:
        document = EntryDocument(entry_id=entry.id, key=key, place=place)
        entry.documents.append(document)
    document.filename, document.kind = upload.filename, upload.kind
    document.size, document.digest, document.added = upload.size, upload.digest, now
    note(actor, "attach", entry, now, {"key": key, "place": place, "sha256": upload.digest})
    db.session.flush()
    return entry


def submit_entry(*, actor: Actor, entry_id: UUID, now: datetime) -> Entry:
    """Hand the entry in. The number is given once: a corrected entry keeps it."""
    entry = editable_entry(actor=actor, entry_id=entry_id, now=now)
    if actor.account_id and waiting_claim(actor.account_id):
        raise DomainError("您的身份还在核对，核对后才能提交；填好的内容已经保存")
    gaps = entrant.gaps_of(entry)
    if gaps:
        raise DomainError(f"还有 {len(gaps)} 处没有完成：{'；'.join(one.sentence for one in gaps)}")
    entry.state = states.next_state("submit", entry.state)
    if entry.number is None:
        entry.number = _next_number(entry.contest)
    entry.submitted_at = now
    note(actor, "submit_entry", entry, now, {"number": entry.number})
    db.session.flush()
    return entry


def withdraw_entry(*, actor: Actor, entry_id: UUID, now: datetime) -> Entry:
    """Take the entry back; leader and members may then enter this track anew."""
    entry = _own(actor, entry_id)
    entry.state = states.next_state("withdraw", entry.state)
    free_members(entry, now)
    note(actor, "withdraw_entry", entry, now, {"number": entry.number or ""})
    db.session.flush()
    return entry


def free_members(entry: Entry, now: datetime) -> None:
    """Members of an entry that is over may join another team of the track."""
    for member in entry.members:
        if member.state in ("invited", "confirmed"):
            member.state, member.decided_at = "removed", now


def editable_entry(*, actor: Actor, entry_id: UUID, now: datetime) -> Entry:
    """The leader's own entry, locked, while it may be edited: a draft until entries close, one that
    was sent back until judging begins. DomainError says which limit was met."""
    entry = _own(actor, entry_id)
    require_editable(entry, now)
    return entry


def require_editable(entry: Entry, now: datetime) -> None:
    """DomainError unless state and phase let the entry change."""
    states.next_state("edit", entry.state)
    phase = public.phase_of(entry.contest_id, now)
    if not (phase.open or (entry.state == "returned" and phase.correctable)):
        raise DomainError(phase.reason)
    require_not_cancelled(entry.contest_id, entry.track_id)


def joined_team(person_id: UUID, track_id: UUID) -> bool:
    """Whether the person is a confirmed member of a team in this track."""
    query = select(EntryMember.id).where(
        EntryMember.track_id == track_id,
        EntryMember.person_id == person_id,
        EntryMember.state == "confirmed",
    )
    return db.session.scalar(query) is not None


def leads_team(person_id: UUID, track_id: UUID) -> bool:
    """Whether the person leads a live entry in this track."""
    query = select(Entry.id).where(
        Entry.track_id == track_id,
        Entry.leader_id == person_id,
        Entry.state.in_(entrant.LIVE_STATES),
    )
    return db.session.scalar(query) is not None


def lock_entry(entry_id: UUID) -> None:
    """What leader and members do to one entry is decided one after another."""
    db.session.execute(select(Entry.id).where(Entry.id == entry_id).with_for_update())


def _own(actor: Actor, entry_id: UUID) -> Entry:
    lock_entry(entry_id)
    return entrant.led_entry(actor, entry_id)


def _lock_track(track_id: UUID) -> Track:
    """Who leads and who joins in one track is decided one after another."""
    return db.session.get_one(Track, track_id, with_for_update=True)


def _require_open(contest_id: UUID, now: datetime) -> None:
    phase = public.phase_of(contest_id, now)
    if not phase.open:
        raise DomainError(phase.reason)


def _person_of(actor: Actor) -> Person:
    person = db.session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise DomainError(NO_PROFILE)
    return person


def _chosen(text: str, known: list[UUID], field: str) -> UUID:
    found = next((one for one in known if str(one) == text), None)
    if found is None:
        raise DomainError("请从列出的选项中选一项", field)
    return found


def _title(contest: Contest, text: str, person: Person) -> str:
    if not entry_rules.read(contest.entry_rules).is_team:
        return person.name
    title = text.strip()
    if not title:
        raise DomainError("请填写队伍名称", "title")
    if len(title) > TITLE_LONGEST:
        raise DomainError(f"队伍名称有 {len(title)} 个字，最多 {TITLE_LONGEST} 个字", "title")
    return title


def _next_number(contest: Contest) -> str:
    """One more, in one statement: two submissions never read the same counter."""
    count = db.session.scalar(
        update(Contest)
        .where(Contest.id == contest.id)
        .values(last_entry_no=Contest.last_entry_no + 1)
        .returning(Contest.last_entry_no)
        .execution_options(synchronize_session=False)
    )
    return numbering.entry_number(contest.code, count or 0)
