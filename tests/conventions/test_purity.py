"""Engines and rules know no framework, no database, no clock and no chance; counted transitively.

Reading the data files that belong to the code (rulebooks, presets, the policy) is allowed.
"""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.conventions.source import RANKS, Module, imports, listed, modules

PURE = {
    "core.canonical",
    "core.citations",
    "core.errors",
    "core.exact",
    "core.money",
    "core.toml_tables",
    "core.workdays",
    "people.consent",
    "people.counties",
    "people.identifiers",
    "people.roles",
    "contests.marks",
    "contests.operators",
    "contests.ranking",
    "contests.reasons",
    "contests.scoring",
    "contests.spec",
    "training.matching",
    "training.mentoring_rules",
    "training.skill_levels",
    "training.targets",
    "awards.amounts",
    "awards.conditions",
    "awards.engine",
    "awards.facts",
    "awards.lines",
    "awards.rulebook",
    "awards.rules",
}
"""By name, so that an engine cannot lose its purity unseen."""
HARMLESS = set(
    """
    __future__ abc base64 bisect calendar collections contextlib copy csv dataclasses datetime
    decimal difflib enum fractions functools graphlib hashlib heapq hmac html io itertools json math numbers
    operator pathlib re statistics string textwrap tomllib types typing unicodedata uuid zoneinfo
    """.split()
)
IMPURE_CALLS = {"now", "today", "utcnow", "uuid1", "uuid4", "open", "input", "print"}
SHARE = 0.20


@cache
def pure_modules() -> set[str]:
    """Modules that import only harmless parts of the standard library and other pure modules."""
    pure = {
        name
        for name, module in modules().items()
        if name != "app" and not _impure_call(module) and _outside(module) <= HARMLESS
    }
    while True:
        lost = {name for name in pure if not _inside(modules()[name]) <= pure | {""}}
        if not lost:
            return pure
        pure -= lost


def _outside(module: Module) -> set[str]:
    return {name.split(".")[0] for name, _ in imports(module)} - set(RANKS)


def _inside(module: Module) -> set[str]:
    return {name for name, _ in imports(module) if name.split(".")[0] in RANKS} - {module.package}


def _impure_call(module: Module) -> str:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in IMPURE_CALLS:
                return f"line {node.lineno} calls {name}()"
    return ""


def _why(name: str) -> str:
    module = modules()[name]
    reasons = [
        _impure_call(module),
        ", ".join(sorted(_outside(module) - HARMLESS)),
        ", ".join(sorted(_inside(module) - pure_modules())),
    ]
    return f"{name}: {'; '.join(reason for reason in reasons if reason)}"


def test_the_engines_are_pure() -> None:
    unknown = sorted(PURE - set(modules()))
    assert not unknown, listed(unknown, "named here, but no such module:")
    problems = [_why(name) for name in sorted(PURE - pure_modules())]
    assert not problems, listed(problems, "no framework, database, clock or chance in:")


def test_a_fifth_of_the_code_is_pure(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {name: len(module.text.splitlines()) for name, module in modules().items()}
    pure = sum(sizes[name] for name in pure_modules())
    share = pure / sum(sizes.values())
    with capsys.disabled():
        print(f"\n  transitively pure: {pure} of {sum(sizes.values())} lines, {share:.0%}")  # noqa: T201
    assert share >= SHARE
