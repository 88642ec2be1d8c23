"""The trail: chained, complete, and loud about every change to it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text

from core import append_only, audit
from core.audit import AuditEntry, AuditHead, Break, verify
from core.db import db

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def write(stream: str, *verbs: str) -> None:
    with db.unit():
        for verb in verbs:
            audit.record(
                actor=None, verb=verb, subject="x", now=NOW, stream=stream, changes={"票数": 3}
            )


def tamper(statement: str) -> None:
    """Somebody with the database in hand takes the guards away first."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER core_audit_entry_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE core_audit_entry DISABLE TRIGGER USER"))
        connection.execute(text(statement))
        connection.commit()


@pytest.fixture
def trail(app: Flask) -> None:
    write("people", "one", "two", "three")
    write("awards", "four")


@pytest.mark.usefixtures("trail")
def test_an_untouched_trail_verifies() -> None:
    assert list(verify(db.session())) == []
    rows = db.session.execute(
        select(AuditEntry.stream, AuditEntry.seq, AuditEntry.verb).order_by(
            AuditEntry.stream, AuditEntry.seq
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("awards", 1, "four"),
        ("people", 1, "one"),
        ("people", 2, "two"),
        ("people", 3, "three"),
        ("streams", 1, "open_stream"),
        ("streams", 2, "open_stream"),
    ]


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE core_audit_entry SET reason = 'x' WHERE stream = 'people' AND seq = 2",
            Break("people", 2, "内容与校验码不符"),
        ),
        (
            "UPDATE core_audit_entry SET actor_label = '别人' WHERE verb = 'four'",
            Break("awards", 1, "内容与校验码不符"),
        ),
        (
            "DELETE FROM core_audit_entry WHERE stream = 'people' AND seq = 2",
            Break("people", 2, "缺少这一条记录"),
        ),
        (
            "DELETE FROM core_audit_entry WHERE stream = 'people' AND seq = 3",
            Break("people", 3, "末尾的记录缺失，或链头被改"),
        ),
        (
            "DELETE FROM core_audit_head WHERE stream = 'awards'",
            Break("awards", 2, "末尾的记录缺失，或链头被改"),
        ),
        (
            "UPDATE core_audit_head SET seal = 'x' WHERE stream = 'people'",
            Break("people", 3, "链头的签封不符"),
        ),
    ],
)
def test_every_change_is_found_where_it_was_made(statement: str, found: Break) -> None:
    tamper(statement)
    assert list(verify(db.session())) == [found]


@pytest.mark.usefixtures("trail")
def test_a_stream_that_vanished_whole_is_missed() -> None:
    tamper("DELETE FROM core_audit_entry WHERE stream = 'awards'")
    with db.unit() as session:
        session.execute(text("DELETE FROM core_audit_head WHERE stream = 'awards'"))
    assert [one.stream for one in verify(db.session())] == ["awards"]


@pytest.mark.usefixtures("trail")
def test_removed_guards_are_reported_and_made_again() -> None:
    tamper("UPDATE core_audit_entry SET reason = ''")
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert append_only.missing(connection) == ["core_audit_entry"]
            append_only.ensure(connection)
            assert append_only.missing(connection) == []


def test_streams_of_one_unit_are_locked_in_name_order(app: Flask) -> None:
    with db.unit():
        for stream in ("seat/2", "contest/1", "seat/1"):
            audit.record(actor=None, verb="v", subject="x", now=NOW, stream=stream)
    heads = db.session.execute(select(AuditHead.stream, AuditHead.seq)).all()
    assert sorted(tuple(head) for head in heads) == [
        ("contest/1", 1),
        ("seat/1", 1),
        ("seat/2", 1),
        ("streams", 3),
    ]
