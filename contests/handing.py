"""Who takes over the sheets of a judge who leaves, and what then stands against the result. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from contests.assigning import Pair, components


def hand_on(
    performances: Iterable[str],
    may: Mapping[str, Collection[str]],
    loads: Mapping[str, int],
    first: str = "",
) -> dict[str, str]:
    """The new judge of each performance: `first` wherever that one may, else who has least, the earlier
    in `loads` of equals. What few may judge comes first; what nobody may is left out."""
    load, found = dict(loads), {}
    order = sorted(performances, key=lambda one: (len(may[one]), one))
    for one in order:
        able = [judge for judge in load if judge in may[one]]
        if not able:
            continue
        chosen = first if first in able else min(able, key=load.__getitem__)
        found[one] = chosen
        load[chosen] += 1
    return found


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
