"""Who must not judge."""

from __future__ import annotations

from uuid import UUID

import pytest

from contests.conflicts import Contender, Judge, conflicts
from people.identifiers import employer_key

WANG, LI, CHEN = (UUID(int=number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("衢州巨化集团", " 衢州 巨化集团 "),
        ("巨化（衢州）有限公司", "巨化(衢州)有限公司"),
        ("ＡＢＣ科技", "abc科技"),
    ],
)
def test_the_same_employer_written_otherwise(one: str, other: str) -> None:
    assert employer_key(one) == employer_key(other)


@pytest.mark.parametrize(
    ("judge", "expected"),
    [
        (Judge(CHEN, ("杭州研究所", "")), []),
        (Judge(WANG, ("杭州研究所",)), ["本人参加了“云上队”"]),
        (Judge(LI, ("杭州研究所",)), ["本人参加了“云上队”"]),
        (Judge(CHEN, ("杭州研究所", "第一机械厂 ")), ["与参赛单位同属“第一机械厂 ”"]),
        (
            Judge(WANG, ("第一机械厂",)),
            ["本人参加了“云上队”", "与参赛单位同属“第一机械厂”"],
        ),
        (Judge(None, ("第一机械厂",)), ["与参赛单位同属“第一机械厂”"]),
        (
            Judge(CHEN, ("杭州研究所",), {WANG: "有师徒关系（2026 年第一轮）"}),
            ["与“云上队”的成员有师徒关系（2026 年第一轮）"],
        ),
        (
            Judge(WANG, ("杭州研究所",), {LI: "曾同队参赛（“山里队”）"}),
            ["本人参加了“云上队”"],
        ),
    ],
)
def test_conflicts(judge: Judge, expected: list[str]) -> None:
    teams = [
        Contender("云上队", frozenset({WANG, LI}), frozenset({"第一机械厂", ""})),
        Contender("山里队", frozenset(), frozenset({"第一机械厂"})),
    ]
    assert conflicts(judge, teams) == expected


def test_an_unknown_employer_is_no_conflict() -> None:
    assert conflicts(Judge(CHEN, ("",)), [Contender("云上队", frozenset(), frozenset({""}))]) == []
