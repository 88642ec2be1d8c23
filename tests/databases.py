"""One migrated database a run, copied for each test: on SQLite a file, on PostgreSQL a template."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

KIND = os.environ.get("SAIXUN_TEST_DB", "sqlite")
SERVER = os.environ.get("SAIXUN_TEST_POSTGRES", "")


class SqliteCopies:
    """Copies of one file; the journal files of the copy before are removed with it."""

    def __init__(self, folder: Path) -> None:
        self.original = folder / "original.db"
        self.copy = folder / "copy.db"
        self.url = f"sqlite:///{self.copy}"
        self.original_url = f"sqlite:///{self.original}"

    def renew(self) -> None:
        """A fresh copy under the same name."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.copy}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.original, self.copy)

    def close(self) -> None:
        """The folder is the run's own; nothing to do."""


class PostgresCopies:
    """CREATE DATABASE … TEMPLATE on the server that SAIXUN_TEST_POSTGRES names."""

    def __init__(self, folder: Path) -> None:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.names = [f"saixun_{worker}_{os.getpid()}_{part}" for part in ("original", "copy")]
        base = SERVER.rsplit("/", 1)[0] if "?" not in SERVER else SERVER
        self.original_url, self.url = (_with_database(base, name) for name in self.names)
        self._execute("CREATE DATABASE {}", self.names[0])

    def renew(self) -> None:
        """Drop the copy and make it again from the template."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.names[1])
        self._execute("CREATE DATABASE {} TEMPLATE {}", self.names[1], self.names[0])

    def close(self) -> None:
        """Leave nothing behind."""
        for name in self.names:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _with_database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    scheme, _, rest = head.partition("://")
    host = rest.split("/", 1)[0]
    return f"postgresql+psycopg://{host}/{name}{'?' + query if query else ''}"


@contextmanager
def copies(folder: Path) -> Iterator[SqliteCopies | PostgresCopies]:
    """The databases of this run, by SAIXUN_TEST_DB."""
    made = PostgresCopies(folder) if KIND == "postgres" else SqliteCopies(folder)
    try:
        yield made
    finally:
        made.close()
