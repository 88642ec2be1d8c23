"""The re-check of a run: who records what, what it leads to, and that nobody signs before."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests.models import Panel, RecheckFinding, ResultRun, Stage
from contests.queries import results as queries
from contests.queries.recheck import Recheck, recheck_of
from contests.services import rechecking, results
from core import clock
from core.access import Actor, Grant
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, FieldErrors, NotAllowed, NotFound
from tests.contests import judging
from tests.contests.judging import clerk, known, official, recheck
from tests.pages import Person

FULL = {"top_count": 0, "sample_share": "0.5", "error_above": "0.05"}
"""No top group and half of the field: the smallest panel that leaves somebody unchecked."""


def check_of(run: ResultRun) -> Recheck:
    db.session.expire_all()
    found = recheck_of(queries.run_of(run.id))
    assert found is not None
    return found


def record(run: ResultRun, words: dict[str, str], actor: Actor | None = None) -> None:
    """`words`: code -> "correct", or "faulty:remark"."""
    lines = {one.code: one.id for one in queries.run_of(run.id).lines}
    found = {
        lines[code]: rechecking.Finding(*list(text.split(":"))) for code, text in words.items()
    }
    checker = actor or clerk()
    with db.unit():
        rechecking.record_findings(actor=checker, run_id=run.id, found=found, now=clock.now())


def sign_as_chief(run: ResultRun) -> None:
    chief = known("钱裁判长", "chief_judge")
    with db.unit():
        results.sign_run(actor=chief, run_id=run.id, now=clock.now())


def reopen(run: ResultRun) -> None:
    panel = db.session.scalars(select(Panel).where(Panel.track_id == run.track_id)).one()
    judging.reopen(panel.id)


@pytest.fixture
def run(app: Flask) -> ResultRun:
    """Four ranked entries of whom two are drawn."""
    panel = judging.make_open_panel(preset="skill", entries=4, judges=3)
    with db.unit() as session:
        session.get_one(Stage, panel.stage_id).recheck = FULL
    judging.fill_panel(panel)
    judging.close(panel)
    return judging.compute(panel)


def test_the_preset_checks_its_top_group_and_a_sample(app: Flask) -> None:
    made = judging.make_run(preset="skill", entries=4)
    chosen = check_of(made).chosen
    assert (len(chosen.top), len(chosen.sample), len(chosen.unchecked)) == (2, 1, 1)


def test_the_seed_was_committed_at_the_draw_and_is_not_the_draw_seed(run: ResultRun) -> None:
    panel = db.session.scalars(select(Panel)).one()
    drawn = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "create_panel")).one()
    assert panel.recheck_seed != panel.draw_seed
    digest = hashlib.sha256(panel.recheck_seed.encode()).hexdigest()
    assert digest in str(drawn.changes)
    assert panel.recheck_seed not in str(drawn.changes)
    assert check_of(run).seed == panel.recheck_seed


def test_the_choice_survives_a_new_computation(run: ResultRun) -> None:
    first = check_of(run).chosen
    assert check_of(run).chosen == first


def test_nobody_signs_before_the_recheck(run: ResultRun) -> None:
    with pytest.raises(DomainError, match="成绩复核还没有完成，还有 2 份，复核完才能签字"):
        sign_as_chief(run)
    one, other = check_of(run).chosen.sample
    record(run, {one: "correct"})
    with pytest.raises(DomainError, match="还有 1 份"):
        sign_as_chief(run)
    record(run, {other: "correct"})
    sign_as_chief(run)
    assert [one.role for one in queries.run_of(run.id).signatures] == ["chief_judge"]


def test_too_many_errors_make_everything_due(run: ResultRun) -> None:
    one, other = check_of(run).chosen.sample
    record(run, {one: "faulty:录入时看错一行", other: "correct"})
    check = check_of(run)
    assert check.progress.outcome is not None
    assert check.progress.outcome.rate_percent == "50.00"
    assert (check.progress.all_due, len(check.progress.due)) == (True, 4)
    with pytest.raises(DomainError, match="须全部复核，还有 2 份"):
        sign_as_chief(run)
    recheck(run)
    with pytest.raises(DomainError, match=f"复核发现 {one} 号有误，请裁判长更正"):
        sign_as_chief(run)


def test_a_finding_is_changed_only_with_a_reason_and_both_stay(run: ResultRun) -> None:
    one, other = check_of(run).chosen.sample
    record(run, {one: "faulty:纸面看不清", other: "correct"})
    with pytest.raises(FieldErrors, match="为什么改记"):
        record(run, {one: "correct"})
    record(run, {one: "correct:裁判长对照原件，分数无误"})
    kept = [(code, finding.faulty) for code, finding in check_of(run).history if code == one]
    assert kept == [(one, True), (one, False)]
    sign_as_chief(run)


def test_an_error_says_what_is_wrong(run: ResultRun) -> None:
    one, _ = check_of(run).chosen.sample
    with pytest.raises(FieldErrors) as caught:
        record(run, {one: "faulty:"})
    line = check_of(run).lines[one]
    assert list(caught.value.errors) == [rechecking.remark_field(line.id)]
    assert check_of(run).history == []


def test_what_is_not_on_the_list_or_not_ticked_is_not_kept(run: ResultRun) -> None:
    check = check_of(run)
    record(run, {check.chosen.unchecked[0]: "correct", check.chosen.sample[0]: "perhaps"})
    assert db.session.scalar(select(func.count()).select_from(RecheckFinding)) == 0


def test_the_same_finding_is_kept_once(run: ResultRun) -> None:
    one, _ = check_of(run).chosen.sample
    for _ in range(2):
        record(run, {one: "correct"})
    assert len(check_of(run).history) == 1


def test_a_stale_run_has_no_recheck(run: ResultRun) -> None:
    one, _ = check_of(run).chosen.sample
    reopen(run)
    with pytest.raises(DomainError, match="这次复核作废"):
        record(run, {one: "correct"})


def test_nothing_is_recorded_after_a_signature(run: ResultRun) -> None:
    recheck(run)
    sign_as_chief(run)
    one, _ = check_of(run).chosen.sample
    with pytest.raises(DomainError, match="已经有人签字"):
        record(run, {one: "faulty:事后发现漏分"})


def test_the_chief_judge_and_judges_of_the_track_do_not_check(run: ResultRun) -> None:
    one, _ = check_of(run).chosen.sample
    both = replace(clerk(), grants=(Grant("score_clerk"), Grant("chief_judge")))
    with pytest.raises(NotAllowed, match="裁判长不能自己复核"):
        record(run, {one: "correct"}, both)
    judge = replace(clerk(), person_id=judging.seats_in(run)[0].person_id)
    with pytest.raises(NotAllowed, match="评委不能复核自己评过的成绩"):
        record(run, {one: "correct"}, judge)
    record(run, {one: "correct"}, official("孔监督", "supervisor"))


@pytest.mark.parametrize("grant", [Grant("contest_office"), Grant("score_clerk", "contest", "x")])
def test_other_roles_and_foreign_clerks_find_nothing(run: ResultRun, grant: Grant) -> None:
    stranger = replace(clerk(), grants=(grant,))
    with pytest.raises(NotFound):
        record(run, {check_of(run).chosen.sample[0]: "correct"}, stranger)


def test_findings_cannot_be_edited(run: ResultRun) -> None:
    recheck(run)
    with pytest.raises(Exception, match="append-only"), db.unit() as session:
        session.execute(db.text("UPDATE contests_recheck_finding SET faulty = NOT faulty"))


def test_a_contest_without_a_recheck_is_signed_at_once(app: Flask, sign_in: Person) -> None:
    panel = judging.make_open_panel(entries=1)
    with db.unit() as session:
        session.get_one(Stage, panel.stage_id).recheck = None
    judging.fill_panel(panel)
    judging.close(panel)
    made = judging.compute(panel)
    assert sign_in("chief_judge").get(f"/office/runs/{made.id}/recheck").status_code == 404
    with pytest.raises(DomainError, match="没有规定成绩复核"):
        recheck_nothing(made)
    sign_as_chief(made)


def recheck_nothing(run: ResultRun) -> None:
    actor = clerk()
    with db.unit():
        rechecking.record_findings(actor=actor, run_id=run.id, found={}, now=clock.now())


# On screen


def ticks(run: ResultRun, word: str, **over: str) -> dict[str, Any]:
    """One tick for each line that is due."""
    return {f"finding_{one.id.hex}": over.get(one.code, word) for one in check_of(run).due}


def test_the_clerk_finds_the_list_and_saves_it(run: ResultRun, sign_in: Person) -> None:
    office = sign_in("score_clerk", name="占小玲")
    page = f"/office/runs/{run.id}"
    office.get(page)
    assert "成绩复核还没有完成" in office.text()
    assert office.page.select_one(f"a[href='{page}/recheck']")
    office.get(f"{page}/recheck")
    office.send(f"{page}/recheck/findings", **ticks(run, "correct"))
    office.get(f"{page}/recheck")
    assert "通过 复核完成，可以签字" in office.text()
    assert "抽查错误率 0.00%，通过" in office.text()
    assert "占小玲" in office.text()
    chief = sign_in("chief_judge", name="钱裁判长")
    chief.get(page)
    chief.send(f"{page}/sign")


def test_an_error_without_words_comes_back_at_its_field(run: ResultRun, sign_in: Person) -> None:
    client = sign_in("supervisor")
    one, other = sorted(check_of(run).chosen.sample)
    path = f"/office/runs/{run.id}/recheck"
    client.get(path)
    client.send(f"{path}/findings", expect=422, **ticks(run, "correct", **{one: "faulty"}))
    assert client.errors() == [f"{one} 号请写明错在哪里，或者为什么改记"]
    remark: dict[str, Any] = {rechecking.remark_field(check_of(run).lines[one].id): "第三项登成 8"}
    client.send(f"{path}/findings", **ticks(run, "correct", **{one: "faulty"}), **remark)
    client.get(path)
    assert "须全部复核" in client.text()
    assert f"{one} 号：有误，第三项登成 8。" in client.text()
    assert other in client.text()


def test_scoring_roles_see_codes_and_no_names(run: ResultRun, sign_in: Person) -> None:
    for role in ("chief_judge", "score_clerk", "contest_office"):
        client = sign_in(role)
        for path in ("recheck", "recheck/print"):
            text = client.get(f"/office/runs/{run.id}/{path}").get_data(as_text=True)
            assert all(code in text for code in check_of(run).chosen.sample)
            assert [name for name in judging.NAMES if name in text] == []


def test_those_who_look_on_cannot_save(run: ResultRun, sign_in: Person) -> None:
    path = f"/office/runs/{run.id}/recheck"
    for role in ("chief_judge", "contest_office"):
        client = sign_in(role)
        client.get(path)
        assert client.page.select("input[type=radio]") == []
        token = str(client.page.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
        body: dict[str, Any] = {"csrf_token": token, "form_token": str(uuid4())}
        assert client.post(f"{path}/findings", data=body).status_code == 403


def test_a_stale_list_says_so_and_takes_nothing(run: ResultRun, sign_in: Person) -> None:
    reopen(run)
    client = sign_in("score_clerk")
    client.get(f"/office/runs/{run.id}/recheck")
    assert "这次复核作废" in client.text()
    assert client.page.select("input[type=radio]") == []
    client.get(f"/office/runs/{run.id}/recheck/print")
    assert "这次复核作废" in client.text()


def test_a_foreign_clerk_finds_no_list(run: ResultRun, sign_in: Person) -> None:
    client = sign_in("score_clerk", scope="contest", scope_id=uuid4())
    for path in ("recheck", "recheck/print"):
        assert client.get(f"/office/runs/{run.id}/{path}").status_code == 404


def test_the_number_of_queries_does_not_grow(app: Flask, sign_in: Person) -> None:
    counts = []
    for entries, start in ((1, 0), (4, 50)):
        made = judging.make_run(preset="skill", entries=entries, start=start)
        recheck(made)
        client = sign_in("score_clerk")
        client.get(f"/office/runs/{made.id}/recheck")
        counts.append(client.queries)
    assert counts[0] == counts[1]
