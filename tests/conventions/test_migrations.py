"""Migrations: one line with a head file, equal to the models, guarded, and able to go back."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import alembic.command
import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from core import append_only, clock, installation
from core.db import Base, db
from tests.conventions.source import ROOT, listed

FOLDER = ROOT / "migrations"
LIVES = r"^\d{4}_[a-z_]+\.py$"


def scripts() -> list[Any]:
    """The migrations from the first to the last."""
    directory = ScriptDirectory(str(FOLDER))
    return list(reversed(list(directory.walk_revisions())))


def test_one_line_of_numbered_files() -> None:
    names = sorted(path.name for path in (FOLDER / "versions").glob("*.py"))
    assert all(re.match(LIVES, name) for name in names), names
    assert [Path(script.path).name for script in scripts()] == names
    assert [script.revision for script in scripts()] == [name[:4] for name in names]
    assert [script.down_revision for script in scripts()] == [
        None,
        *(script.revision for script in scripts()[:-1]),
    ]


def test_the_head_file_names_the_last_one() -> None:
    """Two branches that each add a migration conflict in this file, not in production."""
    head = (FOLDER / ".current-alembic-head").read_text("utf-8").strip()
    assert head == scripts()[-1].revision


def differences() -> list[Any]:
    """What autogenerate would change."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def test_the_models_equal_the_migrated_schema(app: Flask) -> None:
    found = [str(item) for item in differences()]
    assert not found, listed(found, "draft the package's migration again:")


def test_every_table_belongs_to_a_package() -> None:
    """people_account, contests_entry: the first word is the package."""
    packages = {"core", "people", "contests", "training", "awards", "overview"}
    strange = sorted(name for name in Base.metadata.tables if name.split("_")[0] not in packages)
    assert not strange, listed(strange, "named after no package:")


def test_every_constraint_has_a_name() -> None:
    """Unnamed ones cannot be dropped on SQLite, nor explained to a person."""
    nameless = sorted(
        f"{table.name}: {constraint!r}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    )
    assert not nameless, listed(nameless, "give these a name:")


# Append-only


def test_every_append_only_table_is_guarded(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert append_only.missing(connection) == []
    assert "core_audit_entry" in append_only.tables()


@pytest.mark.parametrize("name", append_only.tables())
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_evidence(app: Flask, name: str, verb: str) -> None:
    """Whoever is connected: the refusal is the database's, not the program's."""
    table = Base.metadata.tables[name]
    column = next(column for column in table.columns if not column.primary_key)
    statement = table.update().values({column.name: column}) if verb == "update" else table.delete()
    with db.engine.connect() as connection:
        _loosen(connection, name)
        connection.execute(table.insert().values(_row(table)))
        with pytest.raises(DBAPIError, match=f"append-only: {name}"):
            connection.execute(statement)
        connection.rollback()


def _loosen(connection: sa.Connection, name: str) -> None:
    """A made-up row has no parents: look away from foreign keys and checks, in this transaction."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA ignore_check_constraints=ON")
        return
    for (constraint,) in connection.execute(
        sa.text(
            "SELECT conname FROM pg_constraint WHERE contype IN ('f', 'c') "
            "AND conrelid = CAST(:name AS regclass)"
        ),
        {"name": name},
    ).all():
        connection.execute(sa.text(f'ALTER TABLE "{name}" DROP CONSTRAINT "{constraint}"'))


def _row(table: sa.Table) -> dict[str, Any]:
    return {
        column.name: _value(column.type)
        for column in table.columns
        if not column.nullable and column.server_default is None
    }


def _value(kind: sa.types.TypeEngine[Any]) -> Any:
    samples: list[tuple[type, Any]] = [
        (sa.Uuid, uuid4()),
        (sa.Boolean, False),
        (sa.Date, date(2026, 3, 1)),
        (sa.DateTime, datetime(2026, 3, 1, tzinfo=UTC)),
        (sa.Numeric, 1),
        (sa.Integer, 1),
        (sa.JSON, {}),
        (sa.LargeBinary, b"x"),
        (sa.String, "x"),
    ]
    plain = getattr(kind, "impl_instance", kind) if isinstance(kind, sa.TypeDecorator) else kind
    return next(value for type_, value in samples if isinstance(plain, type_))


# Back and forth


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()
    flask_migrate.downgrade(str(FOLDER), revision="base")
    with db.engine.connect() as connection:
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
    flask_migrate.upgrade(str(FOLDER))
    assert [str(item) for item in differences()] == []
    with db.engine.connect() as connection:
        assert append_only.missing(connection) == []


def extended(folder: Path, body: str) -> str:
    """The migrations with one more at their end."""
    copy = folder / "migrations"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "9999_more.py").write_text(
        f"from alembic import op\nimport sqlalchemy as sa\nrevision = '9999'\n"
        f"down_revision = '{scripts()[-1].revision}'\n"
        f"def upgrade():\n    {body}\n\ndef downgrade():\n    pass\n"
    )
    return str(copy)


def test_a_migration_that_loses_rows_is_undone(app: Flask, tmp_path: Path) -> None:
    assert installation.stored_mode(db.session()) == "test"
    db.session.remove()
    losing = extended(tmp_path, "op.execute('DELETE FROM core_installation')")
    with pytest.raises(RuntimeError, match="core_installation: 1 rows before, 0 after; undone"):
        alembic.command.upgrade(_config(losing), "head")
    assert installation.stored_mode(db.session()) == "test"
    with db.engine.connect() as connection:
        version = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
        assert version.scalar_one() == scripts()[-1].revision


def test_a_rebuilt_table_gets_its_guards_back(app: Flask, tmp_path: Path) -> None:
    """SQLite copies the table in batch mode, and the triggers go with the old one."""
    db.session.remove()
    rebuild = (
        "with op.batch_alter_table('core_audit_entry', recreate='always') as batch:\n"
        "        batch.add_column(sa.Column('more', sa.String(1), nullable=True))"
        if db.engine.dialect.name == "sqlite"
        else "op.add_column('core_audit_entry', sa.Column('more', sa.String(1)))"
    )
    alembic.command.upgrade(_config(extended(tmp_path, rebuild)), "head")
    with db.engine.connect() as connection:
        assert append_only.missing(connection) == []


def test_children_survive_the_rebuilding_of_their_parent(app: Flask, tmp_path: Path) -> None:
    """With foreign keys on, SQLite deletes them silently when the old parent is dropped."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL does not rebuild tables")
    with db.unit() as session:
        session.execute(
            sa.text(
                "INSERT INTO people_account (id, login_sealed, login_index, label, password_hash, "
                "totp_sealed, totp_step, created) VALUES ('a', '', 'x', '', '', '', 0, :now)"
            ),
            {"now": clock.now().replace(tzinfo=None)},
        )
        session.execute(
            sa.text(
                "INSERT INTO people_role_grant (id, account_id, role, scope, scope_id, granted_at) "
                "VALUES ('g', 'a', 'finance', 'city', '', :now)"
            ),
            {"now": clock.now().replace(tzinfo=None)},
        )
    db.session.remove()
    rebuild = (
        "with op.batch_alter_table('people_account', recreate='always') as batch:\n"
        "        batch.alter_column('label', type_=sa.String(61))"
    )
    alembic.command.upgrade(_config(extended(tmp_path, rebuild)), "head")
    with db.engine.connect() as connection:
        count = connection.execute(sa.text("SELECT count(*) FROM people_role_grant"))
        assert count.scalar_one() == 1


def _config(folder: str) -> Any:
    return current_app.extensions["migrate"].migrate.get_config(folder)
