"""The programmes and their targets as data: programmes/*.toml, read strictly.

Every quote must be verbatim in the policy text and every number must stand in its quote. What the
policy does not say (class rules, weights of the pairing) is an office setting and carries no quote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from core import toml_tables
from core.citations import Policy, bare, figures
from core.errors import LoadError
from core.toml_tables import Table
from training.skill_levels import LEVELS

FOLDER = Path(__file__).parent / "programmes"
KINDS = ("course", "seminar", "mentorship", "goal")
METRICS = ("completion", "streamer", "senior_certificate")
UNITS = ("人", "人次")
PERIODS = ("yearly", "cumulative")
MONTHS_OF_END = (12, 31)


@dataclass(frozen=True)
class Target:
    """A number to reach. Yearly: in each calendar year. Cumulative: from `since` to `until`."""

    programme: str
    metric: str
    label: str
    unit: str
    period: str
    number: int
    since: date | None
    until: date | None
    clause: str
    quote: str
    counts: tuple[str, ...]

    @property
    def code(self) -> str:
        """What tells the target from all others."""
        return f"{self.programme}.{self.metric}"


@dataclass(frozen=True)
class ClassRules:
    """Office settings of a class: its usual size and the share of hours (%) needed to complete."""

    class_size: int
    min_attendance_percent: int


@dataclass(frozen=True)
class MentorshipRules:
    """Office settings of a pairing round: hard rules, places, published integer points."""

    version: str
    master_level: str
    level_gap: int
    places_default: int
    places_most: int
    same_employer: int
    same_county: int
    best_gap: int
    gap_step: int
    apprentice_wish: tuple[int, ...]
    master_wish: tuple[int, ...]


@dataclass(frozen=True)
class Programme:
    """One programme of the policy; a `goal` has no classes of its own but counts others."""

    code: str
    title: str
    kind: str
    lead: tuple[str, ...]
    clause: str
    quote: str
    targets: tuple[Target, ...]
    class_rules: ClassRules | None
    mentorship: MentorshipRules | None


@dataclass(frozen=True)
class Catalogue:
    """All programmes, in the order of their files."""

    programmes: tuple[Programme, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(target for p in self.programmes for target in p.targets)

    def find(self, code: str) -> Programme | None:
        """The programme of a code, None if there is none."""
        return next((p for p in self.programmes if p.code == code), None)


def load(folder: Path = FOLDER, policy: Policy | None = None) -> Catalogue:
    """All programmes of a folder. Raises LoadError at the first fault."""
    policy = policy or Policy.load()
    found: list[Programme] = []
    for path in sorted(folder.glob("*.toml")):
        programme = parse(toml_tables.content(path), source=path.name, policy=policy)
        if programme.code in {p.code for p in found}:
            raise LoadError(path.name, "programme.code", f"代码重复：{programme.code}")
        found.append(programme)
    _check_counts(found)
    return Catalogue(tuple(found))


def parse(text: bytes | str, *, source: str, policy: Policy) -> Programme:
    """One programme file. Raises LoadError."""
    top = toml_tables.parse(text, source=source)
    head = top.table("programme")
    code, kind = head.text("code"), head.choice("kind", KINDS)
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code):
        raise head.refuse("code", "只用小写英文字母和连字符")
    clause, quote = _citation(head, policy)
    targets = tuple(_target(table, code, policy) for table in top.tables("target", required=False))
    if len({t.code for t in targets}) < len(targets):
        raise top.refuse("target", "同一指标只能有一个目标")
    taught = kind in ("course", "seminar")
    for key, wanted in (("class_rules", taught), ("mentorship", kind == "mentorship")):
        if key in top and not wanted:
            raise top.refuse(key, f"类别 {kind} 不用这一节")
    programme = Programme(
        code,
        head.text("title"),
        kind,
        head.texts("lead"),
        clause,
        quote,
        targets,
        _class_rules(top.table("class_rules")) if taught else None,
        _mentorship(top.table("mentorship")) if kind == "mentorship" else None,
    )
    top.done()
    return programme


def _citation(table: Table, policy: Policy) -> tuple[str, str]:
    """Clause ("11", or "附件9" for a row of the annex) and quote, the quote found in the text."""
    clause, quote = table.text("clause"), table.text("quote")
    if re.fullmatch(r"附件[0-9]+", clause):
        within = policy.contains(quote)
    else:
        text = policy.clause(clause)
        if text is None:
            raise table.refuse("clause", f"政策原文没有第 {clause} 条")
        within = bare(quote) in text
    if not within:
        raise table.refuse("quote", f"与政策原文（{clause}）不一致，请逐字引用：{quote}")
    return clause, quote


def _target(table: Table, programme: str, policy: Policy) -> Target:
    clause, quote = _citation(table, policy)
    unit, period = table.choice("unit", UNITS), table.choice("period", PERIODS)
    number = table.whole("number", least=1)
    _check_number(table, number, unit, quote)
    since, until = None, None
    if period == "yearly":
        if "每年" not in quote or "since" in table or "until" in table:
            raise table.refuse("period", "每年的目标：引文须有“每年”，且不写 since、until")
    else:
        since, until = table.day("since"), table.day("until")
        if until <= since or (until.month, until.day) != MONTHS_OF_END:
            raise table.refuse("until", "应晚于 since，且为某年 12 月 31 日")
        if Fraction(until.year) not in figures(quote):
            raise table.refuse("until", f"引文中没有 {until.year} 年")
    return Target(
        programme,
        table.choice("metric", METRICS),
        table.text("label"),
        unit,
        period,
        number,
        since,
        until,
        clause,
        quote,
        table.texts("counts", [programme]),
    )


def _check_number(table: Table, number: int, unit: str, quote: str) -> None:
    """The number stands in the quote, followed by its unit: 人 is not 人次."""
    named = re.finditer(r"([0-9.]+万?)(人次|人)", bare(quote))
    if not any(Fraction(number) in figures(n[1]) and n[2] == unit for n in named):
        raise table.refuse("number", f"引文中没有“{number}{unit}”")


def _class_rules(table: Table) -> ClassRules:
    percent = table.whole("min_attendance_percent")
    if percent > 100:
        raise table.refuse("min_attendance_percent", "不能超过 100")
    return ClassRules(table.whole("class_size", least=1), percent)


def _mentorship(table: Table) -> MentorshipRules:
    rules = MentorshipRules(
        version=table.text("version"),
        master_level=table.choice("master_level", list(LEVELS)),
        level_gap=table.whole("level_gap", least=1),
        places_default=table.whole("places_default", least=1),
        places_most=table.whole("places_most", least=1),
        same_employer=table.whole("same_employer"),
        same_county=table.whole("same_county"),
        best_gap=table.whole("best_gap"),
        gap_step=table.whole("gap_step"),
        apprentice_wish=table.wholes("apprentice_wish"),
        master_wish=table.wholes("master_wish"),
    )
    if rules.places_default > rules.places_most:
        raise table.refuse("places_default", "不能超过 places_most")
    for key, points in (
        ("apprentice_wish", rules.apprentice_wish),
        ("master_wish", rules.master_wish),
    ):
        if not points or list(points) != sorted(points, reverse=True):
            raise table.refuse(key, "应从高到低，至少一个")
    return rules


def _check_counts(programmes: Sequence[Programme]) -> None:
    """Targets count programmes that exist."""
    codes = {p.code for p in programmes}
    for programme in programmes:
        for target in programme.targets:
            for code in target.counts:
                if code not in codes:
                    source = f"{programme.code}.toml"
                    raise LoadError(source, "target.counts", f"没有这个项目：{code}")
