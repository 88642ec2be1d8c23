"""What awards and the overview may know: completions and published pairs as frozen facts."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from flask import Flask

from core import clock
from tests.training import factories as make
from tests.training import rosters as files
from training import outcomes
from training.queries.rounds import assignment, newest_run


def test_only_who_passed_a_closed_class(app: Flask) -> None:
    open_class = make.make_class("KC-01")
    make.import_roster(open_class.id, files.realistic(2, seed=1))
    found = make.make_class("JS-01", county="330881")
    lesson = make.add_session(found.id)
    make.import_roster(found.id, files.realistic(2, seed=2))
    one, two = make.enrolled(found.id)
    make.mark(lesson.id, {one.id: "present", two.id: "absent"})
    assert outcomes.completions() == []
    make.close(found.id)
    fact = outcomes.Completion(
        one.person_id, "village-streaming", found.id, "JS-01", "330881", clock.today()
    )
    assert outcomes.completions() == [fact]
    with pytest.raises(FrozenInstanceError):
        fact.county = "330802"  # type: ignore[misc]


def test_the_day_is_that_of_shanghai(app: Flask) -> None:
    found = make.make_class(
        starts=datetime(2025, 12, 1, tzinfo=UTC).date(),
        ends=datetime(2025, 12, 31, tzinfo=UTC).date(),
    )
    lesson = make.add_session(found.id, day=datetime(2025, 12, 31, tzinfo=UTC).date())
    make.import_roster(found.id, files.realistic(1))
    make.mark(lesson.id, {one.id: "present" for one in make.enrolled(found.id)})
    make.close(found.id, now=datetime(2025, 12, 31, 16, 30, tzinfo=UTC))  # 00:30 on 1 January
    assert [one.on.isoformat() for one in outcomes.completions()] == ["2026-01-01"]


def test_pairs_of_published_rounds_only(app: Flask) -> None:
    found = make.computed_round()
    assert outcomes.pairings() == []
    make.publish(found.id)
    run = newest_run(found.id)
    assert run is not None
    pairs = outcomes.pairings()
    assert len(pairs) == len(assignment(run.id)) > 0
    assert {one.on for one in pairs} == {clock.today()}
