"""A disk that takes nothing more, without being allowed to mount one."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from core.db import db


@contextmanager
def full(largest: int = 0) -> Iterator[None]:
    """No file of this process may grow beyond `largest` bytes: writing raises OSError as a full disk
    does. SQLite writes files too, so that a test names a size or has nothing to write there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_database(pages: int = 40) -> Iterator[None]:
    """SQLite finds room for so many pages more and then says that the disk is full."""

    def limit(connection: Any, *rest: Any) -> None:
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {used + pages}")

    event.listen(db.engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", limit)
        db.session.remove()
        db.engine.dispose()
