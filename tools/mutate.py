"""Breaks the program on purpose, one place at a time, and expects the tests to notice.

Two sources: the list tools/mutations.toml (a file, an exact text, its replacement, the tests that
must fail) and every `@access(...)` mark, once removed and once opened to everybody. All happens in
copies of the tree; a change that no test notices survives and is listed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tools import environment
from tools.environment import PYTHON, ROOT, Refusal

SEED_LIST = ROOT / "tools/mutations.toml"
PACKAGES = ("core", "people", "contests", "training", "awards", "overview")
ACCESS_MARK = re.compile(r"^@(?:access\.)?(?:access\([^)]*\)|public|signed_in)\n", re.MULTILINE)
ACCESS_TESTS = ("tests/conventions/test_access.py",)
# Needs no import in the module that it stands in.
OPEN_TO_ALL = '@(lambda view: setattr(view, "__access__", "public") or view)\n'
WORKERS = 2
LEFT_ASIDE = (".git", ".venv", ".cache", "instance", ".*_cache", ".hypothesis", "__pycache__")
KILLED, SURVIVED = 1, 0


@dataclass(frozen=True)
class Mutation:
    """Replace `old` (found exactly once from `position` on) by `new` in `file`; run `tests`."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    position: int = 0

    def apply(self, tree: Path) -> None:
        """Write the broken file into a copy of the tree."""
        path = tree / self.file
        text = path.read_text(encoding="utf-8")
        head, tail = text[: self.position], text[self.position :]
        path.write_text(head + tail.replace(self.old, self.new, 1), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run all mutations, or those whose name contains an argument. 1 when one survives."""
    mutations = [
        mutation
        for mutation in seeded() + access_marks()
        if not arguments or any(word in mutation.name for word in arguments)
    ]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="saixun-mutate-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(WORKERS):
            trees.put(_copy(Path(folder) / str(number)))
        _expect_green(trees, mutations)
        with ThreadPoolExecutor(WORKERS) as pool:
            outcomes = list(pool.map(lambda mutation: _try(mutation, trees), mutations))
    survivors = [name for name, survived in outcomes if survived]
    for name in survivors:
        print(f"SURVIVED  {name}")
    killed = len(outcomes) - len(survivors)
    seconds = time.monotonic() - started
    print(f"{killed} of {len(outcomes)} mutations were noticed, in {seconds:.0f} s")
    return 1 if survivors else 0


def seeded() -> list[Mutation]:
    """The list; refuses an entry whose text does not stand exactly once in its file."""
    rows = tomllib.loads(SEED_LIST.read_text(encoding="utf-8"))["mutation"]
    mutations = []
    for row in rows:
        mutation = Mutation(row["name"], row["file"], row["old"], row["new"], tuple(row["tests"]))
        found = (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.old)
        if found != 1:
            raise Refusal(
                f"{SEED_LIST.name}: “{mutation.name}” stands {found} times in {mutation.file}, "
                "not once; mend the entry."
            )
        mutations.append(mutation)
    return mutations


def access_marks() -> list[Mutation]:
    """Two mutations for every access mark: without it, and with it opened to everybody."""
    mutations = []
    for path in [p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))]:
        text = path.read_text(encoding="utf-8")
        for mark in ACCESS_MARK.finditer(text):
            file = path.relative_to(ROOT).as_posix()
            view = text[mark.end() :].split("def ", 1)[1].split("(", 1)[0]
            changes = {"removed": ""}
            if "public" not in mark[0]:
                changes["opened"] = OPEN_TO_ALL
            for how, new in changes.items():
                name = f"access {how}: {file} {view}"
                mutations.append(Mutation(name, file, mark[0], new, ACCESS_TESTS, mark.start()))
    return mutations


def _copy(target: Path) -> Path:
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*LEFT_ASIDE))
    return target


def _expect_green(trees: SimpleQueue[Path], mutations: list[Mutation]) -> None:
    """The tests named must pass unbroken, or their failing would prove nothing."""
    tests = sorted({test for mutation in mutations for test in mutation.tests})
    if not tests:
        raise Refusal("No mutation has such a name.")
    lacking = [test for test in tests if not (ROOT / test).exists()]
    if lacking:
        raise Refusal(f"Tests that mutations name do not exist: {', '.join(lacking)}")
    tree = trees.get()
    outcome = _run(tree, tests)
    trees.put(tree)
    if outcome.returncode:
        raise Refusal(f"The tests fail before anything is broken:\n{outcome.stdout[-3000:]}")


def _try(mutation: Mutation, trees: SimpleQueue[Path]) -> tuple[str, bool]:
    """(name, whether it survived); the file is put back afterwards."""
    tree = trees.get()
    try:
        mutation.apply(tree)
        outcome = _run(tree, list(mutation.tests))
    finally:
        shutil.copyfile(ROOT / mutation.file, tree / mutation.file)
        trees.put(tree)
    if outcome.returncode not in (KILLED, SURVIVED):
        told = f" (pytest ended with status {outcome.returncode}, so the entry proves nothing)"
        return mutation.name + told, True
    print("." if outcome.returncode == KILLED else "S", end="", flush=True)
    return mutation.name, outcome.returncode == SURVIVED


def _run(tree: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    command = [str(PYTHON), "-B", "-m", "pytest", "-x", "-q", "-m", "not browser"]
    command += ["-p", "no:cacheprovider", *tests]
    environ = environment.child_environ() | {"SAIXUN_TEST_DB": "sqlite"}
    return subprocess.run(
        command, cwd=tree, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
