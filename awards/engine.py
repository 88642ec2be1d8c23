"""Facts and a rulebook to award lines. Pure: no clock, no database, no float, no order of input.

The order of decisions: condition, withdrawal, hold, missing evidence, suspension, part year (A06),
unset settings, determination, unconfirmed settings; then keys, exclusivity, years and caps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from awards import amounts, explaining, keys, lines
from awards.amounts import Outcome, Settings
from awards.conditions import holds, no_line_reason
from awards.drafts import Award, Part
from awards.facts import Fact, Member, key_label
from awards.lines import Line
from awards.rules import Rule, Rulebook, Suspension
from core import money


@dataclass(frozen=True)
class NoLine:
    """Why a rule that looks at this type of fact gives no line for it."""

    rule: str
    clause: str
    why: str


def evaluate(
    facts: Iterable[Fact],
    rulebook: Rulebook,
    settings: Settings,
    suspensions: Sequence[Suspension] = (),
) -> list[Line]:
    """The award lines of facts, in the order of (fact date, fact id) and of the book.

    ValueError if two facts have the same id.
    """
    ordered = sorted(facts, key=lambda fact: (fact.date, fact.id))
    _refuse_twins(ordered)
    rules = _by_type(rulebook)
    awards = [
        _award(rule, fact, settings, suspensions)
        for fact in ordered
        for rule in rules.get(fact.type, ())
        if rule.covers(fact.date) and no_line_reason(rule, fact) is None
    ]
    keys.settle_once(awards)
    keys.settle_exclusive(awards, settings)
    keys.settle_limits(awards)
    asked = explaining.setting_sentences(rulebook, settings)
    return [line for award in awards for line in explaining.finished(award, asked)]


def explain_no_line(fact: Fact, rulebook: Rulebook) -> list[NoLine]:
    """For each rule on this type of fact that gives no line for it: the reason, in Chinese."""
    found: list[NoLine] = []
    rules = _by_type(rulebook).get(fact.type, [])
    for rule_id in dict.fromkeys(rule.id for rule in rules):
        versions = [rule for rule in rules if rule.id == rule_id]
        valid = next((rule for rule in versions if rule.covers(fact.date)), None)
        if valid is None:
            why = f"{fact.date} 不在条款施行期内（{_periods(versions)}）"
            found.append(NoLine(rule_id, versions[0].clause, why))
            continue
        reason = no_line_reason(valid, fact)
        if reason:
            found.append(NoLine(rule_id, valid.clause, reason))
    return found


def _periods(versions: Iterable[Rule]) -> str:
    """The days on which the versions of a rule are valid."""
    return "；".join(
        f"自 {rule.start} 起" + (f"，{rule.until} 前" if rule.until else "") for rule in versions
    )


def _refuse_twins(ordered: Sequence[Fact]) -> None:
    names = sorted(fact.id for fact in ordered)
    for one, other in pairwise(names):
        if one == other:
            raise ValueError(f"two facts have the id {one}")


def _by_type(rulebook: Rulebook) -> Mapping[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rulebook.rules:
        found.setdefault(rule.on, []).append(rule)
    return found


def _award(rule: Rule, fact: Fact, settings: Settings, suspensions: Sequence[Suspension]) -> Award:
    """One rule on one fact, whose conditions do not speak against it."""
    payee = str(fact.value(rule.to) or "")
    outcome = _outcome(rule, fact, settings, suspensions)
    if outcome.status in (lines.PAYABLE, lines.UNCONFIRMED):
        parts = _parts(outcome, fact, payee)
    else:
        parts = [Part(payee, 0, outcome.status, outcome.why)]
    return Award(rule, fact, payee, keys.award_key(rule, fact), parts)


def _outcome(
    rule: Rule, fact: Fact, settings: Settings, suspensions: Sequence[Suspension]
) -> Outcome:
    """The first thing that stops the award, else its sum."""
    if fact.withdrawn:
        return Outcome(lines.VOID, "该事实已被撤销，不计")
    if fact.held:
        return Outcome(lines.HELD, f"待定：{fact.held}")
    missing = [condition.key for condition in rule.when if holds(condition, fact) is None]
    missing += amounts.missing_keys(rule, fact, settings)
    if missing:
        labels = dict.fromkeys(key_label(fact.type, key) for key in missing)
        return Outcome(lines.NEEDS_EVIDENCE, f"待补证：{'、'.join(labels)}")
    for suspension in suspensions:
        if suspension.rule == rule.id and suspension.start <= fact.date:
            return Outcome(lines.SUSPENDED, _suspended(suspension))
    denial = amounts.part_year_denial(rule, fact, settings)
    if denial:
        return Outcome(lines.DENIED, denial)
    unset = amounts.unset_reason(rule, fact, settings)
    if unset:
        return Outcome(lines.UNSET, unset)
    return amounts.computed(rule, fact, settings)


def _suspended(suspension: Suspension) -> str:
    document = f"（{suspension.document}）" if suspension.document else ""
    return f"自 {suspension.start} 起暂停执行{document}：{suspension.reason}"


def _parts(outcome: Outcome, fact: Fact, payee: str) -> list[Part]:
    """The sum over members, and each member's over the instalments."""
    members = fact.members or (Member(payee),)
    shares = money.split(outcome.fen, [member.share for member in members])
    total = len(outcome.weights)
    return [
        _part(outcome, member, fen, number, total, len(members))
        for member, share in zip(members, shares, strict=True)
        for number, fen in enumerate(money.split(share, outcome.weights), start=1)
    ]


def _part(outcome: Outcome, member: Member, fen: int, number: int, total: int, of: int) -> Part:
    """One payee's instalment; an ineligible member's share is shown and not redistributed."""
    why = outcome.why
    if of > 1:
        why += f"；团队 {of} 人按份额分配，本人 {money.yuan(fen)} 元"
    if total > 1:
        why += f"；分 {total} 期，第 {number} 期 {money.yuan(fen)} 元"
    part = Part(member.id, fen, outcome.status, why, number, total)
    if not member.eligible:
        part.stop(lines.DENIED, "该成员不符合条件，其份额不再分给其他成员")
    return part
