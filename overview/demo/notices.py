"""Results in the demonstration: signed, unsealed, published; one released, one objected to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contests.models import Contest, Panel, ResultRun
from contests.queries import results as runs
from contests.queries.recheck import recheck_of
from contests.services import (
    advising,
    certifying,
    objecting,
    publishing,
    rechecking,
    results,
    sealing,
)
from core import clock
from core.db import db
from overview.demo import logins

NOTICE_WORKDAYS = 5
CONTACT = "赛事办，0570-0000000"
RELEASED_AFTER = timedelta(days=16)
WORDS = "操作规范，工序安排合理；收尾阶段用时偏紧，建议加强限时练习，并注意工位整理。"
OBJECTION = "认为现场第三组的测量工具没有校准，请核查测量项得分"


@dataclass(frozen=True)
class Published:
    """How a track came out: notice number and how many days ago it was published."""

    document_no: str
    days_ago: int
    full_names_basis: str = ""


def publish(panel: Panel, notice: Published, at: datetime) -> ResultRun:
    """Computed, re-checked, signed by chief judge and supervisor, published for some working days."""
    office = logins.official("contest_office")
    with db.unit():
        run = results.compute_run(
            actor=office, track_id=panel.track_id, stage_id=panel.stage_id, now=at
        )
    _recheck(run.id, at + timedelta(minutes=3))
    for minutes, role in enumerate(("chief_judge", "supervisor"), start=5):
        with db.unit():
            results.sign_run(
                actor=logins.official(role), run_id=run.id, now=at + timedelta(minutes=minutes)
            )
    if panel.layers:
        _unseal(panel, at + timedelta(minutes=7))
    public = publishing.Notice(
        notice.document_no, clock.day_of(at), NOTICE_WORKDAYS, CONTACT, notice.full_names_basis
    )
    with db.unit():
        publishing.publish(
            actor=office, run_id=run.id, notice=public, now=at + timedelta(minutes=10)
        )
    return run


def _unseal(panel: Panel, at: datetime) -> None:
    """The custodian opens the layer before the supervisor's eyes."""
    with db.unit():
        sealing.open_layer(
            actor=logins.official("coding_judge"), panel_id=panel.id, reason="", now=at
        )
    with db.unit():
        sealing.unseal(
            actor=logins.official("supervisor"), panel_id=panel.id, now=at + timedelta(minutes=1)
        )


def advise(panel: Panel, at: datetime) -> None:
    """The office opens feedback for the contest; the chief judge has words for the first entry."""
    with db.unit() as session:
        contest = session.get_one(Contest, panel.contest_id)
        if not contest.feedback_open:
            advising.open_feedback(
                actor=logins.official("contest_office"),
                contest_id=contest.id,
                wanted=True,
                now=at,
            )
    with db.unit() as session:
        present = [
            one for one in session.get_one(Panel, panel.id).performances if one.state == "scheduled"
        ]
        first = min(present, key=lambda one: one.entry.number or "")
        advising.write_feedback(
            actor=logins.official("chief_judge"),
            panel_id=panel.id,
            performance_id=first.id,
            text=WORDS,
            now=at,
        )


def after_notice(contest_id: UUID, track_id: UUID, at: datetime, now: datetime) -> None:
    """A result whose notice is over is released by the supervisor, and the office issues its certificates;
    against the one that still runs somebody objects in person."""
    with db.unit():
        (notice,) = [
            one for one in runs.live_publications([contest_id]) if one.track_id == track_id
        ]
        if notice.until < clock.day_of(at + RELEASED_AFTER) and at + RELEASED_AFTER < now:
            objecting.release(
                actor=logins.official("supervisor"),
                publication_id=notice.id,
                now=at + RELEASED_AFTER,
            )
            certifying.issue(
                actor=logins.official("contest_office"),
                publication_id=notice.id,
                now=at + RELEASED_AFTER + timedelta(hours=3),
            )
            return
        objecting.record_objection(
            actor=logins.official("contest_office"),
            publication_id=notice.id,
            line_id=None,
            visitor=objecting.Visitor("方演示", "0570-0000001"),
            grounds=OBJECTION,
            now=at + timedelta(hours=2),
        )


def _recheck(run_id: UUID, at: datetime) -> None:
    """The clerk compares the sheets on the list with the paper and finds them right."""
    with db.unit():
        check, right = recheck_of(runs.run_of(run_id)), rechecking.Finding(rechecking.CORRECT)
        rechecking.record_findings(
            actor=logins.official("score_clerk"),
            run_id=run_id,
            found={one.id: right for one in (check.due if check else [])},
            now=at,
        )
