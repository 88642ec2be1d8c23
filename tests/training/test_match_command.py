"""`flask mentorship match`: the shared cases, ties, caps, locks, overrides, refusals, exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from training.cli import mentorship

CASES = Path(__file__).parent / "cases" / "matching.toml"


def run(path, *options):
    return CliRunner().invoke(mentorship, ["match", str(path), *options])


@pytest.fixture
def solve(tmp_path):
    """Write an instance, run the command with --json; gives (exit status, instances)."""

    def _solve(text):
        path = tmp_path / "x.toml"
        path.write_text(text, "utf-8")
        result = run(path, "--json")
        found = json.loads(result.stdout)["instances"] if result.stdout else result.stderr
        return result.exit_code, found

    return _solve


def test_the_shared_cases():
    result = run(CASES, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "instances": [
            {
                "id": "A",
                "pairs": {
                    "City": ["Anderson", "Eastman"],
                    "General": ["Davis", "Ford"],
                    "Mercy": ["Chen"],
                },
                "unmatched": [],
                "blocking": [["Anderson", "City"], ["Chen", "City"], ["Davis", "City"]],
                "ok": True,
            },
            {
                "id": "C",
                "pairs": {"A": ["alpha"], "B": ["beta"], "C": ["gamma"]},
                "unmatched": [],
                "blocking": [],
                "ok": True,
            },
            {
                "id": "F",
                "pairs": {"C": ["A", "D"], "G": ["J"], "M": ["L", "S"]},
                "unmatched": [],
                "blocking": [],
                "ok": True,
            },
        ]
    }


def test_the_printed_reasons():
    printed = run(CASES).stdout
    assert (
        "  J：第 1 志愿师傅 C：名额 2 个已满，录取的最后一名 A 排第 2 位，J 排第 5 位。" in printed
    )
    assert "  D — C：徒弟志愿第 1 位（共 3 位）；师傅名单第 1 位（共 5 位）。" in printed
    assert "阻塞对：Anderson—City、Chen—City、Davis—City" in printed
    assert "人工调整：Ford → City；Anderson → （取消）" in printed


TIES = """
[[instance]]
id = "ties"
lottery = ["丙", "甲", "乙", "孙", "李"]
[instance.apprentices]
"甲" = [["李", "孙"]]
"乙" = ["李"]
"丙" = ["李"]
[instance.masters]
"李" = [["甲", "乙", "丙"]]
"孙" = ["甲"]
[instance.answer]
"李" = ["丙"]
"孙" = ["甲"]
"""


def test_a_tie_is_broken_by_lottery(solve):
    assert solve(TIES) == (
        0,
        [
            {
                "id": "ties",
                "pairs": {"孙": ["甲"], "李": ["丙"]},
                "unmatched": ["乙"],
                "blocking": [],
                "ok": True,
            }
        ],
    )
    status, found = solve(TIES.replace('["丙", "甲", "乙", "孙"', '["乙", "甲", "丙", "孙"'))
    assert (status, found[0]["pairs"], found[0]["ok"]) == (1, {"孙": ["甲"], "李": ["乙"]}, False)


# Abraham, Irving and Manlove (2007), figure 1: seven students, eight projects, three lecturers.
PROJECTS = """
[[instance]]
id = "projects"
capacity = { p1 = 2, p2 = 1, p3 = 1, p4 = 1, p5 = 1, p6 = 1, p7 = 1, p8 = 1 }
[instance.apprentices]
s1 = ["p1", "p7"]
s2 = ["p1", "p2", "p3", "p4", "p5", "p6"]
s3 = ["p2", "p1", "p4"]
s4 = ["p2"]
s5 = ["p1", "p2", "p3", "p4"]
s6 = ["p2", "p3", "p4", "p5", "p6"]
s7 = ["p5", "p3", "p8"]
[instance.masters]
p1 = ["s1", "s3", "s2", "s5"]
p2 = ["s4", "s3", "s2", "s5", "s6"]
p3 = ["s7", "s2", "s5", "s6"]
p4 = ["s3", "s2", "s6", "s5"]
p5 = ["s2", "s6", "s7"]
p6 = ["s2", "s6"]
p7 = ["s1"]
p8 = ["s7"]
[instance.employers]
L1 = { masters = ["p1", "p2", "p3"], cap = 3, ranks = ["s7", "s4", "s1", "s3", "s2", "s5", "s6"] }
L2 = { masters = ["p4", "p5", "p6"], cap = 2, ranks = ["s3", "s2", "s6", "s7", "s5"] }
L3 = { masters = ["p7", "p8"], cap = 2, ranks = ["s1", "s7"] }
"""


def test_employers_cap_several_masters(solve):
    status, found = solve(PROJECTS)
    assert status == 0
    assert found[0]["pairs"] == {
        "p1": ["s1"],
        "p2": ["s4"],
        "p3": ["s7"],
        "p4": ["s3"],
        "p5": ["s2"],
    }
    assert found[0]["unmatched"] == ["s5", "s6"]
    assert found[0]["blocking"] == []


LOCKED = """
[[instance]]
id = "locked"
locked = [["乙", "李"]]
capacity = { "李" = 2 }
[instance.apprentices]
"甲" = ["李"]
"乙" = ["孙"]
"丙" = ["李", "孙"]
[instance.masters]
"李" = ["甲", "丙"]
"孙" = ["乙", "丙"]
"""


def test_a_locked_pair_stands_and_uses_a_place(solve):
    status, found = solve(LOCKED)
    assert status == 0
    assert found[0]["pairs"] == {"孙": ["丙"], "李": ["乙", "甲"]}
    assert found[0]["blocking"] == []


def test_only_the_masters_answer_makes_the_masters_propose(solve):
    text = CASES.read_text("utf-8")
    start = text.index('[[instance]]\nid = "C"')
    gale = text[start : text.index('[[instance]]\nid = "F"')]
    masters_only = (
        gale[: gale.index("[instance.answer]")] + gale[gale.index("[instance.answer_m") :]
    )
    status, found = solve(masters_only)
    assert (status, found[0]["pairs"]) == (0, {"A": ["beta"], "B": ["gamma"], "C": ["alpha"]})
    status, found = solve(
        gale.replace('A = ["beta"]\nB = ["gamma"]', 'A = ["gamma"]\nB = ["beta"]')
    )
    assert (status, found[0]["ok"]) == (1, False)


def test_an_override_that_differs_from_the_expected_pairs(solve):
    text = CASES.read_text("utf-8").replace('["Davis", "City"]]', '["Ford", "City"]]')
    status, found = solve(text)
    assert (status, [f["ok"] for f in found]) == (1, [False, True, True])


def test_an_employer_that_contradicts_its_masters_is_reported_and_not_hidden(solve):
    text = """
[[instance]]
id = "none"
[instance.apprentices]
p = ["m1"]
q = ["m1"]
x = ["m2"]
[instance.masters]
m1 = ["p", "q"]
m2 = ["x"]
[instance.employers]
E = { masters = ["m1", "m2"], cap = 1, ranks = ["q", "x", "p"] }
"""
    status, found = solve(text)
    assert (status, found[0]["ok"], len(found[0]["blocking"])) == (1, False, 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "locked"', 'id = "locked"\ncolour = 1', "instance[locked].colour：不认识的键"),
        ('id = "locked"', 'id = ""', "instance[1].id：应为不空的文字"),
        ('"李" = 2', '"李" = 2.0', "instance[locked].capacity.李：不可写小数"),
        ('"李" = 2', '"周" = 2', "instance[locked].capacity.周：没有这位师傅"),
        ('"李" = 2', '"李" = 0', "instance[locked].locked：师傅 李 锁定 1 人，超过名额"),
        ('[["乙", "李"]]', '[["乙"]]', "instance[locked].locked：应为 [徒弟, 师傅] 的列表"),
        ('[["乙", "李"]]', '[["乙", "周"]]', "instance[locked].locked：没有这位徒弟或师傅：乙、周"),
        (
            '[["乙", "李"]]',
            '[["乙", "李"], ["乙", "孙"]]',
            "instance[locked].locked：重复：乙",
        ),
        ('"甲" = ["李"]', '"甲" = ["李", "李"]', "instance[locked].apprentices.甲：重复：李"),
        ('"甲" = ["李"]', '"甲" = 3', "instance[locked].apprentices.甲：应为名字的列表"),
        ('"甲" = ["李"]', '"甲" = [["李", "孙"]]', "并列的名字不在抽签结果 lottery 中：李、孙"),
        (
            "[instance.masters]",
            "[instance.mastres]",
            "instance[locked].masters：缺少这个键，请补上（写着“mastres”",
        ),
        ("[[instance]]", "[[instances]]", "instance：应为一张或多张表"),
        ("[[instance]]", "[[instance]", "第 2 行第 11 列：不是正确的 TOML"),
    ],
)
def test_refused_files(tmp_path, old, new, said):
    assert old in LOCKED
    path = tmp_path / "x.toml"
    path.write_text(LOCKED.replace(old, new, 1), "utf-8")
    result = run(path)
    assert result.exit_code == 2
    assert "x.toml：" in result.stderr
    assert said in result.stderr


OVERRIDE = LOCKED + '[instance.override]\nmove = { "甲" = "" }\n'
EMPLOYER = LOCKED + '[instance.employers]\nE = { masters = ["李"], cap = 1, ranks = ["甲"] }\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OVERRIDE.replace('甲" = ""', '乙" = ""'), "乙：已与师傅 李 锁定，不能移动"),
        (OVERRIDE.replace('甲" = ""', '甲" = "周"'), "甲：没有这位师傅：周"),
        (OVERRIDE.replace('甲" = ""', '甲" = []'), "甲：没有这位师傅：[]"),
        (OVERRIDE.replace('甲" = ""', '周" = ""'), "周：没有这位徒弟"),
        (EMPLOYER.replace('["李"], cap', '["周"], cap'), "E.masters：没有这位师傅：周"),
        (EMPLOYER.replace(', ranks = ["甲"]', ""), "E.ranks：缺少这个键"),
        (EMPLOYER.replace("cap = 1", "cap = 0"), "locked：E 锁定 1 人，超过名额 0"),
        (
            EMPLOYER + 'F = { masters = ["李"], cap = 1, ranks = ["甲"] }',
            "F.masters：师傅 李 已属于 E，只能属于一家",
        ),
        (LOCKED + LOCKED, "instance[locked].id：编号重复：locked"),
        ("", "instance：缺少这个键"),
    ],
)
def test_refused_parts(tmp_path, text, said):
    path = tmp_path / "x.toml"
    path.write_text(text, "utf-8")
    result = run(path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_move_that_takes_out(solve):
    status, found = solve(OVERRIDE)
    assert (status, found[0]["blocking"]) == (0, [["丙", "李"], ["甲", "李"]])


def test_a_locked_apprentice_may_have_no_list_of_the_own(solve):
    status, found = solve(LOCKED.replace('"乙" = ["孙"]\n', ""))
    assert (status, found[0]["pairs"]) == (0, {"孙": ["丙"], "李": ["乙", "甲"]})


def test_too_many_places_by_hand_are_named(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(OVERRIDE.replace('甲" = ""', '丙" = "李"'), "utf-8")
    result = run(path)
    assert result.exit_code == 0
    assert "超出名额：李\n" in result.stdout


def test_a_file_that_is_not_there(tmp_path):
    result = run(tmp_path / "none.toml", "--json")
    assert result.exit_code == 2
    assert "none.toml：文件：找不到或打不开" in result.stderr
