"""A given value that was declared void: the SPEC says what counts, it is never a silent 0."""

from __future__ import annotations

from typing import Any

import pytest

from contests.marks import Mark
from contests.reasons import explain
from contests.scoring import Row, compute
from contests.spec import load_spec
from core.errors import DomainError


def spec(**given: Any) -> Any:
    return load_spec(
        {
            "title": "带货",
            "stage": [
                {
                    "key": "final",
                    "title": "专场",
                    "panel": {"min": 1},
                    "given": [{"key": "sales", "title": "净成交额"} | given],
                    "criterion": [
                        {
                            "key": "sheet",
                            "title": "评分",
                            "aspect": [{"key": "work", "title": "表现", "max": "10", "step": "1"}],
                        }
                    ],
                    "figure": [
                        {
                            "key": "judged",
                            "title": "评分",
                            "of": ["sheet"],
                            "steps": [{"op": "mean", "over": "judges"}],
                        },
                        {
                            "key": "total",
                            "title": "总分",
                            "of": ["judged", "sales"],
                            "steps": [
                                {"op": "sum", "over": "parts"},
                                {"op": "round", "places": 2},
                            ],
                        },
                    ],
                }
            ],
            "ranking": {"tie": [{"by": "shared", "title": "并列"}]},
        },
        "spec.toml",
    )


def rows(rule: Any, *sales: str) -> dict[str, Row]:
    marks = [Mark(f"Z{place}", "", "sales", "", text) for place, text in enumerate(sales, 1)]
    marks += [Mark(f"Z{place}", "", "work", "J1", "8") for place in range(1, len(sales) + 1)]
    return {row.entry: row for row in compute(rule, marks)}


@pytest.mark.parametrize(
    ("given", "total", "problems"),
    [
        ({"void": "0"}, 8, ()),
        ({"void": "-5"}, 3, ()),
        ({}, None, ("“净成交额”已认定作废，评分办法没有规定作废怎么计",)),
        ({"default": "7"}, None, ("“净成交额”已认定作废，评分办法没有规定作废怎么计",)),
    ],
)
def test_the_spec_decides(given: dict[str, str], total: int | None, problems: tuple[str]) -> None:
    rule = spec(**given)
    row = rows(rule, "void", "20")["Z1"]
    value = row.figures["total"].value
    assert (value, row.problems) == (total, problems)


def test_the_reason_tells_that_it_was_declared_void() -> None:
    rule = spec(void="0")
    tree = explain(rule, rows(rule, "void")["Z1"].figures["total"])
    assert [one.get("how") for one in tree["of"] if one["what"] == "净成交额"] == [
        "经两人认定作废，按评分办法计"
    ]


def test_a_judge_cannot_void_a_mark() -> None:
    with pytest.raises(DomainError, match="不是数字"):
        compute(spec(), [Mark("Z1", "", "work", "J1", "void")])
