"""Who takes over the sheets of a judge who leaves, and what then stands against the result. Pure."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from contests.assigning import Pair, components


def hand_on(
    performances: Iterable[str],
    may: Mapping[str, Collection[str]],
    loads: Mapping[str, int],
    first: str = "",
) -> dict[str, str]:
    """The new judge of each performance: `first` wherever that one may; the rest so that loads end as even
    as they can, the earlier in `loads` of equals. What nobody may judge is left out."""
    load, found = dict(loads), {}
    order = sorted(performances, key=lambda one: (len(may[one]), one))
    for one in order:
        able = [judge for judge in load if judge in may[one]]
        if not able:
            continue
        chosen = first if first in able else min(able, key=load.__getitem__)
        found[one] = chosen
        load[chosen] += 1
    free = [one for one in order if one in found and found[one] != first]
    while any(_relieve(judge, free, may, load, found) for judge in sorted(load, key=_most(load))):
        pass
    return found


def _most(load: Mapping[str, int]) -> Callable[[str], int]:
    return lambda judge: -load[judge]


def _relieve(
    start: str,
    free: Sequence[str],
    may: Mapping[str, Collection[str]],
    load: dict[str, int],
    found: dict[str, str],
) -> bool:
    """Hand performances on along a chain from a judge to one with at least two fewer; without any such
    chain no other way is more even."""
    came: dict[str, Pair] = {}
    queue = deque([start])
    while queue:
        judge = queue.popleft()
        for one in free:
            if found[one] != judge:
                continue
            for other in load:
                if other == start or other in came or other not in may[one]:
                    continue
                came[other] = (one, judge)
                if load[other] <= load[start] - 2:
                    _move(other, start, came, load, found)
                    return True
                queue.append(other)
    return False


def _move(
    last: str, start: str, came: Mapping[str, Pair], load: dict[str, int], found: dict[str, str]
) -> None:
    load[last] += 1
    load[start] -= 1
    while last != start:
        performance, judge = came[last]
        found[performance] = last
        last = judge


def incomparable(
    marks: Collection[Pair], names: Mapping[str, str], changed: Collection[str], least: int
) -> list[str]:
    """Why judges could no longer be compared once `marks` (performance, judge) are all there will be.
    Only the `changed` judges are counted: what was so before is nobody's fault now."""
    loads = Counter(judge for _, judge in marks)
    told = [
        f"{names[judge]}只有 {loads[judge]} 张评分表，不足 {least} 张，不能校正宽严"
        for judge in changed
        if 0 < loads[judge] < least
    ]
    of: dict[str, set[str]] = {}
    for performance, judge in marks:
        of.setdefault(performance, set()).add(judge)
    parts = len(components(of))
    if parts > 1:
        told.append(f"评委会分成互不相通的 {parts} 部分，成绩没有可比性")
    return told
