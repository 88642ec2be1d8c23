"""Measurements inside the process of the product: CPU of a login, statements of a request.

python -m bench.inside login|statements|setting     prints JSON; the environment names the demonstration
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import Client

from app import create_app
from bench import judges, measuring, scenarios
from bench.visitor import FORM_TYPE, Answer, Visitor

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
LOGINS_A_WINDOW = 5


class AppTransport:
    """Straight into the WSGI application; remembers what the last request cost."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._client = Client(app, use_cookies=False)
        self.cpu_seconds = 0.0

    def send(
        self, method: str, path: str, cookie: str, body: bytes, kind: str = FORM_TYPE
    ) -> Answer:
        """One request of a page of the same site, no redirect followed."""
        headers = {"Sec-Fetch-Site": "same-origin"} | ({"Cookie": cookie} if cookie else {})
        started = time.process_time()
        answer = self._client.open(
            path, method=method, headers=headers, data=body, content_type=kind
        )
        text = answer.get_data(as_text=True)
        self.cpu_seconds = time.process_time() - started
        cookies = answer.headers.getlist("Set-Cookie")
        return Answer(answer.status_code, answer.headers.get("Location", ""), cookies, text)


def login(world: scenarios.World) -> dict[str, float]:
    """CPU seconds of one POST of the right password, and of one argon2id hash."""
    known = scenarios.credentials(world.environ)

    def one_login() -> float:
        transport = world.connect()
        page, form = scenarios.sign_in_form(visitor := Visitor(transport))
        answer = transport.send("POST", page.path, visitor.cookie, form.body(known))
        if answer.status not in (302, 303):
            raise scenarios.NotYet(f"the login answered {answer.status}")
        return transport.cpu_seconds  # type: ignore[attr-defined]

    def one_hash() -> float:
        started = time.process_time()
        HASHER.hash("a password of usual length")
        return time.process_time() - started

    found = measuring.alternate(_mean(one_login), _mean(one_hash), unit="s")
    return {"product": found.product, "reference": found.reference}


def statements(world: scenarios.World) -> dict[str, int | str]:
    """Statements sent to the database by one request of each kind, the second time it is made. A
    BEGIN is none: PostgreSQL gets it with the first statement."""
    sent: list[str] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if not text.startswith("BEGIN"):
            sent.append(text)

    def count(act: Callable[[], object]) -> int:
        act()
        sent.clear()
        act()
        return len(sent)

    def read(visitor: Visitor, path: str) -> int:
        answered = visitor.get(path)
        if answered.status != 200:
            raise scenarios.NotYet(f"{path} answered {answered.status}")
        return count(lambda: visitor.get(path))

    told = setting(world)
    transport = world.connect()
    place = scenarios.judges(world, told)[0][0]

    def submission() -> None:
        answer = transport.send(
            "POST", place.path, place.cookie, place.operation(), scenarios.JSON_TYPE
        )
        if answer.status != 200 or '"applied"' not in answer.text:
            raise scenarios.NotYet(f"the operation was answered: {answer.text}")

    judge = Visitor(transport, place.cookie)
    wanted = {
        "home (no bar)": lambda: read(world.visitor(), scenarios.HOME),
        "list ≤ 5": lambda: read(world.visitor("contest_office"), scenarios.list_address(told)),
        "judge sheet ≤ 6": lambda: read(judge, f"/judge/performances/{place.performance}"),
        "submission ≤ 8": lambda: count(submission),
    }
    return {name: _or_reason(act) for name, act in wanted.items()}


def setting(world: scenarios.World) -> dict[str, Any]:
    """Seats and addresses for the measurements from outside."""
    transport = world.connect()
    with transport.app.app_context():  # type: ignore[attr-defined]
        return judges.issue_seats()


def _or_reason(act: Callable[[], int]) -> int | str:
    try:
        return act()
    except (scenarios.NotYet, LookupError) as error:
        return str(error)


def _mean(act: Callable[[], float]) -> Callable[[], float]:
    return lambda: sum(act() for _turn in range(LOGINS_A_WINDOW)) / LOGINS_A_WINDOW


MEASUREMENTS = {"login": login, "statements": statements, "setting": setting}

if __name__ == "__main__":
    application = create_app()
    demonstration = scenarios.World(dict(os.environ), lambda: AppTransport(application))
    try:
        print(json.dumps(MEASUREMENTS[sys.argv[1]](demonstration)))
    except scenarios.NotYet as error:
        print(json.dumps({"not yet": str(error)}))
