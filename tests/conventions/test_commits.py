"""Only core/db.py ends a transaction: whoever reads a view sees the whole of what it changes."""

from __future__ import annotations

import ast

from tests.conventions.source import listed, modules, where

THE_PLACE = "core.db"


def test_one_place_commits() -> None:
    found = [
        (module.name, where(module, node.lineno))
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    elsewhere = [place for name, place in found if name != THE_PLACE]
    assert not elsewhere, listed(elsewhere, "write inside `with db.unit():` instead:")
    assert len(found) == 1


def test_services_and_queries_open_no_unit() -> None:
    """They run inside the one their caller opened."""
    found = [
        where(module, node.lineno)
        for module in modules().values()
        if module.package != "core" and module.role in ("services", "queries", "models", "forms")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "unit"
        and isinstance(node.value, ast.Name)
        and node.value.id == "db"
    ]
    assert not found, listed(found, "the view or the command opens the unit:")
