"""Prints the table of bars: `python tools/dev.py bench [P2 P14 ...]`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from bench.bars import BARS, Bar, Place, submission_postgres
from bench.load import WrongAnswer
from bench.scenarios import NotYet
from tools import cluster, demonstration, system_packages
from tools.environment import Refusal

FAILURES = (NotYet, LookupError, WrongAnswer, Refusal, subprocess.CalledProcessError, OSError)


def main(keys: list[str]) -> int:
    """Measure all bars, or the named ones. Printed, not judged: always 0 unless a key is unknown."""
    unknown = set(keys) - {bar.key for bar in BARS}
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. Known: {' '.join(b.key for b in BARS)}")
        return 2
    chosen = [bar for bar in BARS if not keys or bar.key in keys]
    started = time.monotonic()
    with _places(any(bar.measure is submission_postgres for bar in chosen)) as place:
        for bar in chosen:
            _print(bar, place)
    print(f"in {time.monotonic() - started:.0f} s")
    return 0


@contextmanager
def _places(with_postgres: bool) -> Iterator[Place]:
    """The demonstration city on SQLite and, if wanted, on a throw-away PostgreSQL; both are loaded
    at once."""
    with tempfile.TemporaryDirectory(prefix="saixun-bench-") as name, ExitStack() as stack:
        place = Place(Path(name), demonstration.environ_of(Path(name) / "instance"))
        if with_postgres:
            try:
                place = replace(place, **_postgres(stack, place.folder))
            except FAILURES as error:
                place = replace(place, lacking=str(error))
        with ThreadPoolExecutor(2) as pool:
            environs = [place.environ, *([place.postgres] if place.postgres else [])]
            list(pool.map(demonstration.load, environs))
        yield place


def _postgres(stack: ExitStack, folder: Path) -> dict[str, Any]:
    binaries = system_packages.postgres_bin()
    if binaries is None:
        raise NotYet("no initdb found (package postgresql)")
    url = stack.enter_context(cluster.throw_away(binaries, durable=True))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE saixun")
    environ = demonstration.environ_of(folder / "postgres", url.replace("/postgres?", "/saixun?"))
    return {"postgres": environ, "postgres_url": url}


def _print(bar: Bar, place: Place) -> None:
    try:
        lines = bar.measure(place)
    except FAILURES as error:
        lines = [f"not measured: {error}"]
    print(f"{bar.key:<4} {bar.text}  [{bar.target}]")
    for line in lines:
        print(f"       {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
