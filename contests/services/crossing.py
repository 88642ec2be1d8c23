"""Partial crossing at a panel: how many judges see each performance, and which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from contests.assigning import Figures, assign, figures
from contests.conflicts import Judge, conflicts
from contests.models import Panel, Seat
from contests.queries import panels as queries
from contests.spec import Stage as StageRule
from core.db import db
from core.errors import DomainError
from people.models import Person
from people.ties import ties_of

COMPARING = ("tscore", "one_scale", "additive")
FIELD = "judges_each"


@dataclass(frozen=True)
class Plan:
    """Who marks what, before anything is handed out: seats by code, and the figures by seat position."""

    seats: dict[str, tuple[Seat, ...]]
    figures: Figures


def least_marks(rule: StageRule) -> int | None:
    """How many marks of each judge this stage needs to make judges comparable; None if it does not
    compare them."""
    wanted = [
        int(step.args["least"])
        for figure in rule.figures
        for step in figure.steps
        if step.op in COMPARING
    ]
    return max(wanted) if wanted else None


def usual_each(rule: StageRule) -> int | None:
    """How many judges a performance has where the stage compares judges; None for all."""
    if least_marks(rule) is None:
        return None
    return max((one.panel.least for one in rule.criteria), default=None)


def parse_each(rule: StageRule, text: str) -> int | None:
    """The number as typed; None for all judges. Refused where the rule would not be fair to those whom
    other judges marked: nothing there takes out how severe a judge is."""
    plain = text.strip()
    if not plain:
        return None
    if not plain.isdecimal() or not 1 <= int(plain) <= 99:
        raise DomainError("请填写 1 至 99 的整数，全部评委都评就空着", FIELD)
    if least_marks(rule) is None:
        raise DomainError(
            f"“{rule.title}”的评分办法不校正评委宽严，每个项目须由全部评委评分，请空着", FIELD
        )
    for one in rule.criteria:
        if not one.panel.least <= int(plain) <= one.panel.most:
            raise DomainError(f"“{one.title}”应由 {one.panel.words} 名评委评分", FIELD)
    return int(plain)


def plan_of(panel: Panel) -> Plan:
    """Who would mark what with the judges who are seated now; the same until a judge comes or goes.
    DomainError tells why there can be no such plan."""
    each = panel.judges_each
    if each is None:
        raise DomainError("这个评委组由全部评委评每个项目，不用分配")
    seats = {str(one.position): one for one in panel.seats}
    found = assign(
        [one.code for one in panel.performances],
        list(seats),
        each,
        forbidden=forbidden(panel),
        seed=f"{panel.draw_seed}\n{each}",
    )
    return Plan(
        {code: tuple([seats[place] for place in places]) for code, places in found.items()},
        figures(found, seats),
    )


def forbidden(panel: Panel) -> set[tuple[str, str]]:
    """(code, seat position) of what a judge must not mark; a fixed number of queries."""
    contenders = zip(panel.performances, queries.contenders(panel), strict=True)
    seated = Person.id.in_([seat.person_id for seat in panel.seats])
    persons = {one.id: one for one in db.session.scalars(select(Person).where(seated))}
    ties = ties_of(list(persons))
    judges = {
        str(seat.position): Judge(
            seat.person_id,
            (seat.employer, persons[seat.person_id].employer),
            ties[seat.person_id],
        )
        for seat in panel.seats
    }
    return {
        (performance.code, place)
        for performance, contender in contenders
        for place, judge in judges.items()
        if conflicts(judge, [contender])
    }


def shortcomings(panel: Panel) -> list[str]:
    """Why a panel with partial crossing cannot begin, beside a plan that does not exist."""
    rule = queries.rule_of(panel.stage)
    keys = {one.key for one in rule.criteria}
    told = [
        f"{seat.judge_name}没有安排评全部内容；部分评委评分时每位评委都要评全部内容"
        for seat in panel.seats
        if set(seat.criteria) != keys
    ]
    found = plan_of(panel).figures
    least = least_marks(rule) or 0
    if found.load_least < least:
        told.append(
            f"每位评委至少要评 {least} 个项目才能校正宽严，现在最少的只有 {found.load_least} 个；"
            "请减少评委，或增加每个项目的评委"
        )
    if found.components > 1:
        told.append(
            f"评委分成了互不相通的 {found.components} 部分，成绩没有可比性；请增加每个项目的评委"
        )
    return told


def sheets_for(panel: Panel, seats: Sequence[Seat]) -> list[tuple[UUID, UUID]]:
    """(performance id, seat id) of every sheet that these judges get."""
    if panel.judges_each is None:
        return [(one.id, seat.id) for one in panel.performances for seat in seats]
    plan = plan_of(panel).seats
    return [(one.id, seat.id) for one in panel.performances for seat in plan[one.code]]
