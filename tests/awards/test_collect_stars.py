"""A published star as a fact, and what clause 18 makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from awards import collect, payee_refs
from contests.models import StarCandidate
from core import clock
from core.db import db
from tests.awards import factories
from tests.awards.factories import Office
from tests.contests import stars

RULE = "18.star_operator"


def lines() -> list[tuple[str, str, int]]:
    with db.unit():
        Office().evaluate()
    return [one for one in factories.brief() if one[0] == RULE]


def test_the_fact_of_a_star(app: Flask) -> None:
    notice = stars.published()
    line = notice.run.lines[0]
    candidate = db.session.get_one(StarCandidate, line.candidate_id)
    (found,) = collect.gather()
    assert (found.fact.id, found.fact.type, found.fact.date, found.fact.withdrawn) == (
        candidate.number,
        "star_rating",
        clock.today(),
        False,
    )
    assert found.fact.keys == {
        "subject": payee_refs.person(candidate.person_id),
        "operator": payee_refs.organisation(candidate.operator_id),
        "year": clock.today().year,
        "star": 4,
        "star_certified": True,
        "operator_settled": True,
        "cultivated": True,
        "document": "衢农发〔2026〕12 号",
    }
    assert found.sources == (
        {"kind": "result", "number": candidate.number, "digest": notice.run.input_digest},
    )


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({}, [(RULE, "payable", 10_000_000)]),
        ({"operator_settled": False}, []),
        ({"cultivated": None}, [(RULE, "needs_evidence", 0)]),
    ],
)
def test_the_line_of_clause_18(
    app: Flask, over: dict[str, Any], expected: list[tuple[str, str, int]]
) -> None:
    stars.published(None, **over)
    assert lines() == expected


def test_a_withdrawn_notice_withdraws_the_fact(app: Flask) -> None:
    stars.withdraw(stars.published())
    assert [one.fact.withdrawn for one in collect.gather()] == [True]


def test_a_higher_star_in_the_next_year_pays_nothing_more(app: Flask) -> None:
    year = clock.today().year
    stars.published(year - 1)
    review = stars.make_review(year)
    stars.mark_all(stars.make_candidate(review), "95")
    stars.publish(stars.compute(review), "衢农发〔2026〕15 号")
    assert lines() == [(RULE, "payable", 10_000_000), (RULE, "denied", 0)]
