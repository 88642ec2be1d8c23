"""Panels in the demonstration that are not the usual ones: each entry has some of the judges; a judge who
left in mid-session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from contests.models import Contest, Panel
from contests.services import replacing
from contests.services.seating import JudgeWish
from core.db import db
from overview.demo import cast, contests, judging, logins
from overview.demo.editions import STARTUP_TITLES, Edition, plan

LEFT = "会场接到急诊通知，本人申请退出"
COLLEAGUE = 5
"""The judge from an entrant's employer, who never gets that one's entry."""


def load(*, now: datetime, folder: Path, crowd: Iterator[cast.Figure]) -> None:
    """A contest of three rounds whose first panel waits to begin; a change of judges at the panel that is
    being marked."""
    edition = Edition(
        "rounds", "startup_rounds",
        plan(now, "“衢时代杯”三轮赛", "rounds", "SL", "city", (-40, -6, 3), "ZX 综合", "初创组\n成长组",
             "衢州市创业服务中心"),
        24, ("qualified",), STARTUP_TITLES,
    )  # fmt: skip
    contest = contests.make(edition, now=now, folder=folder, crowd=crowd)
    judging.appoint([contest.id], now)
    drawn = now - timedelta(days=1)
    panel = judging.make_panel(contest.id, 0, "初赛评委组", False, drawn, judges_each="5")
    for place, figure in enumerate(islice(crowd, 6)):
        employer = cast.EMPLOYERS[0] if place == COLLEAGUE else judging.INSTITUTES[place]
        judging.give_seat(panel, figure, employer, ("plan",), drawn + timedelta(hours=2))
    _replace(next(crowd), now)


def _replace(figure: cast.Figure, now: datetime) -> None:
    """The last judge of the second panel leaves; what was confirmed stays."""
    query = select(Panel).join(Contest).where(Contest.preset == "startup", Panel.state == "open")
    with db.unit() as session:
        panel = session.scalars(query.order_by(Panel.name.desc()).limit(1)).one()
        wish = JudgeWish(figure.name, figure.id_number, figure.phone, "三衢技术评估中心", ())
        replacing.withdraw_judge(
            actor=logins.official("contest_office"),
            panel_id=panel.id,
            seat_id=panel.seats[-1].id,
            wish=replacing.Withdrawal(LEFT, wish),
            now=now - timedelta(minutes=20),
        )
