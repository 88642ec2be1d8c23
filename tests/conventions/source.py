"""The source as the convention tests see it: modules, what they import, what role they play."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "people", "contests", "training", "awards", "overview")
RANKS = {
    "app": 0,
    "overview": 1,
    "awards": 2,
    "contests": 3,
    "training": 3,
    "people": 4,
    "core": 5,
}


@dataclass(frozen=True)
class Module:
    """One file of the product. `imports` are dotted names as far as they name modules."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """contests, core, … or app."""
        return self.name.split(".")[0]

    @property
    def role(self) -> str:
        """models, queries, services, forms, views, access, cli, or "" for any other module."""
        parts = self.name.split(".")[1:2]
        known = {"models", "queries", "services", "forms", "views", "access", "cli"}
        return parts[0] if parts and parts[0] in known else ""


@cache
def modules() -> dict[str, Module]:
    """All modules of the product by dotted name."""
    paths = [ROOT / "app.py"]
    for package in PACKAGES:
        paths += sorted((ROOT / package).rglob("*.py"))
    return {name: _read(name, path) for path in paths for name in [_name(path)]}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(name: str, path: Path) -> Module:
    text = path.read_text("utf-8")
    return Module(name, path, text, ast.parse(text, str(path)))


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """(dotted module, line) of every import; `from a import b` names a.b when that is a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module.path}:{node.lineno}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules() else node.module or "", node.lineno


def own_imports(module: Module) -> set[str]:
    """The product's modules that this one imports."""
    return {name for name, _ in imports(module) if name.split(".")[0] in RANKS}


def where(module: Module, line: int) -> str:
    """path:line, for messages."""
    return f"{module.path.relative_to(ROOT)}:{line}"


def functions(
    module: Module,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones included."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def listed(problems: list[str], rule: str) -> str:
    """The message of a failed convention."""
    return f"{rule}\n" + "\n".join(f"  {problem}" for problem in problems)


STANDARD = frozenset(sys.stdlib_module_names)
