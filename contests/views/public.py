"""Contests for everybody, and the check of a 准考证."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from contests import entry_rules, verification
from contests.models.editions import LEVELS
from contests.queries import halts, results
from contests.queries import public as queries
from contests.spec import load_spec
from contests.views.blueprint import bp
from core import clock
from core.access import public
from core.web import page
from people.identifiers import mask_name

Answer = Response | tuple[str, int]
GROUPS = (
    ("正在报名", ("open",)),
    ("即将开始", ("upcoming",)),
    ("评审中", ("closed", "judging")),
    ("公示中", ("notice",)),
    ("已结束", ("ended",)),
    ("已取消", ("void",)),
)
JUDGED = ("closed", "judging", "notice", "ended", "void")


@bp.get("/contests/")
@public
def contest_list() -> Answer:
    """All announced contests, by what one can do."""
    found = queries.announced(clock.now())
    groups = [(title, [one for one in found if one.phase.key in keys]) for title, keys in GROUPS]
    return page("contests/public/contest_list.html", groups=[one for one in groups if one[1]])


@bp.get("/contests/<slug>")
@public
def contest_detail(slug: str) -> Answer:
    """One contest: who may enter, when, how it is judged, what is needed."""
    found = queries.announced_by_slug(slug, clock.now())
    contest = found.contest
    judged = found.phase.key in JUDGED
    return page(
        "contests/public/contest_detail.html",
        contest=contest,
        notices=results.live_publications([contest.id]) if judged else [],
        today=clock.today(),
        phase=found.phase,
        halts=[halts.told(one) for one in halts.standing([contest.id])],
        rules=entry_rules.read(contest.entry_rules),
        spec=load_spec(contest.scoring, contest.slug),
        levels=LEVELS,
        in_wechat="MicroMessenger" in request.headers.get("User-Agent", ""),
    )


@bp.get("/verify/<code>")
@public
def verify(code: str) -> Answer:
    """Whether a printed 准考证 is genuine; the name is masked."""
    number = verification.admission_no_of(code)
    entry = queries.admitted(number) if number else None
    name = mask_name(entry.leader.name) if entry else ""
    return page("contests/public/verify.html", entry=entry, name=name)
