"""An interrupted POST keeps its text for an hour, encrypted, for its own address only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import held
from core.db import db

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOKEN = "01890000-0000-4000-8000-000000000001"
FIELDS = [("name", "王芳"), ("password", "geheim"), ("code", "123456"), ("csrf_token", "x")]


def keep(token: str = TOKEN, fields: list[tuple[str, str]] | None = None) -> bool:
    with db.unit() as session:
        return held.keep(session, token=token, path="/me/profile", fields=fields or FIELDS, now=NOW)


def recall(path: str = "/me/profile", after: timedelta = timedelta()) -> list[tuple[str, str]]:
    return held.recall(db.session(), token=TOKEN, path=path, now=NOW + after)


def test_text_comes_back_and_secrets_do_not(app: Flask) -> None:
    assert keep()
    assert recall() == [("name", "王芳")]
    assert "王芳" not in db.session.scalars(select(held.HeldPost.fields_sealed)).one()


def test_only_at_its_address_and_for_an_hour(app: Flask) -> None:
    keep()
    assert recall(path="/office/accounts/new") == []
    assert recall(after=timedelta(hours=1)) == [("name", "王芳")]
    assert recall(after=timedelta(hours=1, seconds=1)) == []


def test_a_second_interruption_replaces_the_first(app: Flask) -> None:
    keep()
    keep(fields=[("name", "李强")])
    assert recall() == [("name", "李强")]


@pytest.mark.parametrize("token", ["", "x" * 36, TOKEN.upper().replace("A", "B") + "0"])
def test_only_tokens_of_ours(app: Flask, token: str) -> None:
    assert not keep(token=token)


def test_not_more_than_a_form_holds(app: Flask) -> None:
    assert not keep(fields=[("story", "字" * (held.LARGEST + 1))])


def test_an_address_too_long_for_the_table_is_not_held(app: Flask) -> None:
    with db.unit() as session:
        path = "/judge/s/" + "x" * held.LONGEST_PATH
        assert not held.keep(session, token=TOKEN, path=path, fields=FIELDS, now=NOW)


def test_another_account_does_not_read_it(app: Flask) -> None:
    def read(owner: str) -> list[tuple[str, str]]:
        return held.recall(db.session(), token=TOKEN, path="/me/profile", now=NOW, owner=owner)

    with db.unit() as session:
        held.keep(
            session,
            token=TOKEN,
            path="/me/profile",
            fields=FIELDS,
            now=NOW,
            owner="account of 王芳",
        )
    assert read("account of 王芳") == [("name", "王芳")]
    assert read("account of 李强") == []
    assert read("") == []
    keep()  # nobody knows whose: whoever holds the token
    assert read("account of 李强") == [("name", "王芳")]
