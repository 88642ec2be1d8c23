"""Who may do what in contests."""

from __future__ import annotations

from core.access import Policy, allow
from core.navigation import NavItem

ACTIONS: dict[str, Policy] = {
    "contests.own_entries": allow("contestant"),
    "contests.see_entries": allow("contest_office", "county_office"),
    "contests.manage": allow("contest_office"),
    "contests.review": allow("contest_office"),
    "contests.panels": allow("contest_office"),
    "contests.see_panels": allow("contest_office", "chief_judge", "supervisor", "score_clerk"),
    "contests.seal": allow("coding_judge"),
    "contests.see_seals": allow("coding_judge", "contest_office", "supervisor"),
    "contests.unseal": allow("supervisor"),
    "contests.score": allow("judge"),
    "contests.metrics": allow("contest_office", "score_clerk"),
    "contests.rule_metrics": allow("contest_office", "supervisor"),
    "contests.stars": allow("contest_office"),
    "contests.see_stars": allow("contest_office", "supervisor"),
    "contests.sign_stars": allow("contest_office", "supervisor"),
    "contests.chair": allow("chief_judge"),
    "contests.halt": allow("contest_office"),
    "contests.resume": allow("contest_office", "supervisor"),
    "contests.reopen": allow("chief_judge", "contest_office", "supervisor"),
    "contests.compute": allow("contest_office", "chief_judge"),
    "contests.recheck": allow("score_clerk", "supervisor"),
    "contests.sign": allow("contest_office", "chief_judge", "supervisor"),
    "contests.publish": allow("contest_office"),
    "contests.see_notices": allow("contest_office", "supervisor"),
    "contests.answer": allow("contest_office", "supervisor"),
    "contests.release": allow("contest_office", "supervisor"),
    "contests.certify": allow("contest_office"),
}

ENTRIES = ("/office/entries/",)
JUDGING = tuple([
    f"/office/{kind}/"
    for kind in (
        "tracks", "sheets", "runs", "result-lines", "publications", "objections",
        "live-sessions", "metric-files", "rulings", "halts", "reopenings",
    )
])  # fmt: skip
"""Where the pages of judging and results live."""

NAV: list[NavItem] = [
    NavItem("赛事", "contests.contest_list", "public", 10),
    NavItem("我的报名", "contests.my_entries", "contests.own_entries", 20),
    NavItem("成绩公示", "contests.result_list", "public", 14),
    NavItem("评分", "contests.judge_panel", "contests.score", 16),
    NavItem("赛事管理", "contests.office_contests", "contests.see_entries", 30, ENTRIES),
    NavItem("盲评加密", "contests.seals", "contests.see_seals", 33),
    NavItem("星级主播", "contests.star_reviews", "contests.see_stars", 34, ("/office/star-",)),
    NavItem("评审和成绩", "contests.panels", "contests.see_panels", 32, JUDGING),
]
