"""Editions: made from a preset, changed, announced."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from contests.catalogue import load_presets
from contests.models import Contest, Track
from contests.queries.public import phase_of
from contests.services import editions
from contests.spec import load_spec
from core import clock
from core.access import Actor, Grant
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, NotAllowed, NotFound
from tests.contests.factories import OFFICE, close_entries, make_contest, make_plan


def verbs(contest: Contest) -> list[str]:
    query = db.session.query(AuditEntry).filter_by(stream=f"contest/{contest.id}")
    return [one.verb for one in query.order_by(AuditEntry.seq)]


@pytest.mark.parametrize("preset", ["skill", "startup", "livestream"])
def test_a_contest_keeps_a_copy_of_its_preset(app: Flask, preset: str) -> None:
    contest = make_contest(preset=preset)
    kept = load_presets()[preset]
    assert load_spec(contest.scoring, "stored") == kept.spec
    assert contest.family == kept.family
    assert contest.entry_rules["method"] == kept.method
    assert verbs(contest) == ["create_contest", "announce_contest"]


def test_only_the_office_of_the_city_makes_contests(app: Flask) -> None:
    contest = make_contest()
    one = Actor(None, None, None, "办赛人", (Grant("contest_office", "contest", str(contest.id)),))
    with pytest.raises(NotAllowed), db.unit():
        editions.create_contest(
            actor=one, preset=load_presets()["skill"], plan=make_plan(), now=clock.now()
        )


def test_a_change_keeps_the_rows_of_what_stays(app: Flask) -> None:
    contest = make_contest(announced=False)
    before = {one.code: one.id for one in db.session.query(Track)}
    with db.unit():
        plan = make_plan(slug=contest.slug, number_start=contest.code, tracks="HG 焊接\nCY 茶艺")
        editions.change_contest(actor=OFFICE, contest_id=contest.id, plan=plan, now=clock.now())
    after = {one.code: one for one in db.session.query(Track)}
    assert sorted(after) == ["CY", "HG"]
    assert after["HG"].id == before["HG"]
    assert (after["HG"].name, after["HG"].position) == ("焊接", 1)


def test_what_is_announced_is_not_changed(app: Flask) -> None:
    contest = make_contest()
    with pytest.raises(DomainError) as refused, db.unit():
        editions.change_contest(
            actor=OFFICE, contest_id=contest.id, plan=make_plan(), now=clock.now()
        )
    assert refused.value.message == "赛事已经发布，选手已按公布的内容报名，不能再改"


def test_announcing_wants_a_future_and_happens_once(app: Flask) -> None:
    contest = make_contest(announced=False)
    close_entries(contest)
    with pytest.raises(DomainError) as refused, db.unit():
        editions.announce(actor=OFFICE, contest_id=contest.id, now=clock.now())
    assert refused.value.message == "报名截止时间已经过去，请先改日期再发布"
    other = make_contest()
    with pytest.raises(DomainError) as refused, db.unit():
        editions.announce(actor=OFFICE, contest_id=other.id, now=clock.now())
    assert refused.value.message == "赛事已经发布过"


def test_an_office_of_another_contest_finds_nothing(app: Flask) -> None:
    contest = make_contest(announced=False)
    other = Actor(None, None, None, "办赛人", (Grant("contest_office", "contest", "x"),))
    with pytest.raises(NotFound), db.unit():
        editions.announce(actor=other, contest_id=contest.id, now=clock.now())


@pytest.mark.parametrize(("same", "field"), [("slug", "slug"), ("number_start", "number_start")])
def test_two_contests_share_no_name_and_no_numbers(app: Flask, same: str, field: str) -> None:
    first = make_plan()
    make_contest(**{same: getattr(first, same)})
    with pytest.raises(DomainError) as refused:
        make_contest(**{same: getattr(first, same)})
    assert refused.value.field == field


def test_entries_close_early_with_a_reason(app: Flask) -> None:
    contest = make_contest()
    now = clock.now()
    with db.unit():
        editions.close_entries(actor=OFFICE, contest_id=contest.id, reason="名额已满", now=now)
    assert phase_of(contest.id, now + timedelta(seconds=1)).key == "closed"


def test_entries_are_extended_after_their_end_but_not_past_the_contest(app: Flask) -> None:
    contest = make_contest()
    later = contest.entry_closes + timedelta(days=2)
    after = contest.entry_closes + timedelta(hours=1)
    with db.unit():
        editions.extend_entries(
            actor=OFFICE, contest_id=contest.id, closes=later, reason="台风", now=after
        )
    assert phase_of(contest.id, after).key == "open"
    with pytest.raises(DomainError, match="比赛当天"), db.unit():
        editions.extend_entries(
            actor=OFFICE,
            contest_id=contest.id,
            closes=later + timedelta(days=30),
            reason="台风",
            now=after,
        )


@pytest.mark.parametrize("days", [-1, 0])
def test_an_extension_is_later_than_the_deadline(app: Flask, days: int) -> None:
    contest = make_contest()
    with pytest.raises(DomainError, match="要晚于"), db.unit():
        editions.extend_entries(
            actor=OFFICE,
            contest_id=contest.id,
            closes=contest.entry_closes + timedelta(days=days),
            reason="台风",
            now=clock.now(),
        )
