"""Files, functions and views stay small; everything is annotated and says what it is for."""

from __future__ import annotations

import ast

from tests.conventions.source import Module, functions, listed, modules, where

FILE_LINES = 400
FUNCTION_LINES = 50
COMPLEXITY = 10
VIEW_LINES_P90 = 25
MARKS = {"access", "public", "signed_in"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def length(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def complexity(function: Function) -> int:
    """McCabe's number as ruff counts it: one more than the decisions."""
    decisions = ast.If | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler | ast.match_case
    return 1 + sum(isinstance(node, decisions) for node in _own_nodes(function))


def _own_nodes(function: Function) -> list[ast.AST]:
    """The nodes of a function without those of the functions inside it."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, Function):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def is_view(function: Function) -> bool:
    """Whether the function carries a mark of access."""
    for mark in function.decorator_list:
        called = mark.func if isinstance(mark, ast.Call) else mark
        if isinstance(called, ast.Name) and called.id in MARKS:
            return True
    return False


def test_files_are_short() -> None:
    problems = [
        f"{where(module, 1)}: {lines} lines"
        for module in modules().values()
        if (lines := len(module.text.splitlines())) > FILE_LINES
    ]
    assert not problems, listed(problems, f"at most {FILE_LINES} lines a file:")


def test_functions_are_short_and_simple() -> None:
    problems = [
        f"{where(module, function.lineno)} {function.name}: {length(function)} lines, "
        f"complexity {complexity(function)}"
        for module in modules().values()
        for function in functions(module)
        if length(function) > FUNCTION_LINES or complexity(function) > COMPLEXITY
    ]
    assert not problems, listed(
        problems, f"at most {FUNCTION_LINES} lines and complexity {COMPLEXITY}:"
    )


def test_nine_of_ten_views_are_short() -> None:
    views = sorted(
        (length(function), module.name, function.name)
        for module in modules().values()
        for function in functions(module)
        if is_view(function)
    )
    assert len(views) > 20
    ninth = views[int(len(views) * 0.9)]
    longest = [f"{name}.{function}: {lines}" for lines, name, function in views[-8:]]
    assert ninth[0] <= VIEW_LINES_P90, listed(longest, "the longest views:")


def test_everything_is_annotated() -> None:
    problems = [
        f"{where(module, function.lineno)} {function.name}: {missing}"
        for module in modules().values()
        for function in functions(module)
        if (missing := _unannotated(function))
    ]
    assert not problems, listed(problems, "every argument and result has a type:")


def _unannotated(function: Function) -> str:
    given = function.args
    names = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    missing = [
        name.arg
        for name in names
        if name and name.annotation is None and name.arg not in ("self", "cls")
    ]
    return ", ".join([*missing, *([] if function.returns else ["result"])])


def test_modules_and_public_names_say_what_they_are_for() -> None:
    problems = []
    for module in modules().values():
        if not ast.get_docstring(module.tree):
            problems.append(where(module, 1))
        problems += [
            f"{where(module, node.lineno)} {node.name}"
            for node in _public(module)
            if not ast.get_docstring(node)
        ]
    assert not problems, listed(problems, "a docstring is missing at:")


def _public(module: Module) -> list[ast.ClassDef | Function]:
    return [
        node
        for node in module.tree.body
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_")
    ]
