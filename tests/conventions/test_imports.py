"""Who may import whom. The order of the packages is the architecture."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter

from tests.conventions.source import (
    RANKS,
    Module,
    functions,
    imports,
    listed,
    modules,
    own_imports,
    where,
)
from tests.conventions.test_purity import pure_modules

WEB_NAMES = {"request", "session", "g", "current_user"}
WEB_MODULES = {
    "core.access",
    "core.assets",
    "core.forms",
    "core.gate",
    "core.navigation",
    "core.web",
    "people.sessions",
}
"""Beside views and cli: the only modules that touch the request."""
DOORS = {"models", "queries", "services"}
OPEN_MODULES = {
    "contests.results",
    "contests.verification",
    "training.outcomes",
    "people.indexes",
    "people.passwords",
    "people.sessions",
    "people.ties",
}
"""What another package may use beside models, queries, services and pure modules."""
SLOW = {"pandas", "qrcode"}
"""Imported inside functions because they start slowly."""


def test_packages_import_downwards_only() -> None:
    problems = []
    for module in modules().values():
        for name, line in imports(module):
            other = name.split(".")[0]
            if other not in RANKS or other == module.package:
                continue
            if RANKS[other] <= RANKS[module.package]:
                problems.append(f"{where(module, line)} imports {name}")
    assert not problems, listed(
        problems, "app > overview > awards > contests|training > people > core:"
    )


def test_no_cycles() -> None:
    graph = {name: own_imports(module) - {name} for name, module in modules().items()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise AssertionError(f"import cycle: {' -> '.join(error.args[1])}") from error


def test_rules_of_the_file_roles() -> None:
    forbidden = {
        "models": {"flask"},
        "queries": {"flask"},
        "services": {"flask"},
        "forms": {"sqlalchemy"},
    }
    problems = [
        f"{where(module, line)}: {module.role} imports {name}"
        for module in modules().values()
        for name, line in imports(module)
        if name.split(".")[0] in forbidden.get(module.role, set())
    ]
    assert not problems, listed(problems, "models, queries, services without flask; forms pure:")


def test_order_inside_a_package() -> None:
    """models <- queries <- services <- views; nobody imports what stands above it."""
    order = ["models", "queries", "services", "views"]
    problems = []
    for module in modules().values():
        if module.role not in order:
            continue
        for name in sorted(own_imports(module)):
            role = modules()[name].role if name in modules() else ""
            if role in order and order.index(role) > order.index(module.role):
                problems.append(f"{module.name} imports {name}")
    assert not problems, listed(problems, "models <- queries <- services <- views:")


def test_only_the_application_imports_views() -> None:
    problems = [
        f"{module.name} imports {name}"
        for module in modules().values()
        for name in sorted(own_imports(module))
        if modules()[name].role == "views" and module.role != "views" and module.name != "app"
    ]
    assert not problems, listed(problems, "nothing but app.py imports views:")
    assert not [name for name, module in modules().items() if "app" in own_imports(module)]


def test_packages_meet_at_their_doors() -> None:
    pure = pure_modules()
    problems = []
    for module in modules().values():
        if module.name == "app":
            continue
        for name in sorted(own_imports(module)):
            other = modules().get(name)
            if other is None or other.package in (module.package, "core"):
                continue
            if other.role not in DOORS and name not in pure | OPEN_MODULES:
                problems.append(f"{module.name} imports {name}")
    assert not problems, listed(
        problems, "another package's models, queries, services, results, outcomes, pure modules:"
    )


def test_the_request_stays_at_the_edge() -> None:
    problems = []
    for module in modules().values():
        if module.role in ("views", "cli") or module.name in WEB_MODULES:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login"):
                touched = WEB_NAMES & {alias.name for alias in node.names}
                problems += [f"{where(module, node.lineno)} imports {n}" for n in sorted(touched)]
    assert not problems, listed(problems, "request, session and g only in views, cli and core web:")


def test_no_imports_inside_functions() -> None:
    problems = [
        f"{where(module, node.lineno)} in {function.name}"
        for module in modules().values()
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not _slow(node)
    ]
    assert not problems, listed(problems, f"imports stand on top (except {', '.join(SLOW)}):")


def _slow(node: ast.Import | ast.ImportFrom) -> bool:
    names = (
        [node.module or ""]
        if isinstance(node, ast.ImportFrom)
        else [alias.name for alias in node.names]
    )
    return {name.split(".")[0] for name in names} <= SLOW


def test_no_vague_file_names() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base"}
    problems = [name for name in modules() if name.rsplit(".", 1)[-1] in vague]
    assert not problems, listed(problems, "a file is named after what it does:")


def test_the_tests_see_the_product() -> None:
    """A rule over nothing would pass."""
    assert {module.package for module in modules().values()} == set(RANKS)
    assert len(modules()) > 60
    assert isinstance(modules()["app"], Module)
