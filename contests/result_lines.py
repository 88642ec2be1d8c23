"""From marks to the lines of a result, with reasons as JSON and a digest over all of it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from contests.marks import MISSING, VOID, Mark, input_digest
from contests.reasons import explain, figure_or_none, summary
from contests.rubric import Aspect
from contests.score_sheets import MILLI, due_aspects, shown
from contests.scoring import ENGINE_VERSION, Row, compute
from contests.spec import Spec, Stage
from core import canonical
from core.exact import decimal_text

NOTHING: tuple[None, str] = (None, "")


@dataclass(frozen=True)
class Sheet:
    """One judge's sheet: `judge` is the anonymous name in reasons, `marks` are (thousandths, absence)
    by aspect; only a finished one counts."""

    code: str
    judge: str
    criteria: tuple[str, ...]
    marks: Mapping[str, tuple[int | None, str]]
    finished: bool


@dataclass(frozen=True)
class Inputs:
    """All that a result follows from: engine marks, and the codes of those who performed."""

    marks: tuple[Mark, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class LineFacts:
    """One line as it is stored; `why` holds settled_by, problems, out_after, waits and advances.
    `inputs` are its marks without the code: item, aspect, judge, text, note."""

    code: str
    total_milli: int | None
    rank: int | None
    prize: str
    medal: str
    figures: dict[str, str | None]
    why: dict[str, Any]
    inputs: list[list[str]]


@dataclass(frozen=True)
class Explained:
    """The reasons of a line, worked out anew: a tree for each figure that nothing is made of, the
    figures at a glance, and whether they are those that were stored."""

    trees: list[dict[str, Any]]
    summary: list[tuple[str, str | None]]
    same: bool


def gather(
    stage: Stage,
    codes: Mapping[str, str],
    sheets: Iterable[Sheet],
    givens: Mapping[tuple[str, str], int | None],
    acts: Iterable[tuple[str, str, int, str]] = (),
) -> list[Mark]:
    """The engine's marks of one stage: what is due and not there is `missing`, never left out. `codes`
    tells under which name the result has the entry of each code of the stage; `givens` are thousandths by
    code and key, None for one that was declared void; `acts` (code, key, thousandths, reason)."""
    due: dict[tuple[str, ...], list[Aspect]] = {}
    texts: dict[tuple[str, tuple[int | None, str]], str] = {}
    found = []
    for one in sheets:
        aspects = due.get(one.criteria)
        if aspects is None:
            aspects = due[one.criteria] = due_aspects(stage, one.criteria)
        for aspect in aspects:
            value = one.marks.get(aspect.key, NOTHING) if one.finished else NOTHING
            text = texts.get((aspect.key, value))
            if text is None:
                text = texts[aspect.key, value] = mark_text(aspect, *value)
            found.append(Mark(codes[one.code], "", aspect.key, one.judge, text))
    found += [
        Mark(
            codes[code],
            "",
            key,
            "",
            VOID if milli is None else decimal_text(Fraction(milli, MILLI)),
        )
        for (code, key), milli in givens.items()
    ]
    found += [
        Mark(codes[code], "", key, "", decimal_text(Fraction(milli, MILLI)), reason)
        for code, key, milli, reason in acts
    ]
    return found


def word_mark(name: str, stage: str, takes_part: bool, reason: str) -> Mark:
    """That an entry takes part in a later stage against the cut, or does not."""
    return Mark(name, "", stage, "", "in" if takes_part else "out", reason)


def joined(stages: Iterable[Iterable[Mark]], words: Iterable[Mark], names: Iterable[str]) -> Inputs:
    """The inputs of a result from the marks of its stages and the words between them."""
    marks = [mark for one in stages for mark in one]
    return Inputs(tuple(sorted([*marks, *words])), tuple(sorted(names)))


def mark_text(aspect: Aspect, milli: int | None, absence: str) -> str:
    """A mark as the engine reads it: what is neither a value nor an absence is missing."""
    if milli is None and not absence:
        return MISSING
    return absence or shown(aspect, milli)


def digest_of(spec: Spec, inputs: Inputs) -> str:
    """SHA-256 of engine version, SPEC, marks, and of who performed without any mark."""
    marks = input_digest(spec, inputs.marks, ENGINE_VERSION)
    return hashlib.sha256("\n".join([marks, *inputs.codes]).encode()).hexdigest()


def lines_of(spec: Spec, inputs: Inputs) -> list[LineFacts]:
    """The result, best first. DomainError lists marks that cannot be."""
    own: dict[str, list[list[str]]] = {}
    for mark in inputs.marks:
        own.setdefault(mark.entry, []).append(list(mark[1:]))
    rows = compute(spec, inputs.marks, inputs.codes)
    return [_line(row, own.get(row.entry, [])) for row in rows]


def explained(
    spec: Spec, inputs: Mapping[str, list[list[str]]], code: str, figures: Mapping[str, str | None]
) -> Explained:
    """Why the line of `code` is what it is, from stored inputs: its own are enough unless the SPEC
    compares entries. `figures` are those that were stored."""
    marks = [Mark(one, *row) for one, rows in inputs.items() for row in rows]
    row = next(row for row in compute(spec, marks, inputs) if row.entry == code)
    trees = [explain(spec, row.figures[key]) for key in roots(spec) if key in row.figures]
    found = _figures(row)
    return Explained(trees, summary(spec, found, trees), found == figures)


def _figures(row: Row) -> dict[str, str | None]:
    return {key: figure_or_none(cell) for key, cell in row.figures.items()}


def _line(row: Row, inputs: list[list[str]]) -> LineFacts:
    why = {
        "settled_by": row.settled_by,
        "problems": list(row.problems),
        "out_after": row.out_after,
        "waits": row.waits,
        "advances": row.advances,
    }
    total = None if row.total is None else row.total * MILLI
    return LineFacts(
        code=row.entry,
        total_milli=None if total is None else total.numerator,
        rank=row.rank,
        prize=row.prize,
        medal=row.medal,
        figures=_figures(row),
        why=why,
        inputs=inputs,
    )


def roots(spec: Spec) -> list[str]:
    """The total, then the figures that are not made part of it (those that only part ties)."""
    inside: set[str] = set()
    wanted = [spec.total.key]
    while wanted:
        key = wanted.pop()
        inside.add(key)
        wanted += [one for one in spec.figures[key].of if one in spec.figures]
    return [spec.total.key, *(key for key in spec.figures if key not in inside)]


def result_digest(inputs: str, lines: Sequence[LineFacts], entries: Mapping[str, str]) -> str:
    """SHA-256 of a whole result: its inputs, its lines in order, and whose each code is. The marks
    themselves are in the digest of the inputs already."""
    content = {
        "inputs": inputs,
        "lines": [
            {name: value for name, value in vars(one).items() if name != "inputs"} for one in lines
        ],
        "entries": dict(entries),
    }
    return canonical.digest(content)
