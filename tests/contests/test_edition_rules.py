"""What the office types for an edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from contests.edition_rules import Plan, check_plan, parse_divisions, parse_tracks
from core.clock import SHANGHAI
from core.errors import DomainError

CLOSES = datetime(2026, 11, 20, 18, tzinfo=SHANGHAI)
HELD = datetime(2026, 11, 28, tzinfo=SHANGHAI)
PLAN = Plan(
    name="焊工赛",
    slug="welding-2026",
    number_start="QZ26",
    level="city",
    sponsor="人社局",
    organizer="技师学院",
    summary="",
    contact="0570-0000000",
    venue="",
    held_on=date(2026, 11, 28),
    entry_opens=CLOSES - timedelta(days=20),
    entry_closes=CLOSES,
    tracks="",
    divisions="",
)


def test_a_sound_plan_passes() -> None:
    check_plan(PLAN, held_from=HELD)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "焊工"}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"slug": "Welding"}, "slug"),
        ({"number_start": "2026"}, "number_start"),
        ({"entry_opens": CLOSES}, "entry_closes"),
        ({"entry_closes": HELD + timedelta(seconds=1)}, "held_on"),
    ],
)
def test_a_contradiction_is_refused_at_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_plan(replace(PLAN, **change), held_from=HELD)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_tracks_are_read_line_by_line() -> None:
    typed = "dg 电工（高级工）\n\n  HG\u3000焊工  \r\nCNC 数控车工 五轴"
    assert parse_tracks(typed) == [
        ("DG", "电工（高级工）"),
        ("HG", "焊工"),
        ("CNC", "数控车工 五轴"),
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请至少写一个赛道，每行一个"),
        ("DG", "赛道“DG”缺少名称，每行写“代码 名称”，例如 DG 电工"),
        ("电工", "赛道代码“电工”要用 2 至 4 个字母，例如 DG"),
        ("DG 电工\ndg 焊工", "赛道代码“DG”写了两次，请换一个"),
        ("DG " + "长" * 61, "“长长长长长长长长长长长长…”太长，最多 60 个字"),
        ("\n".join(["DG 电工"] * 41), "赛道最多 40 个，现在有 41 个"),
    ],
)
def test_a_wrong_line_is_named(typed: str, sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_tracks(typed)
    assert (refused.value.message, refused.value.field) == (sentence, "tracks")


def test_divisions_are_distinct() -> None:
    assert parse_divisions("职工组\n 学生组 ") == ["职工组", "学生组"]
    with pytest.raises(DomainError) as refused:
        parse_divisions("职工组\n职工组")
    assert refused.value.message == "组别“职工组”写了两次，请删去一行"
