"""Award lines as they leave the engine, and the hash of their canonical JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import canonical

PAYABLE, UNCONFIRMED, UNSET = "payable", "unconfirmed", "unset"
NEEDS_EVIDENCE, NEEDS_DETERMINATION = "needs_evidence", "needs_determination"
HELD = "held"
CONFLICT, DENIED, SUSPENDED, VOID = "conflict", "denied", "suspended", "void"

STATUS_LABELS = {
    PAYABLE: "可发放",
    UNCONFIRMED: "口径未确认，只作测算",
    UNSET: "标准未定",
    HELD: "待定",
    NEEDS_EVIDENCE: "待补证",
    NEEDS_DETERMINATION: "待认定金额",
    CONFLICT: "有争议",
    DENIED: "不予发放",
    SUSPENDED: "条款暂停执行",
    VOID: "已撤销",
}


@dataclass(frozen=True)
class Line:
    """One line of one rule for one payee; `fen` is 0 unless payable or unconfirmed.

    `key` is the permanent key of the award, `trace` the reasoning in Chinese step by step,
    `instalment` and `instalments` are "2 of 3" (1 of 1 when paid at once).
    """

    rule: str
    clause: str
    payee: str
    fen: int
    status: str
    why: str
    trace: tuple[str, ...]
    fact_id: str
    key: tuple[str, ...]
    instalment: int
    instalments: int
    year: int
    tax: str
    funding: str

    def as_json(self) -> dict[str, Any]:
        """The line as plain JSON values."""
        return {**self.__dict__, "trace": list(self.trace), "key": list(self.key)}


def result_hash(lines: Sequence[Line]) -> str:
    """The sha256 of the lines in canonical JSON; equal hash, equal result."""
    return canonical.digest([line.as_json() for line in lines])
