"""Awards while they are being settled; only the engine and its steps see them."""

from __future__ import annotations

from dataclasses import dataclass, field

from awards import lines
from awards.facts import Fact
from awards.rules import Rule
from core import money


@dataclass(slots=True)
class Part:
    """What one payee gets in one instalment; `notes` say how later steps changed it."""

    payee: str
    fen: int
    status: str
    why: str
    instalment: int = 1
    instalments: int = 1
    notes: list[str] = field(default_factory=list)

    def stop(self, status: str, why: str) -> None:
        """Take the sum away, for a reason that becomes the line's own."""
        if self.fen:
            self.notes.append(f"原计 {money.yuan(self.fen)} 元，现为 0：{why}")
        self.fen, self.status, self.why = 0, status, why


@dataclass(slots=True)
class Award:
    """One rule applied to one fact: the unit that competes for a key."""

    rule: Rule
    fact: Fact
    payee: str
    key: tuple[str, ...]
    parts: list[Part]

    @property
    def fen(self) -> int:
        """The sum over members and instalments."""
        return sum(part.fen for part in self.parts)

    @property
    def payable(self) -> bool:
        """Whether anything of it can be paid."""
        return any(part.status == lines.PAYABLE for part in self.parts)

    @property
    def void(self) -> bool:
        """Whether the fact was withdrawn, which frees the key."""
        return self.fact.withdrawn
