"""Results never leak early: two databases that differ only in unreleased marks, with the same secrets, clock
and random seed, answer byte for byte the same to everybody who may not see those marks."""

from __future__ import annotations

import copy
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_wtf import csrf

from contests.models import Contest, Panel, Performance, ResultRun
from contests.queries import results as runs
from contests.services import panels
from core import clock, forms
from core.db import db
from people.roles import ROLES
from tests import databases
from tests.contests import judging
from tests.contests.factories import make_team_contest
from tests.conventions.routes import actual
from tests.conventions.samples import all_samples
from tests.conventions.test_routes import addresses
from tests.pages import CheckedClient, Person

pytestmark = pytest.mark.sqlite_only
SEERS = {"contest_office", "chief_judge", "supervisor", "score_clerk", "auditor"}
"""They work on the result before it is published, or read the whole trail."""
ANSWER = tuple[int, tuple[tuple[str, str], ...], bytes]
NEAR = ("nobody", "entrant", "judge", "other judge", "county_office", "coding_judge")
"""Who is closest to a contest while it is judged."""
SEED = 20260101


class World:
    """A contest whose marks are in but not released; who comes to look, and at what."""

    def __init__(self, app: Flask, sign_in: Person) -> None:
        self.app = app
        self.ids = all_samples()
        contest = make_team_contest()
        self.people = judging.make_entries(contest, 3, start=500)
        self.panel = judging.make_panel(contest)
        judging.seat_judges(self.panel)
        self._open()
        judging.fill_panel(self.panel)
        self.crowd = self._crowd(sign_in)
        self._look_at(contest)
        self.jars = {who: copy.deepcopy(one._cookies) for who, one in self.crowd.items()}

    def _open(self) -> None:
        with db.unit():
            panels.open_panel(actor=judging.OFFICE, panel_id=self.panel.id, now=clock.now())

    def _crowd(self, sign_in: Person) -> dict[str, CheckedClient]:
        """Everybody who may not see the marks: the public, the one whose marks they are, judges of this
        panel (the first, whose own marks do not change) and of another, and the other roles."""
        others = judging.seats_of(db.session.get_one(Panel, self.ids.ids["panel"]))
        made: dict[str, Any] = {
            "nobody": self.app.test_client(),
            "entrant": judging.as_contestant(self.app, self.people[0]),
            "judge": judging.sit(self.app, judging.seats_of(self.panel)[0]),
            "other judge": judging.sit(self.app, others[0]),
        }
        for role in ROLES.keys() - SEERS - {"judge"}:
            made[role] = sign_in(role, stepped_up=True)
        for client in made.values():
            client.reads_pages = False
        return made

    def _look_at(self, contest: Contest) -> None:
        """The addresses lead to the unreleased contest wherever it has something."""
        turn, seat = self._own_turn(), judging.seats_of(self.panel)[1]
        self.ids.ids |= {
            "contest": contest.id,
            "panel": self.panel.id,
            "performance": turn.id,
            "seat": seat.id,
            "assignment": judging.sheet_ids(self.panel)[1],
            "track": self.panel.track_id,
            "stage": self.panel.stage_id,
            "entry": turn.entry_id,
        }
        slug: dict[str, object] = {"slug": db.session.get_one(Contest, contest.id).slug}
        for endpoint in ("contest_detail", "public_result", "public_draws", "enter"):
            self.ids.arguments[f"contests.{endpoint}"] = slug

    def _own_turn(self) -> Performance:
        """The performance of the entrant among the visitors, wherever the lot put it: else that person's
        own pages answer 404 and nothing is compared."""
        own = self.people[0].person_id
        turns = judging.performances_of(self.panel)
        return next(one for one in turns if one.entry.leader_id == own)

    def add_run(self, run: ResultRun) -> None:
        """A result that is signed and not published is looked at as well."""
        own = next(
            one for one in runs.run_of(run.id).lines if one.entry_id == self.ids.ids["entry"]
        )
        self.ids.ids |= {"result_run": run.id, "result_line": own.id}


def sign(panel: Panel) -> ResultRun:
    """Closed, computed and signed by both sides."""
    judging.close(panel)
    run = judging.compute(panel)
    judging.sign(
        run,
        chief=judging.known("钱裁判长", "chief_judge"),
        other=judging.known("孔监督", "supervisor"),
    )
    return run


@contextmanager
def still(
    monkeypatch: pytest.MonkeyPatch, moment: datetime
) -> Iterator[tuple[random.Random, random.Random]]:
    """The same clock and the same dice for both databases. The tokens of forms have dice of their own: whatever
    else throws does so once a process (when a page is first compiled)."""
    dice, tokens = random.Random(SEED), random.Random(SEED)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: moment)
        patch.setattr(time, "time", moment.timestamp)
        patch.setattr(time, "time_ns", lambda: int(moment.timestamp() * 1e9))
        patch.setattr(os, "urandom", dice.randbytes)
        patch.setattr(random, "_urandom", dice.randbytes)
        patch.setattr(csrf, "os", SimpleNamespace(urandom=tokens.randbytes))
        patch.setattr(forms, "uuid4", lambda: UUID(int=tokens.getrandbits(128), version=4))
        yield dice, tokens


class Twin:
    """Snapshots of the test's database; one of them with other marks."""

    def __init__(self, made: Any, folder: Path) -> None:
        self.live, self.folder = made.copy, folder

    def keep(self, name: str) -> None:
        db.session.remove()
        with closing(sqlite3.connect(self.live)) as one:
            one.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with closing(sqlite3.connect(self.folder / name)) as other:
                one.backup(other)

    def restore(self, name: str) -> None:
        db.session.remove()
        db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.live}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.folder / name, self.live)


def change_marks(twin: Twin, panel_id: UUID) -> None:
    """All judges but the first saw it otherwise."""
    with closing(sqlite3.connect(twin.live)) as connection, connection:
        changed = connection.execute(
            """UPDATE contests_mark SET milli = milli - 1000 * (1 + abs(random()) % 3)
            WHERE milli >= 4000 AND assignment_id IN (
                SELECT a.id FROM contests_assignment a JOIN contests_seat s ON s.id = a.seat_id
                WHERE s.panel_id = ? AND s.position > 1)""",
            (panel_id.hex,),
        )
        assert changed.rowcount > 20


def answers(
    world: World,
    among: Iterable[str],
    only: tuple[str, ...],
    throws: tuple[random.Random, random.Random],
) -> dict[tuple[str, str], ANSWER]:
    """What each visitor gets at each address."""
    paths = {
        endpoint: addresses(world.app, endpoint, world.ids)
        for endpoint, route in actual(world.app).items()
        if "GET" in route.methods and endpoint.startswith(only) and endpoint != "people.sign_out"
    }
    found: dict[tuple[str, str], ANSWER] = {}
    for who in among:
        client = world.crowd[who]
        client._cookies = copy.deepcopy(world.jars[who])
        for endpoint, path in paths.items():
            for dice in throws:
                dice.seed(f"{who} {endpoint}")
            answer = client.get(path)
            found[who, endpoint] = (
                answer.status_code, tuple(sorted(answer.headers.items())), answer.data,
            )  # fmt: skip
    return found


def told_apart(one: dict[Any, ANSWER], other: dict[Any, ANSWER]) -> list[str]:
    """Where two worlds can be told from one another."""
    return [
        f"{who}: {endpoint}" for who, endpoint in one if one[who, endpoint] != other[who, endpoint]
    ]


@pytest.mark.parametrize(
    ("state", "only"),
    [("marked", ("contests.", "overview.")), ("signed", ("contests.", "overview.", "awards."))],
)
def test_unreleased_marks_change_no_answer(
    app: Flask,
    sign_in: Person,
    shared_databases: databases.SqliteCopies,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    only: tuple[str, ...],
) -> None:
    world, twin = World(app, sign_in), Twin(shared_databases, tmp_path)
    panel_id = world.panel.id
    twin.keep("first")
    change_marks(twin, panel_id)
    twin.keep("second")
    moment = clock.now() + timedelta(minutes=1)
    told, among = [], sorted(world.crowd) if state == "signed" else NEAR
    for name in ("first", "second"):
        twin.restore(name)
        with still(monkeypatch, moment) as throws:
            if state == "signed":
                world.add_run(sign(db.session.get_one(Panel, panel_id)))
            told.append(answers(world, among, only, throws))
    assert len(told[0]) > 400
    assert {one["entrant", "contests.my_entry"][0] for one in told} == {200}
    assert told_apart(*told) == []
