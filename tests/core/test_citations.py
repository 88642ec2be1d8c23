"""Quotes from the policy text and the figures in them."""

from fractions import Fraction

import pytest

from core.citations import POLICY_FILE, Policy, bare, figures
from core.errors import LoadError

POLICY = Policy.load()


def test_the_shipped_text_is_whole():
    assert list(POLICY.clauses) == [str(number) for number in range(1, 24)]
    assert POLICY.contains("本意见自 2020 年 4 月 22 日起施行")


@pytest.mark.parametrize(
    "quote",
    [
        "给予 1:1 配套奖励",
        "给予1:1配套奖励",
        "每年举办技能大赛",
        "坚持“三紧三为主”和“11N11”架构体系",  # a page break stands between in the file
        "　给予\n1:1\t配套奖励",
    ],
)
def test_only_white_space_may_differ(quote):
    assert POLICY.contains(quote)


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "  ",
        "给予 1：1 配套奖励",
        "给予 1:1 配套奖励。给予",
        "给予 20 万元奖励，",
        "给予1:1配套 奖励金",
    ],
)
def test_anything_else_may_not(quote):
    assert not POLICY.contains(quote)


@pytest.mark.parametrize(
    ("number", "start", "end"),
    [
        ("1", "1.总体要求", "智力保证。"),
        ("18", "18.加强培养选拔", "相应层次人才待遇。"),
        ("19(7)", "（7）正高级", "每人每年2万元。"),
        ("19(8)", "（8）重点产业", "5000元的人才津贴。"),
    ],
)
def test_clauses(number, start, end):
    text = POLICY.clause(number)
    assert text.startswith(start)
    assert end in text[-60:]


@pytest.mark.parametrize("number", ["0", "24", "19(9)", "18(1)", "", "十八", "19（8）"])
def test_clauses_that_do_not_exist(number):
    assert POLICY.clause(number) is None


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("5 万元、2.5 万元、1 万元", {50_000, 25_000, 10_000}),
        ("5000 元、2000 元", {5000, 2000}),
        ("给予 1:1 配套", {1}),
        ("最高 100% 的奖励", {1}),
        ("按年薪的 30% 给予", {Fraction(3, 10)}),
        ("年薪 80 万元以上", {800_000}),
        ("最长为 3 年", {3}),
        ("投资 5 亿元（含）", {500_000_000}),
        ("省“151 人才”", {151}),
        ("比例 2：3", {Fraction(2, 3)}),
        ("1:0", set()),
        ("第一、二、三层次", set()),
        ("15 万人次", {150_000}),
    ],
)
def test_figures(quote, found):
    assert figures(quote) == found


def test_bare_removes_every_kind_of_white_space():
    assert bare(" 给　予\u00a01\n:\t1 ") == "给予1:1"


def test_a_missing_text_is_refused_by_name(tmp_path):
    with pytest.raises(LoadError) as refused:
        Policy.load(tmp_path / "nowhere.txt")
    assert str(tmp_path / "nowhere.txt") in str(refused.value)


def test_the_default_is_the_shipped_file():
    assert Policy.load(POLICY_FILE) == POLICY
