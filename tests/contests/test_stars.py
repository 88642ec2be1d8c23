"""The yearly review: refuses until the rule is set; marks, result, two signatures, notice, fact."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from contests.models import StarCandidate, StarReview, StarRun
from contests.queries import stars as queries
from contests.results import has_judged, published_stars
from contests.services import star_results, stars
from contests.services.publishing import Notice
from contests.star_rules import CRITERIA, UNSET
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, FieldErrors, NotFound
from tests.contests import judging, live
from tests.contests import stars as world
from tests.contests.factories import OFFICE, PDF
from tests.pages import Person
from tests.people.world import valid_uscc

LOCAL = Actor(None, None, None, "某赛事办", (Grant("contest_office", "contest", "x"),))


@pytest.fixture
def review(app: Flask) -> StarReview:
    return world.make_review()


def brief(run: StarRun) -> list[tuple[str, int | None, int | None, int | None]]:
    found = queries.run_within(OFFICE, run.id, "contest_office")
    return [(one.candidate.number, one.total_milli, one.rank, one.star) for one in found.lines]


def number(place: int) -> str:
    return f"XJ{clock.today().year}-{place:03d}"


def test_nothing_is_computed_before_the_office_has_set_the_rule(app: Flask) -> None:
    review = world.make_review(rule=False)
    world.mark_all(world.make_candidate(review), "85")
    with pytest.raises(DomainError) as refusal:
        world.compute(review)
    assert refusal.value.message == UNSET
    world.set_rule(review)
    assert brief(world.compute(review)) == [(number(1), 85000, 1, 4)]


def test_stars_follow_from_total_and_rank(review: StarReview) -> None:
    for place, mark in enumerate(("95", "85", "60", "85")):
        world.mark_all(world.make_candidate(review, place), mark)
    assert brief(world.compute(review)) == [
        (number(1), 95000, 1, 5),
        (number(2), 85000, 2, 4),
        (number(4), 85000, 2, 4),
        (number(3), 60000, 4, None),
    ]
    world.set_rule(review, most=1)
    assert [one[3] for one in brief(world.compute(review))] == [5, None, None, None]


def test_the_same_inputs_give_the_same_run(review: StarReview) -> None:
    candidate = world.make_candidate(review)
    world.mark_all(candidate, "85")
    first = world.compute(review)
    assert world.compute(review).id == first.id
    world.enter(candidate, "employer", "86", reason="录入时看错一行")
    assert queries.staleness(first) == "计算之后办法、名单或评分有改动，请重新计算"
    second = world.compute(review)
    assert (second.seq, second.id != first.id) == (2, True)
    assert queries.staleness(first) == "后来又计算过一次，这一次已被替代"


def test_a_correction_of_marks_needs_a_reason_and_keeps_the_old_one(review: StarReview) -> None:
    candidate = world.make_candidate(review)
    assert world.enter(candidate, "employer", "80") == 3
    assert world.enter(candidate, "employer", "80") == 0
    with pytest.raises(DomainError) as refusal:
        world.enter(candidate, "employer", "81")
    assert refusal.value.field == "reason"
    assert world.enter(candidate, "employer", "81", reason="录入时看错一行") == 3
    assert {(one.milli, one.version) for one in queries.marks_of([candidate.id])} == {(81000, 2)}


@pytest.mark.parametrize(
    ("source", "over", "field"),
    [
        ("public", {}, "source"),
        ("expert", {"employer": ""}, "employer"),
        ("expert", {"employer": "三衢 直播"}, "employer"),
        ("customers", {"sample": None}, "sample"),
        ("customers", {"sample": 0}, "sample"),
        ("employer", {"marker": " "}, "marker"),
    ],
)
def test_who_may_not_mark(
    review: StarReview, source: str, over: dict[str, Any], field: str
) -> None:
    candidate = world.make_candidate(review)
    with pytest.raises(DomainError) as refusal:
        world.enter(
            candidate,
            source,
            "80",
            over.get("marker", "某人"),
            **{key: value for key, value in over.items() if key != "marker"},
        )
    assert refusal.value.field == field


@pytest.mark.parametrize("text", ["", "101", "-1", "80.001", "八十"])
def test_what_is_no_mark(review: StarReview, text: str) -> None:
    candidate = world.make_candidate(review)
    texts = dict.fromkeys(CRITERIA, "80") | {"sales": text}
    with pytest.raises(FieldErrors) as refusal:
        world.enter(candidate, "employer", "", texts=texts)
    assert list(refusal.value.errors) == ["mark_sales"]


def test_candidates_are_persons_once_a_year_with_a_known_operator(review: StarReview) -> None:
    first = world.make_candidate(review)
    with pytest.raises(DomainError, match="已在今年的候选名单里"):
        world.make_candidate(review)
    with pytest.raises(DomainError, match="姓名与填写的不同"):
        world.make_candidate(review, name="别人")
    with pytest.raises(DomainError, match="单位还没有登记"):
        world.make_candidate(review, 1, uscc=valid_uscc("91330800MA28F9999"))
    again = world.make_review(clock.today().year - 1)
    assert world.make_candidate(again).person_id == first.person_id


def test_a_year_is_reviewed_once(review: StarReview) -> None:
    with pytest.raises(DomainError, match="已经建立"):
        world.make_review()
    for year in (2019, clock.today().year + 1):
        with pytest.raises(DomainError) as refusal:
            world.make_review(year)
        assert refusal.value.field == "year"


def test_the_review_is_the_citys(review: StarReview) -> None:
    for deed in (
        lambda: stars.open_review(actor=LOCAL, year=2025, now=clock.now()),
        lambda: queries.review_within(LOCAL, review.id, "contest_office"),
    ):
        with pytest.raises(NotFound), db.unit():
            deed()


def test_two_persons_of_two_sides_sign_a_complete_result(review: StarReview) -> None:
    candidate = world.make_candidate(review)
    office, watch = world.office(), world.supervisor()
    run = world.compute(review)

    def sign(actor: Actor) -> None:
        with db.unit():
            star_results.sign_stars(actor=actor, run_id=run.id, now=clock.now())

    with pytest.raises(DomainError, match="没有综合得分"):
        sign(office)
    world.mark_all(candidate, "85")
    with pytest.raises(DomainError, match="请重新计算，不能签字"):
        sign(office)
    run = world.compute(review)
    sign(office)
    with pytest.raises(DomainError, match="须由另一人签"):
        sign(office)
    with pytest.raises(DomainError, match="这一方已经签过"):
        sign(judging.known("吴主任", "contest_office"))
    head = Notice("衢农发〔2026〕12 号", clock.today(), 5, "0570-0000000")
    with pytest.raises(DomainError, match="两方都签字"), db.unit():
        star_results.publish_stars(actor=OFFICE, run_id=run.id, notice=head, now=clock.now())
    sign(watch)
    assert queries.is_signed(queries.run_within(OFFICE, run.id, "contest_office"))


def test_a_published_star_is_a_fact(app: Flask) -> None:
    notice = world.published(None, "85", "60")
    (star,) = published_stars()
    candidate = db.session.get_one(StarCandidate, notice.run.lines[0].candidate_id)
    assert (star.number, star.star, star.dated, star.settled, star.cultivated) == (
        number(1),
        4,
        clock.today(),
        True,
        True,
    )
    assert (star.subject_id, star.operator_id) == (candidate.person_id, candidate.operator_id)
    assert star.published
    assert has_judged(world.office(), star.number)
    assert not has_judged(judging.known("局外人", "award_approver"), star.number)


def test_what_is_public_is_changed_only_after_a_withdrawal(app: Flask) -> None:
    notice = world.published()
    review = db.session.get_one(StarReview, notice.review_id)
    with pytest.raises(DomainError, match="要改请先撤回公示"):
        world.make_candidate(review, 1)
    with pytest.raises(DomainError, match="要改请先撤回公示"):
        world.compute(review)
    world.withdraw(notice)
    assert [one.published for one in published_stars()] == [False]
    candidate = review.candidates[0]
    for source, marker in (
        ("employer", ""),
        ("expert", "陈专家"),
        ("expert", "刘专家"),
        ("customers", ""),
    ):
        world.enter(candidate, source, "92", marker, reason="复核后更正")
    world.publish(world.compute(review), "衢农发〔2026〕15 号")
    assert [(one.star, one.published, one.document_no) for one in published_stars()] == [
        (5, True, "衢农发〔2026〕15 号")
    ]


def test_a_star_lapses_or_changes_with_the_next_review(app: Flask) -> None:
    year = clock.today().year
    first = world.published(year - 1, "85", "85")
    people = [one.candidate.person_id for one in queries.notices()[0].run.lines]
    assert queries.standing_stars(queries.notices()) == dict.fromkeys(people, (4, year - 1))
    review = world.make_review(year)
    world.mark_all(world.make_candidate(review, 0), "95")
    world.publish(world.compute(review), "衢农发〔2026〕15 号")
    standing = queries.standing_stars(queries.notices())
    assert list(standing.values()) == [(5, year)]
    assert [(one.year, one.star, one.published) for one in published_stars()] == [
        (year - 1, 4, True),
        (year - 1, 4, True),
        (year, 5, True),
    ]
    assert first.withdrawn_at is None


def test_the_pages(sign_in: Person) -> None:
    desk, watch = sign_in("contest_office"), sign_in("supervisor")
    world.operator()
    desk.get("/office/stars")
    assert "还没有评审" in desk.text()
    opened = desk.submit("/office/stars/new", year=str(clock.today().year))
    path = opened.location
    desk.get(path)
    assert "社会知名度高、产业带动性强、营销业绩突出的“星级”主播" in desk.text("blockquote")
    assert UNSET in desk.text()
    desk.send(f"{path}/compute", expect=422)
    rule = {key: "" if value is None else str(value) for key, value in world.RULE.items()}
    desk.submit(f"{path}/rule", expect=422, **rule | {"weight_fame": "31"}, basis="纪要")
    desk.submit(f"{path}/rule", **rule, basis="主管部门会议纪要第 8 期")
    desk.get(f"{path}/rule")
    typed = {
        "name": "王芳",
        "document_number": judging.judge_number(500),
        "stage_name": "山里的王芳",
        "uscc": world.USCC,
        "operator_settled": "yes",
        "cultivated": "",
    }
    person = desk.submit(f"{path}/candidates/new", **typed).location
    desk.submit(f"{person}/proof", operator_settled="yes", cultivated="yes", reason="补交签约材料")
    told = {
        "source": "employer",
        "criterion": "driving",
        "told": "助销胡柚 41 万斤",
        "origin": "青石合作社",
    }
    desk.submit(f"{person}/evidence", **told)
    desk.submit(f"{person}/evidence", **told, file=(live.attached(PDF)[0], "证明.pdf"))
    desk.submit(f"{person}/evidence", expect=422, **told, file=(live.attached(b"x")[0], "证明.exe"))
    desk.submit(f"{person}/marks", expect=422, source="expert", marker="陈专家")
    candidate = queries.reviews(OFFICE)[0].candidates[0]
    world.mark_all(candidate, "85")
    desk.get(person)
    assert "助销胡柚 41 万斤" in desk.text()
    document = queries.evidence_of(candidate.id)[1]
    assert desk.get(f"/office/star-evidence/{document.id}/file").data == PDF
    desk.get(path)
    run = desk.send(f"{path}/compute").location
    desk.get(run)
    desk.send(f"{run}/sign")
    watch.get(run)
    watch.send(f"{run}/sign")
    desk.get(run)
    head = {"document_no": "衢农发〔2026〕12 号", "dated": f"{clock.today()}", "workdays": "5"}
    desk.submit(f"{run}/publish", **head, contact="0570-0000000")
    public = sign_in.app.test_client()
    public.get("/stars")
    assert "4 星 王* 山里的王芳 三衢直播" in public.text("table")
    desk.get(path)
    notice = queries.notices()[0]
    desk.submit(f"/office/star-notices/{notice.id}/withdraw", reason="有异议成立，需要复核")
    public.get("/stars")
    assert "还没有公示" in public.text()
    assert watch.get("/office/stars").status_code == 200
    assert watch.get(f"{path}/rule").status_code == 403
