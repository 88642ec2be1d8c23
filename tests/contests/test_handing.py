"""Who takes over the sheets of a judge who leaves."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product

from contests.handing import hand_on, incomparable


def test_the_named_judge_takes_what_is_allowed_and_the_rest_goes_to_who_has_least() -> None:
    may = {"01": ["5", "2"], "02": ["3", "2"], "03": ["3", "5"], "04": []}
    loads = {"2": 4, "3": 2, "5": 0}
    assert hand_on(may, may, loads, first="5") == {"01": "5", "03": "5", "02": "3"}


def test_without_a_named_judge_loads_even_out() -> None:
    may = {code: ["2", "3", "4"] for code in ("01", "02", "03", "04")}
    found = hand_on(may, may, {"2": 3, "3": 3, "4": 4})
    assert found == {"01": "2", "02": "3", "03": "2", "04": "3"}


def test_what_few_may_judge_comes_first() -> None:
    may = {"01": ["2", "3"], "02": ["2"]}
    assert hand_on(may, may, {"2": 0, "3": 0}) == {"02": "2", "01": "3"}


def test_no_other_way_is_more_even() -> None:
    chance = random.Random(7)
    for _ in range(200):
        judges = [str(one) for one in range(chance.randint(2, 4))]
        loads = {one: chance.randint(0, 3) for one in judges}
        may = {
            f"{one:02d}": sorted(chance.sample(judges, chance.randint(1, len(judges))))
            for one in range(chance.randint(1, 6))
        }
        best = min(unevenness(loads, chosen) for chosen in product(*may.values()))
        found = hand_on(may, may, loads)
        assert [found[one] in able for one, able in may.items()] == [True] * len(may)
        assert unevenness(loads, found.values()) == best


def unevenness(loads: Mapping[str, int], chosen: Iterable[str]) -> int:
    """The sum of the squared loads after a choice."""
    after = Counter(loads) + Counter(chosen)
    return sum(after[one] ** 2 for one in loads)


NAMES = {"1": "陈评委", "2": "刘评委", "3": "赵评委"}
RING = [("01", "1"), ("01", "2"), ("02", "2"), ("02", "3"), ("03", "3"), ("03", "1")]


def test_enough_marks_that_hang_together() -> None:
    assert incomparable(RING, NAMES, ["1", "2"], 2) == []


def test_a_judge_with_too_few_marks_and_judges_apart() -> None:
    marks = [("01", "1"), ("02", "2"), ("02", "3"), ("03", "3"), ("03", "2")]
    assert incomparable(marks, NAMES, ["1", "2"], 2) == [
        "陈评委只有 1 张评分表，不足 2 张，不能校正宽严",
        "评委会分成互不相通的 2 部分，成绩没有可比性",
    ]


def test_a_judge_who_keeps_nothing_is_not_missed() -> None:
    assert incomparable(RING[2:4], NAMES, ["1"], 2) == []
