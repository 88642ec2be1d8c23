"""Members of a team: invited by the leader, decided by themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contests import entry_rules
from contests.models import EntryMember, Track
from contests.queries import entrant
from contests.services.entries import (
    editable_entry,
    joined_team,
    leads_team,
    lock_entry,
    require_editable,
)
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from core.vault import vault
from people.identifiers import name_key, parse_mobile, parse_name
from people.models import Person

LIVE = ("invited", "confirmed")


def invite_member(
    *, actor: Actor, entry_id: UUID, name: str, mobile: str, now: datetime
) -> EntryMember:
    """Invite by name and phone; the person finds the invitation after signing in with that phone.

    Who was removed or declined may be invited again. DomainError at `name` or `mobile`.
    """
    entry = editable_entry(actor=actor, entry_id=entry_id, now=now)
    name = parse_name(name)
    index = vault().index("phone", parse_mobile(mobile))
    if index == entrant.phone_index_of(actor):
        raise DomainError("这是您自己的手机号码，队长不用邀请自己", "mobile")
    members = [one for one in entry.members if one.state in LIVE]
    if any(one.phone_index == index for one in members):
        raise DomainError("这个手机号已在成员名单中", "mobile")
    entry_rules.check_room(entry_rules.read(entry.contest.entry_rules), members=len(members))
    member = next((one for one in entry.members if one.phone_index == index), None)
    if member is None:
        member = EntryMember(
            entry_id=entry.id,
            track_id=entry.track_id,
            phone_index=index,
            position=1 + len(entry.members),
        )
        entry.members.append(member)
    member.name, member.state = name, "invited"
    member.person_id, member.employer, member.decided_at = None, "", None
    note(actor, "invite_member", entry, now, {"member": member.id})
    db.session.flush()
    return member


def remove_member(*, actor: Actor, entry_id: UUID, member_id: UUID, now: datetime) -> EntryMember:
    """Take somebody off the team while the entry may be edited."""
    entry = editable_entry(actor=actor, entry_id=entry_id, now=now)
    member = next((one for one in entry.members if one.id == member_id), None)
    if member is None:
        raise NotFound("这支队伍没有这位成员")
    if member.state not in LIVE:
        raise DomainError("这位成员已经不在名单中")
    member.state, member.decided_at = "removed", now
    note(actor, "remove_member", entry, now, {"member": member.id})
    db.session.flush()
    return member


def accept_invitation(*, actor: Actor, member_id: UUID, now: datetime) -> EntryMember:
    """Join the team: needs a profile with the invited name, and no other place in the track."""
    member = _open_invitation(actor, member_id, now)
    person = db.session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise DomainError("请先填写实名信息，再来确认邀请")
    if name_key(person.name) != name_key(member.name):
        raise DomainError(
            f"邀请上写的姓名是“{member.name}”，与您的实名不一致，请队长改好后重新邀请"
        )
    track = db.session.get_one(Track, member.track_id, with_for_update=True)
    if leads_team(person.id, track.id):
        raise DomainError(
            "您在这个赛道已经有自己的报名，不能再加入别的队伍；要加入请先撤回自己的报名"
        )
    if joined_team(person.id, track.id):
        raise DomainError("您已是这个赛道另一支队伍的成员，一个赛道只能参加一支队伍")
    member.person_id, member.employer = person.id, person.employer
    member.state, member.decided_at = "confirmed", now
    note(actor, "accept_invitation", member.entry, now, {"member": member.id})
    db.session.flush()
    return member


def decline_invitation(*, actor: Actor, member_id: UUID, now: datetime) -> EntryMember:
    """Say no; the leader sees it."""
    member = _open_invitation(actor, member_id, now)
    member.state, member.decided_at = "declined", now
    note(actor, "decline_invitation", member.entry, now, {"member": member.id})
    db.session.flush()
    return member


def _open_invitation(actor: Actor, member_id: UUID, now: datetime) -> EntryMember:
    member = entrant.invitation(actor, member_id)
    lock_entry(member.entry_id)
    db.session.refresh(member)  # the leader may have taken it back meanwhile
    if member.state != "invited":
        raise DomainError("这份邀请已经处理过，或者已被队长取消")
    require_editable(member.entry, now)
    return member
