"""How firm a result is: does any prize change if the marks had come a little otherwise? Pure.

Four questions, each asked of the whole result anew: one judge left out, nothing set aside at the ends,
judges put on one scale, one mark a step higher or lower. A prize that changes is fragile; that is no
fault, but whoever signs should have seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from contests.cells import Step
from contests.marks import MISSING, Mark, is_absence
from contests.prizes import MEDAL_TITLES
from contests.rubric import Aspect, Bounds, Criterion
from contests.scoring import Evaluation, Row, compute, evaluate
from contests.spec import Figure, Spec
from core.errors import DomainError
from core.exact import decimal, decimal_text

TRIMS = ("drop", "winsor")
LEAST_ON_SCALE, PLACES = 2, 4
MOST_NUDGES, MOST_WHOLE = 4_000, 200
"""As many single marks are tried at the most, and whole results where entries are compared."""


@dataclass(frozen=True)
class Change:
    """An entry whose medal and prize would be others; "" for none."""

    entry: str
    before: str
    after: str


@dataclass(frozen=True)
class Probe:
    """One question: what was changed, and what would come of it. `applies` is "" or why it cannot be
    asked of this result."""

    key: str
    title: str
    changes: tuple[Change, ...] = ()
    applies: str = ""

    @property
    def robust(self) -> bool:
        """Whether nothing would change."""
        return not self.changes and not self.applies


def probes(spec: Spec, marks: Sequence[Mark], entries: Iterable[str] = ()) -> list[Probe]:
    """All questions, in a fixed order. `marks` must give a whole result."""
    names = sorted(entries)
    before = _awards(compute(spec, marks, names))
    found = [
        _probe(
            f"judge:{judge}", f"不计 {judge} 的分数", before, _without(spec, marks, names, judge)
        )
        for judge in sorted({mark.judge for mark in marks if mark.aspect in spec.aspects})
    ]
    found.append(_varied("untrimmed", "不去掉最高分和最低分", spec, marks, names, before))
    found.append(_varied("one_scale", "先把各评委的分数放到同一标尺", spec, marks, names, before))
    return [*found, _nudged(spec, marks, names, before)]


def _awards(rows: Iterable[Row]) -> dict[str, str]:
    """Medal and prize of each entry, or whether it goes on, as one text."""
    return {
        row.entry: "，".join(
            filter(None, (MEDAL_TITLES.get(row.medal), row.prize, "晋级" if row.advances else ""))
        )
        for row in rows
    }


def _probe(key: str, title: str, before: Mapping[str, str], rows: list[Row] | str) -> Probe:
    if isinstance(rows, str):
        return Probe(key, title, applies=rows)
    after = _awards(rows)
    changes = [
        Change(entry, before[entry], after[entry])
        for entry in sorted(before)
        if before[entry] != after[entry]
    ]
    return Probe(key, title, tuple(changes))


def _computed(spec: Spec, marks: Iterable[Mark], names: Iterable[str]) -> list[Row] | str:
    """The rows, or why there are none."""
    try:
        rows = compute(spec, marks, names)
    except DomainError as refusal:
        return refusal.message
    lacking = [row for row in rows if row.total is None]
    return f"{lacking[0].entry}：{lacking[0].problems[0]}" if lacking else rows


def _without(spec: Spec, marks: Sequence[Mark], names: list[str], judge: str) -> list[Row] | str:
    """The result without one judge; panels may be one smaller for it."""
    smaller = _with_criteria(spec, lambda one: replace(one, panel=_one_less(one.panel)))
    return _computed(smaller, [mark for mark in marks if mark.judge != judge], names)


def _one_less(panel: Bounds) -> Bounds:
    return Bounds(max(panel.least - 1, 1), panel.most)


def _varied(
    key: str,
    title: str,
    spec: Spec,
    marks: Sequence[Mark],
    names: list[str],
    before: Mapping[str, str],
) -> Probe:
    change = {"untrimmed": _untrimmed, "one_scale": _on_one_scale}[key]
    varied = _with_figures(spec, change)
    if varied.stages == spec.stages:
        why = {
            "untrimmed": "办法里没有去掉最高、最低分",
            "one_scale": "没有评委逐人打分，或已经标准化",
        }
        return Probe(key, title, applies=why[key])
    return _probe(key, title, before, _computed(varied, marks, names))


def _untrimmed(figure: Figure) -> Figure:
    return replace(figure, steps=tuple([one for one in figure.steps if one.op not in TRIMS]))


def _on_one_scale(figure: Figure) -> Figure:
    """Each judge's marks with the mean and spread of all, just before judges are put together."""
    steps = figure.steps
    place = next((n for n, step in enumerate(steps) if step.over == "judges"), None)
    if place is None or any(step.op in ("tscore", "additive", "judgement") for step in steps):
        return figure
    scale = Step("one_scale", "", {"least": LEAST_ON_SCALE, "places": PLACES})
    return replace(figure, steps=(*steps[:place], scale, *steps[place:]))


@dataclass(frozen=True)
class _Nudge:
    """One mark a step aside."""

    old: Mark
    new: Mark


@dataclass(frozen=True)
class _Ground:
    """The result as it is, and what is needed to try another mark in it."""

    spec: Spec
    marks: Sequence[Mark]
    whole: Evaluation
    rows: Mapping[str, Row]
    awards: Mapping[str, str]

    def after(self, nudge: _Nudge, own: Sequence[Mark]) -> Evaluation | None:
        """The result with another mark; None if there would be none. The marks of the one entry are
        enough where entries are not compared."""
        field = self.marks if self.spec.compares else own
        entries = self.rows if self.spec.compares else [nudge.old.entry]
        try:
            found = evaluate(
                self.spec, [nudge.new if mark is nudge.old else mark for mark in field], entries
            )
        except DomainError:
            return None
        return found if self.spec.compares else self.whole.instead(found)

    def near(self, entry: str) -> list[tuple[Fraction, Fraction]]:
        """(distance, total) of the entries that matter to this one: those with another prize, and
        those who share its place and prize and would fall behind."""
        own = self.rows[entry]
        return [
            (abs(other.total - own.total), other.total)
            for name, other in self.rows.items()
            if name != entry
            and own.total is not None
            and other.total is not None
            and (self.awards[name] != self.awards[entry] or self._shares(own, other))
        ]

    def _shares(self, one: Row, other: Row) -> bool:
        return one.rank == other.rank and self.awards[one.entry] != ""


def _nudged(spec: Spec, marks: Sequence[Mark], names: list[str], before: dict[str, str]) -> Probe:
    """One mark a step higher or lower: entries are tried in the order in which they lie near to one
    with another prize, until a step cannot reach that far any more."""
    title = "任意一个分数高一档或低一档"
    whole = evaluate(spec, marks, names)
    ground = _Ground(spec, marks, whole, {row.entry: row for row in whole.rows()}, before)
    own: dict[str, list[Mark]] = {}
    for mark in marks:
        own.setdefault(mark.entry, []).append(mark)
    rivals = {entry: ground.near(entry) for entry in ground.rows}
    order = sorted((min(near)[0], entry) for entry, near in rivals.items() if near)
    most = MOST_WHOLE if spec.compares else MOST_NUDGES
    found: dict[str, Change] = {}
    reach, tried = Fraction(0), 0
    for gap, entry in order:
        if tried and gap > reach:
            break
        for nudge in _nudges(spec, own.get(entry, [])):
            tried += 1
            if tried > most:
                return Probe("nudge", f"{title}（试了 {most} 个）", _sorted(found))
            moved = _moved_total(ground, nudge, own[entry])
            total = ground.rows[entry].total
            if moved is None or total is None:
                continue
            reach = max(reach, abs(moved - total))
            if any(_order(total, other) != _order(moved, other) for _, other in rivals[entry]):
                found |= _changes(ground, nudge, own[entry])
    return Probe("nudge", title, _sorted(found))


def _sorted(found: Mapping[str, Change]) -> tuple[Change, ...]:
    return tuple([found[entry] for entry in sorted(found)])


def _order(one: Fraction, other: Fraction) -> int:
    return (one > other) - (one < other)


def _moved_total(ground: _Ground, nudge: _Nudge, own: Sequence[Mark]) -> Fraction | None:
    """The total of the entry after a nudge."""
    found = ground.after(nudge, own)
    if found is None:
        return None
    result = ground.rows[nudge.old.entry].result
    return found.lot.figures[result][nudge.old.entry, ""].value


def _changes(ground: _Ground, nudge: _Nudge, own: Sequence[Mark]) -> dict[str, Change]:
    """What one nudge makes of the whole result."""
    found = ground.after(nudge, own)
    rows = found.rows() if found else []
    after = _awards(rows)
    return {
        entry: Change(entry, was, after[entry])
        for entry, was in ground.awards.items()
        if entry in after and after[entry] != was
    }


def _nudges(spec: Spec, marks: Iterable[Mark]) -> Iterator[_Nudge]:
    for mark in marks:
        aspect = spec.aspects.get(mark.aspect)
        if aspect is None or is_absence(mark.text) or mark.text == MISSING:
            continue
        for text in _neighbours(aspect, mark.text):
            yield _Nudge(mark, mark._replace(text=text))


def _neighbours(aspect: Aspect, text: str) -> list[str]:
    """The marks one step above and below."""
    value = decimal(text)
    if aspect.kind == "yes_no":
        return ["no" if text in ("yes", "是", "1") else "yes"]
    if value is None:
        return []
    both = (value + aspect.step, value - aspect.step)
    return [decimal_text(one) for one in both if aspect.least <= one <= aspect.top]


def _with_figures(spec: Spec, change: Callable[[Figure], Figure]) -> Spec:
    stages = [
        replace(stage, figures=tuple([change(one) for one in stage.figures]))
        for stage in spec.stages
    ]
    return replace(spec, stages=tuple(stages))


def _with_criteria(spec: Spec, change: Callable[[Criterion], Criterion]) -> Spec:
    stages = [
        replace(stage, criteria=tuple([change(one) for one in stage.criteria]))
        for stage in spec.stages
    ]
    return replace(spec, stages=tuple(stages))
