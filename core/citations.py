"""What a data file may quote from the policy text, and the figures that a quote holds.

A quote is verbatim when it equals a piece of the text after removing all white space on both
sides and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from core.errors import LoadError

POLICY_FILE = Path(__file__).parent / "policy" / "quwei-2020-7.txt"

_CLAUSE_START = re.compile(r"^[ \t]*([0-9]+)\. ", re.MULTILINE)
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_FIGURE = re.compile(
    rf"(?P<left>{_NUMBER})\s*[:：]\s*(?P<right>{_NUMBER})"
    rf"|(?P<number>{_NUMBER})\s*(?P<unit>[%％万亿]?)"
)
_UNITS = {
    "": Fraction(1),
    "%": Fraction(1, 100),
    "％": Fraction(1, 100),
    "万": Fraction(10_000),
    "亿": Fraction(100_000_000),
}


@dataclass(frozen=True)
class Policy:
    """One policy document: its text without white space, and its numbered clauses likewise."""

    text: str
    clauses: dict[str, str]

    @classmethod
    def load(cls, path: Path | None = None) -> Policy:
        """Read a policy text (UTF-8); without a path the one that is shipped."""
        path = path or POLICY_FILE
        try:
            raw = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LoadError(str(path), "source", "读不到政策原文，请核对路径和编码") from error
        starts = [*_CLAUSE_START.finditer(raw)]
        ends = [*(found.start() for found in starts[1:]), len(raw)]
        return cls(
            text=bare(raw),
            clauses={
                found[1]: bare(raw[found.start() : end])
                for found, end in zip(starts, ends, strict=True)
            },
        )

    def contains(self, quote: str) -> bool:
        """Whether the quote is verbatim in the text; an empty one is not a quote."""
        wanted = bare(quote)
        return bool(wanted) and wanted in self.text

    def clause(self, number: str) -> str | None:
        """The text of a clause ("18") or of its item ("19(7)"), or None if there is none."""
        found = re.fullmatch(r"([0-9]+)(?:\(([0-9]+)\))?", number)
        if found is None or found[1] not in self.clauses:
            return None
        text = self.clauses[found[1]]
        if found[2] is None:
            return text
        start = text.find(f"（{found[2]}）")
        if start < 0:
            return None
        end = text.find(f"（{int(found[2]) + 1}）", start)
        return text[start : end if end >= 0 else len(text)]


def bare(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


def figures(quote: str) -> set[Fraction]:
    """The numbers a quote names, in yuan, years or as ratios: 2.5 万元 is 25000, 1:1 is 1."""
    found: set[Fraction] = set()
    for match in _FIGURE.finditer(quote):
        if match["number"]:
            found.add(Fraction(match["number"]) * _UNITS[match["unit"]])
        elif Fraction(match["right"]):
            found.add(Fraction(match["left"]) / Fraction(match["right"]))
    return found
