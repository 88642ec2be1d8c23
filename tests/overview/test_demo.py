"""The demonstration city: loaded once in an installation of its own, then looked at from all sides.

A second city is loaded at the same time by the command line; both must say the same.
"""

from __future__ import annotations

import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

import app as application
from core import audit, clock, installation
from core.db import db
from core.errors import DomainError
from overview.demo import city as demo
from overview.demo import logins, routes
from people.models import LoginSession
from people.queries import account_by_login
from people.services import sign_in
from tests.conftest import settings_for
from tests.conventions.routes import declared
from tests.conventions.source import listed
from tests.pages import CheckedClient, Watch
from tools import demonstration, environment

pytestmark = pytest.mark.sqlite_only
DATABASE = "saixun.db"
SAME = {
    "entries": "SELECT number, title, state FROM contests_entry ORDER BY number, title",
    "results": """SELECT e.number, l.total_milli, l.rank, l.prize FROM contests_result_line l
        JOIN contests_entry e ON e.id = l.entry_id ORDER BY e.number""",
    "sheets": "SELECT state, count(*) FROM contests_assignment GROUP BY state",
    "people": "SELECT name FROM people_person ORDER BY name",
    "classes": "SELECT code, name, taken FROM training_class ORDER BY code",
    "wishes": """SELECT r.name, p.key, p.name, p.level, p.places, w.rank, m.key
        FROM training_participant p JOIN training_mentorship_round r ON r.id = p.round_id
        LEFT JOIN training_wish w ON w.participant_id = p.id
        LEFT JOIN training_participant m ON m.id = w.wanted_id ORDER BY r.name, p.key, w.rank""",
    "lines": """SELECT l.rule, l.state, l.status, l.fen, p.name, o.name FROM awards_line l
        LEFT JOIN people_person p ON p.id = l.person_id
        LEFT JOIN people_organisation o ON o.id = l.organisation_id
        ORDER BY l.rule, l.state, l.status, l.fen, p.name, o.name""",
    "payouts": "SELECT serial, count, total_fen FROM awards_payout_sheet ORDER BY serial",
}
"""What two loads have in common; ids, lots, codes and passwords are drawn anew, as are pairs of equals."""


@dataclass(frozen=True)
class City:
    """A loaded demonstration, and the folder of the second one."""

    app: Flask
    folder: Path
    twin: Path


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """An instance with a database and files of its own."""
    folder, twin = tmp_path_factory.mktemp("city"), tmp_path_factory.mktemp("twin")
    other = _load_twin(twin)
    made = application.create_app(
        replace(settings_for(folder, f"sqlite:///{folder / DATABASE}"), mode="demo"),
        TESTING=True,
        SERVER_NAME="localhost",
    )
    made.test_client_class = CheckedClient
    with made.app_context():
        flask_migrate.upgrade(str(Path("migrations").resolve()))
        with db.unit() as session:
            installation.settle_mode(session, mode="demo", now=clock.now())
        demo.load(folder=folder, now=clock.now())
        db.session.remove()
        complaint = other.communicate(timeout=300)[1]
        assert other.returncode == 0, complaint.decode()
        with Watch(made):
            yield City(made, folder, twin)
        db.session.remove()
        db.engine.dispose()


def _load_twin(folder: Path) -> subprocess.Popen[bytes]:
    """`flask demo load` beside us."""
    environ = demonstration.environ_of(folder)
    subprocess.run(
        environment.flask("ops", "migrate"), env=environ, check=True, stdout=subprocess.DEVNULL
    )
    return subprocess.Popen(
        environment.flask("demo", "load"),
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return connection.execute(query).fetchall()


def test_two_loads_say_the_same(city: City) -> None:
    for query in SAME.values():
        found = _rows(city.folder, query)
        assert found
        assert found == _rows(city.twin, query)


def test_a_database_with_accounts_is_refused(city: City) -> None:
    with pytest.raises(DomainError, match="只能装入空库"):
        demo.load(folder=city.folder, now=clock.now())


def test_a_production_database_is_refused(app: Flask, tmp_path: Path) -> None:
    with db.unit() as session:
        session.get_one(installation.Installation, 1).mode = "production"
    with pytest.raises(DomainError, match="正式数据库"):
        demo.load(folder=tmp_path, now=clock.now())
    assert not logins.anybody()


def test_each_role_has_a_login_that_only_the_owner_reads(city: City) -> None:
    path = city.folder / logins.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = {one.role: one for one in logins.read(city.folder)}
    assert found.keys() == {*logins.OFFICIALS, "contestant", "judge", "organisation_agent"}
    assert all(one.name and one.password for one in found.values())


def test_the_trail_is_whole_and_the_doctor_content(city: City) -> None:
    assert list(audit.verify(db.session())) == []
    answer = city.app.test_cli_runner().invoke(args=["ops", "doctor"])
    assert (answer.exit_code, answer.output.strip()) == (0, "没有发现问题。")


def test_every_state_can_be_seen(city: City) -> None:
    def states(query: str) -> set[object]:
        return {row[0] for row in _rows(city.folder, query)}

    assert states("SELECT state || ' ' || status FROM awards_line") == {
        "proposed payable",
        "proposed needs_evidence",
        "proposed unset",
        "proposed conflict",
        "proposed denied",
        "approved payable",
        "on_sheet payable",
        "superseded needs_evidence",
        "void void",
    }
    assert states("SELECT state FROM contests_entry") == {
        "draft",
        "submitted",
        "returned",
        "qualified",
        "rejected",
        "withdrawn",
    }
    assert states("SELECT state FROM contests_panel") == {"preparing", "open", "closed"}
    assert states("SELECT state FROM contests_assignment") == {
        "open",
        "confirmed",
        "recused",
        "replaced",
    }
    assert states("SELECT state FROM training_mentorship_round") == {"computed", "published"}
    assert states("SELECT state FROM contests_performance") == {"scheduled", "no_show"}


def test_the_contestant_who_can_sign_in_has_something_of_everything(city: City) -> None:
    name = next(one.name for one in logins.read(city.folder) if one.role == "contestant")
    account = account_by_login(name)
    assert account is not None
    assert account.person_id is not None
    person, own = account.person_id.hex, account.id.hex
    entries = (
        "SELECT state FROM contests_entry WHERE account_id = ? ORDER BY number IS NULL, number"
    )
    assert _about(city, entries, own) == ["returned", "qualified", "draft"]
    lines = "SELECT state || ' ' || fen FROM awards_line WHERE person_id = ?"
    assert _about(city, lines, person) == ["on_sheet 800000"]
    pairs = """SELECT r.name FROM training_pair p
        JOIN training_participant a ON a.id = p.apprentice_id
        JOIN training_mentorship_round r ON r.id = a.round_id WHERE a.person_id = ?"""
    assert _about(city, pairs, person) == ["千名技师带高徒第一轮"]


def _about(city: City, query: str, key: str) -> list[object]:
    with closing(sqlite3.connect(city.folder / DATABASE)) as connection:
        return [row[0] for row in connection.execute(query, (key,))]


def test_the_route_list_lacks_no_page(city: City) -> None:
    opened = {name for name, route in declared().items() if "GET" in route.methods}
    assert set(routes.pages(city.app)) == opened - set(routes.settings()["no_page"])
    assert set(routes.settings()["no_page"]) <= opened
    assert set(routes.settings()["opened_by"]) <= opened


def test_every_page_opens_for_its_role(city: City) -> None:
    """And is held to the house rules by the checked client."""
    clients = {routes.PUBLIC: city.app.test_client()}
    problems = []
    for one in routes.addresses():
        if one.role not in clients:
            clients[one.role] = _enter(city, one.role)
        try:
            status = clients[one.role].get(one.url).status_code
        except AssertionError as error:
            problems.append(f"{one.endpoint} {one.url} as {one.role}: {error}")
            continue
        if status != 200:
            problems.append(f"{one.endpoint} {one.url} as {one.role}: {status}")
    assert not problems, listed(problems, "pages of the demonstration that do not open:")


def _enter(city: City, role: str) -> CheckedClient:
    """Somebody of the logins: a judge through the door, the others by a fresh session."""
    login = next(one for one in logins.read(city.folder) if one.role == role)
    client: CheckedClient = city.app.test_client()  # type: ignore[assignment]
    if role == "judge":
        client.submit(login.name, pin=login.password)
        return client
    with db.unit() as session:
        account = account_by_login(login.name)
        assert account is not None
        token = sign_in.open_session(account=account, staff=False, now=clock.now())
        row = session.query(LoginSession).filter_by(token_hash=sign_in.token_hash(token)).one()
        row.stepped_up_at = clock.now()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client
