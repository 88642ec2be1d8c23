"""Entries: one a leader and track, numbered once, closed by dates."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from contests.models import Contest, Entry, Panel
from contests.services import entries
from core import clock
from core.access import Actor
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, NotFound
from people.models import IdentityClaim
from tests.contests.factories import (
    close_entries,
    fill,
    join_team,
    make_account,
    make_contest,
    make_contestant,
    make_draft,
    make_entry,
    make_team_contest,
)


@pytest.fixture
def wang(app: Flask) -> Actor:
    return make_contestant("王芳", "13900000001")


@pytest.fixture
def li(app: Flask) -> Actor:
    return make_contestant("李明", "13900000002")


def stored(entry: Entry) -> Entry:
    db.session.rollback()
    return db.session.get_one(Entry, entry.id)


def refusal(deed: Any, **named: Any) -> DomainError:
    with pytest.raises(DomainError) as refused, db.unit():
        deed(now=clock.now(), **named)
    return refused.value


def judge_begins(contest: Contest) -> None:
    with db.unit() as session:
        found = session.get_one(Contest, contest.id)
        session.add(
            Panel(
                contest_id=found.id,
                stage_id=found.stages[0].id,
                track_id=found.tracks[0].id,
                name="第一组",
                draw_seed="0" * 32,
                recheck_seed="1" * 32,
                state="open",
            )
        )


def test_employer_and_county_are_those_of_the_day_of_entry(wang: Actor) -> None:
    entry = make_draft(wang, make_contest())
    assert (entry.employer, entry.county, entry.state) == ("衢州市第一机械厂", "330802", "draft")
    assert entry.title == "王芳"
    assert entry.number is None


def test_one_live_entry_a_leader_and_track(wang: Actor) -> None:
    contest = make_contest()
    make_draft(wang, contest)
    with pytest.raises(DomainError) as refused:
        make_draft(wang, contest)
    assert refused.value.field == "track_id"
    assert make_draft(wang, contest, track=1).state == "draft"


@pytest.mark.parametrize("over", ["withdrawn", "rejected"])
def test_an_entry_that_is_over_frees_the_place(wang: Actor, over: str) -> None:
    contest = make_contest()
    make_entry(wang, contest, state=over)
    assert make_draft(wang, contest).state == "draft"


def test_a_contest_not_open_takes_no_entry_and_no_change(wang: Actor) -> None:
    contest = make_contest()
    entry = make_draft(wang, contest)
    close_entries(contest)
    for deed, named in (
        (entries.save_answers, {"typed": {}}),
        (entries.submit_entry, {}),
        (entries.attach, {"key": "document_1", "upload": None}),
    ):
        error = refusal(deed, actor=wang, entry_id=entry.id, **named)
        assert error.message.endswith("截止，不再接受报名")
    with pytest.raises(DomainError, match="截止，不再接受报名"):
        make_draft(wang, contest, track=1)


def test_a_contest_not_announced_is_not_found(wang: Actor) -> None:
    with pytest.raises(NotFound):
        make_draft(wang, make_contest(announced=False))


def test_a_track_of_another_contest_is_refused(wang: Actor) -> None:
    contest, other = make_contest(), make_contest()
    foreign = db.session.get_one(Contest, other.id)
    wish = entries.Wish(str(foreign.tracks[0].id), str(foreign.divisions[0].id))
    error = refusal(entries.start_entry, actor=wang, contest_id=contest.id, wish=wish)
    assert (error.message, error.field) == ("请从列出的选项中选一项", "track_id")


def test_without_a_profile_nothing_begins(app: Flask) -> None:
    contest = db.session.get_one(Contest, make_contest().id)
    with db.unit():
        account = make_account("新人", "13900000009")
    wish = entries.Wish(str(contest.tracks[0].id), str(contest.divisions[0].id))
    nobody = Actor(account.id, None, None, "新人")
    error = refusal(entries.start_entry, actor=nobody, contest_id=contest.id, wish=wish)
    assert error.message == "请先填写实名信息，再来报名"


def test_submission_names_everything_that_is_missing(wang: Actor) -> None:
    contest = make_team_contest()
    entry = make_draft(wang, contest)
    error = refusal(entries.submit_entry, actor=wang, entry_id=entry.id)
    assert error.message.startswith("还有 7 处没有完成：还没有填写“项目名称”；")
    assert stored(entry).state == "draft"


def test_numbers_follow_one_another_without_gaps(wang: Actor, li: Actor) -> None:
    contest = make_contest()
    first = make_entry(wang, contest)
    make_draft(li, contest)
    refusal(entries.submit_entry, actor=li, entry_id=make_draft(li, contest, track=1).id)
    second = make_entry(make_contestant("陈涛", "13900000003"), contest)
    assert [stored(one).number for one in (first, second)] == [
        f"{contest.code}-00001",
        f"{contest.code}-00002",
    ]


def test_numbers_are_distinct_when_many_submit_at_once(app: Flask) -> None:
    contest = make_contest()
    people = [make_contestant("王芳", f"1390000001{n}") for n in range(6)]
    drafts = [(one, make_draft(one, contest).id) for one in people]
    for one, entry_id in drafts:
        fill(one, db.session.get_one(Entry, entry_id), contest)

    def submit(pair: tuple[Actor, Any]) -> str | None:
        with app.app_context():
            with db.unit():
                done = entries.submit_entry(actor=pair[0], entry_id=pair[1], now=clock.now())
            return done.number

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(submit, drafts))
    assert sorted(map(str, numbers)) == [f"{contest.code}-{n:05d}" for n in range(1, 7)]


def test_who_waits_for_an_identity_check_cannot_submit(wang: Actor, li: Actor) -> None:
    contest = make_contest()
    entry = make_draft(wang, contest)
    fill(wang, entry, contest)
    with db.unit() as session:
        session.add(
            IdentityClaim(
                account_id=wang.account_id,
                person_id=li.person_id,
                claimed_name="王芳",
                created=clock.now(),
            )
        )
    error = refusal(entries.submit_entry, actor=wang, entry_id=entry.id)
    assert error.message == "您的身份还在核对，核对后才能提交；填好的内容已经保存"


def test_a_returned_entry_is_corrected_until_judging_begins(wang: Actor) -> None:
    contest = make_contest()
    entry = make_entry(wang, contest, state="returned")
    number = stored(entry).number
    close_entries(contest)
    with db.unit():
        entries.submit_entry(actor=wang, entry_id=entry.id, now=clock.now())
    assert (stored(entry).state, stored(entry).number) == ("submitted", number)


def test_judging_ends_corrections(wang: Actor) -> None:
    contest = make_contest()
    entry = make_entry(wang, contest, state="returned")
    close_entries(contest)
    judge_begins(contest)
    error = refusal(entries.submit_entry, actor=wang, entry_id=entry.id)
    assert error.message == "报名已经截止，正在评审，不再接受报名"


def test_a_qualified_entry_is_not_withdrawn_alone(wang: Actor) -> None:
    entry = make_entry(wang, make_contest(), state="qualified")
    error = refusal(entries.withdraw_entry, actor=wang, entry_id=entry.id)
    assert error.message == "这份报名已经通过审查并发放准考证，要变动请联系赛事办，不能撤回"


def test_what_belongs_to_another_is_not_found(wang: Actor, li: Actor) -> None:
    entry = make_draft(wang, make_contest())
    for deed, named in (
        (entries.save_answers, {"typed": {}}),
        (entries.submit_entry, {}),
        (entries.withdraw_entry, {}),
        (entries.change_basics, {"division_id": "", "title": ""}),
    ):
        assert isinstance(refusal(deed, actor=li, entry_id=entry.id, **named), NotFound)


def test_a_member_may_not_act_for_the_leader(wang: Actor) -> None:
    entry = make_draft(wang, make_team_contest())
    chen = join_team(wang, entry, "陈涛", "13900000003")
    assert isinstance(refusal(entries.withdraw_entry, actor=chen, entry_id=entry.id), NotFound)


def test_a_member_may_not_lead_in_the_same_track(wang: Actor) -> None:
    contest = make_team_contest()
    chen = join_team(wang, make_draft(wang, contest), "陈涛", "13900000003")
    with pytest.raises(DomainError) as refused:
        make_draft(chen, contest)
    assert refused.value.message == "您已是这个赛道一支队伍的成员，不能再作为队长报名"
    assert make_draft(chen, contest, track=1).state == "draft"


def test_another_division_and_name(wang: Actor) -> None:
    contest = db.session.get_one(Contest, make_team_contest().id)
    second = contest.divisions[1].id
    entry = make_draft(wang, contest)
    with db.unit():
        entries.change_basics(
            actor=wang, entry_id=entry.id, division_id=str(second), title="云下队", now=clock.now()
        )
    assert (stored(entry).division_id, stored(entry).title) == (second, "云下队")


def test_the_trail_names_the_deeds_and_no_answers(wang: Actor) -> None:
    contest = make_contest()
    make_entry(wang, contest)
    rows = db.session.query(AuditEntry).filter_by(stream=f"contest/{contest.id}")
    trail = [(one.verb, one.changes) for one in rows.order_by(AuditEntry.seq)][2:]
    assert [verb for verb, _ in trail] == [
        "start_entry",
        "save_answers",
        *["attach"] * 3,
        "submit_entry",
    ]
    assert trail[1][1] == {"fields": ["employer", "occupation", "skill_level", "years"]}
