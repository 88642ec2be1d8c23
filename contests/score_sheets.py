"""What a judge types on a sheet: is it a mark, what is it worth, what is still due. Pure.

Marks are exact thousandths; a level is its number, yes and no are 1 and 0 (all times 1000).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from contests.rubric import Aspect, Criterion
from contests.spec import Stage
from core.errors import DomainError
from core.exact import decimal, decimal_text, total

MILLI = 1000


@dataclass(frozen=True)
class Value:
    """What stands on a sheet for one aspect: thousandths, a coded absence, or neither (due); and
    when the server received it."""

    milli: int | None = None
    absence: str = ""
    version: int = 0
    at: datetime | None = None

    @property
    def given(self) -> bool:
        """Whether nothing more is due here."""
        return self.milli is not None or bool(self.absence)


UNMARKED = Value()


def due_criteria(stage: Stage, keys: Iterable[str]) -> list[Criterion]:
    """The criteria of a stage that a seat marks, in their order."""
    wanted = set(keys)
    return [criterion for criterion in stage.criteria if criterion.key in wanted]


def due_aspects(stage: Stage, keys: Iterable[str]) -> list[Aspect]:
    """The aspects that a seat with these criteria owes for each performance."""
    return [aspect for criterion in due_criteria(stage, keys) for aspect in criterion.aspects]


def parse_mark(aspect: Aspect, text: str) -> int | None:
    """Typed text as thousandths; None for an empty box. DomainError says what is allowed."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if aspect.kind == "yes_no":
        words = {"yes": MILLI, "no": 0, decimal_text(aspect.most): MILLI, "0": 0}
        if plain not in words:
            raise DomainError("请选“是”或“否”", aspect.key)
        return words[plain]
    value = decimal(plain)
    if value is None:
        raise DomainError(f"“{plain[:8]}”不是分数，请只填数字，如 {_sample(aspect)}", aspect.key)
    _check_range(aspect, value)
    milli = value * MILLI
    if milli.denominator != 1:
        raise DomainError("最多三位小数", aspect.key)
    return milli.numerator


def _check_range(aspect: Aspect, value: Fraction) -> None:
    if aspect.kind == "measure" and not aspect.least <= value <= aspect.top:
        bounds = f"{decimal_text(aspect.least)} 到 {decimal_text(aspect.top)}"
        raise DomainError(f"读数应在 {bounds} 之间，未保存", aspect.key)
    if value > aspect.top:
        raise DomainError(f"最高 {decimal_text(aspect.top)} 分，未保存", aspect.key)
    if value < aspect.least:
        raise DomainError(f"最低 {decimal_text(aspect.least)} 分，未保存", aspect.key)
    if (value - aspect.least) % aspect.step:
        step = decimal_text(aspect.step)
        raise DomainError(f"每 {step} 分一档，如 {_sample(aspect)}，未保存", aspect.key)


def _sample(aspect: Aspect) -> str:
    steps = (aspect.top - aspect.least) / aspect.step
    return decimal_text(
        aspect.least + aspect.step * (steps.numerator // steps.denominator * 4 // 5)
    )


def shown(aspect: Aspect, milli: int | None) -> str:
    """How a mark is typed and posted: 17.5, 2, yes; "" for none."""
    if milli is None:
        return ""
    if aspect.kind == "yes_no":
        return "yes" if milli else "no"
    return decimal_text(Fraction(milli, MILLI))


def posted(aspect: Aspect, milli: int | None) -> str:
    """The value of the form control: as `shown`, but yes and no are what they count."""
    if milli is None or aspect.kind != "yes_no":
        return shown(aspect, milli)
    return decimal_text(aspect.most) if milli else "0"


def spoken(aspect: Aspect, value: Value) -> str:
    """How a mark is read: 17.5, 2（优）, 是; or the absence."""
    if value.milli is None:
        return value.absence
    if aspect.kind == "yes_no":
        return "是" if value.milli else "否"
    text = decimal_text(Fraction(value.milli, MILLI))
    return f"{text}（{aspect.levels[value.milli // MILLI]}）" if aspect.levels else text


def running_total(aspects: Sequence[Aspect], marks: Mapping[str, Value]) -> int | None:
    """The sum of the sheet in thousandths, None while nothing is marked. A sheet with levels has
    none: what a level counts follows from all judges together."""
    if any(aspect.kind == "level" for aspect in aspects):
        return None
    found = [
        aspect.worth(Fraction(milli, MILLI)) * MILLI
        for aspect in aspects
        if (milli := marks.get(aspect.key, UNMARKED).milli) is not None
    ]
    return total(found).numerator if found else None


def unmarked(aspects: Sequence[Aspect], marks: Mapping[str, Value]) -> list[Aspect]:
    """What is still due."""
    return [aspect for aspect in aspects if not marks.get(aspect.key, UNMARKED).given]


def zeros(aspects: Sequence[Aspect], marks: Mapping[str, Value]) -> list[Aspect]:
    """What was marked with nothing: to be confirmed, because a blank is easily taken for it."""
    return [aspect for aspect in aspects if marks.get(aspect.key, UNMARKED).milli == 0]


def sheet_digest(aspects: Sequence[Aspect], marks: Mapping[str, Value]) -> str:
    """sha256 of "aspect=value|…" in the order of the rubric: what a confirmation is bound to."""
    words = []
    for aspect in aspects:
        value = marks.get(aspect.key, UNMARKED)
        words.append(f"{aspect.key}={value.absence or shown(aspect, value.milli)}")
    return hashlib.sha256("|".join(words).encode()).hexdigest()


def spread(levels: Iterable[int]) -> int:
    """Highest minus lowest level that the judges gave one aspect; 0 for fewer than two."""
    found = list(levels)
    return max(found) - min(found) if len(found) > 1 else 0
