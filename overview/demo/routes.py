"""The route list: each page of the system, a role that may see it, and a sample object.

The endpoints come from the application, the roles from the tables of access; routes.toml says which
addresses are no pages and where another role than the usual one is meant.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from werkzeug.routing import Rule

from core import access
from overview.demo import samples

FILE = Path(__file__).with_name("routes.toml")
PUBLIC = "public"


@dataclass(frozen=True)
class Address:
    """One page, ready to open."""

    endpoint: str
    role: str
    url: str


@cache
def settings() -> dict[str, Any]:
    """routes.toml."""
    return tomllib.loads(FILE.read_text("utf-8"))


def pages(app: Flask) -> dict[str, Rule]:
    """The address of each page by its endpoint."""
    return {
        rule.endpoint: rule
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        if "GET" in (rule.methods or ()) and rule.endpoint not in settings()["no_page"]
    }


def addresses() -> list[Address]:
    """Every page with its sample objects filled in."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.test_request_context():
        return [
            Address(endpoint, role_of(app, endpoint), _url(app, rule))
            for endpoint, rule in pages(app).items()
        ]


def role_of(app: Flask, endpoint: str) -> str:
    """Who opens a page; LookupError if it is declared for nobody that the list knows."""
    named: str | None = settings()["opened_by"].get(endpoint)
    if named:
        return named
    action = getattr(app.view_functions[endpoint], "__access__", "")
    if action == access.PUBLIC:
        return PUBLIC
    policy = app.extensions["access"].policies.get(action)
    for role in settings()["roles"]:
        if policy and role in policy.roles:
            return str(role)
    raise LookupError(f"{endpoint}: name a role in {FILE.name}")


def _url(app: Flask, rule: Rule) -> str:
    kinds = {made: name for name, made in app.url_map.converters.items()}
    values: dict[str, Any] = {
        argument: samples.find(rule.endpoint, argument, kinds[type(converter)])
        for argument, converter in rule._converters.items()
    }
    return app.url_for(rule.endpoint, **values)
