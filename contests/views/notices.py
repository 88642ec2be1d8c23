"""Published results: for everybody, and a contestant's own with its reasons."""

from __future__ import annotations

from uuid import UUID

from werkzeug.wrappers import Response

from contests import entry_rules
from contests.models import Publication, ResultLine
from contests.queries import feedback, objections
from contests.queries import results as queries
from contests.queries.lines import reasons_of
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor, public
from core.web import page

Answer = Response | tuple[str, int]
BEFORE = {
    "": "还没有开始评审。",
    "preparing": "评委组正在筹备，还没有开始评审。",
    "open": "正在评审。",
    "closed": "评审已经结束，成绩正在核对、签字，公示后可以在这里查看。",
}


@bp.get("/results/")
@public
def result_list() -> Answer:
    """All notices that stand, the latest first."""
    rows = queries.live_publications()
    return page("contests/notices/result_list.html", rows=rows, today=clock.today())


@bp.get("/results/<slug>")
@public
def public_result(slug: str) -> Answer:
    """The notices of one contest: how it was judged, who won, until when one may object."""
    found = queries.notices(slug)
    contest = found[0].contest
    return page(
        "contests/notices/public_result.html",
        contest=contest,
        notices=[(one, _winners(one)) for one in found],
        releases=objections.releases([one.id for one in found]),
        rules=entry_rules.read(contest.entry_rules),
        today=clock.today(),
    )


@bp.get("/results/notices/<publication:publication_id>/print")
@public
def print_notice(publication_id: UUID) -> Answer:
    """One notice on paper; once the result is released, the announcement of it."""
    notice = queries.notice(publication_id)
    return page(
        "contests/notices/print_notice.html",
        notice=notice,
        lines=_winners(notice),
        release=objections.release_of(notice.id),
        rules=entry_rules.read(notice.contest.entry_rules),
    )


def _winners(notice: Publication) -> list[ResultLine]:
    """Those who won something or go on; all who are ranked where the rules name no prize."""
    lines = [one for one in notice.run.lines if one.rank is not None]
    return [one for one in lines if one.outcome] or lines


@bp.get("/me/entries/<entry:entry_id>/result")
@access("contests.own_entries")
def own_result(entry_id: UUID) -> Answer:
    """One's own result with every reason; before publication only how far it is."""
    entry, notice, line = queries.own_result(actor(), entry_id)
    return page(
        "contests/notices/own_result.html",
        entry=entry,
        notice=notice,
        line=line,
        reasons=reasons_of(line) if line else None,
        feedback=feedback.granted(entry),
        release=objections.release_of(notice.id) if notice else None,
        before=BEFORE[queries.panel_state_of(entry)] if notice is None else "",
        today=clock.today(),
    )
