"""What the chief judge is told of the judges, by hand and by invariants."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from contests.judge_report import JudgeFigures, SheetTotal, report


def sheets(**table: str) -> list[SheetTotal]:
    """A="60 70 80": what judge A gave the entries 1, 2, 3 in this order."""
    return [
        SheetTotal(judge, str(place), place, Fraction(text))
        for judge, texts in table.items()
        for place, text in enumerate(texts.split(), 1)
        if text != "-"
    ]


def test_a_strict_judge_with_the_same_order() -> None:
    strict, mild = report(sheets(A="60 70 80", B="70 80 90"))
    assert strict == JudgeFigures(
        "A", 3, Fraction(70), Fraction(10), Fraction(-5), Fraction(1), None
    )
    assert (mild.mean, mild.severity, mild.agreement) == (80, 5, 1)


def test_a_judge_who_disagrees() -> None:
    found = {one.judge: one.agreement for one in report(sheets(A="1 2 3", B="1 2 3", C="3 2 1"))}
    assert found["C"] == -1
    assert found["A"] is None  # the mean of B and C is 2 for all: nothing to agree with


def test_a_judge_who_became_milder() -> None:
    found = {one.judge: one for one in report(sheets(A="50 50 60 60", B="50 50 50 50"))}
    # severity ±2.5; beyond B: -5, -5, 5, 5
    assert (found["A"].drift, found["B"].drift) == (10, -10)


def test_without_sheets_there_is_no_judge_to_report() -> None:
    assert report([]) == []


def test_judges_who_share_no_entry_are_not_compared() -> None:
    found = report(sheets(A="50 60 - -", B="- - 50 60"))
    assert [(one.severity, one.agreement, one.drift) for one in found] == [(None, None, None)] * 2


crossings = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(1, 6), st.integers(0, 40)),
    min_size=1,
    max_size=18,
    unique_by=lambda one: one[:2],
)


@given(crossings)
def test_agreement_is_a_correlation_and_the_order_of_the_input_does_not_matter(
    rows: list[tuple[str, int, int]],
) -> None:
    given_sheets = [SheetTotal(j, str(c), c, Fraction(p)) for j, c, p in rows]
    found = report(given_sheets)
    assert found == report(reversed(given_sheets))
    assert all(one.agreement is None or -1 <= one.agreement <= 1 for one in found)
