"""The eligibility review: admitted with a number, sent back with reasons, refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from contests.models import Entry, EntryReview
from contests.services import entries, reviews
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests.factories import (
    OFFICE,
    fill,
    join_team,
    make_contest,
    make_contestant,
    make_draft,
    make_entry,
    make_team_contest,
)


@pytest.fixture
def wang(app: Flask) -> Actor:
    return make_contestant("王芳", "13900000001")


def stored(entry: Entry) -> Entry:
    db.session.rollback()
    return db.session.get_one(Entry, entry.id)


def refusal(deed: Any, entry: Entry, actor: Actor = OFFICE, **named: Any) -> DomainError:
    with pytest.raises(DomainError) as refused, db.unit():
        deed(actor=actor, entry_id=entry.id, now=clock.now(), **named)
    return refused.value


def test_admission_numbers_count_by_track(wang: Actor) -> None:
    contest = make_contest()
    li = make_contestant("李明", "13900000002")
    made = [
        make_entry(wang, contest, state="qualified"),
        make_entry(wang, contest, state="qualified", track=1),
        make_entry(li, contest, state="qualified"),
    ]
    assert [stored(one).admission_no for one in made] == [
        f"{contest.code}-DG-00001",
        f"{contest.code}-HG-00001",
        f"{contest.code}-DG-00002",
    ]


def test_each_decision_is_a_row_with_its_author(wang: Actor) -> None:
    contest = make_contest()
    entry = make_entry(wang, contest, state="returned")
    with db.unit():
        entries.submit_entry(actor=wang, entry_id=entry.id, now=clock.now())
        reviews.qualify(actor=OFFICE, entry_id=entry.id, now=clock.now())
    rows = [(one.verdict, one.reasons, one.reviewer) for one in stored(entry).reviews]
    assert rows == [
        ("returned", {"document_1": "照片看不清，请重拍"}, "周主任"),
        ("qualified", {}, "周主任"),
    ]


@pytest.mark.parametrize("state", ["draft", "returned", "qualified", "rejected", "withdrawn"])
def test_only_what_waits_is_decided(wang: Actor, state: str) -> None:
    entry = make_entry(wang, make_contest(), state=state)
    count = db.session.query(EntryReview).count()
    for deed, named in (
        (reviews.qualify, {}),
        (reviews.send_back, {"reasons": {"general": "请补正"}}),
        (reviews.reject, {"reason": "不在本市工作"}),
    ):
        refusal(deed, entry, **named)
    assert stored(entry).state == state
    assert db.session.query(EntryReview).count() == count


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        ({}, "请至少写一处要补正的内容，让选手知道改什么"),
        ({"document_1": "  "}, "请至少写一处要补正的内容，让选手知道改什么"),
        ({"document_9": "缺"}, "只能对这份报名里的项目提出补正"),
    ],
)
def test_sending_back_names_what_to_correct(
    wang: Actor, reasons: dict[str, str], sentence: str
) -> None:
    entry = make_entry(wang, make_contest())
    assert refusal(reviews.send_back, entry, reasons=reasons).message == sentence


def test_a_refusal_needs_a_reason(wang: Actor) -> None:
    error = refusal(reviews.reject, make_entry(wang, make_contest()), reason="不行")
    assert (error.message, error.field) == (
        "请写明不予通过的原因（至少 4 个字），选手会看到",
        "reason",
    )


def test_an_office_of_another_contest_finds_nothing(wang: Actor) -> None:
    entry, other = make_entry(wang, make_contest()), make_contest()
    foreign = Actor(
        None, None, None, "办赛人", (Grant("contest_office", "contest", str(other.id)),)
    )
    county = Actor(None, None, None, "县区", (Grant("county_office", "county", "330802"),))
    for actor in (foreign, county):
        assert isinstance(refusal(reviews.qualify, entry, actor), NotFound)


def test_nobody_decides_on_the_own_entry(wang: Actor) -> None:
    contest = make_team_contest()
    entry = make_draft(wang, contest)
    chen = join_team(wang, entry, "陈涛", "13900000003")
    fill(wang, entry, contest)
    with db.unit():
        entries.submit_entry(actor=wang, entry_id=entry.id, now=clock.now())
    for person in (wang, chen):
        officer = Actor(None, person.person_id, None, "兼职", (Grant("contest_office"),))
        error = refusal(reviews.qualify, entry, officer)
        assert error.message == "不能审查自己参加的报名，请由另一位经办人处理"


def test_a_refused_team_lets_its_members_go(wang: Actor) -> None:
    contest = make_team_contest()
    entry = make_draft(wang, contest)
    chen = join_team(wang, entry, "陈涛", "13900000003")
    fill(wang, entry, contest)
    with db.unit():
        entries.submit_entry(actor=wang, entry_id=entry.id, now=clock.now())
        reviews.reject(actor=OFFICE, entry_id=entry.id, reason="项目不在本市", now=clock.now())
    assert make_draft(chen, contest).state == "draft"
