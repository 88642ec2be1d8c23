"""The re-check of a computed run: findings are recorded, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contests import life
from contests.models import RecheckFinding, ResultRun
from contests.queries import grounds, halts
from contests.queries import results as queries
from contests.queries.panels import CHECKERS, CHIEF, covers
from contests.queries.recheck import entered_by, recheck_of, sits_at_panel
from contests.services.trail import stream
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, FieldErrors, NotAllowed
from core.stated import stated

CORRECT, FAULTY = "correct", "faulty"
LABELS = {CORRECT: "无误", FAULTY: "有误"}


@dataclass(frozen=True)
class Finding:
    """What was ticked for one code, and the remark beside it."""

    word: str
    remark: str = ""


def remark_field(line_id: UUID) -> str:
    """The name of the form field of a remark."""
    return f"remark_{line_id.hex}"


def record_findings(
    *, actor: Actor, run_id: UUID, found: Mapping[UUID, Finding], now: datetime
) -> ResultRun:
    """Keep what was found, by line of the run; what is not ticked waits, what is unchanged is not kept
    again. An error and a changed finding need a remark (FieldErrors by `remark_field`)."""
    run = queries.run_within(actor, run_id, *CHECKERS, for_update=True)
    check = recheck_of(run)
    if check is None:
        raise DomainError("这个赛事没有规定成绩复核")
    _check_checker(actor, run)
    _check_run(run)
    fresh: list[RecheckFinding] = []
    wrong: dict[str, str] = {}
    for line in check.due:
        wish, present = found.get(line.id), check.latest.get(line.code)
        if wish is None or wish.word not in LABELS or _same(wish, present):
            continue
        remark = wish.remark.strip()
        try:
            if remark or wish.word == FAULTY or present is not None:
                remark = stated(remark, remark_field(line.id))
        except DomainError:
            wrong[remark_field(line.id)] = f"{line.code} 号请写明错在哪里，或者为什么改记"
            continue
        fresh.append(
            RecheckFinding(
                line_id=line.id,
                version=present.version + 1 if present else 1,
                faulty=wish.word == FAULTY,
                remark=remark,
                account_id=actor.account_id,
                checker=actor.label,
                at=now,
            )
        )
    if wrong:
        raise FieldErrors(wrong)
    db.session.add_all(fresh)
    _record(actor, run, fresh, now)
    db.session.flush()
    return run


def _check_checker(actor: Actor, run: ResultRun) -> None:
    """Whoever corrects marks, or gave them, does not judge whether they are right."""
    if covers(actor, run.track.contest_id, CHIEF):
        raise NotAllowed("更正分数的裁判长不能自己复核，请由监督或录分员复核")
    if sits_at_panel(run, actor.person_id):
        raise NotAllowed("本赛道的评委不能复核自己评过的成绩，请换一位复核人")
    if actor.label in entered_by(run):
        raise NotAllowed("这个赛道有您录入的成绩，录入和复核要由两个人办理，请换一位复核人")


def _check_run(run: ResultRun) -> None:
    why = life.why_not_recheck(
        stopped=halts.why_stopped(run.track.contest_id, run.track_id),
        stale=grounds.staleness_of(run),
        signatures=len(run.signatures),
    )
    if why:
        raise DomainError(why)


def _same(wish: Finding, present: RecheckFinding | None) -> bool:
    return present is not None and (wish.word == FAULTY) == present.faulty


def _record(actor: Actor, run: ResultRun, fresh: list[RecheckFinding], now: datetime) -> None:
    codes = {one.id: one.code for one in run.lines}
    told = {
        codes[one.line_id]: LABELS[FAULTY if one.faulty else CORRECT]
        + (f"：{one.remark}" if one.remark else "")
        for one in fresh
    }
    if fresh:
        audit.record(
            actor=actor,
            verb="recheck",
            subject=run,
            now=now,
            stream=stream(run.track.contest_id),
            changes={"seq": run.seq, "found": told},
        )
