"""Judging in the demonstration: one contest being scored, results under notice and in force.

Marks follow from the number of the entry and the place of the judge, never from the lots, so that
every installation has the same results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from contests.models import Contest, Panel, Performance, Seat
from contests.queries import judging as queries
from contests.queries.panels import rule_of, sheets_of
from contests.rubric import Aspect
from contests.score_sheets import sheet_digest
from contests.services import (
    chairing,
    drawing,
    givens,
    halting,
    marking,
    panels,
    recusing,
    sealing,
    seats,
)
from contests.services.seating import JudgeWish
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.exact import decimal_text
from overview.demo import cast, logins
from overview.demo.notices import Published, advise, after_notice, publish
from people import roles
from people.services import accounts

INSTITUTES = (
    "钱江创业投资公司", "浙西高新技术研究院", "三江口产业基金", "信安湖创新实验室", "南孔文化创意公司",
    "须江技术转移中心", "龙丘职业培训学校",
)  # fmt: skip
CODED_TRACK = 2
RECUSED = "与项目负责人有亲属关系"
RETURNED = "技术先进性与其他评委相差较大，请核对检测报告后再确认"
POWER_CUT = "技师学院实训楼停电检修，设备须重新校准"
POWER_BACK = "供电恢复，设备校准合格"
NO_SHOW = "点名三次未到，工作人员电话确认弃赛"


def load(
    *, now: datetime, held: dict[str, UUID], crowd: Iterator[cast.Figure]
) -> list[logins.Login]:
    """Judge, close and publish; returns the login of the one judge who can sit down."""
    appoint(held.values(), now)
    year = clock.day_of(now).year
    notices = [
        Published(f"衢赛组〔{year}〕12号（演示）", 22, "竞赛规程第 12 条（演示）"),
        Published(f"衢赛组〔{year}〕13号（演示）", 22),
        Published(f"衢赛组〔{year}〕14号（演示）", 1),
    ]
    last = [Published(f"衢赛组〔{year - 1}〕9号（演示）", 390)]
    for key, wanted in (("past", last), ("skill", notices)):
        for place, notice in enumerate(wanted):
            _whole_track(held[key], place, notice, list(islice(crowd, 3)), now)
    _interrupted(held["skill"], now)
    return _startup(held["startup"], list(islice(crowd, len(INSTITUTES))), now)


def _interrupted(contest_id: UUID, now: datetime) -> None:
    """Between two notices a track stood still for a day: the office stopped it, a supervisor resumed."""
    stopped = now - timedelta(days=12)
    with db.unit() as session:
        halt = halting.suspend(
            actor=logins.official("contest_office"),
            contest_id=contest_id,
            track_id=str(session.get_one(Contest, contest_id).tracks[0].id),
            reason=POWER_CUT,
            now=stopped,
        )
    with db.unit():
        halting.resume(
            actor=logins.official("supervisor"),
            halt_id=halt.id,
            reason=POWER_BACK,
            now=stopped + timedelta(days=1),
        )


def appoint(contests: Iterable[UUID], now: datetime) -> None:
    """The officials whose roles hold within a contest get them for each contest."""
    with db.unit():
        for role in logins.OFFICIALS:
            if roles.ROLES[role].scopes != ("contest",):
                continue
            for contest_id in contests:
                accounts.grant_role(
                    actor=logins.official("system_admin"),
                    account=logins.account_of(role),
                    role=role,
                    scope="contest",
                    scope_id=str(contest_id),
                    now=now,
                )


def _whole_track(
    contest_id: UUID, place: int, notice: Published, judges: list[cast.Figure], now: datetime
) -> None:
    """A blind panel of three from the lots to the notice; one contestant of the second track stays away,
    and the codes of the third are kept by a coding judge until the signatures stand."""
    published = now - timedelta(days=notice.days_ago)
    held = published - timedelta(days=3)
    layers = int(place == CODED_TRACK)
    drawn = held - timedelta(days=1)
    panel = make_panel(contest_id, place, "现场裁判组", True, drawn, layers=layers)
    if layers:
        with db.unit():
            sealing.make_layer(
                actor=logins.official("coding_judge"),
                panel_id=panel.id,
                now=drawn + timedelta(minutes=40),
            )
    for number, figure in enumerate(judges):
        criteria = ("measured", "judged") if number == 0 else ("judged",)
        give_seat(panel, figure, INSTITUTES[number], criteria, held - timedelta(hours=20))
    open_for_marks(panel, held)
    if place == 1:
        _stay_away(panel, held)
    for seat in _seats(panel):
        with db.unit():
            for one in _performances(panel):
                if one.state == "scheduled":
                    _fill(seat, one, panel, held)
    _theory(panel, held)
    with db.unit():
        chairing.close_panel(
            actor=logins.official("chief_judge"), panel_id=panel.id, now=held + timedelta(hours=8)
        )
    advise(panel, held + timedelta(hours=9))
    publish(panel, notice, published)
    after_notice(contest_id, panel.track_id, published, now)


def make_panel(
    contest_id: UUID, track: int, name: str, blind: bool, at: datetime, **more: Any
) -> Panel:
    """A panel over a track, drawn at a moment, the commitment published two hours before; `more` is what
    the draw takes beside."""
    with db.unit() as session:
        contest = session.get_one(Contest, contest_id)
        drawing.commit_draw(
            actor=logins.official("contest_office"),
            track_id=contest.tracks[track].id,
            stage_id=contest.stages[0].id,
            now=at - timedelta(hours=2),
        )
    with db.unit() as session:
        contest = session.get_one(Contest, contest_id)
        return panels.create_panel(
            actor=logins.official("contest_office"),
            contest_id=contest_id,
            track_id=str(contest.tracks[track].id),
            stage_id=str(contest.stages[0].id),
            name=name,
            blind=blind,
            now=at,
            **more,
        )


def give_seat(
    panel: Panel, figure: cast.Figure, employer: str, criteria: Sequence[str], at: datetime
) -> None:
    """A judge takes a seat."""
    wish = JudgeWish(figure.name, figure.id_number, figure.phone, employer, tuple(criteria))
    with db.unit():
        panels.assign_judge(
            actor=logins.official("contest_office"), panel_id=panel.id, wish=wish, now=at
        )


def open_for_marks(panel: Panel, at: datetime) -> None:
    """The marking begins."""
    with db.unit():
        panels.open_panel(actor=logins.official("contest_office"), panel_id=panel.id, now=at)


def _stay_away(panel: Panel, at: datetime) -> None:
    weakest = min(_performances(panel), key=lambda one: (_quality(one), one.entry.number or ""))
    with db.unit():
        chairing.note_no_show(
            actor=logins.official("chief_judge"),
            panel_id=panel.id,
            performance_id=weakest.id,
            reason=NO_SHOW,
            now=at + timedelta(hours=1),
        )


def _seats(panel: Panel) -> list[Seat]:
    return list(db.session.get_one(Panel, panel.id).seats)


def _performances(panel: Panel) -> list[Performance]:
    return list(db.session.get_one(Panel, panel.id).performances)


def _quality(performance: Performance) -> int:
    """Out of a hundred; the first entry of a contest is the best."""
    serial = int((performance.entry.number or "0").rpartition("-")[2])
    return 96 - (serial - 1) * 11 % 37


def _at_seat(seat: Seat, panel: Panel) -> Actor:
    """The judge who sits there."""
    grants = (Grant("judge", "contest", str(panel.contest_id)),)
    return Actor(None, seat.person_id, None, seat.judge_name, grants, seat_id=seat.id)


def _fill(
    seat: Seat,
    performance: Performance,
    panel: Panel,
    at: datetime,
    *,
    aspects: int = 99,
    confirm: bool = True,
) -> None:
    """Mark the first aspects of a sheet; confirm it unless it stays open."""
    actor = _at_seat(seat, panel)
    sheet = queries.own_sheet(actor, performance.id)
    typed = {
        one.key: _mark(one, _quality(performance), seat.position) for one in sheet.aspects[:aspects]
    }
    moment = at + timedelta(minutes=12 * performance.position + seat.position)
    marking.save_sheet(
        actor=actor,
        performance_id=performance.id,
        typed=marking.Typed(typed, {}, uuid4()),
        now=moment,
    )
    if confirm:
        marking.confirm_sheet(
            actor=actor,
            performance_id=performance.id,
            digest=sheet_digest(sheet.aspects, queries.marks_on(sheet.id)),
            zeros_meant=True,
            now=moment + timedelta(minutes=2),
        )


def _mark(aspect: Aspect, quality: int, judge: int) -> str:
    """What this judge gives: levels at most one apart, figures up to two steps."""
    if aspect.kind == "yes_no":
        return "yes" if quality >= 62 else "no"
    if aspect.kind == "level":
        return str((1 if quality < 80 else 2) + (judge + quality) % 2)
    steps = aspect.top * quality / 100 // aspect.step + (judge * 3 + quality) % 5 - 2
    return decimal_text(min(aspect.top, steps * aspect.step))


def criteria_of(panel: Panel) -> list[str]:
    """All that the panel marks."""
    with db.unit() as session:
        rule = rule_of(session.get_one(Panel, panel.id).stage)
    return [one.key for one in rule.criteria]


def fill_all(panel: Panel, at: datetime) -> None:
    """Every sheet of a panel, confirmed."""
    for seat in _seats(panel):
        with db.unit():
            for one in _performances(panel):
                _fill(seat, one, panel, at)


def _theory(panel: Panel, at: datetime) -> None:
    with db.unit() as session:
        given = rule_of(session.get_one(Panel, panel.id).stage).givens
        typed = {
            (one.id, value.key): str(_quality(one) - 4)
            for one in _performances(panel)
            for value in given
            if one.state == "scheduled"
        }
        givens.enter_givens(
            actor=logins.official("contest_office"),
            panel_id=panel.id,
            typed=typed,
            reason="",
            now=at + timedelta(hours=6),
        )


def _startup(contest_id: UUID, judges: list[cast.Figure], now: datetime) -> list[logins.Login]:
    """Seven judges: six at the first panel, five at the second, which shares four of them; the third
    panel is drawn and waits for judges."""
    began = now - timedelta(hours=3)
    made = []
    for track, (name, first, last) in enumerate(
        (("第一评委组", 0, 6), ("第二评委组", 2, 7), ("第三评委组", 4, 6))
    ):
        panel = make_panel(contest_id, track, name, False, began - timedelta(days=1))
        criteria = [one.key for one in rule_of(panel.stage).criteria]
        for place in range(first, last):
            give_seat(panel, judges[place], INSTITUTES[place], criteria, began - timedelta(hours=9))
        made.append(panel)
    one, other, _ = made
    open_for_marks(one, began)
    open_for_marks(other, began + timedelta(minutes=10))
    _score(one, began, done=5)
    _score(other, began, done=6)
    _disturb(one, began)
    return [_sit(one, began - timedelta(hours=1))]


def _score(panel: Panel, began: datetime, *, done: int) -> None:
    """`done` performances are confirmed, the next one half marked; at the first of the halves one judge
    is through but has not confirmed."""
    for seat in _seats(panel):
        with db.unit():
            for one in _performances(panel)[: done + 1]:
                if one.position <= done:
                    _fill(
                        seat, one, panel, began, confirm=(seat.position, one.position) != (1, done)
                    )
                elif seat.position % 2:
                    _fill(seat, one, panel, began, aspects=3, confirm=False)


def _disturb(panel: Panel, began: datetime) -> None:
    """One judge withdraws from a performance, the chief judge returns one sheet."""
    sheets = {(one.seat.position, one.performance.position): one for one in sheets_of([panel.id])}
    recused, returned = sheets[3, 7], sheets[4, 3]
    with db.unit():
        recusing.declare_conflict(
            actor=_at_seat(recused.seat, panel),
            performance_id=recused.performance_id,
            reason=RECUSED,
            now=began + timedelta(hours=2),
        )
    with db.unit():
        chairing.return_sheet(
            actor=logins.official("chief_judge"),
            sheet_id=returned.id,
            reason=RETURNED,
            now=began + timedelta(hours=2, minutes=5),
        )


def _sit(panel: Panel, at: datetime) -> logins.Login:
    """Printed sheets for the panel; the first judge's is the login of the file."""
    made = seats.make_credentials([one.id for one in _seats(panel)])
    with db.unit():
        seats.issue(
            actor=logins.official("contest_office"), panel_id=panel.id, credentials=made, now=at
        )
    return logins.Login("judge", f"/judge/s/{made[0].token}", made[0].pin)
