"""A mutating request happens once: same key and body, same answer; other body, refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from core import once
from core.db import db
from core.errors import SameKeyOtherBody

REQUEST = {
    "key": "01890000-0000-7000-8000-000000000001",
    "actor": "seat",
    "endpoint": "contests.mark",
    "digest": "d" * 64,
    "now": datetime(2026, 3, 1, tzinfo=UTC),
}


def test_the_first_is_new_and_the_second_gets_its_answer(app: Flask) -> None:
    with db.unit() as session:
        assert once.claim(session, **REQUEST) is None
        once.settle(session, key=REQUEST["key"], result={"accepted": 3})
    with db.unit() as session:
        assert once.claim(session, **REQUEST) == {"accepted": 3}


@pytest.mark.parametrize("field", ["actor", "endpoint", "digest"])
def test_the_same_key_for_something_else_is_refused(app: Flask, field: str) -> None:
    with db.unit() as session:
        once.claim(session, **REQUEST)
    with pytest.raises(SameKeyOtherBody), db.unit() as session:
        once.claim(session, **REQUEST | {field: "other"})


def test_a_failed_request_may_come_again(app: Flask) -> None:

    def fail() -> None:
        with db.unit() as session:
            once.claim(session, **REQUEST)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()
    with db.unit() as session:
        assert once.claim(session, **REQUEST) is None
