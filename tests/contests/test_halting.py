"""Side exits: suspended and resumed by another, cancelled for good, opened again by two roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests import results as facts
from contests.models import Contest, Entry, Halt, Panel, Publication, Reopening, ResultRun
from contests.queries import grounds, public
from contests.queries import results as queries
from contests.services import chairing, objecting, panels, publishing, rechecking, results
from contests.services.entries import Wish, start_entry
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import halted, judging
from tests.contests.factories import OFFICE, make_contest, make_contestant, make_entry
from tests.contests.halted import STORM, TOO_FEW, cancel, contest_of, resume, suspend
from tests.contests.judging import CHIEF, known, official
from tests.pages import Person

STOPPED = f"赛事已暂停：{STORM}"


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refusal, db.unit():
        deed()
    return refusal.value.message


@pytest.fixture
def panel(app: Flask) -> Panel:
    return judging.make_open_panel(entries=1)


def test_a_judge_saves_nothing_while_it_is_suspended(panel: Panel) -> None:
    seat, performance = judging.seats_of(panel)[0], judging.performances_of(panel)[0]
    halt = suspend(panel.contest)
    with pytest.raises(DomainError, match="比赛已暂停，没有保存；请等赛事办恢复"):
        judging.mark_sheet(seat, performance, judging.texts(seat))
    resume(halt)
    saved = judging.mark_sheet(seat, performance, judging.texts(seat))
    assert len(saved.written) == len(judging.texts(seat))


def test_one_track_stands_still_and_the_other_goes_on(panel: Panel) -> None:
    other = next(one for one in panel.contest.tracks if one.id != panel.track_id)
    suspend(panel.contest, other)
    judging.fill_panel(panel)
    judging.close(panel)
    assert judging.compute(panel).seq == 1


def test_nothing_is_done_to_a_result_while_it_is_suspended(app: Flask) -> None:
    run = judging.make_run(preset="skill", entries=1)
    chief, clerk = official("钱裁判长", "chief_judge"), judging.clerk()
    judging.recheck(run)
    suspend(contest_of(run))
    track, stage, now = run.track_id, run.stage_id, clock.now()
    told = [
        lambda: results.compute_run(actor=OFFICE, track_id=track, stage_id=stage, now=now),
        lambda: rechecking.record_findings(actor=clerk, run_id=run.id, found={}, now=now),
        lambda: results.sign_run(actor=chief, run_id=run.id, now=now),
    ]
    assert [refused(deed) for deed in told] == [STOPPED] * 3


def test_nothing_is_published_or_released_while_it_is_suspended(app: Flask) -> None:
    run = judging.make_run(entries=1)
    judging.sign(run)
    halt = suspend(contest_of(run))
    with pytest.raises(DomainError, match=STOPPED):
        judging.publish_signed(run)
    resume(halt)
    notice = judging.publish_signed(run)
    suspend(contest_of(run))
    with pytest.raises(DomainError, match=STOPPED):
        judging.release(notice)


def test_nothing_is_drawn_or_opened_while_it_is_suspended(app: Flask) -> None:
    contest = make_contest()
    judging.make_entries(contest, 1)
    judging.commit_draw(contest)
    halt = suspend(contest)
    with pytest.raises(DomainError, match=STOPPED):
        judging.make_panel(contest)
    with pytest.raises(DomainError, match=STOPPED):
        judging.commit_draw(contest, track=1)
    resume(halt)
    panel = judging.make_panel(contest)
    judging.seat_judges(panel, 3)
    suspend(contest)
    told = [
        lambda: panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now()),
        lambda: chairing.close_panel(actor=CHIEF, panel_id=panel.id, now=clock.now()),
    ]
    assert [refused(deed) for deed in told] == [STOPPED] * 2


def test_entries_go_on_while_it_is_suspended(app: Flask) -> None:
    contest = make_contest()
    suspend(contest)
    wang = make_contestant("王芳", "13900010001")
    assert make_entry(wang, contest, state="submitted").state == "submitted"


def test_who_stopped_it_does_not_resume(app: Flask) -> None:
    contest = make_contest()
    office = known("周主任", "contest_office")
    with db.unit():
        halt = halted.halting.suspend(
            actor=office, contest_id=contest.id, track_id="", reason=STORM, now=clock.now()
        )
    with pytest.raises(DomainError, match="暂停是您办理的"):
        resume(halt, office)
    with pytest.raises(DomainError, match="至少 4 个字"):
        resume(halt, reason="好了")
    found = resume(halt)
    assert (found.resumed_by, found.resumed_why) == ("华监督", halted.OVER)
    with pytest.raises(DomainError, match="已经恢复"):
        resume(halt)


def test_stopping_needs_a_reason_and_the_office_of_the_contest(app: Flask) -> None:
    contest = make_contest()
    with pytest.raises(DomainError, match="至少 4 个字"):
        suspend(contest, reason="雨")
    elsewhere = Actor(None, None, None, "外地赛事办", (Grant("contest_office", "contest", "x"),))
    with pytest.raises(NotFound), db.unit():
        halted.halting.suspend(
            actor=elsewhere, contest_id=contest.id, track_id="", reason=STORM, now=clock.now()
        )
    suspend(contest)
    with pytest.raises(DomainError, match=STOPPED):
        suspend(contest)


def test_a_cancelled_contest_tells_why_and_takes_nothing(app: Flask) -> None:
    contest = make_contest()
    wang = make_contestant("王芳", "13900010001")
    halt = cancel(contest)
    phase = public.phase_of(contest.id, clock.now())
    assert (phase.key, phase.reason) == ("void", f"赛事已取消：{TOO_FEW}")
    with pytest.raises(DomainError, match=f"赛事已取消：{TOO_FEW}"):
        make_entry(wang, contest)
    with pytest.raises(DomainError, match="已经取消，不能恢复"):
        resume(halt)
    with pytest.raises(DomainError, match=f"赛事已取消：{TOO_FEW}"):
        suspend(contest)


def test_a_cancelled_track_takes_no_entry_and_the_others_do(app: Flask) -> None:
    contest = make_contest()
    first, second = contest.tracks
    cancel(contest, first)
    wang = make_contestant("王芳", "13900010001")
    divisions = [one.id for one in contest.divisions]

    def enter(track_id: object) -> Entry:
        wish = Wish(str(track_id), str(divisions[0]))
        return start_entry(actor=wang, contest_id=contest.id, wish=wish, now=clock.now())

    assert refused(lambda: enter(first.id)) == f"电工已取消：{TOO_FEW}"
    with db.unit():
        assert enter(second.id).state == "draft"


def test_a_cancelled_track_does_not_keep_its_contest_from_ending(app: Flask) -> None:
    run = judging.make_run(preset="skill", entries=1)
    contest = contest_of(run)
    other = next(one for one in contest.tracks if one.id != run.track_id)
    judging.publish_run(run)
    after = clock.now() + judging.timedelta(days=40)
    assert public.phase_of(contest.id, after).key == "judging"
    cancel(contest, other)
    assert public.phase_of(contest.id, after).key == "ended"


def test_cancelling_withdraws_the_notice_and_its_facts(app: Flask) -> None:
    run = judging.make_run(entries=1)
    notice = judging.publish_run(run)
    judging.release(notice)
    assert [one.published for one in facts.published_results()] == [True]
    cancel(contest_of(run))
    found = db.session.get_one(Publication, notice.id)
    db.session.refresh(found)
    assert found.withdrawn_reason == TOO_FEW
    assert [one.published for one in facts.published_results()] == [False]


def test_what_was_never_released_gives_no_fact_after_a_cancellation(app: Flask) -> None:
    run = judging.make_run(entries=1)
    notice = judging.publish_run(run)
    cancel(contest_of(run))
    with pytest.raises(DomainError, match=f"赛事已取消：{TOO_FEW}"):
        judging.release(notice)
    with pytest.raises(DomainError, match=f"赛事已取消：{TOO_FEW}"):
        judging.publish_signed(run)
    assert facts.published_results() == []


def test_the_database_resumes_no_cancellation(app: Flask) -> None:
    halt = cancel(make_contest())
    with pytest.raises(Exception, match="void_stays|CHECK"), db.unit() as session:
        session.get_one(Halt, halt.id).resumed_at = clock.now()


def test_two_roles_open_a_panel_again_and_the_run_is_superseded(app: Flask) -> None:
    run = judging.make_run(entries=1)
    judging.sign(run)
    panel = judging.seats_in(run)[0].panel_id
    judging.reopen(panel)
    assert db.session.get_one(Panel, panel).state == "open"
    judging.close(db.session.get_one(Panel, panel))
    stale = grounds.staleness_of(queries.run_of(run.id))
    assert stale == "计算之后评委组重新开放过，请重新计算"
    with pytest.raises(DomainError, match=f"{stale}，不能公示"):
        judging.publish_signed(run)
    again = judging.compute(db.session.get_one(Panel, panel))
    assert (again.seq, again.result_digest, again.signatures) == (2, run.result_digest, [])


def test_neither_one_role_nor_one_person_opens_a_panel_again(app: Flask) -> None:
    run = judging.make_run(entries=1)
    both = official("周主任", "contest_office", "supervisor")
    second = official("冯裁判长", "chief_judge")
    said = halted.propose_reopening(run)
    with pytest.raises(DomainError, match="须由赛事办或监督仲裁确认"), db.unit():
        halted.reopening.confirm(actor=second, reopening_id=said.id, now=clock.now())
    with pytest.raises(DomainError, match="等另一方确认"):
        halted.propose_reopening(run, both)
    with db.unit():
        halted.reopening.drop(
            actor=second, reopening_id=said.id, reason="核对过，没有漏评", now=clock.now()
        )
    own = halted.propose_reopening(run, both)
    with pytest.raises(DomainError, match="提出和确认要由两个人办理"), db.unit():
        halted.reopening.confirm(actor=both, reopening_id=own.id, now=clock.now())
    with pytest.raises(DomainError, match="已经办理"), db.unit():
        halted.reopening.confirm(actor=both, reopening_id=said.id, now=clock.now())


def test_an_open_notice_is_withdrawn_first(app: Flask) -> None:
    run = judging.make_run(entries=1)
    notice = judging.publish_run(run)
    with pytest.raises(DomainError, match="先撤回公示，再重新开放"):
        halted.propose_reopening(run)
    with db.unit():
        publishing.withdraw(
            actor=OFFICE, publication_id=notice.id, reason="更正一处笔误", now=clock.now()
        )
    said = halted.propose_reopening(run)
    assert said.role == "chief_judge"


def test_a_word_on_opening_again_cannot_be_edited(app: Flask) -> None:
    halted.propose_reopening(judging.make_run(entries=1))
    with pytest.raises(Exception, match="append-only"), db.unit() as session:
        session.execute(db.text("UPDATE contests_reopening SET role = 'supervisor'"))
    assert db.session.scalar(select(func.count(Reopening.id))) == 1


def test_the_office_suspends_and_a_supervisor_resumes_on_screen(
    app: Flask, sign_in: Person
) -> None:
    run: ResultRun = judging.make_run(preset="skill", entries=1)
    contest: Contest = contest_of(run)
    office = sign_in("contest_office")
    office.submit(f"/office/contests/{contest.id}/halts", place="", kind="suspended", reason=STORM)
    office.get(f"/office/contests/{contest.id}")
    assert STOPPED in office.text()
    halt = db.session.scalars(select(Halt)).one()
    office.submit(f"/office/halts/{halt.id}/resume", expect=422, reason="台风过去了")
    assert office.errors() == ["暂停是您办理的，请由另一人写明原因后恢复"]
    supervisor = sign_in("supervisor")
    supervisor.get(f"/office/contests/{contest.id}/results")
    assert STOPPED in supervisor.text()
    supervisor.submit(f"/office/halts/{halt.id}/resume", reason="台风过去了")
    supervisor.get(f"/office/contests/{contest.id}/results")
    assert STOPPED not in supervisor.text()
    assert "查完复核名单" in supervisor.text()


def test_everybody_reads_why_a_contest_was_cancelled(app: Flask, sign_in: Person) -> None:
    contest = make_contest()
    wang = make_contestant("王芳", "13900010001")
    entry = make_entry(wang, contest, state="submitted")
    office = sign_in("contest_office")
    office.submit(f"/office/contests/{contest.id}/halts", place="", kind="void", reason=TOO_FEW)
    anybody = app.test_client()
    anybody.get(f"/contests/{contest.slug}")
    assert f"已取消 赛事已取消：{TOO_FEW}" in anybody.text()  # type: ignore[attr-defined]
    own = judging.as_contestant(app, wang)
    for path in ("/me/entries", f"/me/entries/{entry.id}"):
        own.get(path)
        assert f"赛事已取消：{TOO_FEW}" in own.text()


def test_objections_may_be_answered_while_it_is_suspended(app: Flask) -> None:
    notice = judging.publish_run(judging.make_run(entries=1))
    said = judging.record_objection(notice)
    suspend(db.session.get_one(Contest, notice.contest_id))
    with db.unit():
        answered = objecting.answer_objection(
            actor=known("孔监督", "supervisor"),
            objection_id=said.id,
            upheld=False,
            answer="工具经过校准，附检定证书",
            now=clock.now(),
        )
    assert answered.upheld is False
