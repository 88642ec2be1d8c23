"""人 and 人次 against targets: windows, counties, and what is over."""

from __future__ import annotations

from datetime import date

import pytest

from training import targets
from training.catalogue import Target
from training.targets import Count, Fact

YEARLY = Target(
    programme="village-streaming",
    metric="completion",
    label="村播培训",
    unit="人",
    period="yearly",
    number=4,
    since=None,
    until=None,
    clause="附件9",
    quote="每年培训1万人",
    counts=("village-streaming",),
)
CUMULATIVE = Target(
    programme="rural-talent",
    metric="completion",
    label="乡村振兴特色人才",
    unit="人次",
    period="cumulative",
    number=5,
    since=date(2020, 4, 22),
    until=date(2025, 12, 31),
    clause="2",
    quote="新培训乡村振兴特色人才 15 万人次",
    counts=("village-streaming", "farm-makers"),
)


def fact(person, county, on, programme="village-streaming", metric="completion"):
    return Fact(metric, programme, person, county, on)


FACTS = [
    fact("王芳", "柯城区", date(2026, 1, 1)),
    fact("王芳", "柯城区", date(2026, 6, 1)),
    fact("王芳", "江山市", date(2026, 7, 1)),
    fact("李强", "江山市", date(2026, 12, 31)),
    fact("陈静", "江山市", date(2025, 12, 31)),
    fact("赵敏", "江山市", date(2020, 4, 22)),
    fact("赵敏", "江山市", date(2020, 4, 21)),
    fact("孙磊", "龙游县", date(2025, 3, 1), programme="farm-makers"),
    fact("孙磊", "龙游县", date(2026, 3, 1), programme="seminars"),
    fact("孙磊", "龙游县", date(2026, 3, 1), metric="streamer"),
]


def test_a_person_in_two_counties_is_one_person_of_the_city():
    found = targets.progress(YEARLY, FACTS, year=2026, today=date(2027, 1, 1))
    assert found.city == Count(persons=2, times=4)
    assert found.counties == {"柯城区": Count(1, 2), "江山市": Count(2, 2)}
    assert (found.done, found.missing, found.percent) == (2, 2, 50)
    assert found.note == "全市按人去重为 2 人，各县（市、区）合计 3 人，有人在多地参加。"


def test_no_note_without_overlap_and_empty_counties_are_shown():
    found = targets.progress(
        YEARLY, FACTS[:1], year=2026, today=date(2026, 5, 1), counties=["开化县", "柯城区"]
    )
    assert found.note == ""
    assert found.counties == {"开化县": Count(0, 0), "柯城区": Count(1, 1)}


def test_nothing_after_today_counts():
    found = targets.progress(YEARLY, FACTS, year=2026, today=date(2026, 6, 30))
    assert found.city == Count(1, 2)


def test_a_cumulative_target_counts_its_programmes_from_its_first_to_its_last_day():
    rows = targets.by_year(
        CUMULATIVE, FACTS, years=[2019, 2020, 2025, 2026], today=date(2026, 9, 1)
    )
    assert [row.done for row in rows] == [0, 1, 3, 3]
    assert {row.state for row in rows} == {"目标期已结束"}


@pytest.mark.parametrize(
    ("target", "year", "today", "state"),
    [
        (YEARLY, 2026, date(2026, 3, 1), "进行中"),
        (YEARLY, 2025, date(2026, 3, 1), "未达成"),
        (YEARLY, 2027, date(2026, 3, 1), "尚未开始"),
        (CUMULATIVE, 2025, date(2025, 12, 31), "进行中"),
        (CUMULATIVE, 2024, date(2025, 12, 31), "进行中"),
        (CUMULATIVE, 2025, date(2026, 1, 1), "目标期已结束"),
        (CUMULATIVE, 2020, date(2020, 4, 21), "尚未开始"),
    ],
)
def test_states(target, year, today, state):
    assert targets.progress(target, [], year=year, today=today).state == state


def test_reached_and_full_per_cent_come_together():
    facts = [fact(name, "柯城区", date(2026, 2, 1)) for name in ("甲", "乙", "丙", "丁")]
    full = targets.progress(YEARLY, facts, year=2026, today=date(2026, 3, 1))
    assert (full.state, full.percent, full.missing) == ("已达成", 100, 0)
    short = targets.progress(YEARLY, facts[1:], year=2026, today=date(2026, 3, 1))
    assert (short.state, short.percent, short.missing) == ("进行中", 75, 1)
    assert (full.share, short.share) == ("100.0%", "75.0%")


def test_a_reached_target_that_is_over_is_over():
    facts = [fact(str(k), "柯城区", date(2025, 2, 1)) for k in range(9)]
    found = targets.progress(CUMULATIVE, facts, year=2025, today=date(2026, 3, 1))
    assert (found.state, found.percent) == ("目标期已结束", 180)
