"""Deferred acceptance of masters and apprentices, from either side, with capacities and caps of
employers over several masters (student-project allocation with two levels of places).

Everything is a name. Lists are strict (instance.py breaks ties by lottery) and hold mutually
acceptable names only (`market` filters). A locked pair stands outside the market and uses a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

Assignment = dict[str, str]  # apprentice -> master; who is not named has no master
MAX_REPAIRS = 1000


@dataclass(frozen=True)
class Employer:
    """Masters who share `cap` places, given in the order of `ranks` (apprentices, best first)."""

    masters: tuple[str, ...]
    cap: int
    ranks: tuple[str, ...]


@dataclass(frozen=True)
class Instance:
    """Wishes as stated, strict, best first; a master without a capacity has 1."""

    apprentices: Mapping[str, Sequence[str]]
    masters: Mapping[str, Sequence[str]]
    capacity: Mapping[str, int] = field(default_factory=dict)
    employers: Mapping[str, Employer] = field(default_factory=dict)
    locked: Sequence[tuple[str, str]] = ()

    def places(self, master: str) -> int:
        """All places of a master, those of locked pairs included."""
        return self.capacity.get(master, 1)


@dataclass(frozen=True)
class Unit:
    """Who gives places together: an employer with a cap, or one master on their own."""

    key: str
    masters: tuple[str, ...]
    cap: int
    rank: Mapping[str, int]
    employer: str | None = None


@dataclass(frozen=True)
class Market:
    """What is left to decide: mutual lists, ranks from 0, places not used by locked pairs."""

    instance: Instance
    wishes: Mapping[str, tuple[str, ...]]
    rank: Mapping[str, Mapping[str, int]]
    places: Mapping[str, int]
    unit_of: Mapping[str, Unit]
    locked: Assignment

    def position(self, apprentice: str, master: str | None) -> int:
        """How far down the apprentice's list a master stands; nobody and strangers come last."""
        wishes = self.wishes[apprentice]
        return wishes.index(master) if master in wishes else len(wishes)


def market(instance: Instance) -> Market:
    """Filter one-sided names, take locked pairs out, and rank what is left."""
    locked = dict(instance.locked)
    places = {m: instance.places(m) for m in instance.masters}
    for master in locked.values():
        places[master] = places.get(master, instance.places(master)) - 1
    orders = {
        m: {a: k for k, a in enumerate(listed) if a not in locked}
        for m, listed in instance.masters.items()
    }
    units = _units(instance, orders, places, locked)
    wishes = {
        a: tuple(m for m in listed if a in orders.get(m, {}) and a in units[m].rank)
        for a, listed in instance.apprentices.items()
        if a not in locked
    }
    rank = {
        m: {a: k for a, k in order.items() if a in units[m].rank and m in wishes.get(a, ())}
        for m, order in orders.items()
    }
    return Market(instance, wishes, rank, places, units, locked)


def _units(
    instance: Instance,
    orders: Mapping[str, Mapping[str, int]],
    places: Mapping[str, int],
    locked: Assignment,
) -> dict[str, Unit]:
    """The unit of each master."""
    units = {m: Unit(f"m:{m}", (m,), places[m], orders[m]) for m in instance.masters}
    for name, employer in instance.employers.items():
        used = sum(m in employer.masters for m in locked.values())
        rank = {a: k for k, a in enumerate(employer.ranks) if a not in locked}
        members = tuple(m for m in employer.masters if m in instance.masters)
        unit = Unit(f"e:{name}", members, employer.cap - used, rank, name)
        units |= dict.fromkeys(members, unit)
    return units


class _Holding:
    """Who is held where while offers are made; the worst of a master or unit is found by heap."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.master_of: Assignment = {}
        self.count: dict[str, int] = dict.fromkeys(market.rank, 0)
        self.unit_count: dict[str, int] = {u.key: 0 for u in market.unit_of.values()}
        self._by_master: dict[str, list[tuple[int, str]]] = {m: [] for m in market.rank}
        self._by_unit: dict[str, list[tuple[int, str, str]]] = {u: [] for u in self.unit_count}

    def take(self, apprentice: str, master: str) -> None:
        unit = self.market.unit_of[master]
        self.master_of[apprentice] = master
        self.count[master] += 1
        self.unit_count[unit.key] += 1
        rank = self.market.rank[master][apprentice]
        heappush(self._by_master[master], (-rank, apprentice))
        heappush(self._by_unit[unit.key], (-unit.rank[apprentice], apprentice, master))

    def drop(self, apprentice: str) -> str:
        """Let an apprentice go; returns the master who lost them."""
        master = self.master_of.pop(apprentice)
        self.count[master] -= 1
        self.unit_count[self.market.unit_of[master].key] -= 1
        return master

    def overflow(self, master: str) -> str | None:
        """Who must go because the master, or the master's unit, holds one too many."""
        if self.count[master] > self.market.places[master]:
            held = self._by_master[master]
            while self.master_of.get(held[0][1]) != master:
                heappop(held)
            return held[0][1]
        unit = self.market.unit_of[master]
        if self.unit_count[unit.key] <= unit.cap:
            return None
        in_unit = self._by_unit[unit.key]
        while self.master_of.get(in_unit[0][1]) != in_unit[0][2]:
            heappop(in_unit)
        return in_unit[0][1]


def apprentices_propose(market: Market) -> Assignment:
    """The stable assignment that is best for every apprentice at once, locked pairs included."""
    holding = _Holding(market)
    remaining = {a: iter(listed) for a, listed in market.wishes.items()}
    free = list(remaining)
    while free:
        apprentice = free.pop()
        master = next(remaining[apprentice], None)
        if master is None:
            continue
        holding.take(apprentice, master)
        loser = holding.overflow(master)
        if loser is not None:
            holding.drop(loser)
            free.append(loser)
    return _repaired(market, holding.master_of)


def masters_propose(market: Market) -> Assignment:
    """The stable assignment that is best for the masters (and employers), locked ones included."""
    holding = _Holding(market)
    units = {u.key: u for u in market.unit_of.values()}
    orders = {name: sorted(u.rank, key=u.rank.__getitem__) for name, u in units.items()}
    start = dict.fromkeys(units, 0)
    waiting = list(units)
    while waiting:
        unit = units[waiting.pop()]
        while holding.unit_count[unit.key] < unit.cap:
            offer = _next_offer(holding, unit, orders[unit.key], start)
            if offer is None:
                break
            apprentice, master = offer
            if apprentice in holding.master_of:
                loser = market.unit_of[holding.drop(apprentice)]
                if len(loser.masters) > 1:  # a freed place may go to somebody passed over before
                    start[loser.key] = 0
                waiting.append(loser.key)
            holding.take(apprentice, master)
    return _repaired(market, holding.master_of)


def _next_offer(
    holding: _Holding, unit: Unit, order: list[str], start: dict[str, int]
) -> tuple[str, str] | None:
    """The best apprentice of the unit who would accept a free place of it, and that place."""
    market = holding.market
    for k in range(start[unit.key], len(order)):
        apprentice = order[k]
        held = holding.master_of.get(apprentice)
        for master in market.wishes.get(apprentice, ()):
            if master == held:
                break
            if master in unit.masters and holding.count[master] < market.places[master]:
                start[unit.key] = k
                return apprentice, master
    start[unit.key] = len(order)
    return None


def _repaired(market: Market, found: Assignment) -> Assignment:
    """Add the locked pairs. Where an employer's order contradicts that of its own masters a
    stable assignment need not exist and the offers may miss one: satisfy blocking pairs for a
    bounded time, and leave what is left to the audit."""
    assignment = found | market.locked
    seen: set[frozenset[tuple[str, str]]] = set()
    while len(seen) < MAX_REPAIRS and _contradictory(market):
        blocking = blocking_pairs(market, assignment)
        state = frozenset(assignment.items())
        if not blocking or state in seen:
            break
        seen.add(state)
        assignment = _satisfied(market, assignment, *blocking[0])
    return assignment


def _contradictory(market: Market) -> bool:
    """Whether some employer orders two apprentices of a master the other way round."""
    shared = [(m, unit) for m, unit in market.unit_of.items() if unit.employer]
    orders = ([unit.rank[a] for a in market.rank[m]] for m, unit in shared)
    return any(order != sorted(order) for order in orders)


def _satisfied(market: Market, assignment: Assignment, apprentice: str, master: str) -> Assignment:
    """The assignment after a blocking pair has found together; who is one too many goes."""
    holding = _Holding(market)
    for a, m in (assignment | {apprentice: master}).items():
        if a not in market.locked:
            holding.take(a, m)
    while (loser := holding.overflow(master)) is not None:
        holding.drop(loser)
    return holding.master_of | market.locked


@dataclass(frozen=True)
class Places:
    """How full the masters and units are, and the worst (rank, apprentice) that each holds."""

    count: Mapping[str, int]
    unit_count: Mapping[str, int]
    worst: Mapping[str, tuple[int, str]]
    unit_worst: Mapping[str, tuple[int, str]]


def places_taken(market: Market, assignment: Mapping[str, str]) -> Places:
    """Count an assignment, locked pairs aside; a stranger to a list counts as its very last."""
    count = dict.fromkeys(market.rank, 0)
    unit_count = {u.key: 0 for u in market.unit_of.values()}
    worst: dict[str, tuple[int, str]] = {}
    unit_worst: dict[str, tuple[int, str]] = {}
    last = len(market.instance.apprentices)
    for apprentice, master in assignment.items():
        if apprentice in market.locked or master not in count:
            continue
        unit = market.unit_of[master]
        count[master] += 1
        unit_count[unit.key] += 1
        entry = (market.rank[master].get(apprentice, last), apprentice)
        worst[master] = max(worst.get(master, entry), entry)
        entry = (unit.rank.get(apprentice, last), apprentice)
        unit_worst[unit.key] = max(unit_worst.get(unit.key, entry), entry)
    return Places(count, unit_count, worst, unit_worst)


def would_take(
    market: Market, places: Places, assignment: Mapping[str, str], apprentice: str, master: str
) -> bool:
    """Whether the master (and the master's unit) has a place for, or prefers, the apprentice."""
    if places.count[master] >= market.places[master]:
        held = places.worst.get(master)
        return held is not None and market.rank[master][apprentice] < held[0]
    unit = market.unit_of[master]
    if places.unit_count[unit.key] < unit.cap:
        return True
    if assignment.get(apprentice) in unit.masters:
        return True  # moves inside the unit, whose number stays the same
    held = places.unit_worst.get(unit.key)
    return held is not None and unit.rank[apprentice] < held[0]


def blocking_pairs(market: Market, assignment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pairs who would both rather have one another than what the assignment gives them.

    Works for any assignment, one made by hand included. Ordered by apprentice's name, then by the
    apprentice's preference. Locked apprentices never block.
    """
    places = places_taken(market, assignment)
    found = []
    for apprentice in sorted(market.wishes):
        better = market.position(apprentice, assignment.get(apprentice))
        found += [
            (apprentice, master)
            for master in market.wishes[apprentice][:better]
            if would_take(market, places, assignment, apprentice, master)
        ]
    return found


def moved(assignment: Mapping[str, str], moves: Mapping[str, str]) -> Assignment:
    """The assignment after moves by hand; an empty master takes the apprentice out."""
    changed = {**assignment, **moves}
    return {a: m for a, m in changed.items() if m}


def by_master(assignment: Mapping[str, str]) -> dict[str, list[str]]:
    """{master: [apprentices]}, both in order of name; masters without anybody are left out."""
    pairs: dict[str, list[str]] = {}
    for apprentice, master in sorted(assignment.items(), key=lambda pair: (pair[1], pair[0])):
        pairs.setdefault(master, []).append(apprentice)
    return pairs


def unmatched(instance: Instance, assignment: Iterable[str]) -> list[str]:
    """Apprentices without a master, in order of name."""
    return sorted(set(instance.apprentices) - set(assignment))


def over_places(instance: Instance, assignment: Mapping[str, str]) -> list[str]:
    """Masters and employers that an assignment made by hand gives more than they have."""
    pairs = by_master(assignment)
    masters = [m for m, held in pairs.items() if len(held) > instance.places(m)]
    employers = [
        name
        for name, employer in instance.employers.items()
        if sum(len(pairs.get(m, [])) for m in employer.masters) > employer.cap
    ]
    return masters + sorted(employers)
