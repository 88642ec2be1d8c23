"""One migrated database a run, copied for each test: on SQLite a file, on PostgreSQL a template."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

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


SHAPE = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT t::text FROM pg_trigger t
        UNION ALL SELECT c::text FROM pg_constraint c
        UNION ALL SELECT i::text FROM pg_index i WHERE i.indexrelid >= 16384
        UNION ALL SELECT p::text FROM pg_proc p WHERE p.oid >= 16384
        UNION ALL SELECT a::text FROM pg_attribute a WHERE a.attrelid >= 16384
    ) AS shape (line)"""
"""Tables, columns, indexes, constraints, triggers and functions of a database in one text."""


class PostgresCopies:
    """A database made from a template on the server that SAIXUN_TEST_POSTGRES names.

    Making it anew takes 100 ms, emptying it 20: it is made anew only when a test changed its shape.
    """

    def __init__(self, folder: Path) -> None:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.names = [f"saixun_{worker}_{os.getpid()}_{part}" for part in ("original", "copy")]
        base = SERVER.rsplit("/", 1)[0] if "?" not in SERVER else SERVER
        self.original_url, self.url = (_with_database(base, name) for name in self.names)
        self._execute("CREATE DATABASE {}", self.names[0])
        self.shape = ""
        self.rows: list[tuple[str, Any]] = []

    def renew(self) -> None:
        """Bring the copy back to what the template holds."""
        if not self.shape or not self._emptied():
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.names[1])
            self._execute("CREATE DATABASE {} TEMPLATE {}", self.names[1], self.names[0])
            with self._copy() as connection:
                self.shape = connection.execute(SHAPE).fetchone()[0]
                self.rows = [
                    (table, row)
                    for table in _filled(connection)
                    for (row,) in connection.execute(_naming("SELECT to_jsonb(t) FROM {} t", table))
                ]

    def close(self) -> None:
        """Leave nothing behind."""
        for name in self.names:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _emptied(self) -> bool:
        """Delete what a test wrote and put the template's rows back; False if the shape differs."""
        with self._copy() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if connection.execute(SHAPE).fetchone() != (self.shape,):
                return False
            with connection.transaction():
                # Past the guards of append-only tables and past foreign keys.
                connection.execute("SET LOCAL session_replication_role = replica")
                for table in _filled(connection):
                    connection.execute(_naming("DELETE FROM {}", table))
                for table, row in self.rows:
                    put = _naming(
                        "INSERT INTO {} SELECT * FROM jsonb_populate_record(NULL::{}, %s)",
                        table,
                        table,
                    )
                    connection.execute(put, [Jsonb(row)])
        return True

    def _copy(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(_naming(statement, *names))


def _naming(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


def _filled(connection: psycopg.Connection[Any]) -> list[str]:
    """The tables that hold rows."""
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
    ]
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
        for name in tables
    ]
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asked))]


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
