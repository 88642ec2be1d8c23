"""A database is a demonstration or a production, and stays what it is."""

from __future__ import annotations

import pytest
from flask import Flask

from core import clock, installation
from core.db import db
from core.errors import DomainError


def test_the_mode_is_settled_once(app: Flask) -> None:
    assert installation.stored_mode(db.session()) == "test"
    with db.unit() as session:
        assert installation.settle_mode(session, mode="test", now=clock.now()) == "test"
    with pytest.raises(DomainError, match="是 test 模式建立的，不能以 demo"), db.unit() as session:
        installation.settle_mode(session, mode="demo", now=clock.now())
    assert installation.stored_mode(db.session()) == "test"


def test_there_is_one_installation(app: Flask) -> None:
    with pytest.raises(Exception, match=r"(?i)check"), db.unit() as session:
        session.add(installation.Installation(id=2, mode="demo", created=clock.now()))
