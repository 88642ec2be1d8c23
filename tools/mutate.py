"""Breaks the program on purpose, one place at a time, and expects the tests to notice.

Two sources: the list tools/mutations.toml (a file, an exact text, its replacement, the tests that
must fail) and every `@access(...)` mark, once removed and once opened to everybody. All happens in
copies of the tree; a change that no test notices survives and is listed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
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
_MOMENTS = count(1_000_000_000)


@dataclass(frozen=True)
class Mutation:
    """Replace `old` (found exactly once from `position` on) by `new` in `file`; run `tests`."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    position: int = 0

    def applied(self, text: str) -> str:
        """The broken text of the file."""
        head, tail = text[: self.position], text[self.position :]
        return head + tail.replace(self.old, self.new, 1)


class Tree:
    """A copy of the project and the process that runs tests in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_ASIDE))
        self._process = subprocess.Popen(
            [str(PYTHON), "-m", "tools.mutation_worker"],
            cwd=folder,
            env=environment.child_environ() | {"SAIXUN_TEST_DB": "sqlite"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def test(self, tests: Sequence[str]) -> tuple[int, str]:
        """pytest's status and the end of what it said."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(list(tests)) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        return told["status"], told["output"]

    def write(self, file: str, text: str) -> None:
        """A new time for each content: compiled files are told apart by it."""
        path = self.folder / file
        path.write_text(text, encoding="utf-8")
        moment = next(_MOMENTS)
        os.utime(path, (moment, moment))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def main(arguments: list[str]) -> int:
    """Run all mutations, or those whose name contains an argument. 1 when one survives."""
    mutations = [
        mutation
        for mutation in seeded() + access_marks()
        if not arguments or any(word in mutation.name for word in arguments)
    ]
    started = time.monotonic()
    with _trees() as trees:
        _expect_green(trees, mutations)
        with ThreadPoolExecutor(WORKERS) as pool:
            outcomes = list(pool.map(lambda mutation: _try(mutation, trees), mutations))
    survivors = [name for name, survived in outcomes if survived]
    print()
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


@contextmanager
def _trees() -> Iterator[SimpleQueue[Tree]]:
    """A queue of copies, as many as work at once."""
    with tempfile.TemporaryDirectory(prefix="saixun-mutate-") as folder:
        made = [Tree(Path(folder) / str(number)) for number in range(WORKERS)]
        trees: SimpleQueue[Tree] = SimpleQueue()
        for tree in made:
            trees.put(tree)
        try:
            yield trees
        finally:
            for tree in made:
                tree.close()


def _expect_green(trees: SimpleQueue[Tree], mutations: list[Mutation]) -> None:
    """The tests named must pass unbroken, or their failing would prove nothing."""
    tests = sorted({test for mutation in mutations for test in mutation.tests})
    if not tests:
        raise Refusal("No mutation has such a name.")
    lacking = [test for test in tests if not (ROOT / test).exists()]
    if lacking:
        raise Refusal(f"Tests that mutations name do not exist: {', '.join(lacking)}")
    tree = trees.get()
    status, output = tree.test(tests)
    trees.put(tree)
    if status:
        raise Refusal(f"The tests fail before anything is broken:\n{output}")


def _try(mutation: Mutation, trees: SimpleQueue[Tree]) -> tuple[str, bool]:
    """(name, whether it survived); the file is put back afterwards."""
    tree = trees.get()
    whole = (tree.folder / mutation.file).read_text(encoding="utf-8")
    try:
        tree.write(mutation.file, mutation.applied(whole))
        status, _output = tree.test(mutation.tests)
    finally:
        tree.write(mutation.file, whole)
        trees.put(tree)
    if status not in (KILLED, SURVIVED):
        told = f" (pytest ended with status {status}, so the entry proves nothing)"
        return mutation.name + told, True
    print("." if status == KILLED else "S", end="", flush=True)
    return mutation.name, status == SURVIVED
