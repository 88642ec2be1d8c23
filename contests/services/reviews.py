"""The eligibility review: three decisions, each kept as a row of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from contests import entry_rules, numbering, states
from contests.models import Entry, EntryReview, Track
from contests.queries.office import reviewed_entry
from contests.services.entries import free_members
from contests.services.running import require_not_cancelled
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError

GENERAL = "general"


def qualify(*, actor: Actor, entry_id: UUID, now: datetime) -> Entry:
    """Admit the entry and give it its 准考证号."""
    entry = _waiting(actor, entry_id)
    entry.state = states.next_state("qualify", entry.state)
    entry.admission_no = _next_admission_no(entry)
    _decide(actor, entry, "qualified", {}, now)
    return entry


def send_back(*, actor: Actor, entry_id: UUID, reasons: Mapping[str, str], now: datetime) -> Entry:
    """Return the entry with a sentence for each field to correct; it keeps its number."""
    entry = _waiting(actor, entry_id)
    target = states.next_state("return", entry.state)
    known = {GENERAL, *(field for field, _ in fields_of(entry))}
    said = {field: text.strip() for field, text in reasons.items() if text.strip()}
    if not said.keys() <= known:
        raise DomainError("只能对这份报名里的项目提出补正")
    if not said:
        raise DomainError("请至少写一处要补正的内容，让选手知道改什么")
    entry.state = target
    _decide(actor, entry, "returned", said, now)
    return entry


def reject(*, actor: Actor, entry_id: UUID, reason: str, now: datetime) -> Entry:
    """Refuse the entry for good; its people may enter anew while entries are open."""
    entry = _waiting(actor, entry_id)
    entry.state = states.next_state("reject", entry.state)
    if len(reason.strip()) < 4:
        raise DomainError("请写明不予通过的原因（至少 4 个字），选手会看到", "reason")
    free_members(entry, now)
    _decide(actor, entry, "rejected", {GENERAL: reason.strip()}, now)
    return entry


def fields_of(entry: Entry) -> list[tuple[str, str]]:
    """What can be sent back for correction: (field, label), in the order of the tasks."""
    rules = entry_rules.read(entry.contest.entry_rules)
    found = [("title", "队伍名称"), ("members", "队伍成员")] if rules.is_team else []
    found = [("division_id", "组别"), *found]
    found += [(entry_rules.answer_field(field.key), field.label) for field in rules.fields]
    return found + [(document.key, document.title) for document in rules.documents]


def _waiting(actor: Actor, entry_id: UUID) -> Entry:
    db.session.execute(select(Entry.id).where(Entry.id == entry_id).with_for_update())
    entry = reviewed_entry(actor, entry_id)
    own = {entry.leader_id, *(m.person_id for m in entry.members if m.state == "confirmed")}
    if actor.person_id and actor.person_id in own:
        raise DomainError("不能审查自己参加的报名，请由另一位经办人处理")
    require_not_cancelled(entry.contest_id, entry.track_id)
    return entry


def _next_admission_no(entry: Entry) -> str:
    count = db.session.scalar(
        update(Track)
        .where(Track.id == entry.track_id)
        .values(last_admission_no=Track.last_admission_no + 1)
        .returning(Track.last_admission_no)
        .execution_options(synchronize_session=False)
    )
    return numbering.admission_number(entry.contest.code, entry.track.code, count or 0)


def _decide(
    actor: Actor, entry: Entry, verdict: str, reasons: dict[str, str], now: datetime
) -> None:
    entry.reviews.append(
        EntryReview(
            entry_id=entry.id, verdict=verdict, reasons=reasons, reviewer=actor.label, at=now
        )
    )
    told = {"number": entry.number, "admission_no": entry.admission_no or ""}
    note(actor, f"review_{verdict}", entry, now, told)
    db.session.flush()
