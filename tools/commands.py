"""The table of commands behind tools/dev.py and what each of them starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType

from tools import environment, lockfile, mutate, testing
from tools.environment import Refusal


def run(_arguments: list[str]) -> int:
    """set up, migrate, load the demonstration city on the first start, serve"""
    environment.install(environment.RUN)
    environ = environment.child_environ()
    environ.setdefault("SAIXUN_MODE", "demo")
    steps = [["ops", "migrate"]]
    if environ["SAIXUN_MODE"] == "demo":
        steps.append(["demo", "load", "--if-empty"])
    for step in steps:
        subprocess.run(environment.flask(*step), cwd=environment.ROOT, env=environ, check=True)
    return environment.become(environment.flask("ops", "serve"), environ)


def test(arguments: list[str]) -> int:
    """install what the tests need, run everything on both databases, print one summary"""
    return testing.run_everything(arguments)


def lint(_arguments: list[str]) -> int:
    """ruff check, ruff format --check, mypy"""
    environment.install(environment.TEST)
    return 1 if testing.lint().failed else 0


def bench(arguments: list[str]) -> int:
    """measure against the reference application in bench/ and print ratios"""
    environment.install(environment.TEST)
    return environment.become(
        [str(environment.PYTHON), "-m", "bench.run", *arguments], environment.child_environ()
    )


def mutations(arguments: list[str]) -> int:
    """break a rule or an access mark in a copy, expect the tests to notice; list survivors"""
    environment.install(environment.TEST)
    return mutate.main(arguments)


def screenshots(arguments: list[str]) -> int:
    """every page of the route list at 390, 1180 and 1920 px, as PNG (folder as argument)"""
    environment.install(environment.TEST)
    return environment.become(
        [str(environment.PYTHON), "-m", "tools.screenshots", *arguments],
        environment.child_environ(),
    )


def lock(_arguments: list[str]) -> int:
    """write requirements.lock anew from the requirement files"""
    environment.install(environment.RUN)
    return lockfile.write()


def help_text(_arguments: list[str]) -> int:
    """this list"""
    print("python tools/dev.py COMMAND   (or: make COMMAND)\n")
    for name, command in COMMANDS.items():
        print(f"  {name:<12} {command.__doc__}")
    print(
        "\nSettings: SAIXUN_HOST, SAIXUN_PORT (8000, next free), SAIXUN_INSTANCE (./instance),\n"
        "SAIXUN_WHEELS (install offline from this folder), SAIXUN_SKIP=browser,postgres (tests)."
    )
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "help": help_text,
    "run": run,
    "test": test,
    "lint": lint,
    "bench": bench,
    "mutate": mutations,
    "screenshots": screenshots,
    "lock": lock,
}


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """A polite end closes what was started (database, servers) as Ctrl-C does."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run one command; its exit status. 2 when the command is unknown."""
    os.chdir(environment.ROOT)
    signal.signal(signal.SIGTERM, _stop)
    name = arguments[0] if arguments else "help"
    if name not in COMMANDS:
        print(f"Unknown command: {name}", file=sys.stderr)
        help_text([])
        return 2
    try:
        return COMMANDS[name](arguments[1:])
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        words = " ".join(str(word) for word in error.cmd)
        print(f"\nStopped: {words}\nended with status {error.returncode}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
