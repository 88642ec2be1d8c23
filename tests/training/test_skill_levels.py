"""Levels as people write them."""

from __future__ import annotations

import pytest

from training.skill_levels import LEVELS, RANK, parse_level


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("技师", "technician"),
        ("二级/技师", "technician"),
        ("高级工（三级）", "senior"),
        ("三级", "senior"),
        ("高级", "senior"),
        ("一级/高级技师", "senior_technician"),
        ("学徒", "apprentice"),
        ("无", "none"),
        ("三级/技师", None),
        ("大师", None),
    ],
)
def test_parse_level(text, code):
    assert parse_level(text) == code


def test_every_label_is_read_and_ranks_rise():
    assert [parse_level(label) for label in LEVELS.values()] == list(LEVELS)
    assert RANK["technician"] - RANK["senior"] == 1
    assert RANK["chief_technician"] == 8
