"""`flask contests verify RUN`."""

from __future__ import annotations

import json
from uuid import uuid4

from flask import Flask
from sqlalchemy import text

from core.db import db
from tests.contests import judging


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
