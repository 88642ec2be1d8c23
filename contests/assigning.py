"""Which judges mark which performances when nobody sees them all. Pure and repeatable from the seed.

Three aims in this order: nobody gets what is forbidden; the loads are as even as that allows; all judges
hang together through common entries, because only then can they be compared. Meetings are evened out
as far as the first three leave room.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from core.errors import DomainError

MOST_TOLD = 5
ROUNDS = 3

Pair = tuple[str, str]
"""A performance and a judge."""


@dataclass(frozen=True)
class Figures:
    """What a plan amounts to: loads of all judges, parts that hang together, and how many entries two
    judges have in common."""

    loads: Mapping[str, int]
    components: int
    common_least: int
    common_most: int

    @property
    def load_least(self) -> int:
        """The smallest load."""
        return min(self.loads.values(), default=0)

    @property
    def load_most(self) -> int:
        """The largest load."""
        return max(self.loads.values(), default=0)


def assign(
    performances: Sequence[str],
    judges: Sequence[str],
    each: int,
    *,
    forbidden: Collection[Pair],
    seed: str,
) -> dict[str, tuple[str, ...]]:
    """The judges of each performance, in the order of `judges`. The order in which the names are given
    changes nothing. DomainError names the performances for which too few judges are left."""
    plan = _Plan(_shuffled(performances, seed), _shuffled(judges, seed), set(forbidden))
    short = _short(performances, judges, each, plan)
    if short:
        more = f"；另有 {len(short) - MOST_TOLD} 个项目也不够" if len(short) > MOST_TOLD else ""
        raise DomainError(f"每个项目要 {each} 名评委：{'；'.join(short[:MOST_TOLD])}{more}")
    plan.deal(each)
    plan.even_loads()
    plan.even_meetings()
    plan.connect()
    order = {judge: place for place, judge in enumerate(judges)}
    return {one: tuple(sorted(plan.of[one], key=order.__getitem__)) for one in performances}


def _short(performances: Sequence[str], judges: Sequence[str], each: int, plan: _Plan) -> list[str]:
    if each < 1:
        raise DomainError("每个项目至少要由 1 名评委评分")
    told = []
    for one in performances:
        left = sum(plan.may(one, judge) for judge in judges)
        if left < each:
            apart = f"（{len(judges) - left} 名须回避）" if left < len(judges) else ""
            told.append(f"{one} 号只有 {left} 名可以评{apart}")
    return told


def _shuffled(names: Iterable[str], seed: str) -> list[str]:
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest())


class _Plan:
    """A plan in the making, over names in an order that only the seed decides."""

    def __init__(self, performances: list[str], judges: list[str], forbidden: set[Pair]) -> None:
        self.performances, self.judges, self.forbidden = performances, judges, forbidden
        self.of: dict[str, set[str]] = {one: set() for one in performances}
        self.load = dict.fromkeys(judges, 0)
        self.met = {judge: dict.fromkeys(judges, 0) for judge in judges}

    def may(self, performance: str, judge: str) -> bool:
        return (performance, judge) not in self.forbidden

    def open_to(self, performance: str, judge: str) -> bool:
        return judge not in self.of[performance] and self.may(performance, judge)

    def put(self, performance: str, judge: str) -> None:
        self._meet(performance, judge, 1)
        self.of[performance].add(judge)
        self.load[judge] += 1

    def take(self, performance: str, judge: str) -> None:
        self.of[performance].remove(judge)
        self._meet(performance, judge, -1)
        self.load[judge] -= 1

    def _meet(self, performance: str, judge: str, by: int) -> None:
        own = self.met[judge]
        for other in self.of[performance]:
            own[other] += by
            self.met[other][judge] += by

    def swap(self, one: str, judge: str, other: str, second: str) -> None:
        """`second` comes to `one` and `judge` to `other`."""
        self.take(one, judge)
        self.take(other, second)
        self.put(one, second)
        self.put(other, judge)

    def deal(self, each: int) -> None:
        """To those who have least, and among them to those who have met the others least; what few
        may judge comes first."""
        free = {one: sum(self.may(one, judge) for judge in self.judges) for one in self.of}
        place = {judge: number for number, judge in enumerate(self.judges)}
        for one in sorted(self.performances, key=free.__getitem__):
            for _ in range(each):
                open_now = [judge for judge in self.judges if self.open_to(one, judge)]
                least = min(self.load[judge] for judge in open_now)
                judge = min(
                    [judge for judge in open_now if self.load[judge] == least],
                    key=lambda judge: (self._meetings(one, judge), place[judge]),
                )
                self.put(one, judge)

    def _meetings(self, performance: str, judge: str) -> int:
        own = self.met[judge]
        return sum(own[other] ** 2 for other in self.of[performance])

    def even_loads(self) -> None:
        """Hand performances on along chains from a judge with much to one with at least two fewer, until
        there is no such chain: then no plan is more even."""
        while any(
            self._relieve(judge)
            for judge in sorted(self.judges, key=lambda judge: -self.load[judge])
        ):
            pass

    def _relieve(self, start: str) -> bool:
        held: dict[str, list[str]] = {judge: [] for judge in self.judges}
        for one in self.performances:
            for judge in self.of[one]:
                held[judge].append(one)
        came: dict[str, Pair] = {}
        queue = deque([start])
        while queue:
            judge = queue.popleft()
            for other in self.judges:
                if other == start or other in came:
                    continue
                moved = next((one for one in held[judge] if self.open_to(one, other)), None)
                if moved is None:
                    continue
                came[other] = (moved, judge)
                if self.load[other] <= self.load[start] - 2:
                    self._hand_on(other, came, start)
                    return True
                queue.append(other)
        return False

    def _hand_on(self, last: str, came: Mapping[str, Pair], start: str) -> None:
        while last != start:
            performance, judge = came[last]
            self.take(performance, judge)
            self.put(performance, last)
            last = judge

    def even_meetings(self) -> None:
        """Exchange judges between neighbours while two who often meet are parted by it."""
        if len(self.performances) < 2:
            return
        for step in range(1, ROUNDS + 1):
            for place, one in enumerate(self.performances):
                other = self.performances[(place + step) % len(self.performances)]
                if other != one:
                    self._part(one, other)

    def _part(self, one: str, other: str) -> None:
        for judge in [name for name in self.judges if name in self.of[one] - self.of[other]]:
            for second in [name for name in self.judges if name in self.of[other] - self.of[one]]:
                if not (self.open_to(one, second) and self.open_to(other, judge)):
                    continue
                if self._gain(one, judge, other, second) > 0:
                    self.swap(one, judge, other, second)
                    break

    def _gain(self, one: str, judge: str, other: str, second: str) -> int:
        """How much the sum of the squared meetings falls by a swap. Who sits at both meets both anyway."""
        first, last = self.met[judge], self.met[second]
        gain = 0
        for name in self.of[one] - self.of[other] - {judge}:
            gain += first[name] - last[name] - 1
        for name in self.of[other] - self.of[one] - {second}:
            gain += last[name] - first[name] - 1
        return gain

    def connect(self) -> None:
        """Join the parts: a place that its own part does without (it lies on a ring) is exchanged for any
        place of another part. Loads stay as they are."""
        while len(parts := components(self.of)) > 1:
            if not self._join(parts):
                return

    def _join(self, parts: Sequence[frozenset[str]]) -> bool:
        part_of = {judge: number for number, part in enumerate(parts) for judge in part}
        places = [
            (one, judge)
            for one in self.performances
            for judge in self.judges
            if judge in self.of[one]
        ]
        for one, judge in places:
            if not self._on_ring(one, judge):
                continue
            for other, second in places:
                if part_of[judge] == part_of[second]:
                    continue
                if self.may(one, second) and self.may(other, judge):
                    self.swap(one, judge, other, second)
                    return True
        return False

    def _on_ring(self, performance: str, judge: str) -> bool:
        """Whether both still hang together without each other."""
        if self.load[judge] < 2 or len(self.of[performance]) < 2:
            return False
        rest = self.of | {performance: self.of[performance] - {judge}}
        other = next(iter(rest[performance]))
        return any(judge in part and other in part for part in components(rest))


def components(plan: Mapping[str, Collection[str]]) -> list[frozenset[str]]:
    """The judges who hang together through common performances, part by part, the largest first."""
    parts: list[set[str]] = []
    for judges in plan.values():
        joined = set(judges)
        apart = []
        for part in parts:
            if part & joined:
                joined |= part
            else:
                apart.append(part)
        parts = [*apart, joined] if joined else apart
    return sorted((frozenset(part) for part in parts), key=lambda part: (-len(part), sorted(part)))


def figures(plan: Mapping[str, Collection[str]], judges: Iterable[str]) -> Figures:
    """The figures of a plan over all judges, also those who got nothing."""
    loads = Counter(judge for found in plan.values() for judge in found)
    seated = sorted(judges)
    met = Counter(pair for found in plan.values() for pair in combinations(sorted(found), 2))
    common = [met[pair] for pair in combinations(seated, 2)]
    return Figures(
        {judge: loads[judge] for judge in seated},
        len(components(plan)),
        min(common, default=0),
        max(common, default=0),
    )
