"""Tables whose rows are never changed or deleted: the database itself refuses.

SQLite loses triggers when a batch migration rebuilds a table, so `ensure` runs after every
migration, and `missing` lets a test and `flask ops doctor` compare.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Connection, text

Model = TypeVar("Model", bound=type[Any])
_tables: list[str] = []


def append_only(model: Model) -> Model:
    """Class decorator: the rows of this model are evidence."""
    _tables.append(model.__tablename__)
    return model


def tables() -> list[str]:
    """The names of all append-only tables, sorted."""
    return sorted(_tables)


def ensure(connection: Connection) -> None:
    """Create the missing triggers of every append-only table that exists."""
    for name in missing(connection):
        for statement in _statements(name, connection.dialect.name):
            connection.execute(text(statement))


def missing(connection: Connection) -> list[str]:
    """Append-only tables that exist but are not guarded."""
    present = set(connection.dialect.get_table_names(connection))
    guarded = {row[0] for row in connection.execute(text(_GUARDED[connection.dialect.name]))}
    return [
        name
        for name in tables()
        if name in present and not {f"{name}_no_update", f"{name}_no_delete"} <= guarded
    ]


_GUARDED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def _statements(name: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name}_no_{verb} BEFORE {verb.upper()} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"
            for verb in ("update", "delete")
        ]
    return [
        """
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$
        """,
        f"""
        CREATE OR REPLACE TRIGGER {name}_no_update BEFORE UPDATE ON {name}
        FOR EACH ROW EXECUTE FUNCTION refuse_change()
        """,
        f"""
        CREATE OR REPLACE TRIGGER {name}_no_delete BEFORE DELETE OR TRUNCATE ON {name}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """,
    ]
