"""Why a figure is what it is: explain trees and missing marks, in words and as JSON-able dicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contests.cells import BLOCKED, OK, Cell
from contests.spec import Spec
from core.exact import decimal_text, figure_text, plain_text

_OF_MANY = ("sum", "mean", "median")


def problems(spec: Spec, cell: Cell) -> tuple[str, ...]:
    """The sentences that say why there is no total, each once, in the order of the SPEC."""
    if cell.state != BLOCKED:
        return ()
    inner = [told for one in cell.of for told in problems(spec, one)]
    if inner:
        return tuple(dict.fromkeys(inner))
    where = " ".join(word for word in (cell.item, cell.judge) if word)
    title = spec.titles.get(cell.part, "")
    note = cell.note if not title or cell.note.startswith("“") else f"“{title}”{cell.note}"
    return (f"{where}：{note}" if where else note,)


def stage_figures(spec: Spec, figures: Mapping[str, Cell]) -> dict[str, str | None]:
    """The result of each stage as published: "97.08", "57/8" if unrounded, None if lacking or never reached."""
    return {
        s.key: figure_or_none(figures[s.result.key]) if s.result.key in figures else None
        for s in spec.stages
    }


def figure_or_none(cell: Cell) -> str | None:
    """The text of a figure; None if there is none."""
    return None if cell.value is None else figure_text(cell.value, cell.places)


def explain(spec: Spec, cell: Cell, heading: str = "") -> dict[str, Any]:
    """The reason of a figure as a JSON-able tree: what, value, how, and what it is made of.

    A mark is given as a decimal, an unrounded figure as a fraction, a rounded one with its places;
    `shown` is what a person reads instead of a fraction. A rounding is told with what it rounds.
    """
    what = spec.titles.get(cell.part) or heading
    inner = cell.of[0].of if cell.op == "drop" else cell.of
    if cell.op in _OF_MANY and len(inner) == 1 and _same_name(spec, inner[0], what):
        return explain(spec, inner[0], what)  # "the sum of one" tells nothing
    told: dict[str, Any] = {"what": what}
    told |= {k: v for k, v in (("item", cell.item), ("judge", cell.judge)) if v}
    told |= _value(cell, bool(inner))
    if cell.state != OK:
        told["state"] = cell.state
    how, below = cell.note, [explain(spec, one, what) for one in inner]
    if cell.op == "round" and "of" in below[0] and below[0]["what"] == what:
        first = below[0]
        how = f"{first['how']}，等于 {first.get('shown', first['value'])}，{how}"
        below = first["of"]
    if how:
        told["how"] = how
    if below:
        told["of"] = below
    return told


def summary(
    spec: Spec, figures: Mapping[str, str | None], trees: Iterable[Mapping[str, Any]]
) -> list[tuple[str, str | None]]:
    """(title, text) of every given value, then of every figure of one entry: its result at a glance.

    Stored lines hold figures alone; a given value stands in their trees, once for each use.
    """
    titles = [one.title for one in spec.givens.values() if not one.per_item]
    found = {node["what"]: node.get("value") for tree in trees for node in _leaves(tree)}
    rows = [(title, found[title]) for title in titles if title in found]
    return rows + [(one.title, figures[key]) for key, one in spec.figures.items() if key in figures]


def _leaves(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "of" not in tree:
        yield tree
    for inner in tree.get("of", ()):
        yield from _leaves(inner)


def _same_name(spec: Spec, cell: Cell, what: str) -> bool:
    return (spec.titles.get(cell.part) or what) == what


def _value(cell: Cell, made: bool) -> dict[str, str]:
    """The value of a node, with `shown` where that is a fraction."""
    if cell.value is None:
        return {}
    text = figure_text(cell.value, cell.places) if made else decimal_text(cell.value)
    return {"value": text} | ({"shown": plain_text(cell.value)} if "/" in text else {})
