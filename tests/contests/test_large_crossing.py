"""衢时代杯 as large as it gets: 300 projects, 30 judges, five marks each, three stages, through the services;
the result is that of the command on the same data."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contests import assigning
from contests.catalogue import FOLDER
from contests.cli import commands
from contests.marks import COLUMNS
from contests.models import Assignment, Contest, Entry, Panel, Performance, ResultRun, Seat
from contests.queries import judging as queries
from contests.queries import results as runs
from contests.queries.panels import panel_within, sheets_of
from contests.score_sheets import sheet_digest
from contests.services import crossing, givens, marking, panels, results
from core import clock
from core.db import db
from tests.contests import crossed, judging
from tests.contests.factories import OFFICE, make_contest

pytestmark = pytest.mark.sqlite_only
PRESET = FOLDER / "startup_rounds.toml"
PROJECTS, JUDGES, EACH = 300, 30, 5
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
KIN = 4
"""So many judges come from the employer of an entrant."""


def seat_many(panel: Panel, count: int, criteria: tuple[str, ...]) -> None:
    """Judges by surname; the first of the crossing panel are colleagues of an entrant, and do not sit at
    the later ones: there everybody marks everything."""
    for place in range(count):
        kin = panel.judges_each is not None and place < KIN
        wish = judging.judge_wish(
            place,
            name=f"{SURNAMES[place]}评委",
            document_number=judging.judge_number(place + 300 + 100 * (criteria != ("plan",))),
            employer=f"第{place + 1}号工厂" if kin else f"杭州第{place + 1}研究所",
            criteria=criteria,
        )
        with db.unit():
            panels.assign_judge(actor=OFFICE, panel_id=panel.id, wish=wish, now=clock.now())
    crossed.open_(panel)


def quality(entry: Entry) -> int:
    """Between 40 and 80, by the number of the entry."""
    return 40 + int((entry.number or "0").rpartition("-")[2]) * 37 % 41


def mark(entry: Entry, judge: int, most: int) -> str:
    """What a judge gives: the quality, a severity of their own, and what they alone see."""
    severity, taste = judge * 7 % 13 - 6, quality(entry) * judge * 31 % 9 - 4
    return str((quality(entry) + severity + taste) * most // 100)


def mark_all(panel: Panel, keys: dict[str, int]) -> None:
    """Every sheet marked and confirmed, a unit for each judge."""
    for seat in judging.seats_of(panel):
        with db.unit() as session:
            turns = session.scalars(
                select(Performance)
                .join(Assignment, Assignment.performance_id == Performance.id)
                .where(Assignment.seat_id == seat.id)
                .options(joinedload(Performance.entry))
            ).all()
            for turn in turns:
                _mark_one(session.get_one(Seat, seat.id), turn, keys)


def _mark_one(seat: Seat, turn: Performance, keys: dict[str, int]) -> None:
    actor, now = judging.at_seat(seat), clock.now()
    texts = {key: mark(turn.entry, seat.position, most) for key, most in keys.items()}
    marking.save_sheet(
        actor=actor, performance_id=turn.id, typed=marking.Typed(texts, {}, uuid4()), now=now
    )
    sheet = queries.own_sheet(actor, turn.id)
    marking.confirm_sheet(
        actor=actor,
        performance_id=turn.id,
        digest=sheet_digest(sheet.aspects, queries.marks_on(sheet.id)),
        zeros_meant=True,
        now=now,
    )


def finish(panel: Panel) -> ResultRun:
    """Closed, computed, re-checked, signed by both sides."""
    judging.close(panel)
    run = judging.compute(panel)
    judging.sign(
        run,
        chief=judging.known("钱裁判长", "chief_judge"),
        other=judging.known("孔监督", "supervisor"),
    )
    return runs.run_of(run.id)


def going_on(run: ResultRun) -> set[UUID]:
    """The entries that the result sends to the next stage."""
    return {one.entry_id for one in run.lines if one.outcome == "晋级"}


def ranked(run: ResultRun, most: int) -> set[UUID]:
    """The entries up to a rank; who shares the last one is among them."""
    return {one.entry_id for one in run.lines if one.rank is not None and one.rank <= most}


def drawn_entries(panel: Panel) -> set[UUID]:
    return {one.entry_id for one in judging.performances_of(panel)}


def exported(run: ResultRun, path: Path) -> Path:
    """The marks that a run rests on, as the command reads them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [(one.code, *mark) for one in run.lines for mark in one.inputs]
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


def by_command(marks: Path) -> dict[str, dict[str, object]]:
    """What the command makes of it, by entry."""
    answer = CliRunner().invoke(commands, ["score", str(PRESET), str(marks), "--json"])
    return {row["entry"]: row for row in json.loads(answer.output)["rows"]}


def first_stage(contest: Contest) -> tuple[Panel, ResultRun]:
    """The crossing panel, with what its plan promises."""
    panel = crossed.drawn(contest, str(EACH))
    seat_many(panel, JUDGES, ("plan",))
    with db.unit():
        found = panel_within(OFFICE, panel.id, "contest_office")
        forbidden = crossing.forbidden(found)
        codes = {one.id: one.code for one in found.performances}
        pairs = [
            (codes[one.performance_id], str(one.seat.position)) for one in sheets_of([panel.id])
        ]
    loads = Counter(judge for _, judge in pairs)
    assert sorted(loads.values()) == [PROJECTS * EACH // JUDGES] * JUDGES
    assert set(Counter(code for code, _ in pairs).values()) == {EACH}
    assert (len(forbidden), forbidden & set(pairs)) == (KIN, set())
    assert (
        len(
            assigning.components(
                {code: [j for c, j in pairs if c == code] for code in codes.values()}
            )
        )
        == 1
    )
    mark_all(panel, {"plan_mark": 100})
    return panel, finish(panel)


def later_stage(
    contest: Contest, stage: int, judges: int, criterion: str, keys: tuple[str, str]
) -> tuple[Panel, ResultRun]:
    """A panel where all judges mark all of those who go on."""
    panel = judging.make_panel(contest, stage=stage, name="专家组")
    seat_many(panel, judges, (criterion,))
    mark_all(panel, dict.fromkeys(keys, 50))
    if stage == 2:
        typed = {
            (one.id, "public"): str(100 - one.position) for one in judging.performances_of(panel)
        }
        with db.unit():
            givens.enter_givens(
                actor=OFFICE, panel_id=panel.id, typed=typed, reason="", now=clock.now()
            )
    return panel, finish(panel)


def test_three_stages_of_three_hundred_projects(app: Flask, tmp_path: Path) -> None:
    contest = make_contest(preset="startup_rounds", tracks="SZ 数字经济")
    crossed.make_field(contest, PROJECTS)
    _, first = first_stage(contest)
    second_panel, second = later_stage(contest, 1, 7, "show", ("show_product", "show_business"))
    assert drawn_entries(second_panel) == going_on(first) == ranked(first, 30)
    last_panel, last = later_stage(contest, 2, 5, "final_show", ("final_product", "final_business"))
    assert drawn_entries(last_panel) == going_on(second) == ranked(second, 12)
    assert results.verify_run(last.id).differences == ()

    rows = by_command(exported(last, tmp_path / "marks.csv"))
    assert {one.code: (one.rank, one.figures) for one in last.lines} == {
        code: (row["rank"], row["why"]["figures"]) for code, row in rows.items()
    }
    of_first = {one.entry_id: one.figures["first_score"] for one in first.lines}
    assert {one.entry_id: one.figures["first_score"] for one in last.lines} == of_first
