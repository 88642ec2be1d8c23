"""One way to write: units, constraints explained, moments that know their zone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core import audit, clock
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError
from core.once import Operation
from people.models import Account, Organisation, Person
from tests.people import world

NOW = datetime(2026, 3, 1, 4, 5, 6, 789, tzinfo=UTC)


def organisation(code: str = "91330800MA28F12347") -> Organisation:
    return Organisation(name="巨化", uscc=code, county="330802", created=NOW)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_unit_keeps_everything_or_nothing(app: Flask) -> None:
    with db.unit() as session:
        session.add(organisation())

    def fail() -> None:
        with db.unit() as session:
            session.add(organisation("91330800MA28F12348"))
            session.flush()
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()
    assert count(Organisation) == 1


def test_units_do_not_nest(app: Flask) -> None:
    with db.unit(), pytest.raises(RuntimeError, match="do not nest"), db.unit():
        pass


def test_the_notes_of_a_failed_unit_reach_no_other(app: Flask) -> None:
    """Or the trail would tell of things that never happened."""

    def fail() -> None:
        with db.unit():
            audit.record(actor=None, verb="never", subject="x", now=NOW, stream="people")
            raise DomainError("不行")

    with pytest.raises(DomainError):
        fail()
    with db.unit():
        audit.record(actor=None, verb="happened", subject="x", now=NOW, stream="people")
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.verb)).all()
    assert verbs == ["happened", "open_stream"]


def test_what_was_read_before_is_read_again_inside(app: Flask) -> None:
    with db.unit() as session:
        session.add(organisation())
    seen = db.session.scalars(select(Organisation)).one()
    with db.engine.connect() as other:
        db.session.rollback()
        other.execute(db.text("UPDATE people_organisation SET name = '改名'"))
        other.commit()
    with db.unit():
        assert seen.name == "改名"


def test_a_broken_constraint_is_explained(app: Flask) -> None:
    world.contestant("13900000001")
    with pytest.raises(DomainError) as caught:
        world.contestant("13900000001")
    assert caught.value.field == "mobile"
    assert caught.value.message.startswith("这个手机号已经注册")


def test_two_at_once_one_wins(app: Flask) -> None:
    """The second of two simultaneous writers sees what the first wrote."""
    seen: list[int] = []

    def add(code: str) -> None:
        with app.app_context(), db.unit() as session:
            seen.append(session.query(Organisation).count())
            session.add(organisation(code))

    names = [f"91330800MA28F1{number:04d}" for number in range(8)]
    threads = [threading.Thread(target=add, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(Organisation) == 8
    if db.engine.dialect.name == "sqlite":
        assert sorted(seen) == list(range(8))


def test_moments_come_back_aware_and_equal(app: Flask) -> None:
    shanghai = timezone(timedelta(hours=8))
    with db.unit() as session:
        made = organisation()
        made.created = NOW.astimezone(shanghai)
        session.add(made)
    db.session.expire_all()
    assert db.session.scalars(select(Organisation.created)).one() == NOW
    assert db.session.scalars(select(Organisation.created)).one().tzinfo is UTC


def test_naive_moments_are_refused(app: Flask) -> None:
    made = organisation()
    made.created = datetime(2026, 3, 1)  # noqa: DTZ001
    with pytest.raises(Exception, match="must be aware"), db.unit() as session:
        session.add(made)


def test_a_row_has_its_key_before_insert_and_no_unknown_fields() -> None:
    assert organisation().id.version == 7
    with pytest.raises(TypeError, match="Organisation has no nmae"):
        Organisation(nmae="巨化")


def test_the_sqlite_profile(app: Flask) -> None:
    """FULL: an answered request survives a power cut."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has its own")
    with db.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 20_000]


def test_foreign_keys_hold(app: Flask) -> None:
    orphan = Account(label="x", password_hash="", created=clock.now())
    orphan.login, orphan.login_index = "x", "x"
    orphan.person_id = orphan.id
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), db.unit() as session:
        session.add(orphan)
    assert count(Person) == 0
    assert count(Operation) == 0
