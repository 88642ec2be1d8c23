"""Why a pair came about and why a wish was not met, as plain Chinese sentences about an assignment.

True by construction: every sentence is read off the same ranks that the offers used. All of these
may be empty: `names` turns keys into names to show, `points` adds the published scores, `stated`
says how many entries at the head of an apprentice's list are own wishes (else all), `refused` why a
wish could not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from training.matching import Market, Places, places_taken, would_take


@dataclass(frozen=True)
class Reason:
    """One sentence about an apprentice and a master; `wish` counts from 1, 0 = not wished for.

    code: PAIRED or LOCKED for a pair; for a wish not met EXCLUDED, NO_MASTER, NOT_LISTED, NOT_RANKED,
    NO_PLACE, FULL, EMPLOYER_FULL, or BLOCKING where a change by hand passed the pair over.
    """

    apprentice: str
    master: str
    wish: int
    code: str
    text: str


@dataclass(frozen=True)
class Explainer:
    """The reasons behind one assignment, one made by hand included."""

    market: Market
    assignment: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[tuple[str, str], int] = field(default_factory=dict)
    stated: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def pairs(self) -> list[Reason]:
        """One reason per pair, by master and apprentice."""
        ordered = sorted(self.assignment.items(), key=lambda pair: (pair[1], pair[0]))
        return [self._pair(apprentice, master) for apprentice, master in ordered]

    def unmet(self) -> list[Reason]:
        """One reason per wish above what the apprentice got, by apprentice and wish."""
        places = places_taken(self.market, self.assignment)
        found: list[Reason] = []
        for apprentice in sorted(self.market.wishes):
            found += self._unmet_of(apprentice, places)
        return found

    def _pair(self, apprentice: str, master: str) -> Reason:
        wishes = self._wishes(apprentice)
        wish = wishes.index(master) + 1 if master in wishes else 0
        if self.market.locked.get(apprentice) == master:
            text = "已锁定的师徒，不参加配对，占用一个名额。"
            return Reason(apprentice, master, wish, "LOCKED", text)
        stated = "徒弟没有填报这位师傅" if wishes else "徒弟没有填志愿"
        if wish:
            stated = f"徒弟志愿第 {wish} 位（共 {len(wishes)} 位）"
        text = f"{stated}；{self._standing(apprentice, master)}。"
        return Reason(apprentice, master, wish, "PAIRED", text)

    def _standing(self, apprentice: str, master: str) -> str:
        """Where the master's list has the apprentice, with the score if there is one."""
        listed = self.market.instance.masters.get(master, ())
        if apprentice not in listed:
            return "师傅名单中没有这名徒弟（人工调整）"
        place = f"师傅名单第 {listed.index(apprentice) + 1} 位（共 {len(listed)} 位）"
        points = self.points.get((apprentice, master))
        return place if points is None else f"{place}，{points} 分"

    def _unmet_of(self, apprentice: str, places: Places) -> Iterator[Reason]:
        got = self.assignment.get(apprentice)
        for wish, master in enumerate(self._wishes(apprentice), 1):
            if master == got:
                return
            code, why = self._why_not(apprentice, master, places)
            text = f"第 {wish} 志愿师傅 {self._name(master)}：{why}。"
            yield Reason(apprentice, master, wish, code, text)

    def _wishes(self, apprentice: str) -> Sequence[str]:
        """The apprentice's own wishes."""
        listed = self.market.instance.apprentices.get(apprentice, ())
        return listed[: self.stated.get(apprentice, len(listed))]

    def _why_not(self, apprentice: str, master: str, places: Places) -> tuple[str, str]:
        if refused := self.refused.get((apprentice, master)):
            return "EXCLUDED", refused
        unit = self.market.unit_of.get(master)
        if unit is None:
            return "NO_MASTER", "不在本轮师傅之中"
        if apprentice not in self.market.instance.masters[master]:
            return "NOT_LISTED", "师傅的名单中没有这名徒弟（不符合条件或师傅未选）"
        if apprentice not in unit.rank:
            return "NOT_RANKED", f"{unit.employer}的名单中没有这名徒弟"
        if would_take(self.market, places, self.assignment, apprentice, master):
            return "BLOCKING", "师傅有名额或更愿意带这名徒弟，双方都比现有安排满意（人工调整造成）"
        if places.count[master] >= self.market.places[master]:
            return self._full(apprentice, master, places)
        return self._employer_full(apprentice, master, places)

    def _full(self, apprentice: str, master: str, places: Places) -> tuple[str, str]:
        total = self.market.instance.places(master)
        if master not in places.worst:
            return "NO_PLACE", f"名额 {total} 个，没有可分配的（已由锁定的师徒占用或未开放）"
        last = places.worst[master][1]
        theirs = self._ranked(last, master, self.market.rank[master])
        own = self._ranked(apprentice, master, self.market.rank[master])
        return "FULL", f"名额 {total} 个已满，录取的最后一名 {theirs}，{own}"

    def _employer_full(self, apprentice: str, master: str, places: Places) -> tuple[str, str]:
        unit = self.market.unit_of[master]
        total = self.market.instance.employers[unit.employer or ""].cap
        if unit.key not in places.unit_worst:
            return "NO_PLACE", f"{unit.employer}名额 {total} 个，没有可分配的（已由锁定的师徒占用）"
        last = places.unit_worst[unit.key][1]
        theirs = self._ranked(last, self.assignment[last], unit.rank)
        own = self._ranked(apprentice, master, unit.rank)
        full = f"师傅还有名额，但{unit.employer}的名额 {total} 个已满"
        return "EMPLOYER_FULL", f"{full}，单位录取的最后一名 {theirs}，{own}"

    def _ranked(self, apprentice: str, master: str, rank: Mapping[str, int]) -> str:
        name = self._name(apprentice)
        if apprentice not in rank:
            return f"{name} 不在名单中（人工调整）"
        points = self.points.get((apprentice, master))
        scored = "" if points is None else f"（{points} 分）"
        return f"{name} 排第 {rank[apprentice] + 1} 位{scored}"

    def _name(self, key: str) -> str:
        return self.names.get(key, key)
