"""Starts the product and the reference as processes of their own and stops them by their ids."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import environment

ADDRESS = re.compile(r"http://[^:/]+:(\d+)/")


@dataclass(frozen=True)
class Server:
    """A running server: where it listens and which process it is."""

    port: int
    pid: int


@contextmanager
def running(command: list[str], environ: dict[str, str]) -> Iterator[Server]:
    """Start, wait for the printed address, yield, stop."""
    process = subprocess.Popen(
        command, cwd=environment.ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        address = next((found for line in process.stdout if (found := ADDRESS.search(line))), None)
        if address is None:
            raise environment.Refusal(f"{' '.join(command)} ended before it served.")
        yield Server(int(address[1]), process.pid)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def product_environ(instance: Path, database_url: str = "") -> dict[str, str]:
    """The environment of a demonstration installation of its own, on any free port."""
    environ = environment.child_environ() | {
        "SAIXUN_INSTANCE": str(instance),
        "SAIXUN_MODE": "demo",
        "SAIXUN_PORT": "0",
    }
    environ.pop("DATABASE_URL", None)
    return environ | ({"DATABASE_URL": database_url} if database_url else {})


def prepare(environ: dict[str, str]) -> None:
    """A fresh demonstration city for these settings."""
    for words in (["ops", "migrate"], ["demo", "load", "--if-empty"]):
        subprocess.run(
            environment.flask(*words),
            cwd=environment.ROOT,
            env=environ,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def product_command() -> list[str]:
    """The standalone deployment, as `make run` starts it."""
    return environment.flask("ops", "serve")


def reference_command(database_url: str, page: Path | None = None) -> list[str]:
    """The reference application with the same server."""
    words = [sys.executable, "-m", "bench.reference", database_url]
    return [*words, str(page)] if page else words


def pss_megabytes(pid: int) -> float:
    """Proportional memory of a process and its children, from /proc."""
    total = 0.0
    for process in [pid, *_children(pid)]:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1]) / 1024  # type: ignore[index]
    return total


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [found for child in tasks.split() for found in [int(child), *_children(int(child))]]


def has_proc() -> bool:
    """Whether memory can be read here (Linux)."""
    return os.path.exists("/proc/self/smaps_rollup")
