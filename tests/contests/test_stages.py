"""Contests of several stages: cuts, wild cards, carry-over, adjustments, readings, tracks."""

import pytest

from contests.marks import Mark, by_track
from contests.reasons import figure_or_none, stage_figures
from contests.scoring import compute
from contests.spec import load_spec
from core.errors import DomainError, LoadError

SHARED = {"by": "shared", "title": "并列"}
TO_TWO = {"op": "round", "places": 2}


def figure(key, *of, steps=()):
    return {"key": key, "title": key, "of": list(of), "steps": [*steps, TO_TWO]}


def two_stages(advance, *, ranking=None):
    """A heat and a final with one given value each; the total is their sum."""
    heat = {
        "key": "heat",
        "title": "初赛",
        "given": [{"key": "a", "title": "初赛分"}, {"key": "lot", "title": "签", "optional": True}],
        "figure": [figure("heat_score", "a")],
        "advance": advance,
    }
    final = {
        "key": "final",
        "title": "决赛",
        "given": [{"key": "b", "title": "决赛分"}],
        "figure": [
            figure("final_score", "b"),
            figure("total", "heat_score", "final_score", steps=[{"op": "sum", "over": "parts"}]),
        ],
    }
    ranking = ranking or {"tie": [SHARED]}
    return load_spec({"title": "t", "stage": [heat, final], "ranking": ranking}, "t")


def marks_of(**values):
    """甲="90 80": 90 in the heat, 80 in the final."""
    return [
        Mark(entry, "", key, "", text)
        for entry, texts in values.items()
        for key, text in zip("ab", texts.split(), strict=False)
    ]


def table(spec, marks):
    return [
        (row.entry, row.rank, figure_or_none(row.figures[row.result]), row.out_after)
        for row in compute(spec, marks)
    ]


def test_who_is_cut_stands_behind_the_final_with_the_result_of_the_heat():
    marks = marks_of(甲="90 60", 乙="80 95", 丙="70", 丁="60")
    assert table(two_stages({"top": 2}), marks) == [
        ("乙", 1, "175.00", ""),
        ("甲", 2, "150.00", ""),
        ("丙", 3, "70.00", "heat"),
        ("丁", 4, "60.00", "heat"),
    ]


def test_the_stages_that_were_never_reached_have_no_figure():
    spec = two_stages({"top": 1})
    rows = {row.entry: row for row in compute(spec, marks_of(甲="90 60", 乙="80"))}
    assert stage_figures(spec, rows["甲"].figures) == {"heat": "90.00", "final": "150.00"}
    assert stage_figures(spec, rows["乙"].figures) == {"heat": "80.00", "final": None}


TIED = {"甲": "90 60", "乙": "80 70", "丙": "80 75", "丁": "70"}


def test_both_go_on_who_tie_at_the_cut():
    assert [row[0] for row in table(two_stages({"top": 2}), marks_of(**TIED)) if not row[3]] == [
        "丙",
        "乙",
        "甲",
    ]


def test_nobody_goes_on_who_ties_at_the_cut_where_the_rule_says_so():
    marks = marks_of(甲="90 60", 乙="80", 丙="80", 丁="70")
    assert table(two_stages({"top": 2, "tied": "none"}), marks) == [
        ("甲", 1, "150.00", ""),
        ("丙", 2, "80.00", "heat"),
        ("乙", 2, "80.00", "heat"),
        ("丁", 4, "70.00", "heat"),
    ]


def test_a_draw_may_part_the_tied_at_the_cut():
    chain = [{"by": "draw", "given": "lot", "title": "抽签"}, SHARED]
    marks = marks_of(甲="90 60", 乙="80 70", 丙="80", 丁="70")
    marks += [Mark("乙", "", "lot", "", "1"), Mark("丙", "", "lot", "", "2")]
    assert table(two_stages({"top": 2, "tie": chain}), marks) == [
        ("乙", 1, "150.00", ""),
        ("甲", 1, "150.00", ""),
        ("丙", 3, "80.00", "heat"),
        ("丁", 4, "70.00", "heat"),
    ]


@pytest.mark.parametrize(
    ("advance", "through"),
    [
        ({"share": "0.5"}, "甲乙"),
        ({"share": "0.51"}, "甲乙丙"),
        ({"floor": "70"}, "甲乙丙"),
        ({"top": 4, "floor": "80"}, "甲乙"),
    ],
)
def test_share_and_floor(advance, through):
    finals = {"甲": "90 60", "乙": "80 60", "丙": "70 60", "丁": "60 60"}
    marks = marks_of(**{e: t if e in through else t.split()[0] for e, t in finals.items()})
    assert {row[0] for row in table(two_stages(advance), marks) if not row[3]} == set(through)


def test_a_wild_card_goes_on_and_a_withdrawn_one_does_not():
    marks = marks_of(甲="90", 乙="80 70", 丙="70", 丁="60 90")
    marks += [
        Mark("甲", "", "final", "", "out", "因病弃权"),
        Mark("丁", "", "final", "", "in", "承办县外卡"),
    ]
    assert table(two_stages({"top": 2}), marks) == [
        ("丁", 1, "150.00", ""),
        ("乙", 1, "150.00", ""),
        ("甲", 3, "90.00", "heat"),
        ("丙", 4, "70.00", "heat"),
    ]


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (
            [Mark("丙", "", "b", "", "50")],
            "丙 没有晋级，却有后面阶段的分数；递补的请注明 in 和原因",
        ),
        ([Mark("甲", "", "final", "", "in", "重复")], "甲：已经在“决赛”的名单里，不需要另外注明"),
        (
            [Mark("丙", "", "final", "", "out", "弃权")],
            "丙：本来就不在“决赛”的名单里，不需要另外注明",
        ),
        ([Mark("丙", "", "final", "", "in")], "丙：“final”要在 note 里写明原因"),
        (
            [Mark("丙", "", "final", "", "yes", "外卡")],
            "丙：“final”只能写 in（参加）或 out（不参加）",
        ),
    ],
)
def test_what_contradicts_the_cut_is_refused(extra, reason):
    marks = marks_of(甲="90 60", 乙="80 70", 丙="70")
    with pytest.raises(DomainError) as caught:
        compute(two_stages({"top": 2}), marks + extra)
    assert caught.value.message == reason


def test_an_incomplete_entry_does_not_go_on_and_is_told():
    spec = two_stages({"top": 2})
    rows = compute(spec, marks_of(甲="90 60", 乙="80 70"), ["丙"])
    assert [(row.entry, row.rank, row.problems) for row in rows] == [
        ("乙", 1, ()),
        ("甲", 1, ()),
        ("丙", None, ("“初赛分”没有录入",)),
    ]


def test_places_go_on_in_the_writing_of_the_contest():
    ranking = {"convention": "1-2-2-3", "tie": [SHARED]}
    marks = marks_of(甲="90 60", 乙="80 70", 丙="70", 丁="70", 戊="60")
    assert [row[:2] for row in table(two_stages({"top": 2}, ranking=ranking), marks)] == [
        ("乙", 1),
        ("甲", 1),
        ("丁", 2),
        ("丙", 2),
        ("戊", 3),
    ]


def test_prizes_count_everybody_who_entered():
    ranking = {
        "tie": [SHARED],
        "prize": [
            {"title": "一等奖", "share": "0.25"},
            {"title": "优秀奖", "count": 2, "floor": "75"},
        ],
    }
    marks = marks_of(甲="90 60", 乙="80", 丙="70", 丁="60")
    rows = compute(two_stages({"top": 1}, ranking=ranking), marks)
    assert {row.entry: row.prize for row in rows} == {
        "甲": "一等奖",
        "乙": "优秀奖",
        "丙": "",
        "丁": "",
    }


@pytest.mark.parametrize(
    ("advance", "reason"),
    [
        ({}, "top（前几名）、share（前百分之几）、floor（最低分）至少写一个"),
        ({"top": 2, "share": "0.5"}, "top 与 share 只写一个"),
        ({"share": "1.5"}, '应在 0 到 1 之间，如 "0.5"'),
    ],
)
def test_a_cut_that_cannot_be_is_refused(advance, reason):
    with pytest.raises(LoadError) as caught:
        two_stages(advance)
    assert caught.value.reason == reason


def with_penalty(cap="10"):
    stage = {
        "key": "final",
        "title": "决赛",
        "given": [
            {"key": "b", "title": "评委分"},
            {"key": "valid", "title": "有效", "default": "1"},
        ],
        "adjustment": [
            {"key": "violation", "title": "违规", "kind": "penalty", "most": "8", "cap": cap},
            {"key": "chief", "title": "裁判长加减", "kind": "either", "most": "0.1"},
        ],
        "figure": [
            figure("score", "b", steps=[{"op": "factor", "by": "valid"}]),
            figure("total", "score", "violation", "chief", steps=[{"op": "sum", "over": "parts"}]),
        ],
    }
    return load_spec({"title": "t", "stage": [stage], "ranking": {"tie": [SHARED]}}, "t")


def acts(*rows):
    return [Mark("甲", "", "b", "", "90"), *[Mark("甲", "", *row) for row in rows]]


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ([], "90.00"),
        ([("violation", "", "5", "夸大功效")], "85.00"),
        ([("violation", "", "5", "夸大功效"), ("violation", "", "5", "夸大功效")], "80.00"),
        ([("violation", "", "8", "一"), ("violation", "", "8", "二")], "80.00"),
        ([("chief", "裁判长", "-0.05", "超时")], "89.95"),
        ([("valid", "", "0")], "0.00"),
    ],
)
def test_adjustments_add_up_within_their_cap(rows, total):
    (row,) = compute(with_penalty(), acts(*rows))
    assert figure_or_none(row.figures["total"]) == total


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("violation", "", "9", "过重"), "“违规”每次应为 0 到 8 的数，不能是“9”"),
        (("violation", "", "-1", "负数"), "“违规”每次应为 0 到 8 的数，不能是“-1”"),
        (("violation", "", "5"), "“violation”要在 note 里写明原因"),
        (("chief", "裁判长", "0.2", "太多"), "“裁判长加减”每次应为 -0.1 到 0.1 的数，不能是“0.2”"),
    ],
)
def test_an_act_that_cannot_be_is_refused(row, reason):
    with pytest.raises(DomainError) as caught:
        compute(with_penalty(), acts(row))
    assert caught.value.message.endswith(reason)


def measured(**over):
    aspect = {
        "key": "gap",
        "title": "间隙（mm）",
        "type": "measure",
        "max": "10",
        "from": "-1",
        "to": "1",
        "step": "0.01",
        "bands": [
            {"from": "-1", "points": "0"},
            {"from": "-0.05", "points": "10"},
            {"from": "0.06", "points": "5"},
            {"from": "0.2", "points": "0"},
        ],
        **over,
    }
    stage = {
        "key": "final",
        "title": "决赛",
        "panel": {"min": 1},
        "criterion": [{"key": "c", "title": "尺寸", "points": "10", "aspect": [aspect]}],
        "figure": [figure("total", "c", steps=[{"op": "sum", "over": "judges"}])],
    }
    return load_spec({"title": "t", "stage": [stage], "ranking": {"tie": [SHARED]}}, "t")


@pytest.mark.parametrize(
    ("reading", "points"),
    [("-0.06", "0.00"), ("-0.05", "10.00"), ("0.05", "10.00"), ("0.06", "5.00"), ("0.2", "0.00")],
)
def test_a_reading_is_worth_what_its_band_says(reading, points):
    (row,) = compute(measured(), [Mark("甲", "", "gap", "J1", reading)])
    assert figure_or_none(row.figures["total"]) == points


@pytest.mark.parametrize(
    ("over", "key", "reason"),
    [
        ({"step": "0.3"}, "step", "读数应能从 from 整步走到 to，步长大于 0"),
        ({"from": "-2"}, "bands", "第一段应从最小读数 from 开始"),
        ({"max": "12"}, "bands", "各段分值在 0 到满分 max 之间，且有一段是满分"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(over, key, reason):
    with pytest.raises(LoadError) as caught:
        measured(**over)
    assert (caught.value.key.rsplit(".", 1)[-1], caught.value.reason) == (key, reason)


TRACKED = """entry,track,aspect,mark
甲,电工,a,90
甲,,b,60
乙,焊工,a,80
乙,焊工,b,70
"""


def test_each_track_is_computed_on_its_own():
    spec = two_stages({"top": 1})
    tracks = by_track(TRACKED, "m.csv", spec)
    assert {name: table(spec, marks) for name, marks in tracks.items()} == {
        "电工": [("甲", 1, "150.00", "")],
        "焊工": [("乙", 1, "150.00", "")],
    }


def test_an_entry_is_in_one_track():
    with pytest.raises(LoadError) as caught:
        by_track(TRACKED + "甲,焊工,lot,1\n", "m.csv", two_stages({"top": 1}))
    assert (caught.value.key, caught.value.reason) == ("第 6 行", "“甲”写在了两个赛道里")


def test_a_rule_that_ends_with_an_earlier_stage_ranks_its_field_and_tells_who_goes_on():
    spec = two_stages({"top": 2}).ending("heat")
    rows = compute(spec, marks_of(甲="90", 乙="80", 丙="80", 丁="60"))
    assert [(row.entry, row.rank, row.advances, row.result, row.prize) for row in rows] == [
        ("甲", 1, True, "heat_score", ""),
        ("丙", 2, True, "heat_score", ""),
        ("乙", 2, True, "heat_score", ""),
        ("丁", 4, False, "heat_score", ""),
    ]


def test_acts_against_the_cut_count_where_a_rule_ends_with_its_stage():
    acts = [Mark("丁", "", "final", "", "in", "外卡"), Mark("甲", "", "final", "", "out", "弃权")]
    marks = [*marks_of(甲="90", 乙="80", 丙="70", 丁="60"), *acts]
    rows = compute(two_stages({"top": 2}).ending("heat"), marks)
    assert {row.entry: row.advances for row in rows} == {
        "甲": False,
        "乙": True,
        "丙": False,
        "丁": True,
    }


def test_a_rule_that_ends_with_its_last_stage_is_the_whole_rule():
    spec = two_stages({"top": 2})
    assert spec.ending("final") == spec
    rows = compute(spec, marks_of(甲="90 60", 乙="80 95", 丙="70"))
    assert {row.advances for row in rows} == {None}
