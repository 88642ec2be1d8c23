"""A judge takes a seat: who may, beside whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from contests.conflicts import Judge, conflicts
from contests.models import Assignment, Panel, Seat
from contests.queries import panels as queries
from contests.services.judge_persons import judge_person
from core import ids
from core.db import db
from core.errors import DomainError, FieldErrors
from core.stated import stated
from people.identifiers import employer_key
from people.ties import ties_of


@dataclass(frozen=True)
class JudgeWish:
    """A judge as typed: document number, or the phone of somebody we know. `criteria` are the keys of
    what this judge marks; `reason` overrides the warning about a second judge of one employer."""

    name: str
    document_number: str
    mobile: str
    employer: str
    criteria: tuple[str, ...]
    reason: str = ""


def take_seat(panel: Panel, wish: JudgeWish, criteria: list[str], now: datetime) -> Seat:
    """The seat behind all others. Refused for whoever takes part, shares an employer with an entry or is
    tied to one of its people, unless each entry has some of the judges only: then that judge never gets it."""
    employer = filled(wish.employer, "employer")
    person = judge_person(wish.name, wish.document_number, wish.mobile, employer, now)
    judge = Judge(person.id, (employer, person.employer), ties_of([person.id])[person.id])
    found = conflicts(judge, queries.contenders(panel))
    if found and panel.judges_each is None:
        raise DomainError(f"不能担任：{'；'.join(found)}", "employer")
    _check_colleagues(panel, employer, wish.reason)
    earlier = next((one for one in panel.seats if one.person_id == person.id), None)
    if earlier is not None:
        gone = "已经退出本评委组，不能再担任" if earlier.withdrawn_at else "已在本评委组"
        raise DomainError(f"这位裁判{gone}", "name")
    seat = Seat(
        panel_id=panel.id,
        person_id=person.id,
        judge_name=person.name,
        employer=employer,
        position=max((one.position for one in panel.seats), default=0) + 1,
        criteria=criteria,
    )
    db.session.add(seat)
    db.session.flush()
    return seat


def filled(text: str, field: str) -> str:
    """Something that must be typed."""
    plain = text.strip()
    if not plain:
        raise DomainError("请填写这一项", field)
    return plain


def _check_colleagues(panel: Panel, employer: str, reason: str) -> None:
    """One judge an employer: a rule in skills contests, elsewhere a warning that a reason lifts. Who has
    left does not count."""
    key = employer_key(employer)
    same = [one.judge_name for one in panel.present if employer_key(one.employer) == key]
    if not same:
        return
    told = f"同一单位已有评委{'、'.join(same)}"
    if panel.contest.family == "skill":
        raise DomainError(f"{told}，技能竞赛每个单位只能有一名裁判", "employer")
    if not reason.strip():
        raise FieldErrors(
            {"employer": told, "reason": "确需再安排一名同单位评委，请写明理由后再提交"}
        )
    stated(reason)


def hand_out(sheets: Sequence[tuple[UUID, UUID]]) -> None:
    """An empty sheet for each (performance id, seat id)."""
    rows = [
        {
            "id": ids.opaque(),
            "performance_id": performance_id,
            "seat_id": seat_id,
            "state": "open",
            "reason": "",
            "confirmed_digest": "",
        }
        for performance_id, seat_id in sheets
    ]
    if rows:
        db.session.execute(insert(Assignment), rows)
