"""Members: invited by phone, deciding for themselves, one team a track."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from contests.models import EntryMember
from contests.services import entries, members
from core import clock
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests.factories import (
    close_entries,
    invite,
    join_team,
    make_account,
    make_contest,
    make_contestant,
    make_draft,
    make_team_contest,
)

CHEN = ("陈涛", "13900000003")


@pytest.fixture
def wang(app: Flask) -> Actor:
    return make_contestant("王芳", "13900000001")


def refusal(deed: Any, **named: Any) -> DomainError:
    with pytest.raises(DomainError) as refused, db.unit():
        deed(now=clock.now(), **named)
    return refused.value


def test_who_confirms_brings_name_and_employer(wang: Actor) -> None:
    entry = make_draft(wang, make_team_contest())
    chen = join_team(wang, entry, *CHEN)
    [found] = db.session.query(EntryMember)
    assert (found.state, found.person_id, found.employer) == (
        "confirmed",
        chen.person_id,
        "衢州市第一机械厂",
    )


@pytest.mark.parametrize(
    ("name", "mobile", "sentence", "field"),
    [
        ("王芳", "139 0000 0001", "这是您自己的手机号码，队长不用邀请自己", "mobile"),
        ("陈涛", "1390000", "手机号码少 4 位，应为 11 位", "mobile"),
        ("", "13900000003", "请填写姓名", "name"),
    ],
)
def test_a_wrong_invitation_is_refused_at_its_field(
    wang: Actor, name: str, mobile: str, sentence: str, field: str
) -> None:
    entry = make_draft(wang, make_team_contest())
    error = refusal(members.invite_member, actor=wang, entry_id=entry.id, name=name, mobile=mobile)
    assert (error.message, error.field) == (sentence, field)


def test_a_phone_is_invited_once_and_again_after_removal(wang: Actor) -> None:
    entry = make_draft(wang, make_team_contest())
    first = invite(wang, entry, *CHEN)
    error = refusal(
        members.invite_member, actor=wang, entry_id=entry.id, name=CHEN[0], mobile=CHEN[1]
    )
    assert error.message == "这个手机号已在成员名单中"
    with db.unit():
        members.remove_member(actor=wang, entry_id=entry.id, member_id=first.id, now=clock.now())
    assert invite(wang, entry, "陈涛", CHEN[1]).id == first.id


def test_a_team_has_its_limit(wang: Actor) -> None:
    entry = make_draft(wang, make_team_contest())
    for number in range(7):
        invite(wang, entry, "队员甲", f"1380000000{number}")
    error = refusal(
        members.invite_member, actor=wang, entry_id=entry.id, name=CHEN[0], mobile=CHEN[1]
    )
    assert error.message.startswith("每队最多 8 人（含队长）")


def test_a_contest_of_single_persons_has_no_members(wang: Actor) -> None:
    entry = make_draft(wang, make_contest())
    error = refusal(
        members.invite_member, actor=wang, entry_id=entry.id, name=CHEN[0], mobile=CHEN[1]
    )
    assert error.message == "这个赛事是个人参赛，不能添加成员"


def test_an_invitation_belongs_to_its_phone(wang: Actor) -> None:
    asked = invite(wang, make_draft(wang, make_team_contest()), *CHEN)
    other = make_contestant("陈涛", "13900000004")
    for deed in (members.accept_invitation, members.decline_invitation):
        assert isinstance(refusal(deed, actor=other, member_id=asked.id), NotFound)


def test_another_name_is_refused(wang: Actor) -> None:
    asked = invite(wang, make_draft(wang, make_team_contest()), "陈涛", "13900000004")
    error = refusal(
        members.accept_invitation,
        actor=make_contestant("陈焘", "13900000004"),
        member_id=asked.id,
    )
    assert error.message == "邀请上写的姓名是“陈涛”，与您的实名不一致，请队长改好后重新邀请"


def test_without_a_profile_one_cannot_confirm(wang: Actor) -> None:
    asked = invite(wang, make_draft(wang, make_team_contest()), *CHEN)
    with db.unit():
        account = make_account(*CHEN)
    nobody = Actor(account.id, None, None, "陈涛")
    error = refusal(members.accept_invitation, actor=nobody, member_id=asked.id)
    assert error.message == "请先填写实名信息，再来确认邀请"


def test_one_team_a_track(wang: Actor) -> None:
    contest = make_team_contest()
    chen = join_team(wang, make_draft(wang, contest), *CHEN)
    li = make_contestant("李明", "13900000002")
    asked = invite(li, make_draft(li, contest, title="云下队"), *CHEN)
    error = refusal(members.accept_invitation, actor=chen, member_id=asked.id)
    assert error.message == "您已是这个赛道另一支队伍的成员，一个赛道只能参加一支队伍"
    elsewhere = invite(li, make_draft(li, contest, track=1), *CHEN)
    with db.unit():
        done = members.accept_invitation(actor=chen, member_id=elsewhere.id, now=clock.now())
    assert done.state == "confirmed"


def test_who_leads_does_not_join_in_the_same_track(wang: Actor) -> None:
    contest = make_team_contest()
    li = make_contestant("李明", "13900000002")
    make_draft(li, contest, title="云下队")
    asked = invite(wang, make_draft(wang, contest), "李明", "13900000002")
    error = refusal(members.accept_invitation, actor=li, member_id=asked.id)
    assert error.message.startswith("您在这个赛道已经有自己的报名")


def test_the_index_holds_one_team_a_track_whatever_the_code_does(wang: Actor) -> None:
    contest = make_team_contest()
    chen = join_team(wang, make_draft(wang, contest), *CHEN)
    li = make_contestant("李明", "13900000002")
    asked = invite(li, make_draft(li, contest, title="云下队"), *CHEN)

    def force(*, now: datetime) -> None:
        found = db.session.get_one(EntryMember, asked.id)
        found.state, found.person_id, found.decided_at = "confirmed", chen.person_id, now

    assert refusal(force).message == "您已是这个赛道另一支队伍的成员，一个赛道只能参加一支队伍"


def test_a_withdrawn_team_lets_its_members_go(wang: Actor) -> None:
    contest = make_team_contest()
    entry = make_draft(wang, contest)
    chen = join_team(wang, entry, *CHEN)
    with db.unit():
        entries.withdraw_entry(actor=wang, entry_id=entry.id, now=clock.now())
    assert make_draft(chen, contest).state == "draft"


def test_declined_is_final_until_invited_again(wang: Actor) -> None:
    entry = make_draft(wang, make_team_contest())
    asked = invite(wang, entry, *CHEN)
    chen = make_contestant(*CHEN)
    with db.unit():
        members.decline_invitation(actor=chen, member_id=asked.id, now=clock.now())
    error = refusal(members.accept_invitation, actor=chen, member_id=asked.id)
    assert error.message == "这份邀请已经处理过，或者已被队长取消"


def test_after_the_window_nobody_joins_a_draft(wang: Actor) -> None:
    contest = make_team_contest()
    asked = invite(wang, make_draft(wang, contest), *CHEN)
    close_entries(contest)
    chen = make_contestant(*CHEN)
    error = refusal(members.accept_invitation, actor=chen, member_id=asked.id)
    assert error.message.endswith("截止，不再接受报名")


def test_a_member_cannot_accept_what_the_leader_takes_back_meanwhile(
    app: Flask, wang: Actor
) -> None:
    chen = make_contestant(*CHEN)
    entry = make_draft(wang, make_team_contest())
    member = invite(wang, entry, *CHEN)

    def accept() -> DomainError:
        with app.app_context():
            return refusal(members.accept_invitation, actor=chen, member_id=member.id)

    with ThreadPoolExecutor(1) as pool:
        with db.unit():
            members.remove_member(
                actor=wang, entry_id=entry.id, member_id=member.id, now=clock.now()
            )
            waiting = pool.submit(accept)
            time.sleep(0.3)
        assert waiting.result().message == "这份邀请已经处理过，或者已被队长取消"
