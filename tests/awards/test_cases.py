"""Every shipped case, and the strict reading of case files."""

import pytest

from awards import case_files, coverage, rulebook
from awards.cli import CASES, DEFAULT_BOOK
from core.errors import LoadError

BOOK = rulebook.load(DEFAULT_BOOK)
SHIPPED = [
    (path.stem, case)
    for path in sorted(CASES.glob("*.toml"))
    for case in case_files.load(path, BOOK)
]


@pytest.mark.parametrize(
    "case", [case for _, case in SHIPPED], ids=[f"{stem}-{case.id}" for stem, case in SHIPPED]
)
def test_case(case):
    assert case.expect is not None
    assert case_files.run(case, BOOK).got == case.expect


def test_the_cases_cover_every_rule_and_its_first_day():
    runs = [case_files.run(case, BOOK) for _, case in SHIPPED]
    assert coverage.gaps(BOOK, runs) == []
    without_first_days = [run for run in runs if run.case.id not in ("R01", "R02")]
    gaps = coverage.gaps(BOOK, without_first_days)
    assert "规则 18.top：没有开始日前一天 2020-04-21 的案例" in gaps
    assert "规则 18.top：没有开始日 2020-04-22 当天的案例" in gaps
    assert "规则 19.8a（自 2020-04-22）没有会发放的案例" in gaps
    only_paying = [run for run in runs if run.case.id in ("R01", "R02")]
    assert "规则 12.host（自 2020-04-22）没有不发放的案例" in coverage.gaps(BOOK, only_paying)


GOOD = """
[[case]]
id = "X1"
title = "试验"
facts = [{ id = "f1", type = "certificate", date = 2021-05-06, subject = "刘洋", name = "社会工作者" }]
"""


def _load(tmp_path, text):
    path = tmp_path / "cases.toml"
    path.write_text(text, encoding="utf-8")
    return case_files.load(path, BOOK)


def test_settings_of_a_case_replace_those_of_the_book_whole(tmp_path):
    (case,) = _load(tmp_path, GOOD + 'settings = { A01 = { value = "all" } }\n')
    assert case.settings["A01"].value == "all"
    assert not case.settings["A01"].confirmed
    assert case.settings["A02"] == BOOK.settings["A02"]
    assert case.expect is None
    assert case_files.run(case, BOOK).ok


def test_lines_are_expected_in_their_order_and_number(tmp_path):
    two = GOOD.replace(
        "facts = [",
        'facts = [{ id = "f0", type = "certificate", date = 2021-05-06, '
        'subject = "陈刚", name = "助理社会工作者" }, ',
    )
    chen = '["18.social_worker", "陈刚", 200000, "payable"]'
    liu = '["18.social_worker", "刘洋", 500000, "payable"]'
    found = [
        case_files.run(_load(tmp_path, f"{two}expect = [{rows}]\n")[0], BOOK).ok
        for rows in (f"{chen}, {liu}", f"{liu}, {chen}", chen, f"{chen}, {liu}, {liu}")
    ]
    assert found == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        (GOOD + "expected = []\n", "case[X1].expected", "不认识的键"),
        (GOOD + "amount = 1.5\n", "case[X1].amount", "小数"),
        (GOOD + GOOD, "case[X1].id", "两次"),
        (GOOD.replace('name = "社会工作者"', "name = 1"), "case[X1].facts[f1].name", "文字"),
        (GOOD.replace("2021-05-06", '"2021-05-06"'), "case[X1].facts[f1].date", "日期"),
        (GOOD.replace("2021-05-06", "2021-02-30"), "第 5 行", "TOML"),
        (GOOD.replace("subject", "person"), "case[X1].facts[f1].person", "不认识的键"),
        (GOOD + "settings = { A99 = {} }\n", "case[X1].settings.A99", "没有这个口径"),
        (GOOD + "settings = { A08 = { value = [0] } }\n", "case[X1].settings.A08.value", "权重"),
        (GOOD + "settings = { A01 = { yes = 1 } }\n", "case[X1].settings.A01.yes", "不认识的键"),
        (GOOD + 'expect = [["18.top", "刘洋", "1", "payable"]]\n', "case[X1].expect", "整数分"),
        (GOOD + 'expect = [["18.top", "刘洋", 1, "paid"]]\n', "case[X1].expect", "状态"),
        (GOOD + "certain = 1\n", "case[X1].certain", "true"),
        (
            GOOD + 'suspensions = [{ rule = "1", from = 2021-01-01, reason = "x" }]\n',
            *("case[X1].suspensions[1].rule", "18.top"),
        ),
        ("cases = []\n", "case", "写着“cases”"),
        ("", "case", "缺少"),
        ("case = []", "case", "一张或多张"),
    ],
)
def test_refuses(tmp_path, text, key, reason):
    with pytest.raises(LoadError) as refused:
        _load(tmp_path, text)
    assert refused.value.key.startswith(key)
    assert reason in refused.value.reason
    assert refused.value.source.endswith("cases.toml")


def test_a_fact_id_is_unique_in_its_case(tmp_path):
    fact = '{ id = "f1", type = "certificate", date = 2021-05-06, subject = "刘洋" }'
    with pytest.raises(LoadError) as refused:
        _load(tmp_path, f'[[case]]\nid = "X1"\nfacts = [{fact}, {fact}]\n')
    assert refused.value.key == "case[X1].facts[f1].id"
