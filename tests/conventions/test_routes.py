"""Every address is written down in routes.toml, and every page opens for the role named there."""

from __future__ import annotations

from uuid import uuid4

from flask import Flask
from werkzeug.routing import UUIDConverter

from tests.conventions.routes import actual, actual_actions, declared, declared_actions
from tests.conventions.samples import Sample, all_samples
from tests.conventions.source import listed
from tests.pages import Person


def addresses(app: Flask, endpoint: str, ids: Sample) -> str:
    """The path of an endpoint with the sample ids. Where a sample is missing, an id that nobody has:
    the gate must hold all the same, and `test_everything_has_a_sample` complains."""
    rule = next(app.url_map.iter_rules(endpoint))
    values: dict[str, object] = dict(ids.arguments.get(endpoint, {}))
    for argument, kind in converters(app, endpoint).items():
        if argument not in values:
            row = isinstance(rule._converters[argument], UUIDConverter)
            values[argument] = ids.ids.get(kind, uuid4()) if row else "missing"
    return app.url_map.bind("localhost").build(endpoint, values, method=None)


def converters(app: Flask, endpoint: str) -> dict[str, str]:
    """Argument -> name of its converter."""
    rule = next(app.url_map.iter_rules(endpoint))
    names = {kind: name for name, kind in app.url_map.converters.items()}
    return {argument: names[type(kind)] for argument, kind in rule._converters.items()}


def lacking(app: Flask, endpoint: str, ids: Sample) -> list[str]:
    """The parts of an address that have no sample."""
    given = ids.arguments.get(endpoint, {})
    return [
        f"{endpoint}: <{kind}:{argument}>"
        for argument, kind in converters(app, endpoint).items()
        if argument not in given and kind not in ids.ids
    ]


def test_everything_has_a_sample(app: Flask) -> None:
    """So that no address escapes the matrix and the tour."""
    ids = all_samples()
    missing = [one for endpoint in actual(app) for one in lacking(app, endpoint, ids)]
    assert not missing, listed(missing, "add to tests/conventions/samples.py (see people there):")


def test_routes_are_written_down(shared_app: Flask) -> None:
    """New and removed addresses are deliberate."""
    written, real = declared(), actual(shared_app)
    problems = [f'add      "{name}" = "{real[name].line}"' for name in real if name not in written]
    problems += [f'remove   "{name}"' for name in written if name not in real]
    for name in written.keys() & real.keys():
        old, new = written[name], real[name]
        if (old.methods, old.url, old.action) != (new.methods, new.url, new.action):
            problems.append(f'changed  "{name}" = "{new.line}"   (was: {old.line})')
    assert not problems, listed(
        sorted(problems), "routes.toml [routes]; `python -m tests.conventions.routes` drafts:"
    )


def test_actions_are_written_down(shared_app: Flask) -> None:
    """Nobody gains or loses a right unseen."""
    written, real = declared_actions(), actual_actions(shared_app)
    problems = [f'add      "{name}" = "{real[name]}"' for name in real if name not in written]
    problems += [f'remove   "{name}"' for name in written if name not in real]
    problems += [
        f'changed  "{name}" = "{real[name]}"   (was: {written[name]})'
        for name in written.keys() & real.keys()
        if written[name] != real[name]
    ]
    assert not problems, listed(
        sorted(problems), "routes.toml [actions]; `python -m tests.conventions.routes` drafts:"
    )


def test_every_page_opens_for_its_role(app: Flask, sign_in: Person) -> None:
    """And is held to the house rules by the checked client."""
    ids = all_samples()
    clients = {"nobody": app.test_client()}
    problems = []
    real = actual(app)
    for endpoint, route in declared().items():
        if route.opened_by == "-" or endpoint not in real or lacking(app, endpoint, ids):
            continue
        if route.opened_by not in clients:
            clients[route.opened_by] = ids.enter(route.opened_by, sign_in)
        path = addresses(app, endpoint, ids)
        try:
            answer = clients[route.opened_by].get(path)
        except AssertionError as error:
            problems.append(f"{endpoint} {path}: {error}")
            continue
        if answer.status_code != route.status:
            problems.append(
                f"{endpoint} {path} as {route.opened_by}: {answer.status_code}, not {route.status}"
            )
    assert not problems, listed(problems, "pages that do not open:")
