"""Fixtures that every test may use: the application, a fresh database, a checked browser client."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

import app as application
from core import clock, config, installation
from core.db import db
from tests import databases
from tests.pages import CheckedClient, Person, Watch


def settings_for(folder: Path, url: str) -> config.Settings:
    """Test settings: fixed keys, plain http, everything under the test's folder."""
    keys = [hashlib.sha256(f"test {name}".encode()).digest() for name in config.SECRETS]
    return config.Settings("test", folder, url, "http://localhost", *keys)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches a database runs again: the rest would say the same. What pages
    show rests on queries that the services' tests and the list of routes run there."""
    if databases.KIND != "postgres":
        return
    touching = [
        one
        for one in items
        if "shared_databases" in getattr(one, "fixturenames", ()) and "_views" not in one.path.stem
    ]
    config.hook.pytest_deselected(items=[one for one in items if one not in set(touching)])
    items[:] = touching


@pytest.fixture(scope="session")
def shared_databases(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[databases.SqliteCopies | databases.PostgresCopies]:
    """The run's databases, migrated once."""
    folder = tmp_path_factory.mktemp("databases")
    with databases.copies(folder) as made:
        first = application.create_app(settings_for(folder, made.original_url))
        with first.app_context():
            flask_migrate.upgrade(str(Path("migrations").resolve()))
            with db.unit() as session:
                installation.settle_mode(session, mode="test", now=clock.now())
            db.session.remove()
            db.engine.dispose()
        yield made


@pytest.fixture(scope="session")
def shared_app(
    shared_databases: databases.SqliteCopies | databases.PostgresCopies,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    """One application a run; its database is renewed for each test."""
    settings = settings_for(tmp_path_factory.mktemp("instance"), shared_databases.url)
    shared_databases.renew()
    made = application.create_app(settings, TESTING=True, SERVER_NAME="localhost")
    made.test_client_class = CheckedClient
    return made


@pytest.fixture
def app(
    shared_app: Flask,
    shared_databases: databases.SqliteCopies | databases.PostgresCopies,
    tmp_path: Path,
) -> Iterator[Flask]:
    """The application over an empty, migrated database and an empty file store."""
    with shared_app.app_context():
        db.session.remove()
        db.engine.dispose()
        shared_databases.renew()
        settings = shared_app.extensions["settings"]
        shared_app.extensions["settings"] = replace(settings, instance=tmp_path)
        with Watch(shared_app):
            yield shared_app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """A browser that nobody has signed in with."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def sign_in(app: Flask) -> Person:
    """`sign_in("award_officer")` gives a checked client of somebody in that role."""
    return Person(app)
