"""The database: one SQLAlchemy object, the base of all rows, and the only place that commits.

SQLite runs in WAL mode with synchronous=FULL (NORMAL loses acknowledged writes in a power cut) and
every writing unit begins IMMEDIATE behind one advisory lock, between threads and processes.
PostgreSQL needs none of that; nothing else differs between the two.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from filelock import FileLock
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    UniqueConstraint,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from core import ids
from core.errors import DomainError

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
UNAVAILABLE = (OperationalError, InternalError, OSError)
"""Locked, full, read-only or gone; InternalError is what PostgreSQL says when it only reads."""
BUSY_TIMEOUT_MS = 20_000
LOCK_POLL_SECONDS = 0.002


class Base(DeclarativeBase):
    """The metadata that all tables share, with named constraints."""

    metadata = MetaData(naming_convention=NAMES)


class Database(SQLAlchemy):
    """Flask-SQLAlchemy with one way to write: `with db.unit():`."""

    def __init__(self) -> None:
        super().__init__(
            model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False}
        )
        self.at_unit_end: list[Callable[[Session], None]] = []
        self._in_process = threading.RLock()

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One writing transaction: lock, begin, run the body, commit; roll back on any exception.

        Whatever was read before is expired, so that the decision rests on what the transaction
        sees. A broken constraint becomes the DomainError that `explain` registered for it.
        """
        if _writing.get():
            raise RuntimeError("units do not nest: pass the work into the outer one")
        session = self.session()
        session.rollback()
        session.info.clear()  # what a failed unit had noted must not enter this one
        with self._writer_lock():
            token = _writing.set(True)
            try:
                yield session
                for hook in self.at_unit_end:
                    hook(session)
                session.commit()
            except IntegrityError as error:
                session.rollback()
                raise _explained(error) or error from error
            except BaseException:
                session.rollback()
                raise
            finally:
                _writing.reset(token)

    @contextmanager
    def _writer_lock(self) -> Iterator[None]:
        if self.engine.dialect.name != "sqlite" or not self.engine.url.database:
            yield
            return
        path = f"{self.engine.url.database}.lock"
        with (
            self._in_process,
            FileLock(path, mode=0o600).acquire(poll_interval=LOCK_POLL_SECONDS),
        ):
            yield


db = Database()
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_explanations: dict[str, tuple[str, str | None]] = {}


class Row(db.Model):  # type: ignore[name-defined]
    """A row with a key of its own, known before insert. `opaque_id` rows get random keys."""

    __abstract__ = True
    opaque_id = False
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", ids.opaque() if self.opaque_id else ids.ordered())
        super().__init__()
        for name in sorted(values, key=lambda name: name != "id"):  # sealed fields need the id
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, values[name])


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC on either database."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """PostgreSQL keeps the zone; SQLite keeps naive UTC."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive moments: they have no meaning here."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must be aware")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def insert_unless_there(session: Session, model: type[Any], values: dict[str, Any]) -> bool:
    """Insert a row, or leave the one that has its key; whether it was inserted. Two transactions
    that want one key queue at the key."""
    on_postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgres else sqlite.insert
    keys = list(model.__table__.primary_key)
    wish = insert(model.__table__).values(**values).on_conflict_do_nothing().returning(*keys)
    return session.execute(wish).first() is not None


def one_at_a_time(session: Session, what: str) -> None:
    """Let the units that say the same `what` come one after another, so that each reads what the one
    before wrote. Say it first, before anything is read. On SQLite all units do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def explain(constraint: str, message: str, field: str | None = None) -> None:
    """Name the sentence, and the form field, for a constraint that a race may break."""
    _explanations[constraint] = (message, field)


def _explained(error: IntegrityError) -> DomainError | None:
    name = _constraint_name(error)
    if name not in _explanations:
        return None
    message, field = _explanations[name]
    return DomainError(message, field)


def _constraint_name(error: IntegrityError) -> str:
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    text = str(error.orig)
    if match := re.fullmatch(r"CHECK constraint failed: (\S+)", text):
        return match[1]
    if match := re.fullmatch(r"UNIQUE constraint failed: index '(\S+)'", text):
        return match[1]
    if match := re.fullmatch(r"UNIQUE constraint failed: (.+)", text):
        return _unique_name([part.split(".") for part in match[1].split(", ")])
    return ""


def _unique_name(columns: list[list[str]]) -> str:
    """SQLite names the columns, not the constraint: find it in the metadata."""
    table: Table = Base.metadata.tables[columns[0][0]]
    wanted = [column for _, column in columns]
    keys: list[Any] = [key for key in table.constraints if isinstance(key, UniqueConstraint)]
    keys += [index for index in table.indexes if index.unique]
    for key in keys:
        name = getattr(key, "name", None)
        if name and [column.name for column in getattr(key, "columns", [])] == wanted:
            return str(name)
    return ""


def tune(engine: Engine) -> None:
    """Attach the SQLite profile to an engine; nothing to do for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
