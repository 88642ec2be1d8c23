"""`flask awards evaluate` and `check`: output, exit status, refusals in one sentence."""

import json

import pytest
from click.testing import CliRunner

from awards.cli import CASES, DEFAULT_BOOK, commands

CONTRACT = CASES / "quwei-2020-7-contract.toml"
CASE = """
[[case]]
id = "X1"
title = "社会工作者"
facts = [{ id = "f1", type = "certificate", date = 2021-05-06, subject = "刘洋", name = "社会工作者" }]
"""


def _run(*arguments):
    result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def cases(tmp_path):
    """Write a case file; returns its path."""

    def write(text):
        path = tmp_path / "cases.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_contract_cases_agree():
    result = _run("evaluate", CONTRACT, "--json")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)["cases"]
    assert [row["id"] for row in rows if not row["ok"]] == []
    assert len(rows) == 20
    assert rows[0] == {
        "id": "C01",
        "ok": True,
        "lines": [
            [
                "18.skill_match",
                "P1",
                500000,
                "payable",
                "上级实发奖金 5,000.00 元，按 1:1 配套 5,000.00 元",
            ]
        ],
    }


def test_lines_are_readable(cases):
    result = _run("evaluate", cases(CASE))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "X1 社会工作者：测算",
        "  18.social_worker 刘洋 5,000.00 元 可发放：条款定额：证书“社会工作者” 5,000.00 元",
        "1 个案例，0 个不符。",
    ]


@pytest.mark.parametrize(
    ("expect", "shown"),
    [
        (
            '[["18.social_worker", "刘洋", 200000, "payable"]]',
            "应为：18.social_worker 刘洋 2,000.00",
        ),
        ("[]", "应为：没有任何一行"),
    ],
)
def test_a_difference_ends_with_1(cases, expect, shown):
    path = cases(f"{CASE}expect = {expect}\n")
    result = _run("evaluate", path)
    assert result.exit_code == 1
    assert "X1 社会工作者：不符" in result.stdout
    assert shown in result.stdout
    as_json = _run("evaluate", path, "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["cases"][0]["ok"] is False


def test_another_rulebook(cases, tmp_path):
    book = DEFAULT_BOOK.read_text("utf-8").replace("../../core/policy", str(tmp_path))
    source = DEFAULT_BOOK.parent / "../../core/policy/quwei-2020-7.txt"
    (tmp_path / "quwei-2020-7.txt").write_bytes(source.read_bytes())
    other = tmp_path / "book.toml"
    other.write_text(book.replace('on = "certificate"', 'on = "diploma"'), encoding="utf-8")
    result = _run("evaluate", cases(f"{CASE}expect = []\n"), "--rulebook", other)
    assert result.exit_code == 0


def test_what_cannot_be_read_ends_with_2_and_one_sentence(cases, tmp_path):
    path = cases(CASE + "amount = 1.5\n")
    result = _run("evaluate", path)
    assert (result.exit_code, result.stdout) == (2, "")
    reason = '不可写小数（浮点数）：金额写整数元，分数写 "0.8"，比例写 "30/100"'
    assert result.stderr == f"无法读取 {path}：case[X1].amount：{reason}。\n"
    assert _run("evaluate", tmp_path / "nowhere.toml", "--json").exit_code == 2
    book = tmp_path / "book.toml"
    book.write_text(DEFAULT_BOOK.read_text("utf-8") + "rate = 0.3\n", encoding="utf-8")
    broken = _run("evaluate", path, "--rulebook", book)
    assert broken.exit_code == 2
    assert f"{book}：rule[16.salary].rate：不可写小数" in broken.stderr


def test_check_finds_the_shipped_book_in_order():
    result = _run("check", "--json")
    assert result.exit_code == 0
    (report,) = json.loads(result.stdout)["rulebooks"]
    assert report["faults"] == []
    assert report["rules"] == 17
    assert _run("check").stdout.splitlines()[-1] == "全部相符。"


@pytest.fixture
def bare_book(tmp_path, monkeypatch):
    """The shipped book in a folder of its own, with the contract cases only."""
    (tmp_path / "core/policy").mkdir(parents=True)
    text = DEFAULT_BOOK.parent / "../../core/policy/quwei-2020-7.txt"
    (tmp_path / "core/policy/quwei-2020-7.txt").write_bytes(text.read_bytes())
    folder = tmp_path / "awards/rulebooks"
    folder.mkdir(parents=True)
    (folder / DEFAULT_BOOK.name).write_bytes(DEFAULT_BOOK.read_bytes())
    monkeypatch.setattr("awards.cli.RULEBOOKS", folder)
    monkeypatch.setattr("awards.cli.CASES", tmp_path)
    (tmp_path / CONTRACT.name).write_bytes(CONTRACT.read_bytes())
    return folder / DEFAULT_BOOK.name


def test_check_names_what_the_cases_leave_untried(bare_book):
    result = _run("check")
    assert result.exit_code == 1
    assert "规则 16.person_match（自 2020-04-22）没有会发放的案例" in result.stdout
    assert "规则 18.skill_match：没有开始日前一天 2020-04-21 的案例" in result.stdout


def test_check_refuses_a_book_that_misquotes(bare_book):
    book = bare_book.read_text("utf-8").replace("yuan = 100000 }", "yuan = 120000 }")
    bare_book.write_text(book, encoding="utf-8")
    result = _run("check")
    assert result.exit_code == 2
    assert "rule[18.star_operator].amount.yuan：引文里没有 120000 这个数" in result.stderr
