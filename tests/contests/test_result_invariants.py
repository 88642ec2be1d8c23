"""The invariants of a result, by number: I9 to I19. The others stand in test_invariants.py."""

from __future__ import annotations

import copy
import hashlib
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from awards import lines, rulebook
from awards.cli import DEFAULT_BOOK
from awards.engine import evaluate
from awards.facts import Fact
from contests import results as facts
from contests.marks import Mark, input_digest
from contests.models import AdjustmentAct, Entry, Panel, ResultLine
from contests.models import Mark as StoredMark
from contests.queries import grounds
from contests.queries import results as queries
from contests.queries.recheck import recheck_of
from contests.scoring import ENGINE_VERSION, compute
from contests.services import adjusting, publishing, results
from contests.services.anonymising import anonymous_marks
from contests.spec import load_spec
from core import clock
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, NotAllowed
from people.roles import clash
from tests.contests import certified, judging
from tests.contests.judging import CHIEF, OFFICE, known, official
from tests.contests.test_adjusting import make_adjustable
from tests.contests.test_invariants import make_sealed, refusal
from tests.contests.test_scoring import TRIMMED, make_spec
from tests.pages import Person

BOOK = rulebook.load(DEFAULT_BOOK)


# I9 A run follows from inputs, SPEC and engine alone.

FIELDS = st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=6), min_size=1, max_size=5)
SPEC = make_spec(TRIMMED)


def marks_of(fields: list[list[int]]) -> list[Mark]:
    return [
        Mark(f"E{entry}", "", "work", f"J{judge}", str(Decimal(quarters) / 4))
        for entry, field in enumerate(fields)
        for judge, quarters in enumerate(field)
    ]


@given(FIELDS, st.randoms())
def test_i09_the_same_inputs_give_the_same_lines(fields: list[list[int]], order: Any) -> None:
    marks = marks_of(fields)
    before = compute(SPEC, marks), input_digest(SPEC, marks, ENGINE_VERSION)
    order.shuffle(marks)
    again = load_spec(copy.deepcopy(dict(SPEC.canonical)), "t")
    assert (compute(again, marks), input_digest(again, marks, ENGINE_VERSION)) == before


def test_i09_the_same_marks_give_the_same_run(app: Flask) -> None:
    run = judging.make_run(entries=2)
    made = db.session.scalars(select(Panel)).one()
    assert judging.compute(made).id == run.id
    assert results.verify_run(run.id).same


# I10 Whatever happens to an input makes the run stale, and a stale run serves for nothing.


@given(FIELDS, st.data())
def test_i10_every_other_input_has_another_digest(fields: list[list[int]], data: Any) -> None:
    marks = marks_of(fields)
    at = data.draw(st.integers(0, len(marks) - 1))
    value = data.draw(st.sampled_from(["", "recused", "missing", "0.25", "9.75"]))
    other = [one if place != at else one._replace(text=value) for place, one in enumerate(marks)]
    same = Fraction(marks[at].text) == Fraction(value or "-1") if value[-1:].isdigit() else False
    digests = [input_digest(SPEC, some, ENGINE_VERSION) for some in (marks, other)]
    assert (digests[0] == digests[1]) == same


def test_i10_a_stale_run_is_not_signed_published_printed_or_exported(
    app: Flask, sign_in: Person
) -> None:
    run = judging.make_run(preset="skill", entries=1)
    made = db.session.scalars(select(Panel)).one()
    turn = judging.performances_of(made)[0]
    with db.unit():
        judging.givens.enter_givens(
            actor=OFFICE,
            panel_id=made.id,
            typed={(turn.id, "theory"): "61"},
            reason="登分时看错一行",
            now=clock.now(),
        )
    chief = known("钱裁判长", "chief_judge")
    stale = "计算之后分数有改动，请重新计算"
    assert grounds.staleness_of(queries.run_of(run.id)) == stale
    assert (
        refusal(lambda: results.sign_run(actor=chief, run_id=run.id, now=clock.now()))
        == f"{stale}，不能签字"
    )
    with pytest.raises(DomainError, match="不能公示"):
        judging.publish_signed(run)
    assert refusal(lambda: anonymous_marks(run.id)) == f"{stale}，不能导出"
    clerk = sign_in("score_clerk")
    clerk.get(f"/office/runs/{run.id}/recheck/print")
    assert f"这次复核作废：{stale}" in clerk.text()
    assert "□ 无误" not in clerk.text()
    assert facts.published_results() == []


# I11 Ranks are made from the figures as they are published.


@given(FIELDS)
def test_i11_a_rank_is_one_more_than_the_number_of_better_published_totals(
    fields: list[list[int]],
) -> None:
    rows = compute(SPEC, marks_of(fields))
    totals = [one.total for one in rows if one.total is not None]
    for row in rows:
        assert row.total is not None
        assert (row.total * 100).denominator == 1
        assert row.rank == 1 + sum(one > row.total for one in totals)


# I12 Signers are distinct persons of two sides; who enters does not check, who publishes does not release.


def test_i12_two_persons_of_two_sides_sign(app: Flask) -> None:
    run = judging.make_run(entries=1)
    both = official("钱裁判长", "chief_judge", "contest_office")
    with pytest.raises(DomainError, match="您已经签过这份成绩，须由另一人签"):
        judging.sign(run, chief=both, other=both)
    assert clash(frozenset({"chief_judge"}), "supervisor") == "chief_judge"
    assert clash(frozenset({"score_clerk"}), "supervisor") == "score_clerk"


def test_i12_who_entered_a_value_does_not_check_it(app: Flask) -> None:
    run = judging.make_run(preset="skill", entries=1)
    both = official(OFFICE.label, "contest_office", "score_clerk")
    with pytest.raises(NotAllowed, match="录入和复核要由两个人办理"):
        judging.recheck(run, actor=both)
    chief = official("钱裁判长", "chief_judge", "score_clerk")
    with pytest.raises(NotAllowed, match="更正分数的裁判长不能自己复核"):
        judging.recheck(run, actor=chief)
    judging.recheck(run)


def test_i12_who_published_does_not_release(app: Flask) -> None:
    run = judging.make_run(entries=1)
    judging.sign(run)
    office = known("周主任", "contest_office")
    head = publishing.Notice("衢人社发〔2026〕12 号", clock.today(), 5, "0570-0000000")
    with db.unit():
        notice = publishing.publish(actor=office, run_id=run.id, notice=head, now=clock.now())
    with pytest.raises(DomainError, match="公示是您发布的，请由另一人定稿"):
        judging.release(notice, actor=office)


# I13 Whom the re-check draws follows from a seed that was committed to before anybody marked.


def test_i13_the_sample_follows_from_the_seed_committed_at_the_draw(app: Flask) -> None:
    made = judging.make_open_panel(preset="skill", entries=4, judges=3)
    drawn = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "create_panel")).one()
    seed = db.session.get_one(Panel, made.id).recheck_seed
    assert drawn.changes["recheck_commitment"] == hashlib.sha256(seed.encode()).hexdigest()
    opened = db.session.get_one(Panel, made.id).opened_at
    assert opened is not None
    assert drawn.at <= opened
    judging.fill_panel(made)
    judging.close(made)
    before = recheck_of(queries.run_of(judging.compute(made).id))
    judging.reopen(made.id)
    judging.close(db.session.get_one(Panel, made.id))
    after = recheck_of(queries.run_of(judging.compute(made).id))
    assert before is not None
    assert after is not None
    assert (before.seed, before.chosen) == (seed, after.chosen)


# I14 What the public sees are the stored lines of a run, whatever happens to the marks.


def test_i14_the_public_page_reads_the_stored_lines(app: Flask) -> None:
    run = judging.make_run(entries=2)
    judging.publish_run(run)
    anybody: Any = app.test_client()
    anybody.get(f"/results/{judging.slug_of(run)}")
    before = anybody.text()
    with db.unit() as session:
        session.execute(text("UPDATE contests_mark SET milli = 1000"))
        session.execute(text("UPDATE contests_contest SET scoring = '{}'"))
    anybody.get(f"/results/{judging.slug_of(run)}")
    assert anybody.text() == before
    assert "54.00" in before


# I15 Prizes and money keep to the table; one entry has one prize a rule.


def test_i15_prizes_keep_to_the_table_and_money_to_one_line_a_rule(app: Flask) -> None:
    run = judging.make_run(entries=6)
    table = {"一等奖": 1, "二等奖": 2, "三等奖": 3}
    assert Counter(one.prize for one in run.lines if one.prize) == table
    judging.publish_run(run)
    notice = queries.publication_of_run(run.id)
    assert notice is not None
    judging.release(notice)
    given_facts = Counter(one.entry_id for one in facts.published_results())
    assert set(given_facts.values()) == {1}
    keys = {"subject": "王芳", "family": "skill", "level": "provincial", "prize_paid_fen": 500_000}
    won = Fact("f1", "contest_result", clock.today().replace(year=2021), keys, (), False)
    twice = evaluate([won, replace(won, id="f2")], BOOK, BOOK.settings)
    payable = [one.fen for one in twice if one.status == lines.PAYABLE]
    assert sum(payable) <= 2 * 500_000
    assert max(Counter((one.rule, one.fact_id) for one in twice).values()) == 1


# I16 Decoding takes two persons, comes after the signatures and before the notice, never during the marking.


def test_i16_two_persons_decode_between_signatures_and_notice(app: Flask) -> None:
    sealed = make_sealed()
    with pytest.raises(DomainError, match="成绩还没有两方签字，不能启封"):
        judging.unseal(sealed)
    judging.fill_panel(sealed)
    judging.close(sealed)
    run = judging.compute(sealed)
    with pytest.raises(DomainError, match="成绩还没有两方签字，不能启封"):
        judging.unseal(sealed)
    judging.sign(run, other=known("邵监督", "supervisor"))
    with pytest.raises(DomainError, match="代码还封着"):
        judging.publish_signed(run)
    assert refusal(lambda: anonymous_marks(run.id)) == "代码还封着，启封以后才能导出"
    judging.unseal(sealed)
    opened = db.session.get_one(Panel, sealed.id, populate_existing=True)
    assert opened.unsealed_by not in judging.CODERS
    assert judging.publish_signed(run).run_id == run.id


# I17 An open objection holds the award.


def test_i17_an_open_objection_holds_the_award_and_the_release(app: Flask) -> None:
    run = judging.make_run(entries=2)
    notice = judging.publish_run(run)
    line = queries.run_of(run.id).lines[0]
    judging.record_objection(notice, line.id)
    with pytest.raises(DomainError, match="不能定稿"):
        judging.release(notice)
    other = certified.released(preset="startup", start=50)
    judging.record_objection(other, now=clock.now() + judging.timedelta(days=41))
    assert [bool(one.held) for one in facts.published_results()] == [True]


# I18 Marks that leave for research cannot be joined back through codes.


def test_i18_the_anonymous_export_names_nobody_and_no_code(app: Flask, tmp_path: Path) -> None:
    run = judging.make_run(preset="skill", entries=3)
    content = anonymous_marks(run.id)
    codes = [one.code for one in db.session.scalars(select(ResultLine))]
    titles = list(db.session.scalars(select(Entry.title)))
    assert [one for one in (*codes, *titles, "评委") if one in content] == []
    file = tmp_path / "marks.csv"
    told = app.test_cli_runner().invoke(
        args=["contests", "export-anonymous", str(run.id), str(file)]
    )
    assert (told.exit_code, told.output.strip()) == (0, f"已写出 {file}")
    spec = load_spec(run.spec, "评分办法")
    marks = [Mark(*row.split(",")) for row in file.read_text("utf-8").splitlines()[1:]]
    totals = sorted(int((one.total or 0) * 1000) for one in compute(spec, marks))
    assert totals == sorted(one.total_milli or 0 for one in queries.run_of(run.id).lines)


# I19 An adjustment is an act of its own, and every stored value that follows from others is recomputed.


def test_i19_an_adjustment_leaves_the_marks_and_has_author_and_reason(app: Flask) -> None:
    made = make_adjustable()
    before = {one.id: one.milli for one in db.session.scalars(select(StoredMark))}
    turn = judging.performances_of(made)[0]
    deed = {"panel_id": made.id, "performance_id": turn.id, "now": clock.now()}
    with db.unit():
        adjusting.adjust(actor=CHIEF, key="late", size="2", reason="超时一分二十秒", **deed)
    act = db.session.scalars(select(AdjustmentAct)).one()
    assert (act.entered_by, act.reason, act.milli) == ("钱裁判长", "超时一分二十秒", 2000)
    assert {one.id: one.milli for one in db.session.scalars(select(StoredMark))} == before
    with pytest.raises(Exception, match="append-only"), db.unit() as session:
        session.execute(text("UPDATE contests_adjustment_act SET milli = 0"))


def test_i19_the_nightly_check_recomputes_what_is_stored(app: Flask) -> None:
    certified.released(start=100)
    command = ["contests", "verify", "--all"]
    assert app.test_cli_runner().invoke(args=command).output == "存下的数据都与重算的一致\n"
    with db.unit() as session:
        session.execute(text("UPDATE contests_mark SET milli = 1000 WHERE milli = 2000"))
    assert app.test_cli_runner().invoke(args=command).exit_code == 1
