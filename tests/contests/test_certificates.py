"""Certificates: for every member of who won, once, only of a released result; revoked, issued again."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contests import certificates
from contests.models import Certificate, Contest, Publication
from contests.queries import certificates as queries
from contests.services import certifying, publishing
from core import clock
from core.access import Actor, Grant
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, NotAllowed, NotFound
from people.models import Person
from tests.contests import judging
from tests.contests.certified import (
    certificates_of,
    issue,
    published,
    released,
    released_team,
    revoke,
)
from tests.contests.test_staged_contest import HEAT, judged, make_staged, signed

ELSEWHERE = Actor(None, None, None, "外地赛事办", (Grant("contest_office", "contest", "x"),))


def again(one: Certificate) -> Certificate:
    with db.unit():
        return certifying.issue_again(actor=judging.OFFICE, certificate_id=one.id, now=clock.now())


def withdraw(notice: Publication) -> None:
    with db.unit():
        publishing.withdraw(
            actor=judging.OFFICE, publication_id=notice.id, reason="成绩有更正", now=clock.now()
        )


def standing(notice: Publication) -> list[bool]:
    return [queries.by_token(one.token).revocation is None for one in certificates_of(notice)]  # type: ignore[union-attr]


def test_a_certificate_tells_all_that_stands_on_the_paper(app: Flask) -> None:
    notice = released()
    (one,) = issue(notice)
    year = clock.today().year
    assert (one.name, one.title, one.prize, one.rank) == ("王芳", "", "一等奖", 1)
    assert (one.contest_name, one.track_name) == ("2026 年衢州市职业技能竞赛", "电工")
    assert (one.issuer, one.dated) == ("衢州市人力资源和社会保障局", clock.today())
    assert one.number == f"{notice.contest.code}-ZS{year}-00001"
    assert re.fullmatch("[A-Z2-7]{16}", one.token)
    assert one.issued_by == "周主任"


def test_every_member_of_a_team_gets_one_and_no_rank_where_the_rule_says_none(app: Flask) -> None:
    notice, _, _ = released_team()
    made = issue(notice)
    assert [(one.name, one.title, one.rank) for one in made] == [
        ("王芳", "云上队", None),
        ("陈涛", "云上队", None),
    ]
    assert [one.number[-5:] for one in made] == ["00001", "00002"]
    assert len({one.token for one in made}) == 2


def test_a_second_click_makes_no_second_row(app: Flask) -> None:
    notice, _, _ = released_team()
    issue(notice)
    with pytest.raises(DomainError, match="证书都已发放"):
        issue(notice)
    assert len(certificates_of(notice)) == 2


def test_before_the_release_nothing_is_issued(app: Flask) -> None:
    with pytest.raises(DomainError, match="定稿以后才能发放证书"):
        issue(published())


def test_an_earlier_stage_gives_no_certificates(app: Flask) -> None:
    heat = signed(judged(make_staged(), 0, "first", HEAT))
    notice = judging.publish_signed(heat)
    judging.release(notice)
    with pytest.raises(DomainError, match="证书随最终结果发放"):
        issue(notice)


def test_a_line_with_an_open_objection_waits(app: Flask) -> None:
    notice = released(preset="startup", entries=2)
    first, second = notice.run.lines
    judging.record_objection(notice, first.id, now=clock.now())
    assert [one.name for one in issue(notice)] == [second.entry.leader.name]
    with pytest.raises(DomainError, match="还有 1 项有异议没有办结"):
        issue(notice)


def test_only_the_office_of_the_contest_issues_and_revokes(app: Flask) -> None:
    notice = released()
    with pytest.raises(NotFound):
        issue(notice, actor=ELSEWHERE)
    with pytest.raises(NotAllowed):
        issue(notice, actor=judging.known("孔监督", "supervisor"))
    (one,) = issue(notice)
    for actor in (ELSEWHERE, judging.known("孔监督", "supervisor")):
        with pytest.raises(NotFound):
            revoke(one, actor=actor)


def test_a_revoked_one_stays_and_says_so(app: Flask) -> None:
    notice = released()
    (one,) = issue(notice)
    revoke(one)
    found = queries.by_token(one.token)
    assert found is not None
    assert found.revocation is not None
    assert (found.revocation.cause, found.revocation.revoked_by) == ("misprint", "周主任")
    with pytest.raises(DomainError, match="已经撤销"):
        revoke(one)


@pytest.mark.parametrize(("cause", "field"), [("replaced", "cause"), ("", "cause")])
def test_the_office_chooses_what_everybody_may_read(app: Flask, cause: str, field: str) -> None:
    (one,) = issue(released())
    with pytest.raises(DomainError) as refusal:
        revoke(one, cause=cause)
    assert refusal.value.field == field


def test_a_withdrawn_notice_revokes_its_certificates(app: Flask) -> None:
    notice, _, _ = released_team()
    first, _ = issue(notice)
    revoke(first)
    withdraw(notice)
    assert standing(notice) == [False, False]
    found = [queries.by_token(one.token) for one in certificates_of(notice)]
    assert [one.revocation.cause for one in found if one and one.revocation] == [
        "misprint",
        "replaced",
    ]
    with pytest.raises(DomainError, match="公示已经撤回"):
        issue(notice)
    with pytest.raises(DomainError, match="公示已经撤回"):
        again(first)


def test_a_revoked_one_is_issued_again_once_with_the_name_as_it_is_now(app: Flask) -> None:
    notice = released()
    (one,) = issue(notice)
    with pytest.raises(DomainError, match="要补发请先撤销"):
        again(one)
    revoke(one)
    with pytest.raises(DomainError, match="证书都已发放"):
        issue(notice)
    with db.unit() as session:
        session.get_one(Person, one.person_id).name = "王小芳"
    new = again(one)
    assert (new.name, new.copy, new.number[-5:]) == ("王小芳", 2, "00002")
    assert new.token != one.token
    with pytest.raises(DomainError, match="已经补发过"):
        again(one)


def test_the_database_refuses_to_change_one(app: Flask) -> None:
    issue(released())
    for statement in (
        "UPDATE contests_certificate SET name = '李强'",
        "DELETE FROM contests_certificate",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_the_trail_tells_what_was_done(app: Flask) -> None:
    notice = released()
    (one,) = issue(notice)
    revoke(one)
    rows = db.session.query(AuditEntry).filter(AuditEntry.verb.like("%_certificates")).all()
    assert [row.verb for row in rows] == ["issue_certificates", "revoke_certificates"]


def test_numbers_go_on_over_the_tracks_of_a_contest(app: Flask) -> None:
    notice = released()
    with db.unit() as session:
        session.get_one(Contest, notice.contest_id).last_certificate_no = 41
    assert [one.number[-5:] for one in issue(notice)] == ["00042"]


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOP"),
        ("abcd efgh-ijkl MNOP", "ABCDEFGHIJKLMNOP"),
        ("ABCDEFGHIJKLMNO1", ""),
        ("ABCD", ""),
        ("24f95963-b7f7-4013-ad45-4d853a1f6f89", ""),
    ],
)
def test_codes_are_read_as_people_type_them(typed: str, token: str) -> None:
    assert certificates.read_token(typed) == token


@pytest.mark.parametrize(
    ("medal", "prize", "told"),
    [
        ("gold", "一等奖", "金牌、一等奖"),
        ("", "一等奖", "一等奖"),
        ("excellence", "", "优秀奖章"),
        ("", "", ""),
    ],
)
def test_a_prize_is_told_in_words(medal: str, prize: str, told: str) -> None:
    assert certificates.prize_text(medal, prize) == told


def test_ten_bytes_are_sixteen_letters_in_fours() -> None:
    token = certificates.token_of(bytes(range(10)))
    assert certificates.read_token(certificates.grouped(token)) == token
    assert [len(part) for part in certificates.grouped(token).split()] == [4, 4, 4, 4]
