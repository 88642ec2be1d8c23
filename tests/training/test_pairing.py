"""The engine over a stored round, and moves made by hand."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from core import clock
from core.db import db
from core.errors import DomainError
from tests.training import factories as make
from tests.training import rosters as files
from training import matching, mentoring_rules
from training.models import MatchRun, MentorshipRound, Pair, UnmetWish
from training.queries.rounds import assignment, newest_run, participants, runs_of, sides
from training.services import pairing, rounds

OFFICE = make.actor("mentorship_office")


def small(employer: str = "") -> bytes:
    """Two masters with a place each, three apprentices of one trade; T001 and T002 both want S001."""
    left, right = files.pairing(masters=2, apprentices=3)
    for made in (left, right):
        for row in made.rows:
            row[4] = "焊工"
            row[6:8] = ["柯城区", employer]
    for row, wish in zip(left.rows, ("T001", "T002"), strict=True):
        row[5], row[8:] = "高级技师", [1, wish, None, None]
    for row, wishes in zip(right.rows, (["S001", "S002"], ["S001", "S002"], ["S002"]), strict=True):
        row[5], row[8:] = "初级工", [*wishes, *[None] * (5 - len(wishes))]
    return files.workbook([left, right])


def run_of(found: MentorshipRound) -> MatchRun:
    run = newest_run(found.id)
    assert run is not None
    return run


def keys(found: MentorshipRound) -> dict[str, UUID]:
    return {one.key: one.id for one in participants(found.id)}


def move(found: MentorshipRound, apprentice: str, master: str, run_id: UUID | None = None) -> None:
    ids = keys(found)
    with db.unit():
        pairing.move_apprentice(
            actor=OFFICE,
            round_id=found.id,
            apprentice_id=ids[apprentice],
            master_id=ids[master],
            run_id=run_id or run_of(found).id,
            reason="企业已有约定",
            now=clock.now(),
        )


def test_the_stored_pairs_are_those_of_the_engine(app: Flask) -> None:
    found = make.computed_round()
    read = sides(found.id)
    built = mentoring_rules.build(
        read.masters, read.apprentices, rounds.rules_of(found), seed=found.seed
    )
    expected = matching.apprentices_propose(matching.market(built.instance))
    run = run_of(found)
    assert assignment(run.id) == expected
    assert run.stats["blocking"] == 0
    assert run.stats["pairs"] + run.stats["unmatched"] == 30
    assert run.lottery_seed == found.seed


def test_each_pair_and_each_unmet_wish_has_its_reason(app: Flask) -> None:
    found = make.computed_round(small())
    run = run_of(found)
    assert assignment(run.id) == {"T001": "S001", "T002": "S002"}
    pairs = {pair.apprentice.key: pair for pair in db.session.scalars(select(Pair))}
    assert pairs["T001"].reason.startswith("徒弟志愿第 1 位（共 2 位）；师傅名单第 1 位")
    assert pairs["T001"].parts["徒弟志愿"] == 300
    assert pairs["T001"].parts["师傅意向"] == 180
    unmet = {(one.apprentice.key, one.wish): one for one in db.session.scalars(select(UnmetWish))}
    assert sorted(unmet) == [("T002", 1), ("T003", 1)]
    assert unmet["T002", 1].code == "FULL"
    assert "录取的最后一名 T001 排第 1 位" in unmet["T002", 1].reason


def test_reasons_name_nobody(app: Flask) -> None:
    found = make.computed_round()
    names = [one.name for one in participants(found.id)]
    texts = [pair.reason for pair in db.session.scalars(select(Pair))]
    texts += [one.reason for one in db.session.scalars(select(UnmetWish))]
    assert len(texts) > 20
    assert not [name for name in names for text in texts if name in text]


def test_the_digest_tells_other_inputs_apart(app: Flask) -> None:
    found = make.computed_round()
    with db.unit():
        again = pairing.compute(actor=OFFICE, round_id=found.id, now=clock.now())
    first, second = sorted(runs_of(found.id), key=lambda run: run.number)
    assert (first.inputs_digest, second.number) == (again.inputs_digest, 2)
    assert assignment(first.id) == assignment(second.id)
    other = make.open_round("第二轮")
    make.import_pairing(other.id, small())
    assert pairing.inputs_digest(other, sides(other.id)) != first.inputs_digest


def test_a_move_lists_the_pairs_it_upsets_and_keeps_them(app: Flask) -> None:
    left_out = make.computed_round(small())
    ids = keys(left_out)
    weighed = pairing.weigh_move(
        round_id=left_out.id, apprentice_id=ids["T003"], master_id=ids["S002"]
    )
    assert weighed.refused == "师傅 S002 的名额 1 个已满，请先给其中一名徒弟改派师傅或取消配对"
    with pytest.raises(DomainError, match="名额 1 个已满"):
        move(left_out, "T003", "S002")


def roomy() -> bytes:
    """S002 has three places, S001 one: T002 may go anywhere."""
    left, right = files.pairing(masters=2, apprentices=2)
    for made in (left, right):
        for row in made.rows:
            row[4] = "焊工"
            row[6:8] = ["柯城区", ""]
    for row, places in zip(left.rows, (2, 3), strict=True):
        row[5], row[8:] = "高级技师", [places, None, None, None]
    for row in right.rows:
        row[5], row[8:] = "初级工", ["S001", None, None, None, None]
    return files.workbook([left, right])


def test_a_move_is_a_run_of_its_own(app: Flask) -> None:
    found = make.computed_round(roomy())
    ids = keys(found)
    weighed = pairing.weigh_move(
        round_id=found.id, apprentice_id=ids["T001"], master_id=ids["S002"]
    )
    assert (weighed.present, weighed.refused) == ("S001", "")
    assert weighed.blocking == (("T001", "S001"),)
    move(found, "T001", "S002")
    run = run_of(found)
    assert (run.number, run.moves, run.reason) == (2, {"T001": "S002"}, "企业已有约定")
    assert (run.blocking, run.stats["blocking"]) == ([["T001", "S001"]], 1)
    assert assignment(run.id) == {"T001": "S002", "T002": "S001"}
    unmet = db.session.scalars(select(UnmetWish).where(UnmetWish.run_id == run.id)).one()
    assert unmet.code == "BLOCKING"


def test_a_move_on_an_old_page_is_refused(app: Flask) -> None:
    found = make.computed_round(roomy())
    old = run_of(found).id
    move(found, "T001", "S002")
    with pytest.raises(DomainError, match="刚被别人更新"):
        move(found, "T002", "S002", old)


def test_a_move_to_the_same_master_or_against_the_rules(app: Flask) -> None:
    left, right = files.pairing(masters=2, apprentices=2)
    for row, trade in zip(left.rows, ("焊工", "电工"), strict=True):
        row[4], row[5], row[8:] = trade, "高级技师", [1, None, None, None]
    for row, trade in zip(right.rows, ("焊工", "电工"), strict=True):
        row[4], row[5], row[8:] = trade, "初级工", [None] * 5
    found = make.computed_round(files.workbook([left, right]))
    with pytest.raises(DomainError, match="现在就跟着这位师傅"):
        move(found, "T001", "S001")
    with pytest.raises(DomainError, match="不符合配对条件：工种不同"):
        move(found, "T001", "S002")


def test_nothing_moves_after_publication(app: Flask) -> None:
    found = make.computed_round(roomy())
    make.publish(found.id)
    with pytest.raises(DomainError, match="已经公布"):
        move(found, "T001", "S002")
    with pytest.raises(DomainError, match="已经公布"), db.unit():
        pairing.compute(actor=OFFICE, round_id=found.id, now=clock.now())


def test_pairing_needs_both_sides(app: Flask) -> None:
    found = make.open_round()
    with pytest.raises(DomainError, match="要有师傅也有徒弟"), db.unit():
        pairing.compute(actor=OFFICE, round_id=found.id, now=clock.now())


def test_the_database_refuses_to_alter_a_pair(app: Flask) -> None:
    make.computed_round(roomy())
    with pytest.raises(DatabaseError, match="append-only"), db.unit() as unit:
        unit.execute(update(Pair).values(reason="改过"))
