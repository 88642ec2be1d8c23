"""Between stages: who takes part in the following one against the cut."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from contests.models import Performance, ResultLine, Stage, StageAdmission
from contests.queries import grounds, stages
from contests.queries import lines as line_queries
from contests.queries import results as queries
from contests.queries.panels import OFFICE
from contests.services.running import require_running
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated

WISHES = {"in": True, "out": False, "undo": None}


def admit(
    *, actor: Actor, line_id: UUID, takes_part: str, reason: str, now: datetime
) -> StageAdmission:
    """递补 ("in"), 弃权 ("out") or the taking back of such a word ("undo") for a line of the latest result
    of a stage. The result is to be computed and signed anew; marks stay as they are."""
    line = line_queries.line_within(actor, line_id, OFFICE)
    following = _following(actor, line)
    if takes_part not in WISHES:
        raise DomainError("请选择参加、不参加或撤销", "takes_part")
    wish = WISHES[takes_part]
    said = stages.admissions(line.run.track_id, standing=False).get((following.id, line.entry_id))
    if wish is None and (said is None or said.takes_part is None):
        raise DomainError("没有可以撤销的决定", "takes_part")
    if wish is not None and wish == bool(line.why.get("advances")):
        word = "已经在" if wish else "本来就不在"
        raise DomainError(f"{word}“{following.title}”的名单里，不用另外注明", "takes_part")
    found = StageAdmission(
        stage_id=following.id,
        entry_id=line.entry_id,
        takes_part=wish,
        reason=stated(reason),
        version=(said.version if said else 0) + 1,
        entered_by=actor.label,
        at=now,
    )
    db.session.add(found)
    told = {"code": line.code, "stage": following.key, "takes_part": wish}
    note(actor, "admit_to_stage", line.entry, now, told, found.reason)
    db.session.flush()
    return found


def _following(actor: Actor, line: ResultLine) -> Stage:
    """The stage after the one of this line, if a word on it is still possible."""
    run = queries.run_within(actor, line.run_id, OFFICE, for_update=True)
    following = stages.after(run.track.contest, run.stage)
    if following is None:
        raise DomainError("这是最后一个阶段，后面没有晋级")
    last = grounds.last_run(run.track_id, run.stage_id)
    if last is None or last.id != run.id:
        raise DomainError("后来又计算过一次，请在最新的成绩里改")
    if line.why.get("out_after"):
        raise DomainError("这份报名在更早的阶段已经止步，要递补请在那个阶段的成绩里改")
    if queries.is_published(run.track_id, run.stage):
        raise DomainError("成绩正在公示，要改请先撤回公示")
    require_running(run.track.contest_id, run.track_id)
    placed = select(Performance.id).where(
        Performance.stage_id == following.id, Performance.entry_id == line.entry_id
    )
    if db.session.scalar(placed.limit(1)) is not None:
        raise DomainError(
            f"已经编入“{following.title}”的评委组，不能再改；没有来比赛的由裁判长记为未到场"
        )
    return following
