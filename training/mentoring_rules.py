"""From masters, apprentices and wishes to a matching instance: who may pair, and in what order.

Hard rules first, each with a sentence for whoever it excludes; then published integer points.
An apprentice lists the own wishes, then all other acceptable masters by points. A master ranks by
points, wishes of both sides included. Equal points are settled by lottery numbers from a seed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from people.identifiers import employer_key
from training.catalogue import MentorshipRules
from training.matching import Employer, Instance
from training.skill_levels import LEVELS, RANK


@dataclass(frozen=True)
class Master:
    """A master of the round; `level` is a code of skill_levels, `wishes` name apprentices."""

    key: str
    name: str
    trade: str
    level: str
    county: str = ""
    employer: str = ""
    places: int | None = None
    wishes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Apprentice:
    """An apprentice of the round; `wishes` name masters, best first."""

    key: str
    name: str
    trade: str
    level: str
    county: str = ""
    employer: str = ""
    wishes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Round:
    """The instance to solve and what explains it: the points of each acceptable pair, names, how
    many wishes each apprentice stated, and why some wishes cannot count."""

    instance: Instance
    points: Mapping[tuple[str, str], int]
    names: Mapping[str, str]
    stated: Mapping[str, int]
    refused: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Exclusion:
    """The hard rule that keeps two people apart, and the sentence about these two."""

    rule: str
    text: str


def exclusion(apprentice: Apprentice, master: Master, rules: MentorshipRules) -> Exclusion | None:
    """The first hard rule that keeps two people from pairing; None if they may."""
    if RANK[master.level] < RANK[rules.master_level]:
        least, level = LEVELS[rules.master_level], LEVELS[master.level]
        return Exclusion("师傅等级不够", f"师傅的技术等级是{level}，担任师傅至少须为{least}")
    if apprentice.trade != master.trade:
        trades = f"师傅{master.trade}，徒弟{apprentice.trade}"
        return Exclusion("工种不同", f"工种不同（{trades}）")
    if RANK[master.level] - RANK[apprentice.level] < rules.level_gap:
        levels = f"师傅{LEVELS[master.level]}，徒弟{LEVELS[apprentice.level]}"
        text = f"师傅的技术等级须至少高出徒弟 {rules.level_gap} 级（{levels}）"
        return Exclusion("等级差不够", text)
    return None


def score(apprentice: Apprentice, master: Master, rules: MentorshipRules) -> dict[str, int]:
    """The points of an acceptable pair by component: {label: points}; components of 0 are left out.

    The sum may be negative; only the order counts.
    """
    gap = RANK[master.level] - RANK[apprentice.level]
    key = employer_key(master.employer)
    same_employer = bool(key) and key == employer_key(apprentice.employer)
    same_county = bool(master.county) and master.county == apprentice.county
    parts = {
        "同单位": rules.same_employer if same_employer else 0,
        "同县（市、区）": rules.same_county if same_county else 0,
        "等级差": -rules.gap_step * abs(gap - rules.best_gap),
        "徒弟志愿": _wish_points(apprentice.wishes, master.key, rules.apprentice_wish),
        "师傅意向": _wish_points(master.wishes, apprentice.key, rules.master_wish),
    }
    return {label: points for label, points in parts.items() if points}


def _wish_points(wishes: Sequence[str], key: str, points: Sequence[int]) -> int:
    place = wishes.index(key) if key in wishes else len(points)
    return points[place] if place < len(points) else 0


def lottery(seed: str, keys: Iterable[str]) -> dict[str, str]:
    """A number per person that nobody can choose: HMAC of the key under the round's seed."""
    secret = seed.encode()
    return {key: hmac.new(secret, key.encode(), hashlib.sha256).hexdigest() for key in keys}


def build(
    masters: Sequence[Master],
    apprentices: Sequence[Apprentice],
    rules: MentorshipRules,
    *,
    seed: str,
    locked: Sequence[tuple[str, str]] = (),
    employer_caps: Mapping[str, int] | None = None,
) -> Round:
    """The instance of a round. Keys are unique over both sides; wishes that cannot count are listed
    in `refused` by (apprentice, master) with the reason."""
    points: dict[tuple[str, str], int] = {}
    by_trade: dict[str, list[Master]] = {}
    for master in masters:
        by_trade.setdefault(master.trade, []).append(master)
    for apprentice in apprentices:
        for master in by_trade.get(apprentice.trade, []):
            if exclusion(apprentice, master, rules) is None:
                pair = (apprentice.key, master.key)
                points[pair] = sum(score(apprentice, master, rules).values())
    people: list[Master | Apprentice] = [*masters, *apprentices]
    drawn = lottery(seed, [person.key for person in people])
    employers = _employers(masters, points, drawn, employer_caps or {})
    instance = Instance(
        apprentices=_wish_lists(apprentices, points, drawn),
        masters=_master_lists(masters, points, drawn, employers),
        capacity={m.key: _places(m, rules) for m in masters},
        employers=employers,
        locked=tuple(locked),
    )
    return Round(
        instance=instance,
        points=points,
        names={person.key: person.name for person in people},
        stated={a.key: len(a.wishes) for a in apprentices},
        refused=_refused(masters, apprentices, rules),
    )


def _places(master: Master, rules: MentorshipRules) -> int:
    wanted = rules.places_default if master.places is None else master.places
    return min(wanted, rules.places_most)


def _wish_lists(
    apprentices: Sequence[Apprentice],
    points: Mapping[tuple[str, str], int],
    drawn: Mapping[str, str],
) -> dict[str, tuple[str, ...]]:
    """Stated wishes in their order, then the other acceptable masters by points and lottery.
    A wish that cannot count stays, so that wishes keep their numbers; the market filters it."""
    others: dict[str, list[str]] = {a.key: [] for a in apprentices}
    for apprentice, master in points:
        others[apprentice].append(master)
    lists = {}
    for a in apprentices:
        rest = [m for m in others[a.key] if m not in a.wishes]
        rest.sort(key=lambda m, a=a: (-points[a.key, m], drawn[m]))  # type: ignore[misc]
        lists[a.key] = (*a.wishes, *rest)
    return lists


def _master_lists(
    masters: Sequence[Master],
    points: Mapping[tuple[str, str], int],
    drawn: Mapping[str, str],
    employers: Mapping[str, Employer],
) -> dict[str, tuple[str, ...]]:
    """By points and lottery; under an employer's cap in the employer's one order, because orders
    that contradict one another may leave no stable pairing at all."""
    lists: dict[str, list[str]] = {m.key: [] for m in masters}
    for apprentice, master in points:
        lists[master].append(apprentice)
    shared = {
        master: {a: k for k, a in enumerate(employer.ranks)}
        for employer in employers.values()
        for master in employer.masters
    }
    for master, found in lists.items():
        if master in shared:
            found.sort(key=shared[master].__getitem__)
        else:
            found.sort(key=lambda a, m=master: (-points[a, m], drawn[a]))  # type: ignore[misc]
    return {master: tuple(found) for master, found in lists.items()}


def _employers(
    masters: Sequence[Master],
    points: Mapping[tuple[str, str], int],
    drawn: Mapping[str, str],
    caps: Mapping[str, int],
) -> dict[str, Employer]:
    """An employer with a cap orders apprentices by their best points with any of its masters."""
    employers = {}
    for name, cap in caps.items():
        members = tuple(m.key for m in masters if employer_key(m.employer) == employer_key(name))
        best: dict[str, int] = {}
        for (apprentice, master), value in points.items():
            if master in members:
                best[apprentice] = max(best.get(apprentice, value), value)
        ranks = tuple(sorted(best, key=lambda a, best=best: (-best[a], drawn[a])))  # type: ignore[misc]
        employers[name] = Employer(members, cap, ranks)
    return employers


def _refused(
    masters: Sequence[Master], apprentices: Sequence[Apprentice], rules: MentorshipRules
) -> dict[tuple[str, str], str]:
    """Every stated wish, of either side, that cannot count, with the reason."""
    by_key = {m.key: m for m in masters}
    people = {a.key: a for a in apprentices}
    stated = [(a.key, m) for a in apprentices for m in a.wishes]
    stated += [(a, m.key) for m in masters for a in m.wishes]
    refused = {}
    for apprentice, master in stated:
        if apprentice not in people or master not in by_key:
            refused[apprentice, master] = "不在本轮名单中"
        elif reason := exclusion(people[apprentice], by_key[master], rules):
            refused[apprentice, master] = reason.text
    return refused


def most_excluding(
    apprentice: Apprentice, masters: Sequence[Master], rules: MentorshipRules
) -> list[tuple[str, int]]:
    """For an apprentice without anybody acceptable: which rules exclude how many masters."""
    found = (exclusion(apprentice, master, rules) for master in masters)
    return Counter(reason.rule for reason in found if reason).most_common()
