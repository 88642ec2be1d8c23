"""Deny by default: role x endpoint x own, foreign and unknown ids, GET and POST."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule, UUIDConverter

from core.access import PUBLIC, SIGNED_IN, Actor, Grant, Policy, judge
from people.roles import FORBIDDEN_PAIRS, ROLES
from tests.conventions.routes import METHODS, Route, declared, declared_actions
from tests.conventions.samples import UNSCOPED, Sample, all_samples
from tests.conventions.source import listed
from tests.conventions.test_routes import addresses, lacking
from tests.pages import CheckedClient, Person

GATE = {401, 403}
pytestmark = pytest.mark.sqlite_only
"""The gate stands before the database: one kind of it is enough."""


@pytest.fixture
def ids(app: Flask) -> Sample:
    """One object of each kind."""
    return all_samples()


def routes(app: Flask) -> Iterator[tuple[str, Route]]:
    """The written routes that the application has."""
    for endpoint, route in declared().items():
        if endpoint in app.view_functions:
            yield endpoint, route


def allowed(action: str) -> set[str]:
    """The roles that may, from the written table."""
    if action in (PUBLIC, SIGNED_IN):
        return set(ROLES)
    return set(declared_actions().get(action, "").split()) & set(ROLES)


def _row_converters(rule: Rule) -> list[UUIDConverter]:
    return [kind for kind in rule._converters.values() if isinstance(kind, UUIDConverter)]


def with_unknown(ids: Sample, converter: str) -> Sample:
    """The samples with one id that nobody has."""
    return Sample(ids=ids.ids | {converter: uuid4()}, arguments=ids.arguments)


def test_every_endpoint_is_marked(shared_app: Flask) -> None:
    policies = shared_app.extensions["access"].policies
    problems = []
    for endpoint, view in shared_app.view_functions.items():
        mark = getattr(view, "__access__", None)
        if mark is None:
            problems.append(f"{endpoint}: no mark")
        elif mark not in (PUBLIC, SIGNED_IN) and mark not in policies:
            problems.append(f"{endpoint}: {mark} stands in no table")
    assert not problems, listed(problems, "@access, @public or @signed_in below the route:")


def test_every_action_is_used_and_names_known_roles(shared_app: Flask) -> None:
    policies = shared_app.extensions["access"].policies
    marks = {getattr(view, "__access__", None) for view in shared_app.view_functions.values()}
    unused = sorted(action for action in policies if action not in marks)
    assert not unused, listed(unused, "no endpoint performs:")
    strange = sorted(
        f"{action}: {role}"
        for action, policy in policies.items()
        for role in policy.roles - set(ROLES)
    )
    assert not strange, listed(strange, "no such role:")


def test_the_gate_as_a_table() -> None:
    """judge(): mark x actor -> verdict."""
    policies = {"money": Policy(frozenset({"finance"}), step_up=True)}
    finance = Actor(uuid4(), None, None, "周莉", (Grant("finance"),))
    stepped = Actor(uuid4(), None, None, "周莉", (Grant("finance"),), stepped_up=True)
    unbound = Actor(uuid4(), None, None, "周莉", (Grant("finance"),), must_set_up=True)
    auditor = Actor(uuid4(), None, None, "徐敏", (Grant("auditor"),))
    table = [
        (PUBLIC, None, "allow"),
        (None, stepped, "forbid"),
        (None, None, "forbid"),
        (SIGNED_IN, None, "sign_in"),
        (SIGNED_IN, unbound, "allow"),
        ("money", None, "sign_in"),
        ("money", auditor, "forbid"),
        ("money", finance, "step_up"),
        ("money", stepped, "allow"),
        ("money", unbound, "forbid"),
        ("unknown", stepped, "forbid"),
    ]
    found = [(mark, who, judge(mark, who, policies).word) for mark, who, _ in table]
    assert found == table


def test_forbidden_pairs_are_roles() -> None:
    assert set().union(*FORBIDDEN_PAIRS) <= set(ROLES)
    assert all(len(pair) == 2 for pair in FORBIDDEN_PAIRS)


def test_nobody(app: Flask, ids: Sample) -> None:
    """Not signed in: GET leads to the door, POST answers 401; public pages do neither."""
    client = app.test_client()
    problems = []
    for endpoint, route in routes(app):
        path = addresses(app, endpoint, ids)
        for method in METHODS:
            answer = client.open(path, method=method)
            to_door = answer.location and answer.location.startswith("/sign-in?next=")
            if method not in route.methods:
                right = answer.status_code == 405
            elif route.action == PUBLIC:
                right = not to_door and answer.status_code not in GATE
            else:
                right = bool(to_door) if method == "GET" else answer.status_code == 401
            if not right:
                problems.append(f"{method} {path}: {answer.status_code} {answer.location or ''}")
    assert not problems, listed(problems, "nobody may:")


@pytest.mark.parametrize("role", sorted(ROLES))
def test_role(
    app: Flask, ids: Sample, sign_in: Person, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate, unknown ids and foreign ones for one role, over the same samples: none of the requests
    changes anything."""
    client = ids.enter(role, sign_in)
    client.reads_pages = False
    problems = _at_the_gate(app, ids, client, role)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    problems += _with_unknown_ids(app, ids, client, role)
    stranger = ids.enter_foreign(role, sign_in)
    if stranger is not None:
        problems += _with_foreign_ids(app, ids, stranger, role)
    assert not problems, listed(problems, f"{role}:")


def _at_the_gate(app: Flask, ids: Sample, client: CheckedClient, role: str) -> list[str]:
    """The wrong role gets 403, the right one passes the gate (a POST without CSRF token then ends at
    400, so that nothing happens)."""
    problems = []
    for endpoint, route in routes(app):
        path = addresses(app, endpoint, ids)
        for method in METHODS:
            status = client.open(path, method=method).status_code
            if method not in route.methods:
                right = status == 405
            elif route.action == PUBLIC:
                right = status not in GATE and status < 500
            elif role not in allowed(route.action):
                right = status == 403
            elif method == "POST":
                right = status == 400
            else:
                right = status not in GATE and status < 500
            if not right:
                problems.append(f"{method} {path} ({route.action}): {status}")
    return problems


def _with_unknown_ids(app: Flask, ids: Sample, client: CheckedClient, role: str) -> list[str]:
    """404 for ids that nobody has, also where only one of several is unknown, and for malformed ones."""
    problems = []
    for endpoint, route in routes(app):
        if role not in allowed(route.action):
            continue
        for path in _unknown_paths(app, endpoint, ids):
            for method in route.methods:
                status = client.open(path, method=method).status_code
                if status != 404:
                    problems.append(f"unknown: {method} {path}: {status}")
    return problems


def _without_own_ids(ids: Sample) -> Sample:
    """The samples without the ids that an endpoint names for itself (a card needs another entry)."""
    plain = {
        endpoint: {name: value for name, value in given.items() if not isinstance(value, UUID)}
        for endpoint, given in ids.arguments.items()
    }
    return Sample(ids=ids.ids, arguments=plain)


def _unknown_paths(app: Flask, endpoint: str, ids: Sample) -> Iterator[str]:
    ids = _without_own_ids(ids)
    rule = next(app.url_map.iter_rules(endpoint))
    known = addresses(app, endpoint, ids)
    for kind in _row_converters(rule):
        name = next(key for key, each in app.url_map.converters.items() if type(kind) is each)
        yield addresses(app, endpoint, with_unknown(ids, name))
        if name in ids.ids:
            yield known.replace(str(ids.ids[name]), "not-an-id")


def _with_foreign_ids(app: Flask, ids: Sample, client: CheckedClient, role: str) -> list[str]:
    """Somebody in the same role elsewhere gets 404, as if the thing did not exist."""
    problems = []
    for endpoint, route in routes(app):
        if route.action in UNSCOPED | {PUBLIC, SIGNED_IN} or role not in allowed(route.action):
            continue
        named = _row_converters(next(app.url_map.iter_rules(endpoint)))
        if not named or lacking(app, endpoint, ids):
            continue
        path = addresses(app, endpoint, ids)
        for method in route.methods:
            status = client.open(path, method=method).status_code
            if status != 404:
                problems.append(f"foreign: {method} {path} ({route.action}): {status}")
    return problems


def test_step_up_is_asked(app: Flask, ids: Sample, sign_in: Person) -> None:
    """Where the table says so: GET and POST lead to the password, and back."""
    problems = []
    for endpoint, route in routes(app):
        words = declared_actions().get(route.action, "").split()
        if "+step_up" not in words:
            continue
        client: CheckedClient = sign_in(min(allowed(route.action)), name="孙伟")
        path = addresses(app, endpoint, ids)
        for method in route.methods:
            answer = client.open(path, method=method)
            asked = (answer.location or "").startswith("/step-up?next=")
            if not asked:
                problems.append(f"{method} {path}: {answer.status_code}")
    assert not problems, listed(problems, "no password asked again:")


def test_samples_are_real_ids(ids: Sample) -> None:
    assert all(isinstance(one, UUID) for one in ids.ids.values())
