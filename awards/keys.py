"""Between awards: one award per key, the highest of a group, years and caps.

Runs after each award has its own status; `awards` is always in the order of the lines (fact
date, fact id, order of the book), and every tie goes to the earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from awards import lines
from awards.amounts import Settings, value_of
from awards.drafts import Award, Part
from awards.facts import Fact
from awards.rules import Exclusive, Rule
from core import money

_ONCE_LABELS = {
    "lifetime": "一次性奖励",
    "lifetime_each": "每项一次性奖励",
    "year": "每年一次",
    "achievement": "同一成果一次",
}
_COUNTED = (lines.PAYABLE, lines.UNCONFIRMED)


def award_key(rule: Rule, fact: Fact) -> tuple[str, ...]:
    """The permanent key of an award. It never holds the payee: two payees are a conflict."""
    subject = fact.value("subject") or fact.value(rule.to)
    base = (rule.id, str(subject or ""))
    if rule.once == "lifetime_each":
        return (*base, str(fact.value(cast(str, rule.amount.by))))
    if rule.once == "year":
        return (*base, str(fact.year))
    if rule.once == "achievement":
        return (*base, fact.achievement)
    return base


def settle_once(awards: Sequence[Award]) -> None:
    """Keep one award per key; with different payees none of them."""
    groups: dict[tuple[str, ...], list[Award]] = {}
    for award in awards:
        # A withdrawn fact frees the key; an unknown payee neither claims nor disputes one.
        if not award.void and award.payee:
            groups.setdefault(award.key, []).append(award)
    for rivals in groups.values():
        payees = list(dict.fromkeys(rival.payee for rival in rivals))
        if len(payees) > 1:
            _dispute(rivals, payees)
        elif len(rivals) > 1:
            _keep_one(rivals)


def _dispute(rivals: Iterable[Award], payees: Sequence[str]) -> None:
    why = f"同一奖项有不同的收款人（{'、'.join(payees)}），待裁定"
    for rival in rivals:
        for part in rival.parts:
            part.stop(lines.CONFLICT, why)


def _keep_one(rivals: Sequence[Award]) -> None:
    """Payable before others, then for an achievement the highest sum, else the earliest."""
    by_sum = rivals[0].rule.once == "achievement"
    kept = min(rivals, key=lambda rival: (not rival.payable, -rival.fen if by_sum else 0))
    label = _ONCE_LABELS[kept.rule.once]
    for rival in rivals:
        if rival is not kept:
            _deny(rival.parts, f"{label}：已按事实 {kept.fact.id}（{kept.fact.date}）计")


def _deny(parts: Iterable[Part], why: str) -> None:
    """Deny what is not already denied for a reason of its own."""
    for part in parts:
        if part.status != lines.DENIED:
            part.stop(lines.DENIED, why)


def settle_exclusive(awards: Sequence[Award], settings: Settings) -> None:
    """Under a setting "highest…" keep, of the payable lines of a group, the highest."""
    groups: dict[tuple[str, ...], dict[int, list[Part]]] = {}
    for index, award in enumerate(awards):
        exclusive = award.rule.exclusive
        if exclusive is None or not _takes_highest(exclusive, settings):
            continue
        for part in award.parts:
            if part.status == lines.PAYABLE:
                group = groups.setdefault(_group_key(exclusive, award.fact, part.payee), {})
                group.setdefault(index, []).append(part)
    for group in groups.values():
        if len(group) > 1:
            _keep_highest(awards, group)


def _keep_highest(awards: Sequence[Award], group: Mapping[int, list[Part]]) -> None:
    sums = {index: sum(part.fen for part in parts) for index, parts in group.items()}
    best = max(group, key=lambda index: (sums[index], -index))
    kept = awards[best]
    for index, parts in group.items():
        if index != best:
            setting = cast(Exclusive, awards[index].rule.exclusive).setting
            _deny(
                parts,
                f"口径 {setting} 就高不重复：已按规则 {kept.rule.id}、事实 {kept.fact.id} "
                f"计 {money.yuan(sums[best])} 元",
            )


def _takes_highest(exclusive: Exclusive, settings: Settings) -> bool:
    return str(value_of(settings, exclusive.setting) or "").startswith("highest")


def _group_key(exclusive: Exclusive, fact: Fact, payee: str) -> tuple[str, ...]:
    by = fact.achievement if exclusive.by == "achievement" else str(fact.year)
    return (exclusive.group, exclusive.by, payee, by)


def settle_limits(awards: Sequence[Award]) -> None:
    """Years first, so that a year too many does not use up a cap that another could have."""
    years: dict[tuple[str, str], set[int]] = {}
    filled: dict[tuple[str, str, int], int] = {}
    for award in awards:
        if any(part.status in _COUNTED for part in award.parts):
            _limit_years(award, years)
            _limit_sum(award, filled)


def _limit_years(award: Award, years: dict[tuple[str, str], set[int]]) -> None:
    most = award.rule.amount.max_years
    if most is None:
        return
    used = years.setdefault((award.rule.id, award.key[1]), set())
    if award.fact.year in used or len(used) < most:
        used.add(award.fact.year)
        return
    _deny(award.parts, f"最长 {most} 年，{'、'.join(str(year) for year in sorted(used))} 年已计")


def _limit_sum(award: Award, filled: dict[tuple[str, str, int], int]) -> None:
    amount = award.rule.amount
    if amount.cap_per is None:
        return
    cap = money.fen(amount.cap or 0)
    for part in award.parts:
        if part.status not in _COUNTED:
            continue
        place = (award.rule.id, part.payee, award.fact.year)
        left = cap - filled.get(place, 0)
        if part.fen > left:
            note = (
                f"封顶：{award.fact.year} 年最高 {money.yuan(cap)} 元，余额 {money.yuan(left)} 元"
            )
            part.notes.append(note)
            part.why = f"{part.why}；{note}"
            part.fen = left
        filled[place] = filled.get(place, 0) + part.fen
