"""The list of guarded tables. That the database refuses stands in tests/conventions/test_migrations.py."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from core import append_only
from core.db import db


def test_the_tables_are_named_once_and_sorted() -> None:
    names = append_only.tables()
    assert names == sorted(set(names))


def test_ensure_may_run_again(app: Flask) -> None:
    with db.engine.connect() as connection:
        append_only.ensure(connection)
        append_only.ensure(connection)
        assert append_only.missing(connection) == []


def test_a_lost_guard_is_named(app: Flask) -> None:
    with db.engine.connect() as connection:
        where = "" if connection.dialect.name == "sqlite" else " ON core_audit_entry"
        connection.execute(text(f"DROP TRIGGER core_audit_entry_no_delete{where}"))
        assert append_only.missing(connection) == ["core_audit_entry"]
        connection.rollback()
