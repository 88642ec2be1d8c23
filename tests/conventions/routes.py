"""The second record of who may do what: routes.toml, beside the marks and tables in the code.

A page that appears, disappears, moves or changes hands must do so here too. New lines are drafted by

    python -m tests.conventions.routes

which never changes or removes a line: that is done by hand.
"""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask

import app as application
from core import config

FILE = Path(__file__).with_name("routes.toml")
METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Route:
    """One endpoint. `opened_by` is a role whose GET answers `status`; "nobody" for public pages,
    "-" for endpoints that no page is opened at."""

    methods: tuple[str, ...]
    url: str
    action: str
    opened_by: str
    status: int = 200

    @property
    def line(self) -> str:
        """The route as it stands in routes.toml."""
        opened = self.opened_by if self.status == 200 else f"{self.opened_by}={self.status}"
        return f"{'+'.join(self.methods)} {self.url} {self.action} {opened}"


@cache
def declared() -> dict[str, Route]:
    """Endpoint -> route, from routes.toml."""
    return {name: _parsed(line) for name, line in _table()["routes"].items()}


@cache
def declared_actions() -> dict[str, str]:
    """Action -> roles in alphabetical order, with +step_up where it is needed."""
    return dict(_table()["actions"])


def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text("utf-8"))


def _parsed(line: str) -> Route:
    methods, url, action, opened = line.split()
    role, _, status = opened.partition("=")
    return Route(tuple(methods.split("+")), url, action, role, int(status or 200))


def actual(app: Flask) -> dict[str, Route]:
    """Endpoint -> route, as the application has it; `opened_by` is a guess."""
    found: dict[str, Route] = {}
    for rule in app.url_map.iter_rules():
        action = getattr(app.view_functions[rule.endpoint], "__access__", "undeclared")
        methods = tuple(name for name in METHODS if name in (rule.methods or ()))
        others = sorted((rule.methods or set()) - {*METHODS, "HEAD", "OPTIONS"})
        found[rule.endpoint] = Route(
            (*methods, *others), rule.rule, action, _guess(app, action, methods)
        )
    return found


def _guess(app: Flask, action: str, methods: tuple[str, ...]) -> str:
    if "GET" not in methods:
        return "-"
    if action == "public":
        return "nobody"
    policy = app.extensions["access"].policies.get(action)
    return min(policy.roles) if policy and policy.roles else "contestant"


def actual_actions(app: Flask) -> dict[str, str]:
    """Action -> its roles and whether step-up is needed, from the packages' tables."""
    return {
        action: " ".join([*sorted(policy.roles), *(["+step_up"] if policy.step_up else [])])
        for action, policy in app.extensions["access"].policies.items()
    }


def draft(app: Flask) -> int:
    """Add what is missing; returns how many lines."""
    table = _table()
    actions = table["actions"] | _missing(table["actions"], actual_actions(app))
    lines = {name: route.line for name, route in actual(app).items()}
    routes = table["routes"] | _missing(table["routes"], lines)
    head = FILE.read_text("utf-8").partition("[actions]")[0]
    FILE.write_text(f"{head}[actions]\n{_lines(actions)}\n[routes]\n{_lines(routes)}", "utf-8")
    return len(actions) + len(routes) - len(table["actions"]) - len(table["routes"])


def _missing(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in new.items() if name not in old}


def _lines(table: dict[str, str]) -> str:
    return "".join(f'"{name}" = "{text}"\n' for name, text in sorted(table.items()))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = application.create_app(
            config.Settings("test", Path(folder), "sqlite://", "", b"", bytes(32), b"", b"")
        )
        print(f"{draft(made)} lines added to {FILE.name}; read them, they decide")  # noqa: T201
