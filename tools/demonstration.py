"""The demonstration city from outside: its logins, codes and pages, as its commands tell them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools import environment


@dataclass(frozen=True)
class Login:
    """One line of demo-logins.txt."""

    role: str
    name: str
    password: str


@dataclass(frozen=True)
class Route:
    """One GET endpoint with the address of its sample object, and the role that may see it."""

    endpoint: str
    role: str
    url: str


def environ_of(instance: Path, database_url: str = "") -> dict[str, str]:
    """The environment of a demonstration installation of its own, on any free port."""
    environ = environment.child_environ() | {
        "SAIXUN_INSTANCE": str(instance),
        "SAIXUN_MODE": "demo",
        "SAIXUN_HOST": "127.0.0.1",
        "SAIXUN_PORT": "0",
    }
    environ.pop("DATABASE_URL", None)
    return environ | ({"DATABASE_URL": database_url} if database_url else {})


def load(environ: dict[str, str]) -> None:
    """A fresh demonstration city for these settings."""
    ask(environ, "ops", "migrate")
    ask(environ, "demo", "load", "--if-empty")


def ask(environ: dict[str, str], *words: str) -> str:
    """What `flask WORDS` prints; its complaint goes to the screen."""
    command = environment.flask(*words)
    outcome = subprocess.run(
        command, cwd=environment.ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=True
    )
    return outcome.stdout


def logins(environ: dict[str, str]) -> dict[str, Login]:
    """The printed login of each role: `role name password` on a line, `#` begins a comment."""
    text = (Path(environ["SAIXUN_INSTANCE"]) / "demo-logins.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line.strip() and line[0] != "#"]
    return {row[0]: Login(*row[:3]) for row in rows}


def code(environ: dict[str, str], role: str) -> str:
    """The present one-time code of a role."""
    return ask(environ, "demo", "code", role).split()[-1]


def routes(environ: dict[str, str]) -> list[Route]:
    """Every page of the route list."""
    rows = json.loads(ask(environ, "demo", "routes", "--json"))
    return [Route(row["endpoint"], row["role"], row["url"]) for row in rows]
