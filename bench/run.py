"""Prints the table of bars: `python tools/dev.py bench [P2 P14 ...]`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.bars import BARS, Bar, Place
from bench.load import WrongAnswer
from bench.scenarios import NotYet
from tools import demonstration
from tools.environment import Refusal

FAILURES = (NotYet, LookupError, WrongAnswer, Refusal, subprocess.CalledProcessError, OSError)


def main(keys: list[str]) -> int:
    """Measure all bars, or the named ones. Printed, not judged: always 0 unless a key is unknown."""
    unknown = set(keys) - {bar.key for bar in BARS}
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. Known: {' '.join(b.key for b in BARS)}")
        return 2
    with tempfile.TemporaryDirectory(prefix="saixun-bench-") as name:
        folder = Path(name)
        place = Place(folder, demonstration.environ_of(folder / "instance"))
        demonstration.load(place.environ)
        for bar in BARS:
            if not keys or bar.key in keys:
                _print(bar, place)
    return 0


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
