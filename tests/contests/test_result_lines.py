"""Lines as they are stored, and their reasons worked out anew from what they keep."""

from __future__ import annotations

import pytest

from contests.marks import Mark
from contests.result_lines import Inputs, LineFacts, explained, lines_of
from contests.spec import Spec, load_spec

SHARED = [{"by": "shared", "title": "并列"}]


def spec_of(*steps: dict[str, object]) -> Spec:
    """One given value; its points."""
    figure = {
        "key": "points",
        "title": "得分",
        "of": ["value"],
        "steps": [*steps, {"op": "round", "places": 2}],
    }
    given = [{"key": "value", "title": "数值"}]
    stage = {"key": "final", "title": "决赛", "given": given, "figure": [figure]}
    return load_spec({"title": "t", "stage": [stage], "ranking": {"tie": SHARED}}, "t")


ALONE = spec_of()
COMPARED = spec_of({"op": "ratio_to_best", "full": "100"})


def lines(spec: Spec) -> dict[str, LineFacts]:
    marks = (Mark("A1", "", "value", "", "50"), Mark("A2", "", "value", "", "40"))
    return {one.code: one for one in lines_of(spec, Inputs(marks, ("A1", "A2", "A3")))}


def test_a_line_keeps_its_own_marks() -> None:
    found = lines(ALONE)
    assert {code: one.inputs for code, one in found.items()} == {
        "A1": [["", "value", "", "50", ""]],
        "A2": [["", "value", "", "40", ""]],
        "A3": [],
    }
    assert found["A3"].why["problems"] == ["“数值”没有录入"]


def test_its_own_marks_are_enough_where_entries_are_not_compared() -> None:
    assert (ALONE.compares, COMPARED.compares) == (False, True)
    one = lines(ALONE)["A2"]
    told = explained(ALONE, {"A2": one.inputs}, "A2", one.figures)
    assert (told.same, told.summary) == (True, [("数值", "40"), ("得分", "40.00")])


def test_the_whole_field_is_needed_where_they_are() -> None:
    found = lines(COMPARED)
    inputs = {code: one.inputs for code, one in found.items()}
    told = explained(COMPARED, inputs, "A2", found["A2"].figures)
    assert (told.same, told.summary) == (True, [("数值", "40"), ("得分", "80.00")])
    alone = explained(COMPARED, {"A2": inputs["A2"]}, "A2", found["A2"].figures)
    assert alone.same is False


@pytest.mark.parametrize("stored", ["40.01", None])
def test_a_figure_that_was_changed_is_noticed(stored: str | None) -> None:
    one = lines(ALONE)["A2"]
    told = explained(ALONE, {"A2": one.inputs}, "A2", {"points": stored})
    assert told.same is False
