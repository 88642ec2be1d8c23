"""Panels, seats and results for tests, made through the real services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from contests.models import (
    Contest,
    DrawCommitment,
    Objection,
    Panel,
    Performance,
    Publication,
    ResultRun,
    Seat,
    Track,
)
from contests.queries import fairness, grounds
from contests.queries import judging as judging_queries
from contests.queries import results as results_queries
from contests.queries.panels import rule_of, sheets_of
from contests.queries.recheck import recheck_of
from contests.score_sheets import due_aspects, sheet_digest
from contests.services import (
    chairing,
    drawing,
    givens,
    marking,
    objecting,
    panels,
    publishing,
    rechecking,
    reopening,
    results,
    sealing,
    seats,
)
from contests.services.seating import JudgeWish
from core import clock
from core.access import Actor, Grant
from core.db import db
from people.identifiers import id_check_digit
from people.models import Account
from people.services import sign_in as sign_in_services
from tests.contests.factories import (
    OFFICE,
    close_entries,
    make_account,
    make_contest,
    make_contestant,
    make_entry,
    make_team_contest,
)
from tests.pages import CheckedClient

JUDGES = ("陈评委", "刘评委", "赵评委", "孙评委", "吴评委", "郑评委")
NAMES = ("王芳", "李强", "张伟", "周敏", "徐磊", "马丽")


def official(label: str, *roles: str, contest: Contest | None = None, mobile: str = "") -> Actor:
    """An official with an account, for one contest or the whole city."""
    with db.unit():
        account = make_account(label, mobile or f"137{abs(hash(label)) % 10**8:08d}")
    scope, name = ("contest", str(contest.id)) if contest else ("city", "")
    return Actor(account.id, None, None, label, tuple([Grant(role, scope, name) for role in roles]))


def make_entries(contest: Contest, count: int = 3, start: int = 0) -> list[Actor]:
    """Qualified entries of the first track, one a contestant; entries are closed afterwards.
    `start` keeps the phones of two contests apart."""
    people = []
    for place in range(count):
        name = NAMES[place]
        actor = make_contestant(name, f"1390001{start + place:04d}", employer=f"{name}的工厂")
        make_entry(actor, contest, state="qualified", title=f"{name}队")
        people.append(actor)
    close_entries(contest)
    return people


def commit_draw(contest: Contest, stage: int = 0, track: int = 0) -> DrawCommitment:
    """The published commitment for the next draw of a track."""
    with db.unit() as session:
        found = session.get_one(Contest, contest.id)
        return drawing.commit_draw(
            actor=OFFICE,
            track_id=found.tracks[track].id,
            stage_id=found.stages[stage].id,
            now=clock.now(),
        )


def make_panel(
    contest: Contest,
    *,
    blind: bool | None = None,
    layers: int = 0,
    name: str = "第一评委组",
    stage: int = 0,
    track: int = 0,
) -> Panel:
    """A panel of a track, drawn with a commitment of its own or the one that waits."""
    with db.unit() as session:
        found = session.get_one(Contest, contest.id)
        made = fairness.commitments(found.tracks[track].id, found.stages[stage].id)
    if all(one.panel_id for one in made):
        commit_draw(contest, stage, track)
    with db.unit() as session:
        found = session.get_one(Contest, contest.id)
        return panels.create_panel(
            actor=OFFICE,
            contest_id=contest.id,
            track_id=str(found.tracks[track].id),
            stage_id=str(found.stages[stage].id),
            name=name,
            blind=found.preset == "skill" if blind is None else blind,
            layers=layers,
            now=clock.now(),
        )


def judge_number(place: int, birth: str = "19700215") -> str:
    """The ID number of a judge of the tests."""
    head = f"330802{birth}{place:03d}"
    return head + id_check_digit(head)


def judge_wish(place: int = 0, **over: Any) -> JudgeWish:
    """A judge from elsewhere, who marks everything."""
    values: dict[str, Any] = {
        "name": JUDGES[place % len(JUDGES)],
        "document_number": judge_number(place + 100),
        "mobile": "",
        "employer": f"杭州第{place + 1}研究所",
        "criteria": (),
    }
    return JudgeWish(**values | over)


def criteria_of(panel: Panel) -> tuple[str, ...]:
    """All criteria that the panel marks."""
    return tuple(one.key for one in rule_of(panel.stage).criteria)


def seat_judges(panel: Panel, count: int = 5) -> list[Seat]:
    """Judges with seats. In the skills preset the first measures and three judge."""
    made = []
    for place in range(count):
        with db.unit() as session:
            found = session.get_one(Panel, panel.id)
            keys = criteria_of(found)
            if keys == ("measured", "judged"):
                keys = keys if place == 0 else ("judged",)
            made.append(
                panels.assign_judge(
                    actor=OFFICE,
                    panel_id=panel.id,
                    wish=judge_wish(place, criteria=keys),
                    now=clock.now(),
                )
            )
    return made


def make_open_panel(
    *,
    preset: str = "startup",
    entries: int = 3,
    judges: int = 5,
    blind: bool | None = None,
    start: int = 0,
) -> Panel:
    """An open panel with judges; the skills preset takes three judges."""
    contest = make_team_contest() if preset == "startup" else make_contest(preset=preset)
    make_entries(contest, entries, start)
    panel = make_panel(contest, blind=blind)
    seat_judges(panel, judges)
    with db.unit():
        return panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())


def at_seat(seat: Seat, contest_id: UUID | None = None) -> Actor:
    """The judge who sits there."""
    panel = db.session.get_one(Panel, seat.panel_id)
    grants = (Grant("judge", "contest", str(contest_id or panel.contest_id)),)
    return Actor(None, seat.person_id, None, seat.judge_name, grants, seat_id=seat.id)


def seats_of(panel: Panel) -> list[Seat]:
    """The seats in order."""
    return list(db.session.get_one(Panel, panel.id).seats)


def performances_of(panel: Panel) -> list[Performance]:
    """The performances in draw order."""
    return list(db.session.get_one(Panel, panel.id).performances)


def texts(seat: Seat, mark: str = "8", **over: str) -> dict[str, str]:
    """A full sheet: `mark` for figures, level 2, yes; `over` by aspect."""
    panel = db.session.get_one(Panel, seat.panel_id)
    usual = {"score": mark, "level": "2", "yes_no": "yes"}
    found = {one.key: usual[one.kind] for one in due_aspects(rule_of(panel.stage), seat.criteria)}
    return found | over


def mark_sheet(
    seat: Seat, performance: Performance, typed: Mapping[str, str], *, bases: Any = None
) -> marking.Saved:
    """Save a sheet as the judge of a seat."""
    actor = at_seat(seat)
    if bases is None:
        sheet = judging_queries.own_sheet(actor, performance.id)
        bases = {key: one.version for key, one in judging_queries.marks_on(sheet.id).items()}
    with db.unit():
        return marking.save_sheet(
            actor=actor,
            performance_id=performance.id,
            typed=marking.Typed(typed, bases, uuid4()),
            now=clock.now(),
        )


def confirm(seat: Seat, performance: Performance, *, zeros_meant: bool = False) -> None:
    """Confirm what stands on a sheet."""
    actor = at_seat(seat)
    sheet = judging_queries.own_sheet(actor, performance.id)
    digest = sheet_digest(sheet.aspects, judging_queries.marks_on(sheet.id))
    with db.unit():
        marking.confirm_sheet(
            actor=actor,
            performance_id=performance.id,
            digest=digest,
            zeros_meant=zeros_meant,
            now=clock.now(),
        )


def fill_panel(panel: Panel) -> None:
    """All sheets marked and confirmed: the first performance best, then half a mark less each; and
    theory scores where the rule asks for them."""
    for place, performance in enumerate(performances_of(panel)):
        for seat in seats_of(panel):
            mark_sheet(seat, performance, texts(seat, mark=f"{9 - place * 0.5:g}"))
            confirm(seat, performance)
    rule = rule_of(db.session.get_one(Panel, panel.id).stage)
    typed = {
        (one.id, given.key): str(90 - place)
        for place, one in enumerate(performances_of(panel))
        for given in rule.givens
    }
    if typed:
        with db.unit():
            givens.enter_givens(
                actor=OFFICE, panel_id=panel.id, typed=typed, reason="", now=clock.now()
            )


CHIEF = Actor(None, None, None, "钱裁判长", (Grant("chief_judge"),))


def close(panel: Panel, actor: Actor = CHIEF) -> None:
    """End the marking."""
    with db.unit():
        chairing.close_panel(actor=actor, panel_id=panel.id, now=clock.now())


def reopen(panel_id: UUID, reason: str = "发现漏评一项") -> None:
    """A closed panel opened again: the chief judge asks, a supervisor confirms."""
    supervisor = known("华监督", "supervisor")
    with db.unit():
        said = reopening.propose(actor=CHIEF, panel_id=panel_id, reason=reason, now=clock.now())
    with db.unit():
        reopening.confirm(actor=supervisor, reopening_id=said.id, now=clock.now())


def make_run(*, preset: str = "startup", entries: int = 3, **over: Any) -> ResultRun:
    """A computed run of a filled and closed panel."""
    panel = make_open_panel(
        preset=preset, entries=entries, judges=3 if preset == "skill" else 5, **over
    )
    fill_panel(panel)
    close(panel)
    return compute(panel)


def compute(panel: Panel) -> ResultRun:
    """Compute the track of a panel."""
    with db.unit():
        return results.compute_run(
            actor=OFFICE, track_id=panel.track_id, stage_id=panel.stage_id, now=clock.now()
        )


def known(label: str, role: str) -> Actor:
    """An official of the whole city, the same person however often one asks."""
    found = db.session.scalar(select(Account.id).where(Account.label == label))
    if found is None:
        return official(label, role)
    return Actor(found, None, None, label, (Grant(role),))


def clerk() -> Actor:
    """The clerk who re-checks."""
    return known("占录分员", "score_clerk")


def recheck(run: ResultRun, *, actor: Actor | None = None, **faulty: str) -> None:
    """Record what is due as right, except `faulty` (code: remark); twice, for a re-check of all."""
    checker = actor or clerk()
    for _ in range(2):
        check = recheck_of(results_queries.run_of(run.id))
        assert check is not None
        found = {
            one.id: rechecking.Finding("faulty" if one.code in faulty else "correct", remark)
            for one in check.due
            if one.code in check.progress.left
            for remark in [faulty.get(one.code, "")]
        }
        with db.unit():
            rechecking.record_findings(actor=checker, run_id=run.id, found=found, now=clock.now())


def sign(
    run: ResultRun,
    *,
    chief: Actor | None = None,
    other: Actor | None = None,
) -> None:
    """The re-check, unless it is void or done, and both signatures."""
    present = results_queries.run_of(run.id)
    check = recheck_of(present)
    if check and check.progress.left and not grounds.staleness_of(present):
        recheck(run)
    for actor in (
        chief or official("钱裁判长", "chief_judge"),
        other or official("孔监督", "supervisor"),
    ):
        with db.unit():
            results.sign_run(actor=actor, run_id=run.id, now=clock.now())


def sit(app: Flask, seat: Seat) -> CheckedClient:
    """A browser in which the judge of a seat has signed in; what was printed before is void."""
    made = seats.make_credentials([seat.id])
    with db.unit():
        seats.issue(actor=OFFICE, panel_id=seat.panel_id, credentials=made, now=clock.now())
    guess = seats.weigh(token=made[0].token, pin=made[0].pin, address="10.0.0.1")
    with db.unit():
        token, _ = seats.sit_down(guess=guess, now=clock.now())
    return _browser(app, token)


def _browser(app: Flask, token: str) -> CheckedClient:
    client: CheckedClient = app.test_client()  # type: ignore[assignment]
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


def issue_seats(panel: Panel) -> list[seats.Credentials]:
    """Printed credentials of all seats, in order."""
    made = seats.make_credentials([one.id for one in seats_of(panel)])
    with db.unit():
        seats.issue(actor=OFFICE, panel_id=panel.id, credentials=made, now=clock.now())
    return made


def publish_run(run: ResultRun) -> Publication:
    """Sign a run and publish it for five working days."""
    sign(run)
    return publish_signed(run)


def publish_signed(run: ResultRun) -> Publication:
    """Publish a run that is signed for five working days."""
    head = publishing.Notice("衢人社发〔2026〕12 号", clock.today(), 5, "0570-0000000")
    with db.unit():
        return publishing.publish(actor=OFFICE, run_id=run.id, notice=head, now=clock.now())


def record_objection(notice: Publication, line_id: UUID | None = None, **over: Any) -> Objection:
    """What 方敏 brought to the office in person; about the whole track unless a line is named."""
    values: dict[str, Any] = {"grounds": "认为测量工具没有校准", "now": clock.now()} | over
    with db.unit():
        return objecting.record_objection(
            actor=OFFICE,
            publication_id=notice.id,
            line_id=line_id,
            visitor=objecting.Visitor("方敏", "0570-0000001"),
            **values,
        )


def release(notice: Publication, *, actor: Actor | None = None, days: int = 40) -> None:
    """定稿 by a supervisor, some days from now."""
    with db.unit():
        objecting.release(
            actor=actor or known("孔监督", "supervisor"),
            publication_id=notice.id,
            now=clock.now() + timedelta(days=days),
        )


def sheet_ids(panel: Panel) -> list[UUID]:
    """The sheets of a panel in draw and seat order."""
    return [one.id for one in sheets_of([panel.id])]


def seats_in(run: ResultRun) -> list[Seat]:
    """The seats of the panels behind a run."""
    query = select(Seat).join(Panel, Panel.id == Seat.panel_id)
    where = query.where(Panel.track_id == run.track_id).order_by(Seat.position)
    return list(db.session.scalars(where))


def slug_of(run: ResultRun) -> str:
    """The web name of the contest of a run."""
    return db.session.get_one(Contest, db.session.get_one(Track, run.track_id).contest_id).slug


def as_contestant(app: Flask, actor: Actor) -> CheckedClient:
    """A browser in which a contestant of the factories has signed in."""
    with db.unit() as session:
        account = session.get_one(Account, actor.account_id)
        token = sign_in_services.open_session(account=account, staff=False, now=clock.now())
    return _browser(app, token)


CODERS = ("沈加密", "汪加密", "方加密")


def coders(contest_id: UUID, count: int = 3) -> list[Actor]:
    """Coding judges of a contest, the same persons however often one asks."""
    made = []
    for label in CODERS[:count]:
        found = db.session.scalar(select(Account.id).where(Account.label == label))
        if found is None:
            found = official(label, "coding_judge").account_id
        grants = (Grant("coding_judge", "contest", str(contest_id)),)
        made.append(Actor(found, None, None, label, grants))
    return made


def seal_layers(panel: Panel) -> list[Actor]:
    """All layers of a panel, each by another custodian; returns them."""
    custodians = coders(panel.contest_id, panel.layers)
    for actor in custodians:
        with db.unit():
            sealing.make_layer(actor=actor, panel_id=panel.id, now=clock.now())
    return custodians


def unseal(panel: Panel) -> None:
    """Every layer opened by its custodian from the last on, then the supervisor's word."""
    for actor in reversed(coders(panel.contest_id, panel.layers)):
        with db.unit():
            sealing.open_layer(actor=actor, panel_id=panel.id, reason="", now=clock.now())
    supervisor = known("孔监督", "supervisor")
    with db.unit():
        sealing.unseal(actor=supervisor, panel_id=panel.id, now=clock.now())
