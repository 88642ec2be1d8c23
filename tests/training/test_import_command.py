"""`flask training import`: a report row by row, nothing written without --commit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.training import factories as make
from tests.training import rosters as files


def run(app: Flask, path: Path, *more: str, code: str = "KC-01") -> Result:
    words = ["training", "import", str(path), "--class", code, *more]
    return app.test_cli_runner().invoke(args=words)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(files.xlsx(files.realistic(3)))
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    made = files.realistic(3)
    files.wrong_digit(made, [4])
    path = tmp_path / "错误.xlsx"
    path.write_bytes(files.xlsx(made))
    return path


def test_nothing_is_written_without_commit(app: Flask, roster: Path) -> None:
    found = make.make_class()
    done = run(app, roster)
    assert (done.exit_code, make.enrolled(found.id)) == (0, [])
    assert not make.folder().exists()
    assert "共 3 行，新增 3" in done.output
    assert "没有写入；加 --commit 写入。" in done.output


def test_commit_writes(app: Flask, roster: Path) -> None:
    found = make.make_class()
    assert run(app, roster, "--commit").exit_code == 0
    assert len(make.enrolled(found.id)) == 3
    again = run(app, roster, "--commit", "--json")
    assert json.loads(again.output)["counts"]["unchanged"] == 3


def test_refused_rows_are_listed_and_nothing_is_written(app: Flask, broken: Path) -> None:
    found = make.make_class()
    done = run(app, broken, "--commit")
    assert (done.exit_code, make.enrolled(found.id)) == (1, [])
    assert "第 4 行 公民身份号码" in done.output
    assert "没有写入：名册里有错误" in done.output
    report = json.loads(run(app, broken, "--json").output)
    assert (report["written"], [one["row"] for one in report["issues"]][:1]) == (False, [4])


def test_too_few_seats(app: Flask, roster: Path) -> None:
    found = make.make_class(seats=2)
    done = run(app, roster, "--commit")
    assert (done.exit_code, make.enrolled(found.id)) == (1, [])
    assert "名额不够" in done.output


def test_what_cannot_be_read(app: Flask, roster: Path, tmp_path: Path) -> None:
    assert run(app, roster, code="没有").exit_code == 2
    make.make_class()
    assert run(app, tmp_path / "没有.xlsx").exit_code == 2
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    assert run(app, tmp_path / "坏.xlsx").exit_code == 2


def test_what_stays_unread_is_told(app: Flask, tmp_path: Path) -> None:
    make.make_class()
    notes = files.RosterFile([], ["请于周五前报送"], sheet="说明")
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(files.workbook([files.realistic(2), notes]))
    lines = run(app, path).output.splitlines()
    assert [line for line in lines if line.startswith("没有读取")] == [
        "没有读取的工作表：说明。",
        "没有读取、也不会保存的列：序号、民族、开户银行、银行账号。",
    ]
