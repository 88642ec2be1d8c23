"""Private feedback: the chief judge writes it before the release, the office opens it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from contests.models import Contest, Feedback, Track
from contests.queries import feedback as queries
from contests.queries.office import managed_contest
from contests.queries.panels import CHIEF, panel_within
from contests.services.trail import note, stream
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from core.stated import stated

LONGEST = 600


def write_feedback(
    *, actor: Actor, panel_id: UUID, performance_id: UUID, text: str, now: datetime
) -> Feedback:
    """What the panel tells one contestant; a later text replaces an earlier one, and both are kept."""
    panel = panel_within(actor, panel_id, CHIEF, for_update=True)
    db.session.execute(select(Track.id).where(Track.id == panel.track_id).with_for_update())
    one = next((found for found in panel.performances if found.id == performance_id), None)
    if one is None:
        raise NotFound("没有这个出场号")
    if panel.state != "closed":
        raise DomainError("评分结束以后才能写评语")
    if one.state == "no_show":
        raise DomainError("这个出场号没有到场")
    if queries.is_released(panel):
        raise DomainError("成绩已经定稿，评语不能再改")
    words = stated(text, "text", what="评语", longest=LONGEST)
    if any(seat.judge_name in words for seat in panel.seats):
        raise DomainError("评语以评委组的名义给选手，请不要写评委姓名", "text")
    earlier = queries.texts_of(panel.id).get(one.id)
    made = Feedback(
        performance_id=one.id,
        version=earlier.version + 1 if earlier else 1,
        text=words,
        account_id=actor.account_id,
        written_by=actor.label,
        at=now,
    )
    db.session.add(made)
    note(actor, "write_feedback", panel, now, {"code": one.code, "version": made.version})
    db.session.flush()
    return made


def open_feedback(*, actor: Actor, contest_id: UUID, wanted: bool, now: datetime) -> Contest:
    """Let the contestants see their feedback once their result is released, or no more."""
    contest = managed_contest(actor, contest_id, for_update=True)
    if contest.feedback_open == wanted:
        raise DomainError("已经开放" if wanted else "没有开放")
    contest.feedback_open = wanted
    audit.record(
        actor=actor,
        verb="open_feedback" if wanted else "close_feedback",
        subject=contest,
        now=now,
        stream=stream(contest.id),
        changes={},
    )
    db.session.flush()
    return contest
