"""What the scoring pipeline works on: cells of marks and figures, and what an operator is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from core.toml_tables import Table

AXES = {"judges": "评委", "aspects": "评分点", "parts": "分项", "items": "动作或轮次"}

OK, ABSENT, DROPPED, BLOCKED = "ok", "absent", "dropped", "blocked"


@dataclass(slots=True)
class Cell:
    """One figure at one place, with the cells it was made of: the explain tree is made of these.

    `value` is exact, in marks; None unless state is OK or DROPPED. `note` says what was done, or
    why there is no value. `places` is set while the value is a rounded, printable figure.
    """

    entry: str
    item: str
    part: str
    judge: str
    value: Fraction | None
    state: str = OK
    op: str = "mark"
    note: str = ""
    places: int | None = None
    of: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Part:
    """What an operator may know of an aspect or part: weight, full mark, highest level."""

    title: str
    weight: Fraction | None = None
    full: Fraction | None = None
    top_level: int = 0


@dataclass(frozen=True)
class Scope:
    """Where a step stands: its parts by key, the axes still open, the given values it may name.

    `givens` tells for each given value whether there is one per item, `seconds` for each optional
    aspect; `least` is the smallest number of members that the axis of the step may have.
    """

    parts: Mapping[str, Part]
    axes: tuple[str, ...]
    givens: Mapping[str, bool] = field(default_factory=dict)
    seconds: Mapping[str, bool] = field(default_factory=dict)
    least: int = 1


@dataclass(frozen=True)
class Step:
    """One step of a pipeline, read and checked."""

    op: str
    over: str
    args: Mapping[str, Any]


Look = Callable[[str, Cell], Cell | None]
"""Finds what a step names beside its source: a given value, or the same judge's second mark."""


@dataclass(frozen=True)
class Operator:
    """`shape` is reduce, sift, each or across; `read` checks the keys of a step; `apply` does it.

    reduce: (cells, args) -> Cell; sift: (cells, args, look) -> cells, as many; each: (cell, args,
    look) -> Cell; across: (cells, args) -> cells, as many, where the cells are those of the whole
    field that have a value and agree in `alike`. Only an operator that `skips`, and only over
    judges, goes on without absent members; any other group is blocked by one: a sum with a hole is
    no sum. `over` lists the axes it may take.
    """

    shape: str
    read: Callable[[Table, Scope], dict[str, Any]]
    apply: Callable[..., Any]
    skips: bool = False
    over: tuple[str, ...] = tuple(AXES)
    alike: tuple[str, ...] = ("item", "part", "judge")


def values_of(cells: list[Cell]) -> list[Fraction]:
    """What the cells that count are worth."""
    return [cell.value for cell in cells if cell.state == OK and cell.value is not None]


def reduced(cells: list[Cell], value: Fraction | None, op: str, note: str) -> Cell:
    """One cell put together from several."""
    first = cells[0]
    return Cell(
        first.entry, first.item, first.part, first.judge, value, OK, op, note, None, tuple(cells)
    )


def changed(cell: Cell, value: Fraction, op: str, note: str, places: int | None = None) -> Cell:
    """A cell with another value, made of the one before."""
    return replace(cell, value=value, op=op, note=note, places=places, of=(cell,))


def blocked(cell: Cell, op: str, note: str) -> Cell:
    """A cell that cannot be worked out, and why."""
    return replace(cell, value=None, state=BLOCKED, op=op, note=note, places=None, of=(cell,))


def panel_blocked(cells: list[Cell], op: str, note: str) -> list[Cell]:
    """Cells that cannot be worked out for a reason that is no single judge's."""
    return [replace(blocked(cell, op, note), judge="") for cell in cells]
