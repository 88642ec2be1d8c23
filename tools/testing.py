"""Runs lint, the tests on SQLite, in the browser and on PostgreSQL, and prints one summary."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import cluster, environment, system_packages
from tools.environment import PYTHON, ROOT, Refusal

OPTIONAL = ("browser", "postgres")
LINTERS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
TWO_AT_ONCE = ["-n", "2"]
BY_JOURNEY = [*TWO_AT_ONCE, "--dist=loadgroup"]
NO_TESTS_FOUND = 5


@dataclass
class Part:
    """What one part of the run came to; `missing` says why it could not run."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    missing: str = ""
    left_out: bool = False

    def line(self) -> str:
        """One line of the summary."""
        if self.left_out:
            return f"{self.name:<9} left out by SAIXUN_SKIP"
        if self.missing:
            return f"{self.name:<9} COULD NOT RUN: {self.missing}"
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return f"{self.name:<9} {counts} in {self.seconds:.0f} s"


def run_everything(arguments: list[str]) -> int:
    """All parts; further arguments go to pytest. 0 all passed, 1 failed, 3 a part did not run."""
    skip = _skipped()
    environment.install(environment.TEST)
    system_packages.provide([name for name in OPTIONAL if name not in skip])
    parts = [lint(), _pytest("sqlite", ["-m", "not browser", *TWO_AT_ONCE, *arguments])]
    for name, part in (("browser", _browser), ("postgres", _postgres)):
        parts.append(Part(name, left_out=True) if name in skip else part(arguments))
    return summarise(parts)


def summarise(parts: list[Part]) -> int:
    """Print a line for each part and, last, the totals; the exit status."""
    print("\n" + "=" * 28 + " summary " + "=" * 28)
    for part in parts:
        print(part.line())
    not_run = [part.name for part in parts if part.missing]
    if not_run:
        print("NOT COMPLETE, could not run: " + ", ".join(not_run))
    passed, failed, skipped = (
        sum(getattr(part, word) for part in parts) for word in ("passed", "failed", "skipped")
    )
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    if failed:
        return 1
    return 3 if not_run else 0


def lint() -> Part:
    """Each linter counts as one check."""
    part = Part("lint")
    with _timed(part):
        for words in LINTERS:
            print("$ " + " ".join(words), flush=True)
            outcome = subprocess.run([str(PYTHON), "-m", *words], cwd=ROOT)
            part.failed += outcome.returncode != 0
            part.passed += outcome.returncode == 0
    return part


def _skipped() -> list[str]:
    names = [name.strip() for name in os.environ.get("SAIXUN_SKIP", "").split(",") if name.strip()]
    unknown = sorted(set(names) - set(OPTIONAL))
    if unknown:
        raise Refusal(f"SAIXUN_SKIP knows {' and '.join(OPTIONAL)}, not {', '.join(unknown)}.")
    return names


def _browser(arguments: list[str]) -> Part:
    chromium = system_packages.chromium()
    if chromium is None:
        return Part("browser", missing="no chromium on PATH (SAIXUN_CHROMIUM names another)")
    if not system_packages.chinese_font():
        return Part("browser", missing="no Chinese font (fonts-noto-cjk)")
    return _pytest("browser", ["-m", "browser", *BY_JOURNEY, *arguments], SAIXUN_CHROMIUM=chromium)


def _postgres(arguments: list[str]) -> Part:
    binaries = system_packages.postgres_bin()
    if binaries is None:
        return Part("postgres", missing="no initdb found (package postgresql)")
    choice = ["-m", "not browser and not sqlite_only", *TWO_AT_ONCE, *arguments]
    try:
        with cluster.throw_away(binaries) as address:
            return _pytest(
                "postgres", choice, SAIXUN_TEST_DB="postgres", SAIXUN_TEST_POSTGRES=address
            )
    except Refusal as refusal:
        return Part("postgres", missing=str(refusal))


def _pytest(name: str, arguments: list[str], **settings: str) -> Part:
    """One pytest process, its figures read from the report that it writes."""
    part = Part(name)
    environ = {**environment.child_environ(), "SAIXUN_TEST_DB": "sqlite", **settings}
    print(f"\n$ pytest ({name}) " + " ".join(arguments), flush=True)
    with tempfile.TemporaryDirectory() as folder, _timed(part):
        report = Path(folder) / "report.xml"
        command = [str(PYTHON), "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
        status = subprocess.run(command, cwd=ROOT, env=environ).returncode
        if status == NO_TESTS_FOUND:
            part.missing = "no test was found"
        elif not report.exists():
            part.missing = f"pytest ended with status {status} before it ran a test"
        else:
            _count(part, report, status)
    return part


def _count(part: Part, report: Path, status: int) -> None:
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    tests, failures, errors, skipped = (
        sum(int(suite.get(word, "0")) for suite in suites)
        for word in ("tests", "failures", "errors", "skipped")
    )
    part.skipped = skipped
    # A status other than 0 without a failed test (an interruption, say) is never green.
    part.failed = max(failures + errors, int(status != 0))
    part.passed = max(tests - failures - errors - skipped, 0)


@contextmanager
def _timed(part: Part) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        part.seconds = time.monotonic() - started
