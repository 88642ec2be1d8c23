"""What the cases of a rulebook leave untried: a paying and a non-paying case and the first day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from awards import lines
from awards.case_files import Run
from awards.conditions import no_line_reason
from awards.facts import Fact
from awards.rules import Rule, Rulebook


def gaps(book: Rulebook, runs: Sequence[Run]) -> list[str]:
    """One Chinese sentence per gap, in the order of the book."""
    return [gap for rule in book.rules for gap in _gaps_of(rule, runs)]


def _gaps_of(rule: Rule, runs: Sequence[Run]) -> Iterator[str]:
    tried = [(fact, run) for run in runs for fact in run.case.facts if fact.type == rule.on]
    inside = [(fact, run) for fact, run in tried if rule.covers(fact.date)]
    if not any(_pays(rule, fact, run) for fact, run in inside):
        yield f"规则 {rule.id}（自 {rule.start}）没有会发放的案例"
    if all(_pays(rule, fact, run) for fact, run in inside):
        yield f"规则 {rule.id}（自 {rule.start}）没有不发放的案例"
    meeting = [fact.date for fact, _ in tried if no_line_reason(rule, fact) is None]
    if rule.start not in meeting:
        yield f"规则 {rule.id}：没有开始日 {rule.start} 当天的案例"
    day_before = rule.start - timedelta(days=1)
    if day_before not in meeting:
        yield f"规则 {rule.id}：没有开始日前一天 {day_before} 的案例"


def _pays(rule: Rule, fact: Fact, run: Run) -> bool:
    """Whether a rule pays for a fact in a run."""
    return any(
        line.rule == rule.id and line.fact_id == fact.id and line.status == lines.PAYABLE
        for line in run.lines
    )
