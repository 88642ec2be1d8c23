"""Servers as processes of their own: started, waited for, weighed, stopped by their ids."""

from __future__ import annotations

import os
import re
import subprocess
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


def product_command() -> list[str]:
    """The standalone deployment, as `make run` starts it."""
    return environment.flask("ops", "serve")


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
