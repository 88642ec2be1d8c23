"""The bars: what is measured, against what, and where the target lies. Nothing is judged yet."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import load, measuring, scenarios
from tools import environment, servers

CONNECTIONS = 16
WINDOW = 2.0
STARTS = 4


@dataclass(frozen=True)
class Place:
    """A folder for the run and the demonstration cities: on SQLite, and on PostgreSQL if it could be
    had; else `lacking` says why."""

    folder: Path
    environ: dict[str, str]
    postgres: dict[str, str] | None = None
    postgres_url: str = ""
    lacking: str = ""


@dataclass(frozen=True)
class Bar:
    """One line of the table: `measure` returns the lines to print."""

    key: str
    text: str
    target: str
    measure: Callable[[Place], list[str]]


def submission_sqlite(place: Place) -> list[str]:
    """P2."""
    return _submissions(place.environ, f"sqlite:///{place.folder / 'reference.db'}")


def submission_postgres(place: Place) -> list[str]:
    """P1, on a cluster that waits for the disk as in real use."""
    if place.postgres is None:
        raise scenarios.NotYet(place.lacking)
    return _submissions(place.postgres, place.postgres_url)


def list_page(place: Place) -> list[str]:
    """P14: time a page, so the ratio is of reciprocal rates."""
    with _product(place.environ) as (world, port):
        page, maker = scenarios.list_page(world, _inside(place.environ, "setting"))
        copy = place.folder / "page.html"
        copy.write_text(page.text, encoding="utf-8")
        with _reference(f"sqlite:///{place.folder / 'list.db'}", copy) as other:
            plain = load.request("GET", "/list")
            found = measuring.alternate(
                lambda: 1000 / load.run(port, [maker], seconds=WINDOW).rate,
                lambda: 1000 / load.run(other, [lambda: plain], seconds=WINDOW).rate,
                unit="ms",
            )
    return [_line(found) + f", {page.text.count('<tr')} rows"]


def login(place: Place) -> list[str]:
    """P15."""
    told = _inside(place.environ, "login")
    return [_line(measuring.Measured(told["product"] * 1000, told["reference"] * 1000, "ms CPU"))]


def memory(place: Place) -> list[str]:
    """P21."""
    if not servers.has_proc():
        raise scenarios.NotYet("memory is read from /proc, which this system lacks")
    with servers.running(servers.product_command(), place.environ) as server:
        makers = scenarios.mixed_pages(scenarios.over_http(place.environ, server.port))
        served = 0
        while served < 1000:
            served += len(load.run(server.port, makers, seconds=1).latencies)
        return [f"{servers.pss_megabytes(server.pid):.0f} MB after {served} requests"]


def start(place: Place) -> list[str]:
    """P22."""
    reference = _reference_command(f"sqlite:///{place.folder / 'start.db'}")
    found = measuring.alternate(
        lambda: _first_answer(servers.product_command(), place.environ, scenarios.HOME),
        lambda: _first_answer(reference, place.environ, "/ok"),
        unit="s",
        rounds=STARTS,
    )
    return [_line(found)]


def statements(place: Place) -> list[str]:
    """P26."""
    return [f"{name}: {count}" for name, count in _inside(place.environ, "statements").items()]


BARS = [
    Bar("P1", "submission / raw insert, PostgreSQL, 16 connections", "≥ 0.12", submission_postgres),
    Bar("P2", "submission / raw insert, SQLite FULL, 16 connections", "≥ 0.10", submission_sqlite),
    Bar("P14", "50-row list / same page with constant rows", "≤ 3.5", list_page),
    Bar("P15", "login CPU / one argon2id hash of 19 MiB", "≤ 1.5", login),
    Bar("P21", "memory (PSS) of a worker after 1,000 requests", "≤ 95 MB", memory),
    Bar("P22", "start to first answer / bare Flask app's", "≤ 4", start),
    Bar("P26", "statements of a request", "as named", statements),
]


def _submissions(environ: dict[str, str], reference_url: str) -> list[str]:
    with _product(environ) as (world, port), _reference(reference_url) as other:
        seats = scenarios.judges(world, _inside(environ, "setting"))
        makers = scenarios.spread(seats, CONNECTIONS)
        insert = load.request("POST", "/insert", body=b"mark=7&mark=8&mark=9")
        found = measuring.alternate(
            lambda: load.run(port, makers, seconds=WINDOW, wanted=scenarios.APPLIED).rate,
            lambda: load.run(other, [lambda: insert] * CONNECTIONS, seconds=WINDOW).rate,
            unit="/s",
        )
    return [f"{_line(found)}, at {len(seats)} seats"]


@contextmanager
def _product(environ: dict[str, str]) -> Iterator[tuple[scenarios.World, int]]:
    with servers.running(servers.product_command(), environ) as server:
        yield scenarios.over_http(environ, server.port), server.port


@contextmanager
def _reference(url: str, page: Path | None = None) -> Iterator[int]:
    command = _reference_command(url) + ([str(page)] if page else [])
    with servers.running(command, environment.child_environ()) as server:
        yield server.port


def _reference_command(url: str) -> list[str]:
    return [sys.executable, "-m", "bench.reference", url]


def _first_answer(command: list[str], environ: dict[str, str], path: str) -> float:
    """Seconds from the start of the process to its first 200."""
    started = time.perf_counter()
    with servers.running(command, environ) as server:
        page = scenarios.over_http(environ, server.port).visitor().get(path)
        if page.status != 200:
            raise scenarios.NotYet(f"{path} answered {page.status}")
        return time.perf_counter() - started


def _inside(environ: dict[str, str], what: str) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-m", "bench.inside", what],
        cwd=environment.ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    if "not yet" in found:
        raise scenarios.NotYet(str(found["not yet"]))
    return found


def _line(found: measuring.Measured) -> str:
    return (
        f"{found.ratio:.2f}   ({found.product:.3g} {found.unit} against "
        f"{found.reference:.3g} {found.unit})"
    )
