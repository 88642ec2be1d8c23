"""Breaks the program on purpose, one place at a time, and expects the tests to notice.

Two sources: the list tools/mutations.toml (a file, an exact text, its replacement, the tests that
must fail), one at a time; and the `@access(...)` marks, all removed at once and all opened to
everybody at once: the test must name every single view. All happens in copies of the tree; a change
that no test notices survives and is listed.
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
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import SimpleQueue

from tools import environment
from tools.environment import PYTHON, ROOT, Refusal

SEED_LIST = ROOT / "tools/mutations.toml"
PACKAGES = ("core", "people", "contests", "training", "awards", "overview")
ACCESS_MARK = re.compile(r"^@(?:access\.)?(?:access\([^)]*\)|public|signed_in)\n", re.MULTILINE)
ACCESS_TESTS = ("tests/conventions/test_routes.py::test_routes_are_written_down",)
CLOSED_MARK = re.compile(r"^@(?:access\.)?(?:access\([^)]*\)|signed_in)\n", re.MULTILINE)
# Needs no import in the module that it stands in.
OPEN_TO_ALL = '@(lambda view: setattr(view, "__access__", "public") or view)\n'
WORKERS = 2
LEFT_ASIDE = (".git", ".venv", ".cache", "instance", ".*_cache", ".hypothesis", "__pycache__")
KILLED, SURVIVED = 1, 0
_MOMENTS = count(1_000_000_000)


@dataclass(frozen=True)
class Mutation:
    """The broken text of each file, and the tests of which one must fail. What it then says must
    contain each key of `told`; the value names what survives if it does not."""

    name: str
    broken: Mapping[str, str]
    tests: tuple[str, ...]
    told: Mapping[str, str] = field(default_factory=dict)


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
        line = self._process.stdout.readline()
        if not line:
            raise Refusal("The process that runs the tests ended (was it killed?); run it again.")
        told = json.loads(line)
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
    survivors = [name for survived in outcomes for name in survived]
    print()
    for name in survivors:
        print(f"SURVIVED  {name}")
    total = sum(len(mutation.told) or 1 for mutation in mutations)
    seconds = time.monotonic() - started
    print(f"{total - len(survivors)} of {total} mutations were noticed, in {seconds:.0f} s")
    return 1 if survivors else 0


def seeded() -> list[Mutation]:
    """The list; refuses an entry whose text does not stand exactly once in its file."""
    rows = tomllib.loads(SEED_LIST.read_text(encoding="utf-8"))["mutation"]
    mutations = []
    for row in rows:
        text = (ROOT / row["file"]).read_text(encoding="utf-8")
        found = text.count(row["old"])
        if found != 1:
            raise Refusal(
                f"{SEED_LIST.name}: “{row['name']}” stands {found} times in {row['file']}, "
                "not once; mend the entry."
            )
        broken = {row["file"]: text.replace(row["old"], row["new"])}
        mutations.append(Mutation(row["name"], broken, tuple(row["tests"])))
    return mutations


def access_marks() -> list[Mutation]:
    """Every mark removed, every mark opened. One view's mark does not touch another's line in the
    test's answer, so all are broken at once."""
    marked = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }
    changes = {"removed": (ACCESS_MARK, ""), "opened": (CLOSED_MARK, OPEN_TO_ALL)}
    return [_all_marks(marked, how, mark, new) for how, (mark, new) in changes.items()]


def _all_marks(texts: Mapping[str, str], how: str, mark: re.Pattern[str], new: str) -> Mutation:
    told = {}
    for file, text in texts.items():
        for found in mark.finditer(text):
            view = _endpoint(text, found)
            told[f'.{view}" ='] = f"access mark {how}: {file} {view}"
    broken = {file: mark.sub(new, text) for file, text in texts.items() if mark.search(text)}
    return Mutation(f"access marks {how}", broken, ACCESS_TESTS, told)


def _endpoint(text: str, mark: re.Match[str]) -> str:
    """The name that the route above the mark gives, else that of the view below."""
    given = re.search(r'endpoint="(\w+)"', text[: mark.start()].splitlines()[-1])
    return given[1] if given else text[mark.end() :].split("def ", 1)[1].split("(", 1)[0]


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
    lacking = [test for test in tests if not (ROOT / test.split("::")[0]).exists()]
    if lacking:
        raise Refusal(f"Tests that mutations name do not exist: {', '.join(lacking)}")
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = [tests[start::WORKERS] for start in range(WORKERS)]
        outcomes = list(pool.map(lambda part: _run(part, trees), filter(None, parts)))
    for status, output in outcomes:
        if status:
            raise Refusal(f"The tests fail before anything is broken:\n{output[-3000:]}")


def _run(tests: Sequence[str], trees: SimpleQueue[Tree]) -> tuple[int, str]:
    tree = trees.get()
    try:
        return tree.test(tests)
    finally:
        trees.put(tree)


def _try(mutation: Mutation, trees: SimpleQueue[Tree]) -> list[str]:
    """What survived; the files are put back afterwards."""
    tree = trees.get()
    whole = {file: (tree.folder / file).read_text(encoding="utf-8") for file in mutation.broken}
    try:
        for file, text in mutation.broken.items():
            tree.write(file, text)
        status, output = tree.test(mutation.tests)
    finally:
        for file, text in whole.items():
            tree.write(file, text)
        trees.put(tree)
    survived = [what for words, what in mutation.told.items() if words not in output]
    if status == SURVIVED:
        survived = list(mutation.told.values()) or [mutation.name]
    elif status != KILLED:
        survived = [f"{mutation.name} (pytest ended with status {status}, which proves nothing)"]
    print("S" if survived else ".", end="", flush=True)
    return survived
