"""The application factory; imported by nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import flask_migrate
from flask import Flask
from flask.cli import AppGroup
from werkzeug.middleware.proxy_fix import ProxyFix

import awards.access
import awards.cli
import awards.views
import contests.access
import contests.cli
import contests.queries.office
import contests.queries.ties
import contests.views
import core.cli
import overview.access
import overview.cli
import overview.views
import people.access
import people.cli
import people.views
import training.access
import training.cli
import training.queries.programmes
import training.queries.ties
import training.views
from core import access, assets, config, db, filters, gate, navigation, urls, vault, web
from people import scopes, sessions

PACKAGES = (people, contests, training, awards, overview)
SCOPE_KINDS = [scopes.COUNTY, contests.queries.office.SCOPE, training.queries.programmes.SCOPE]
TIES = [contests.queries.ties.team_mates, training.queries.ties.pairs]
LARGEST_REQUEST = 21 * 1024 * 1024  # files end at 20 MB, the form around them needs a little


def create_app(settings: config.Settings | None = None, **overrides: Any) -> Flask:
    """Build the application for these settings (default: those of the environment)."""
    settings = settings or config.load()
    app = Flask(__name__, static_folder=None)
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # names must not enter the log
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_NAME="__Host-saixun" if settings.https else "saixun",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=31),
        **overrides,
    )
    if settings.https:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["scope_kinds"] = SCOPE_KINDS
    app.extensions["ties"] = TIES
    app.extensions["vault"] = vault.Vault(settings.field_key, settings.index_key)
    _database(app)
    access.init_app(app, [package.access.ACTIONS for package in PACKAGES])
    navigation.init_app(app, [package.access.NAV for package in PACKAGES])
    urls.init_app(app)
    for module in (assets, filters, sessions, gate, web):
        module.init_app(app)
    for package in PACKAGES:
        for blueprint in package.views.blueprints:
            app.register_blueprint(blueprint)
    for module in (core, *PACKAGES):
        for group in _groups(module.cli):
            app.cli.add_command(group)
    return app


def _database(app: Flask) -> None:
    db.db.init_app(app)
    flask_migrate.Migrate(app, db.db, directory=str(core.cli.MIGRATIONS))
    with app.app_context():
        db.tune(db.db.engine)


def _groups(module: Any) -> list[AppGroup]:
    """The command groups that a package's cli.py defines."""
    return [value for value in vars(module).values() if isinstance(value, AppGroup)]
