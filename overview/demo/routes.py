"""The route list: each page, a role that may see it, and a sample object of the demonstration.

The access matrix, axe, the headers' test and the screenshots all read routes.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from overview.demo import samples

FILE = Path(__file__).with_name("routes.toml")


@dataclass(frozen=True)
class Address:
    """One page, ready to open."""

    endpoint: str
    role: str
    url: str


def listed() -> list[dict[str, Any]]:
    """The rows of the file: endpoint, role, sample {argument: key}, query."""
    rows: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["route"]
    return rows


def addresses() -> list[Address]:
    """Every listed page with its sample object filled in."""
    with current_app.test_request_context():
        return [Address(row["endpoint"], row["role"], _url(row)) for row in listed()]


def _url(row: dict[str, Any]) -> str:
    values: dict[str, Any] = {
        name: samples.find(row["endpoint"], name, key)
        for name, key in row.get("sample", {}).items()
    }
    return current_app.url_for(row["endpoint"], **values, **row.get("query", {}))
