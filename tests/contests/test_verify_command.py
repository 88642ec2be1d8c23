"""`flask contests verify RUN`."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from core.db import db
from tests.contests import certified, judging


def run_command(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["contests", "verify", *words])
    return done.exit_code, done.output.strip()


def test_an_untouched_run_is_the_same(app: Flask) -> None:
    run = judging.make_run(entries=2)
    assert run_command(app, str(run.id)) == (0, "与重算的结果一致")
    status, output = run_command(app, str(run.id), "--json")
    assert (status, json.loads(output)) == (
        0,
        {"run": str(run.id), "same": True, "differences": []},
    )


def test_a_tampered_mark_is_found(app: Flask) -> None:
    run = judging.make_run(entries=2)
    with db.unit() as session:
        session.execute(
            text("UPDATE contests_mark SET milli = 14000 WHERE aspect = 'product_maturity'")
        )
    status, output = run_command(app, str(run.id))
    assert status == 1
    assert output.splitlines() == [
        "现在的分数与计算时的不同",
        "有 10 个分数与操作记录不符",
        "01 号的结果与重算的不同",
        "02 号的结果与重算的不同",
    ]


def test_a_tampered_line_is_found(app: Flask) -> None:
    run = judging.make_run(entries=2)
    with db.unit() as session:
        kind = session.get_bind().dialect.name
        on = "" if kind == "sqlite" else " ON contests_result_line"
        session.execute(text(f"DROP TRIGGER contests_result_line_no_update{on}"))
        session.execute(text("UPDATE contests_result_line SET rank = 1"))
    status, output = run_command(app, str(run.id))
    assert (status, output.splitlines()) == (
        1,
        ["02 号的结果与重算的不同", "成绩内容与它的摘要不符"],
    )


def test_an_unknown_run(app: Flask) -> None:
    for name in (str(uuid4()), "上一次"):
        assert run_command(app, name) == (2, "没有这次成绩计算，请核对编号")


# Everything that is stored, as it would run every night


ALL_SAME = (0, "存下的数据都与重算的一致")


def change(statement: str, table: str) -> None:
    """Behind the back of the system, without the guard of an append-only table."""
    with db.unit() as session:
        kind = session.get_bind().dialect.name
        on = "" if kind == "sqlite" else f" ON {table}"
        session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update{on}"))
        session.execute(text(statement))


def test_all_of_a_whole_chain_is_the_same(app: Flask) -> None:
    assert run_command(app, "--all") == ALL_SAME
    certified.issue(certified.released(start=100))
    run = judging.make_run(preset="skill", entries=2)
    certified.sign(run)
    judging.reopen(judging.seats_in(run)[0].panel_id)
    assert run_command(app, "--all") == ALL_SAME
    status, output = run_command(app, "--all", "--json")
    assert (status, json.loads(output)) == (0, {"same": True, "differences": []})


@pytest.mark.parametrize(
    ("table", "assignment", "told"),
    [
        ("contests_mark", "milli = 1000 WHERE milli = 2000", "个分数与操作记录不符"),
        ("contests_assignment", "confirmed_digest = 'x'", "号有一张评分表与确认时的摘要不符"),
        ("contests_panel", "reopened_at = closed_at", "重新开放的时间与记录不符"),
        ("contests_panel", "recheck_seed = 'suits'", "复核抽样的种子与抽签时公布的摘要不符"),
        ("contests_panel", "draw_seed = 'suits'", "抽签的种子与抽签时公布的摘要不符"),
        ("contests_result_line", "rank = 9", "成绩内容与它的摘要不符"),
        ("contests_result_line", "inputs = '[]'", "存下的分数与数据摘要不符"),
        ("contests_run_signature", "result_digest = 'x'", "有签字不是对这份内容签的"),
        ("contests_certificate", "prize = '特等奖'", "的奖项与成绩不符"),
        ("contests_final_release", "result_digest = 'x'", "孔监督 的定稿不是对现在的成绩签的"),
    ],
)
def test_what_was_changed_by_hand_is_found(
    app: Flask, table: str, assignment: str, told: str
) -> None:
    certified.issue(certified.released(start=100))
    change(f"UPDATE {table} SET {assignment}", table)
    status, output = run_command(app, "--all")
    assert (status, [one for one in output.splitlines() if told in one][:1]) == (
        1,
        output.splitlines()[:1],
    )


def test_one_run_or_all_of_them(app: Flask) -> None:
    told = (2, "请写一次计算的编号，或者只写 --all")
    assert [run_command(app), run_command(app, str(uuid4()), "--all")] == [told, told]
