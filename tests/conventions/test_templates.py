"""Templates: known, used, in their place, without unused imports and without anything inline."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from tests.conventions.source import PACKAGES, ROOT, Module, listed, modules

FOLDER = ROOT / "templates"
LINES = 150
SAFE = {"picture", "qr", "qr_svg", "svg"}
"""What may be written unescaped: drawings that our own code made."""
TEMPLATE_NAME = re.compile(r"^[a-z_]+(/[a-z_0-9]+)+\.html$")


@cache
def templates() -> dict[str, str]:
    """Every template by its name."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
        for path in sorted(FOLDER.rglob("*.html"))
    }


@cache
def parsed(name: str) -> nodes.Template:
    """The syntax tree of a template."""
    environment = SandboxedEnvironment(
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.parse(templates()[name], name)


def named_in(module: Module) -> set[str]:
    """Template names that stand as strings in a module."""
    return {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and TEMPLATE_NAME.match(node.value)
    }


def named_by_code() -> dict[str, list[Module]]:
    """Template name -> the modules that name it."""
    found: dict[str, list[Module]] = {}
    for module in modules().values():
        for name in named_in(module):
            found.setdefault(name, []).append(module)
    return found


def named_by_templates() -> set[str]:
    """What templates extend, import or include."""
    kinds = (nodes.Extends, nodes.Import, nodes.FromImport, nodes.Include)
    return {
        node.template.value
        for name in templates()
        for node in parsed(name).find_all(kinds)
        if isinstance(node.template, nodes.Const)
    }


@pytest.mark.parametrize("name", templates())
def test_every_template_parses(name: str) -> None:
    assert parsed(name)


def test_every_named_template_exists() -> None:
    wanted = set(named_by_code()) | named_by_templates()
    missing = sorted(name for name in wanted if name not in templates())
    assert not missing, listed(missing, "named, but there is no such template:")


def test_every_template_is_used() -> None:
    used = set(named_by_code()) | named_by_templates()
    errors = {name for name in templates() if name.startswith("errors/")}  # named by status
    unused = sorted(set(templates()) - used - errors)
    assert not unused, listed(unused, "no view and no template names:")


def test_a_template_lies_in_its_package_below_an_audience() -> None:
    """contests/entrant/enter.html: rendered by contests, and contests.views has an entrant."""
    problems = []
    for name, users in named_by_code().items():
        package, *folders = name.split("/")[:-1]
        if package in PACKAGES:
            audience = ".".join([package, "views", *folders])
            problems += [
                f"{module.name} renders {name}"
                for module in users
                if module.package != package or audience not in modules()
            ]
    assert not problems, listed(problems, "template path = package/audience/view:")


def test_a_page_is_named_after_a_function_of_its_view() -> None:
    problems = []
    for name, users in named_by_code().items():
        for module in users:
            if module.role == "views" and name.split("/")[0] in PACKAGES:
                stem = Path(name).stem
                defined = {
                    node.name.lstrip("_")
                    for node in module.tree.body
                    if isinstance(node, ast.FunctionDef)
                }
                endpoints = set(re.findall(r'endpoint="(\w+)"', module.text))
                if stem not in defined | endpoints:
                    problems.append(f"{module.name} renders {name}, but defines no {stem}")
    assert not problems, listed(problems, "template name = view name:")


def test_imports_are_used_and_macros_exist() -> None:
    problems = []
    for name in templates():
        tree = parsed(name)
        problems += [f"{name}: {problem}" for problem in _import_problems(tree)]
    assert not problems, listed(problems, "imported macros:")


def _import_problems(tree: nodes.Template) -> list[str]:
    problems = []
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    for node in tree.find_all(nodes.FromImport):
        for item in node.names:
            original, alias = item if isinstance(item, tuple) else (item, item)
            if alias not in used:
                problems.append(f"{alias} is imported but not used")
            if original not in _macros(node.template.value):
                problems.append(f"{node.template.value} has no {original}")
    for node in tree.find_all(nodes.Import):
        calls = {
            one.attr
            for one in tree.find_all(nodes.Getattr)
            if isinstance(one.node, nodes.Name) and one.node.name == node.target
        }
        inherited = node.target.endswith("_")  # layouts offer these to their pages
        if not calls and not inherited:
            problems.append(f"{node.target} is imported but not used")
        unknown = sorted(calls - _macros(node.template.value))
        problems += [f"{node.template.value} has no {one}" for one in unknown]
    return problems


@cache
def _macros(name: str) -> set[str]:
    return {node.name for node in parsed(name).find_all(nodes.Macro)}


def test_nothing_inline() -> None:
    patterns = {
        r"<style\b": "style element",
        r"\sstyle\s*=": "style attribute",
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)": "inline script",
        r"\son[a-z]+\s*=\s*[\"']": "event handler",
        r"javascript:": "javascript: address",
        r"https?://(?!www\.w3\.org/)": "address of another site",
    }
    problems = [
        f"{name}: {what}"
        for name, text in templates().items()
        for pattern, what in patterns.items()
        if re.search(pattern, text, re.IGNORECASE)
    ]
    assert not problems, listed(problems, "the content security policy forbids, or would:")


def test_unescaped_output_is_named() -> None:
    problems = []
    for name in templates():
        for node in parsed(name).find_all(nodes.Filter):
            literal = isinstance(node.node, nodes.Const)
            if node.name == "safe" and not literal and getattr(node.node, "name", "") not in SAFE:
                problems.append(f"{name}:{node.lineno}")
    assert not problems, listed(problems, f"|safe is only for {', '.join(sorted(SAFE))}:")


def test_pages_are_short() -> None:
    problems = [
        f"{name}: {lines} lines"
        for name, text in templates().items()
        if (lines := len(text.splitlines())) > LINES
    ]
    assert not problems, listed(problems, f"at most {LINES} lines a template:")
