"""The strict reader of data files: what each question takes, and what is refused where and why."""

from contextlib import suppress
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import toml_tables
from core.errors import LoadError
from core.toml_tables import Table

GOOD = """
key = "quzhou_cup"
title = "衢时代杯"
family = "startup"
blind = true
places = 3
weights = [2, 1, 0]
step = "0.5"
most = 10
rate = "30/100"
day = 2026-04-22
documents = ["身份证", "营业执照"]
[shares]
idea = "0.4"
craft = "0.6"
[panel]
min = 5
[[rule]]
id = "18.star"
[[rule]]
name = "no id"
"""

READERS = [
    (lambda t: t.name(), "quzhou_cup"),
    (lambda t: t.text("title"), "衢时代杯"),
    (lambda t: t.text("hint", ""), ""),
    (lambda t: t.choice("family", ("skill", "startup")), "startup"),
    (lambda t: t.choice("best", ("high", "low"), "high"), "high"),
    (lambda t: t.flag("blind"), True),
    (lambda t: t.flag("open"), False),
    (lambda t: t.flag("open", True), True),
    (lambda t: t.whole("places", least=3), 3),
    (lambda t: t.whole("rooms", 1), 1),
    (lambda t: t.wholes("weights"), (2, 1, 0)),
    (lambda t: t.number("step"), Fraction(1, 2)),
    (lambda t: t.number("most"), Fraction(10)),
    (lambda t: t.number("least", "0"), Fraction(0)),
    (lambda t: t.numbers("shares"), {"idea": Fraction(2, 5), "craft": Fraction(3, 5)}),
    (lambda t: t.ratio("rate"), Fraction(3, 10)),
    (lambda t: t.day("day"), date(2026, 4, 22)),
    (lambda t: t.texts("documents"), ("身份证", "营业执照")),
    (lambda t: t.texts("needs", ()), ()),
    (lambda t: t.table("panel").whole("min"), 5),
    (lambda t: list(t.table("items", required=False)), []),
    (lambda t: [rule.path for rule in t.tables("rule")], ["rule[18.star]", "rule[2]"]),
    (lambda t: t.tables("field", required=False), []),
    (lambda t: t.optional(Table.day, "until"), None),
    (lambda t: t.optional(Table.day, "day"), date(2026, 4, 22)),
    (lambda t: t.value("weights"), [2, 1, 0]),
    (lambda t: list(t)[:3], ["key", "title", "family"]),
    (lambda t: ("day" in t, "until" in t), (True, False)),
]


@pytest.mark.parametrize(("ask", "answer"), READERS)
def test_takes(ask, answer):
    assert ask(toml_tables.parse(GOOD, source="a.toml")) == answer


WHOLE = "应为不小于 0 的整数，最多 15 位"
NUMBER = '应为整数或带引号的小数，如 "0.8"'
DAY = "应为日期，写作 2020-04-22，不加引号、不带时间"
FLOAT = '不可写小数（浮点数）：金额写整数元，分数写 "0.8"，比例写 "30/100"'
NAME = "应为小写字母开头，只含小写字母、数字和下划线，最长 40 位"
TEXT, TEXTS = "应为不空的文字（加引号）", "应为文字的列表，每项不空"
RATIO, TABLES = '比例应写成“分子/分母”的文字，如 "30/100"', "应为一张或多张表，每张以 [[...]] 开头"
REFUSED = [
    ("", lambda t: t.text("x"), "x", "缺少这个键，请补上"),
    ("tilte = 1", lambda t: t.text("title"), "title", "缺少这个键，请补上（写着“tilte”，是不是写错了？）"),
    ("x = ' '", lambda t: t.text("x"), "x", TEXT),
    ("x = 1", lambda t: t.text("x", ""), "x", TEXT),
    ("x = 'b'", lambda t: t.choice("x", ("a", "c")), "x", "没有“b”；可以写：a、c"),
    ("x = 'b'", lambda t: t.choice("x", ()), "x", "没有“b”；可以写：（无）"),
    ("x = 'A'", lambda t: t.name("x"), "x", NAME),
    (f"x = '{'a' * 41}'", lambda t: t.name("x"), "x", NAME),
    ("x = 1", lambda t: t.flag("x"), "x", "应为 true 或 false"),
    ("x = true", lambda t: t.whole("x"), "x", WHOLE),
    ("x = '1'", lambda t: t.whole("x"), "x", WHOLE),
    ("x = -1", lambda t: t.whole("x"), "x", WHOLE),
    ("x = 1000000000000000", lambda t: t.whole("x"), "x", WHOLE),
    ("x = [1, -1]", lambda t: t.wholes("x"), "x", WHOLE),
    ("x = 1", lambda t: t.wholes("x"), "x", "应为列表，写在 [ ] 中"),
    ("x = true", lambda t: t.number("x"), "x", NUMBER),
    ("x = '1e3'", lambda t: t.number("x"), "x", NUMBER),
    ("x = '1/2'", lambda t: t.number("x"), "x", NUMBER),
    ("x = '１'", lambda t: t.number("x"), "x", NUMBER),
    (f"x = 0x{'f' * 5000}", lambda t: t.number("x"), "x", NUMBER),
    ("x = '30%'", lambda t: t.ratio("x"), "x", RATIO),
    ("x = '1/0'", lambda t: t.ratio("x"), "x", RATIO),
    ("x = '2020-01-01'", lambda t: t.day("x"), "x", DAY),
    ("x = 2020-01-01T00:00:00", lambda t: t.day("x"), "x", DAY),
    ("x = ['a', '']", lambda t: t.texts("x"), "x", TEXTS),
    ("x = ['a', 1]", lambda t: t.texts("x"), "x", TEXTS),
    ("x = ['b', 'a', 'b']", lambda t: t.texts("x"), "x", "重复：b"),
    ("x = 1", lambda t: t.table("x"), "x", "应为一张表（[...] 或 { ... }）"),
    ("x = {}", lambda t: t.tables("x"), "x", TABLES),
    ("x = []", lambda t: t.tables("x"), "x", TABLES),
    ("x = [{}, 1]", lambda t: t.tables("x"), "x[2]", "应为一张表（[...] 或 { ... }）"),
    ("x.y.z = 1", lambda t: t.table("x").table("y").text("z"), "x.y.z", TEXT),
    ("[[x]]\nid = ''", lambda t: t.tables("x")[0].text("id"), "x[1].id", TEXT),
    # floats, whoever asks
    ("x = 1.5", lambda t: None, "x", FLOAT),
    ("x.y = [1, nan]", lambda t: None, "x.y[2]", FLOAT),
    ("[[x]]\nid = 'r'\nz = [{ a = 0.1 }]", lambda t: None, "x[r].z[1].a", FLOAT),
    # not TOML, or not text
    ("a = 1\nb = ", lambda t: None, "第 2 行第 5 列", "不是正确的 TOML"),
    ("a = 1\na = 2\n", lambda t: None, "第 2 行第 6 列", "不是正确的 TOML"),
    ("a = '", lambda t: None, "第 1 行第 6 列", "不是正确的 TOML"),
    ("a = [\n", lambda t: None, "第 2 行第 1 列", "不是正确的 TOML"),
    ("名 = 1", lambda t: None, "第 1 行第 1 列", "不是正确的 TOML"),
    ("a = 2021-02-30", lambda t: None, "第 1 行第 5 列", "不是正确的 TOML"),
    (f"a = {'1' * 5000}", lambda t: None, "文件", "不是正确的 TOML"),
    (f"a = {'[' * 5000}", lambda t: None, "文件", "嵌套太深，请减少括号或键的层数"),
    (f"{'a.' * 1500}a = 1", lambda t: None, "文件", "嵌套太深，请减少括号或键的层数"),
    (b"a = '\xff'", lambda t: None, "文件", "不是 UTF-8 编码的文字，请另存为 UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ask", "key", "reason"), REFUSED)
def test_refuses_with_file_key_and_reason(text, ask, key, reason):
    with pytest.raises(LoadError) as caught:
        ask(toml_tables.parse(text, source="a.toml"))
    assert (caught.value.source, caught.value.key) == ("a.toml", key)
    assert caught.value.reason.split("，请核对引号")[0] == reason


LEFT = [
    ("colour = 1", "colour"),
    ("[panel]\nmin = 1\ncolour = 1", "panel.colour"),
    ("[[rule]]\nid = 'a'\n[[rule]]\nid = 'b'\ncolour = 1", "rule[b].colour"),
]


@pytest.mark.parametrize(("text", "key"), LEFT)
def test_done_refuses_what_nobody_asked_for(text, key):
    top = toml_tables.parse(text, source="a.toml")
    top.table("panel", required=False).optional(Table.whole, "min")
    for rule in top.tables("rule", required=False):
        rule.text("id")
    with pytest.raises(LoadError, match="不认识的键") as caught:
        top.done()
    assert caught.value.key == key


def test_done_says_what_may_be_written_present_or_not():
    top = toml_tables.parse("a = 1\nd = 1", source="a.toml")
    top.whole("a")
    top.optional(Table.day, "b")
    top.text("c", "")
    with pytest.raises(LoadError) as caught:
        top.done()
    assert caught.value.reason == "不认识的键，请删去或改正；这里可以写：a、b、c"


def test_a_table_asked_for_twice_is_the_same():
    top = toml_tables.parse("[a]\nx = 1\ny = 2\n[[b]]\nx = 1", source="a.toml")
    top.table("a").whole("x")
    top.table("a").whole("y")
    top.tables("b")
    top.tables("b")[0].whole("x")
    top.done()
    assert top.table("a") is top.table("a")


def test_a_byte_order_mark_is_no_fault():
    assert toml_tables.parse("\ufeffa = 1".encode(), source="a.toml").whole("a") == 1


def test_a_stored_mapping_is_read_like_a_file():
    assert toml_tables.of({"a": {"b": "x"}}, source="s").table("a").text("b") == "x"
    for data, key in (({"a": [1.5]}, "a[1]"), ([], "文件")):
        with pytest.raises(LoadError) as caught:
            toml_tables.of(data, source="s")
        assert (caught.value.source, caught.value.key) == ("s", key)


def test_a_file_is_named_by_its_path_or_as_told(tmp_path):
    path = tmp_path / "a.toml"
    with pytest.raises(LoadError, match="找不到或打不开") as caught:
        toml_tables.read(path)
    assert caught.value.source == str(path)
    path.write_text("a = 1", encoding="utf-8")
    assert toml_tables.read(path).source == str(path)
    assert toml_tables.read(path, source="a.toml").source == "a.toml"


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_whatever_the_text_nothing_but_a_load_error_comes_out(data):
    with suppress(LoadError):
        top = toml_tables.parse(data, source="a.toml")
        assert list(top) == list(top.data)
