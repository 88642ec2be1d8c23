"""The loader of rulebooks: what it reads, and each thing it refuses with file, key and reason."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from awards import rulebook
from awards.cli import DEFAULT_BOOK
from awards.rules import Condition, Exclusive
from core import toml_tables
from core.citations import Policy
from core.errors import LoadError

POLICY = Policy.load()
HEAD = """
[book]
id = "test"
title = "试验"
source = "policy.txt"
effective_from = 2020-04-22
"""
SETTING = """
[setting.A04]
ask = "比例"
"""
RULE = """
[[rule]]
id = "18.star"
clause = "18"
quote = "每培养一名社会知名度高、产业带动性强、营销业绩突出的“星级”主播，给予一次性 10 万元奖励"
on = "star_rating"
to = "operator"
when = { star_certified = true }
amount = { kind = "fixed", yuan = 100000 }
once = "lifetime"
tax = "corporate"
funding = "shared"
"""
SALARY = """
[[rule]]
id = "16.salary"
clause = "16"
quote = "实际支付年薪 80 万元以上的，每年按实际支付年薪的 30% 给予企业薪酬补助，单个企业最高不超过 100 万元"
on = "salary_year"
to = "employer"
when = { annual_salary = { min = 800000 } }
amount = { kind = "percent", of = "annual_salary", rate = "30/100", cap_per = "beneficiary_year", cap = 1000000 }
once = "year"
tax = "corporate"
funding = "shared"
"""
CONTRIBUTION = """
[[rule]]
id = "18.contribution"
clause = "18"
quote = "按地方综合贡献给予知名主播最高 100% 的奖励"
on = "contribution"
when = { known_streamer = true }
amount = { kind = "percent", of = "local_contribution", setting = "A04", max = "1/1" }
once = "year"
tax = "incidental"
funding = "shared"
"""


def _load(text):
    top = toml_tables.parse(text.encode(), source="book.toml")
    return rulebook.parse(top, policy=POLICY, sha256="")


def _refusal(text):
    with pytest.raises(LoadError) as refused:
        _load(text)
    assert refused.value.source == "book.toml"
    return refused.value.key, refused.value.reason


def test_the_shipped_book():
    book = rulebook.load(DEFAULT_BOOK)
    assert [rule.id for rule in book.rules] == [
        *("18.115", "18.151", "18.top", "18.chair", "18.culture_prize", "18.culture_match"),
        *("18.skill_match", "18.social_worker", "18.star_operator", "18.streamer_contribution"),
        *("19.7", "19.8a", "19.8b", "19.8c", "12.host", "16.person_match", "16.salary"),
    ]
    assert {name for name, one in book.settings.items() if one.value is None} == {
        *("A04", "A05", "A09")
    }
    assert {rule.start for rule in book.rules} == {date(2020, 4, 22)}
    skill = book.rules[6]
    assert skill.exclusive == Exclusive("skill", "achievement", "A01")
    assert skill.settings == ("A02", "A03", "A01")
    assert skill.amount.rate == Fraction(1)
    assert skill.to == "subject"
    assert book.rules[16].when == (Condition("annual_salary", least=800_000),)
    assert len(book.sha256) == 64


def test_versions_change_on_their_day():
    book = _load(
        HEAD
        + RULE.replace("on =", "until = 2023-07-01\non =")
        + RULE.replace("on =", "from = 2023-07-01\non =")
    )
    old, new = book.rules
    assert [rule.covers(date(2023, 6, 30)) for rule in (old, new)] == [True, False]
    assert [rule.covers(date(2023, 7, 1)) for rule in (old, new)] == [False, True]


REFUSED = [
    # quote, clause and figures
    (RULE.replace("10 万元", "20 万元"), "rule[18.star].quote", "引文"),
    (RULE.replace("营销业绩突出", "业绩突出"), "rule[18.star].quote", "逐字"),
    (RULE.replace("= 100000", "= 200000"), "rule[18.star].amount.yuan", "200000"),
    (RULE.replace('clause = "18"', 'clause = "99"'), "rule[18.star].clause", "没有第 99 条"),
    (RULE.replace('clause = "18"', 'clause = "16"'), "rule[18.star].clause", "不在"),
    (SALARY.replace("= 800000", "= 700000"), "rule[16.salary].when.annual_salary.min", "700000"),
    (SALARY.replace("30/100", "40/100"), "rule[16.salary].amount.rate", "2/5"),
    (SALARY.replace("= 1000000 }", "= 2000000 }"), "rule[16.salary].amount.cap", "2000000"),
    (
        SALARY.replace("= 1000000 }", "= 1000000, max_years = 3 }"),
        *("rule[16.salary].amount.max_years", "没有 3 "),
    ),
    (
        SETTING + CONTRIBUTION.replace("1/1", "2/1"),
        *("rule[18.contribution].amount.max", "没有 2 "),
    ),
    (
        RULE.replace('"fixed", yuan = 100000', '"table", by = "star", table = { "5" = 50 }'),
        *("rule[18.star].amount.table.5", "没有 50 "),
    ),
    # unknown keys, values and settings
    (RULE + "suspended = true\n", "rule[18.star].suspended", "不认识的键"),
    (RULE.replace("yuan = 100000", "yuan = 100000, fen = 1"), "rule[18.star].amount.fen", "不认识"),
    (RULE.replace('"fixed"', '"flat"'), "rule[18.star].amount.kind", "flat"),
    (RULE.replace('"lifetime"', '"once"'), "rule[18.star].once", "once"),
    (RULE.replace('"corporate"', '"none"'), "rule[18.star].tax", "none"),
    (RULE.replace('"shared"', '"county"'), "rule[18.star].funding", "county"),
    (RULE + 'needs = ["A99"]\n', "rule[18.star].setting", "A99"),
    (CONTRIBUTION, "rule[18.contribution].setting", "A04"),
    ("[extra]\n" + RULE, "extra", "不认识的键"),
    (SETTING + "value_yuan = 3\n" + RULE, "setting.A04.value_yuan", "不认识的键"),
    # floats, wherever they stand
    (RULE.replace("= 100000", "= 100000.0"), "rule[18.star].amount.yuan", "小数"),
    (SETTING + "value = [1.5]\n" + RULE, "setting.A04.value[1]", "小数"),
    (SETTING + "value = nan\n" + RULE, "setting.A04.value", "小数"),
    # dates
    (RULE + "from = 2020-04-21\n", "rule[18.star].from", "早于"),
    (RULE + 'from = "2020-05-01"\n', "rule[18.star].from", "日期"),
    (RULE + "from = 2020-05-01T00:00:00\n", "rule[18.star].from", "日期"),
    (RULE + "until = 2020-04-22\n", "rule[18.star].until", "晚于"),
    (RULE + RULE, "rule[18.star].from", "重叠"),
    (
        RULE + "until = 2023-07-02\n" + RULE + "from = 2023-07-01\n",
        *("rule[18.star].from", "重叠"),
    ),
    # types and shapes
    (RULE.replace("= 100000", '= "100000"'), "rule[18.star].amount.yuan", "整数"),
    (RULE.replace("= 100000", "= 1" + "0" * 15), "rule[18.star].amount.yuan", "15 位"),
    (RULE.replace("= 100000", "= true"), "rule[18.star].amount.yuan", "整数"),
    (RULE.replace("= 100000", "= -100000"), "rule[18.star].amount.yuan", "整数"),
    (RULE.replace("star_certified = true", "star = []"), "rule[18.star].when.star", "条件"),
    (RULE.replace("= true }", "= [true, 1] }"), "rule[18.star].when.star_certified", "同类值"),
    (RULE.replace("= true }", "= {} }"), "rule[18.star].when.star_certified", "min"),
    (
        RULE.replace("= true }", "= { least = 1 } }"),
        "rule[18.star].when.star_certified.least",
        "键",
    ),
    (RULE.replace('once = "lifetime"', 'once = "lifetime_each"'), "rule[18.star].once", "by"),
    (SALARY.replace('rate = "30/100", ', ""), "rule[16.salary].amount.rate", "二选一"),
    (SALARY.replace("30/100", "30%"), "rule[16.salary].amount.rate", "分子/分母"),
    (SALARY.replace("30/100", "30/0"), "rule[16.salary].amount.rate", "分子/分母"),
    (SALARY.replace(", cap = 1000000", ""), "rule[16.salary].amount.cap", "同时"),
    (
        SALARY.replace('rate = "30/100"', 'rate = "30/100", max = "1/1"'),
        *("rule[16.salary].amount.max", "同用"),
    ),
    (SETTING + "value = [1, 1]\n" + CONTRIBUTION, "setting.A04.value", "18.contribution"),
    (SETTING + 'value = "80%"\n' + CONTRIBUTION, "setting.A04.value", "分子/分母"),
    (RULE.replace('on = "star_rating"\n', ""), "rule[18.star].on", "缺少"),
    (RULE.replace('quote = "', 'quote = " "  # "'), "rule[18.star].quote", "不空"),
    ("", "rule", "缺少"),
    ("rule = 3\n", "book.rule", "不认识的键"),
]


@pytest.mark.parametrize(("text", "key", "reason"), REFUSED, ids=[row[1] for row in REFUSED])
def test_refuses(text, key, reason):
    found_key, found_reason = _refusal(HEAD + text)
    assert found_key == key
    assert reason in found_reason


def test_refuses_what_is_not_toml():
    key, _ = _refusal(HEAD + RULE + 'once = "year"\n')
    assert key.startswith("第 ")
    with pytest.raises(LoadError):
        toml_tables.parse(b"\xff", source="book.toml")


def test_a_file_is_refused_by_its_name(tmp_path):
    path = tmp_path / "book.toml"
    with pytest.raises(LoadError) as refused:
        rulebook.load(path)
    assert str(path) in str(refused.value)
    path.write_text(HEAD + RULE, encoding="utf-8")
    with pytest.raises(LoadError) as refused:
        rulebook.load(path)
    assert refused.value.key == "book.source"
    (tmp_path / "policy.txt").write_text("1. 给予一次性 10 万元奖励", encoding="utf-8")
    with pytest.raises(LoadError) as refused:
        rulebook.load(path)
    assert refused.value.key == "rule[18.star].quote"


def test_every_book_of_the_project_loads():
    books = sorted(Path(DEFAULT_BOOK).parent.glob("*.toml"))
    assert [rulebook.load(path).id for path in books] == ["qz-2020-7"]
