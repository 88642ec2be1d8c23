"""Marks to figures: the golden cases, absences, holes, reasons, and the invariants of any panel."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.catalogue import load_presets
from contests.marks import Mark, input_digest
from contests.reasons import explain, figure_or_none, stage_figures
from contests.scoring import ENGINE_VERSION, compute
from contests.spec import load_spec
from core.errors import DomainError
from core.exact import decimal_text, figure_text, plain_text, rounded

FOLDER = Path(__file__).parent / "cases"
CASES = tomllib.loads((FOLDER / "scoring.toml").read_text("utf-8"))
SKATING = load_spec((FOLDER / "skating.toml").read_text("utf-8"), "skating.toml")
DIVING = load_spec((FOLDER / "diving.toml").read_text("utf-8"), "diving.toml")
COMPONENTS = ["skills", "transitions", "performance", "composition", "interpretation"]

TRIMMED = [
    {"op": "sum", "over": "aspects"},
    {"op": "drop", "over": "judges", "high": 1, "low": 1},
    {"op": "mean", "over": "judges"},
    {"op": "round", "places": 2},
]
SHARED = [{"by": "shared", "title": "并列"}]


def make_spec(steps, aspects=("work",), panel=(3, 9), **criterion):
    """A one-stage SPEC: aspects of 0..10 on 0.25, one figure with these steps."""
    marks = [{"key": key, "title": key, "max": "10", "step": "0.25"} for key in aspects]
    stage = {
        "key": "final",
        "title": "决赛",
        "panel": {"min": panel[0], "max": panel[1]},
        "criterion": [{"key": "sheet", "title": "评分表", "aspect": marks, **criterion}],
        "figure": [{"key": "score", "title": "得分", "of": ["sheet"], "steps": list(steps)}],
    }
    return load_spec({"title": "t", "stage": [stage], "ranking": {"tie": SHARED}}, "t")


def marks_of(texts, entry="甲", aspect="work", item=""):
    return [Mark(entry, item, aspect, f"J{n}", text) for n, text in enumerate(texts, 1)]


def only(spec, marks, key="score"):
    """The text of one figure of the only entry."""
    (row,) = compute(spec, marks)
    return figure_or_none(row.figures[key])


@pytest.mark.parametrize("case", CASES["panel"][0]["cases"], ids=lambda case: case["official"])
def test_panel_with_an_absent_judge(case):
    assert only(make_spec(TRIMMED), marks_of(case["marks"])) == case["official"]


def skating_marks(case):
    rows = case.get("marks") or [[panel] * 9 for panel in case["panels"]]
    marks = [
        m for key, row in zip(COMPONENTS, rows, strict=True) for m in marks_of(row, aspect=key)
    ]
    given = {"factor": case["factor"], "elements": case.get("elements", "0"), "deductions": "0"}
    return marks + [Mark("甲", "", key, "", value) for key, value in given.items()]


@pytest.mark.parametrize(
    "case", [c for c in CASES["stage"][0]["cases"] if "marks" in c], ids=lambda case: case["name"]
)
def test_skating_segment(case):
    (row,) = compute(SKATING, skating_marks(case))
    assert figure_or_none(row.figures["components"]) == case["components"]
    assert stage_figures(SKATING, row.figures) == {"program": case["total"]}
    assert (
        "wrong_if_summed_first" not in case or case["wrong_if_summed_first"] != case["components"]
    )


def test_skating_components_from_panel_scores():
    case = CASES["stage"][0]["cases"][0]
    parts = [{"key": key, "title": key} for key in COMPONENTS]
    stage = {
        "key": "short",
        "title": "短节目",
        "given": parts,
        "figure": [
            {
                "key": "components",
                "title": "内容分",
                "of": COMPONENTS,
                "steps": [
                    {"op": "factor", "value": case["factor"]},
                    {"op": "round", "places": 2},
                    {"op": "sum", "over": "parts"},
                    {"op": "round", "places": 2},
                ],
            }
        ],
    }
    spec = load_spec({"title": "t", "stage": [stage], "ranking": {"tie": SHARED}}, "t")
    marks = [Mark("甲", "", k, "", v) for k, v in zip(COMPONENTS, case["panels"], strict=True)]
    assert only(spec, marks, "components") == case["components"]


def diving_marks(case):
    for n, dive in enumerate(case["dives"], 1):
        yield from marks_of(dive["marks"], aspect="execution", item=str(n))
        yield Mark("甲", str(n), "difficulty", "", dive["difficulty"])


def test_diving():
    case = CASES["stage"][1]["cases"][0]
    (row,) = compute(DIVING, diving_marks(case))
    dives = row.figures["total"].of[0].of
    assert [figure_or_none(dive) for dive in dives] == [dive["points"] for dive in case["dives"]]
    assert figure_or_none(row.figures["total"]) == case["total"]


def test_a_missing_dive_is_no_zero():
    case = CASES["stage"][1]["cases"][0]
    (row,) = compute(DIVING, [m for m in diving_marks(case) if m.item != "6"])
    assert (row.total, row.rank) == (None, None)
    assert row.problems == ("“总分”有 5 个动作或轮次，应为 6 个",)


def two_stage_dives():
    """Two stages of dives whose items have the same names; the final carries 30 % of the heat."""

    def stage(key, figure_steps, of, items):
        sums = [{"op": "mean", "over": "judges"}, {"op": "sum", "over": "items"}]
        aspect = {"key": f"{key}_mark", "title": key, "max": "10", "step": "0.5"}
        return {
            "key": key,
            "title": key,
            "panel": {"min": 1, "max": 1},
            "items": {"min": items, "max": items},
            "criterion": [{"key": f"{key}_dive", "title": key, "per": "item", "aspect": [aspect]}],
            "figure": [
                {"key": f"{key}_sum", "title": key, "of": [f"{key}_dive"], "steps": sums},
                {"key": f"{key}_score", "title": key, "of": of, "steps": figure_steps},
            ],
        }

    carry = {"heat_score": "0.3", "final_sum": "0.7"}
    heat = stage("heat", [{"op": "factor", "value": "1.1"}], ["heat_sum"], 1)
    steps = [
        {"op": "weighted_sum", "over": "parts", "weights": carry},
        {"op": "round", "places": 1},
    ]
    final = stage("final", steps, ["heat_score", "final_sum"], 2)
    return load_spec({"title": "t", "stage": [heat, final], "ranking": {"tie": SHARED}}, "t")


def test_a_later_stage_carries_an_earlier_figure():
    marks = [
        Mark("甲", "1", "heat_mark", "J", "7.5"),
        Mark("甲", "1", "final_mark", "J", "8"),
        Mark("甲", "2", "final_mark", "J", "9"),
    ]
    spec = two_stage_dives()
    (row,) = compute(spec, marks)
    # 0.3 x 7.5 x 1.1 + 0.7 x 17 = 14.375
    assert stage_figures(spec, row.figures) == {"heat": "33/4", "final": "14.4"}


def judged_spec():
    level = {"type": "level", "max": "2.00", "levels": ["差", "可", "良", "优"]}
    steps = [{"op": "judgement", "over": "judges", "spread": 1}, {"op": "round", "places": 2}]
    spec = {
        "title": "t",
        "stage": [
            {
                "key": "final",
                "title": "决赛",
                "panel": {"min": 3, "max": 3},
                "criterion": [
                    {
                        "key": "c",
                        "title": "c",
                        "aspect": [{"key": "work", "title": "工艺", **level}],
                    }
                ],
                "figure": [{"key": "score", "title": "得分", "of": ["c"], "steps": steps}],
            }
        ],
        "ranking": {"tie": SHARED},
    }
    return load_spec(spec, "t")


@pytest.mark.parametrize("case", CASES["judgement"][0]["cases"], ids=lambda case: case["mark"])
def test_judgement(case):
    (row,) = compute(judged_spec(), marks_of([str(level) for level in case["marks"]]))
    expected = None if case["mark"] == "re-mark" else case["mark"]
    assert figure_or_none(row.figures["score"]) == expected
    told = () if expected else ("“工艺”评委等级相差超过 1，须合议后重评",)
    assert row.problems == told


MEAN = {"op": "mean", "over": "judges"}
SUM = {"op": "sum", "over": "judges"}
STEPS = [
    ([{"op": "median", "over": "judges"}, {"op": "round", "places": 2}], ["1", "9", "2"], "2.00"),
    ([{"op": "median", "over": "judges"}, {"op": "round", "places": 2}], ["1", "9", "2", "4"], "3.00"),
    ([MEAN, {"op": "round", "places": 0}], ["1", "2", "3", "4"], "3"),
    ([MEAN, {"op": "round", "places": 0, "mode": "down"}], ["1", "2", "3", "4"], "2"),
    ([MEAN, {"op": "factor", "value": "1.5"}, {"op": "round", "places": 3}], ["1", "1", "2"], "2.000"),
    ([SUM, {"op": "round", "places": 1}], ["0", "0", "0"], "0.0"),
    ([{"op": "drop", "over": "judges", "high": 2}, SUM, {"op": "round", "places": 2}], ["1", "9", "9"], "1.00"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "marks", "expected"), STEPS)
def test_operators(steps, marks, expected):
    assert only(make_spec(steps), marks_of(marks)) == expected


def test_weighted_sum_and_an_unrounded_earlier_figure():
    weights = {"theory": "0.2", "practice": "0.8"}
    spec = load_spec(
        {
            "title": "t",
            "stage": [
                {
                    "key": "final",
                    "title": "决赛",
                    "panel": {"min": 3, "max": 3},
                    "given": [{"key": "theory", "title": "理论"}],
                    "criterion": [
                        {"key": "c", "title": "c", "aspect": [{"key": "work", "title": "w", "max": "10", "step": "1"}]}
                    ],
                    "figure": [
                        {"key": "practice", "title": "实操", "of": ["c"], "steps": [{"op": "mean", "over": "judges"}]},
                        {
                            "key": "score",
                            "title": "总分",
                            "of": ["theory", "practice"],
                            "steps": [
                                {"op": "weighted_sum", "over": "parts", "weights": weights},
                                {"op": "round", "places": 3},
                            ],
                        },
                    ],
                }
            ],
            "ranking": {"tie": SHARED},
        },
        "t",
    )  # fmt: skip
    (row,) = compute(spec, [*marks_of(["7", "7", "8"]), Mark("甲", "", "theory", "", "9.5")])
    assert figure_or_none(row.figures["practice"]) == "22/3"
    assert figure_or_none(row.figures["score"]) == "7.767"
    (row,) = compute(spec, marks_of(["7", "7", "8"]))
    assert (row.total, row.problems) == (None, ("“理论”没有录入",))


LACKING = [
    (["8", "8", ""], 3, "“work”有 2 名评委打分，应为 3 至 9 名"),
    (["8", "8", "8", "missing"], 3, "J4：“work”缺分"),
    (["8"] * 10, 3, "“work”有 10 名评委打分，应为 3 至 9 名"),
]


@pytest.mark.parametrize(("marks", "least", "problem"), LACKING)
def test_an_incomplete_entry_is_reported_and_not_scored(marks, least, problem):
    (row,) = compute(make_spec(TRIMMED, panel=(least, 9)), marks_of(marks))
    assert (row.total, row.rank, row.problems) == (None, None, (problem,))


@pytest.mark.parametrize("code", ["", "recused", "no_show", "technical"])
def test_an_excused_absence_is_left_out_and_never_zero(code):
    assert only(make_spec(TRIMMED), marks_of(["8", "7", "9", "8", code])) == "8.00"


def test_an_absent_judge_breaks_a_sum_over_judges():
    spec = make_spec([{"op": "sum", "over": "judges"}, {"op": "round", "places": 2}])
    (row,) = compute(spec, marks_of(["8", "7", "9", "recused"]))
    assert (row.total, row.problems) == (None, ("“work”有缺席，不能直接相加",))


def test_half_a_sheet_is_not_added_up():
    spec = make_spec(TRIMMED, aspects=("a", "b"))
    full = marks_of(["8", "7", "9", "8"], aspect="a") + marks_of(["8", "7", "9"], aspect="b")
    (row,) = compute(spec, full)
    assert (row.total, row.problems) == (None, ("J4：“b”缺分",))
    (row,) = compute(spec, [*full, Mark("甲", "", "b", "J4", "technical")])
    assert (row.total, row.problems) == (None, ("J4：只打了部分评分点，请补齐或全部记为缺席",))


def test_a_wholly_recused_judge_of_several_aspects_is_left_out():
    spec = make_spec(TRIMMED, aspects=("a", "b"))
    marks = [m for key in ("a", "b") for m in marks_of(["4", "3", "5", "recused"], aspect=key)]
    assert only(spec, marks) == "8.00"


def test_an_entry_without_any_mark_is_listed():
    rows = compute(make_spec(TRIMMED), marks_of(["8", "7", "9"]), entries=["甲", "乙"])
    assert [(row.entry, row.rank) for row in rows] == [("甲", 1), ("乙", None)]
    assert rows[1].problems == ("“work”有 0 名评委打分，应为 3 至 9 名",)


FAULTS = [
    (Mark("甲", "", "work", "J1", "10.25"), "甲 J1：“work”的分数 10.25 超出范围，应为 0 到 10"),
    (Mark("甲", "", "work", "J1", "-0.25"), "甲 J1：“work”的分数 -0.25 超出范围，应为 0 到 10"),
    (Mark("甲", "", "work", "J1", "7.1"), "甲 J1：“work”的分数 7.1 不合步长，应为 0.25 的整数步"),
    (Mark("甲", "", "work", "J1", "1e1"), "甲 J1：“work”的分数“1e1”不是数字，缺席请留空或写代码"),
    (
        Mark("甲", "", "play", "J1", "7"),
        "甲 J1：“play”不是本方案的评分点、给定值、加减分项或后续阶段",
    ),
    (Mark("甲", "", "work", "", "7"), "甲：缺少评委（judge）"),
    (Mark("甲", "2", "work", "J1", "7"), "甲 2 J1：“work”不分动作或轮次，item 应留空"),
]


@pytest.mark.parametrize(("mark", "sentence"), FAULTS)
def test_a_mark_that_cannot_be_is_refused(mark, sentence):
    with pytest.raises(DomainError) as caught:
        compute(make_spec(TRIMMED), [mark])
    assert caught.value.message == sentence


def test_a_mark_given_twice_is_refused():
    with pytest.raises(DomainError, match="有两个分数"):
        compute(make_spec(TRIMMED), marks_of(["7"]) * 2)


@pytest.mark.parametrize(
    ("value", "places", "mode", "expected"),
    [
        ("7.125", 2, "half_up", "7.13"),
        ("-7.125", 2, "half_up", "-7.13"),
        ("7.129", 2, "down", "7.12"),
        ("-7.129", 2, "down", "-7.12"),
        ("0.5", 0, "half_up", "1"),
        ("-0.004", 2, "half_up", "0.00"),
    ],
)
def test_rounding(value, places, mode, expected):
    assert figure_text(rounded(Fraction(value), places, mode), places) == expected


def test_texts_of_figures():
    assert figure_text(Fraction(57, 8), None) == "57/8"
    assert [decimal_text(Fraction(t)) for t in ("7.25", "8.00", "10", "-0.5")] == [
        "7.25",
        "8",
        "10",
        "-0.5",
    ]


def test_the_reason_goes_down_to_the_last_mark():
    spec = make_spec(TRIMMED)
    (row,) = compute(spec, marks_of(["7", "8", "9", "recused"]))
    mean = explain(spec, row.figures["score"])
    assert mean["value"] == "8.00"
    assert mean["how"] == "1 个分数的平均，等于 8，保留 2 位小数（四舍五入）"
    assert [one.get("state", "ok") for one in mean["of"]] == ["dropped", "ok", "dropped", "absent"]
    assert mean["of"][1]["of"] == [{"what": "work", "judge": "J2", "value": "8"}]
    told = [one["how"] for one in mean["of"]]
    assert told == ["去掉最低", "1 个分数相加", "去掉最高", "回避"]


def test_a_weighted_sum_names_its_parts_and_a_fraction_is_shown_as_a_decimal():
    spec = load_presets()["skill"].spec
    marks = [Mark("KD73", "", "theory", "", "88")]
    marks += [Mark("KD73", "", key, "甲", "9") for key in ("dimensions", "function")]
    marks += [Mark("KD73", "", "on_time", "甲", "yes")]
    for judge, level in (("甲", "2"), ("乙", "1"), ("丙", "2")):
        marks += [Mark("KD73", "", key, judge, level) for key in ("workmanship", "procedure")]
    (row,) = compute(spec, marks)
    total = explain(spec, row.figures["total"])
    assert total["how"] == (
        "理论成绩占 20%、实际操作成绩占 80%，按比例相加，等于 57.776，保留 2 位小数（四舍五入）"
    )
    assert [one["what"] for one in total["of"]] == ["理论成绩", "实际操作成绩"]
    level = total["of"][1]["of"][1]["of"][0]
    assert level["how"] == (
        "3 位评委的等级加起来是 5，都给最高等级是 9；满分 20 × 5 ÷ 9，等于 11.1111…，"
        "保留 2 位小数（四舍五入）"
    )
    assert [one["value"] for one in level["of"]] == ["2", "1", "2"]
    assert plain_text(Fraction(155, 3)) == "51.6666…"


def test_count_back_uses_the_marks_that_counted():
    spec = {
        **make_spec(TRIMMED).canonical,
        "ranking": {"tie": [{"by": "count_back", "figure": "score", "title": "逐个比较"}, *SHARED]},
    }
    marks = marks_of(["0", "7", "9", "10"]) + marks_of(["0", "8", "8", "10"], entry="乙")
    rows = compute(load_spec(spec, "t"), marks)
    assert [(row.entry, row.rank, row.settled_by) for row in rows] == [
        ("甲", 1, "逐个比较"),
        ("乙", 2, "逐个比较"),
    ]


def test_digest_depends_on_the_inputs_and_not_on_their_order_or_spelling():
    spec, marks = make_spec(TRIMMED), marks_of(["7.5", "8", "9"])
    digest = input_digest(spec, marks, ENGINE_VERSION)
    assert digest == input_digest(spec, marks[::-1], ENGINE_VERSION)
    assert digest == input_digest(spec, marks_of(["7.50", "8.0", "9"]), ENGINE_VERSION)
    others = [
        (spec, marks_of(["7.5", "8", ""]), ENGINE_VERSION),
        (spec, marks_of(["7.5", "8", "9"], entry="乙"), ENGINE_VERSION),
        (make_spec(TRIMMED[:-1] + [{"op": "round", "places": 3}]), marks, ENGINE_VERSION),
        (spec, marks, "0"),
    ]
    assert len({digest, *[input_digest(*other) for other in others]}) == 5


panels = st.lists(st.integers(0, 40), min_size=3, max_size=9)


def quarter(number):
    return str(Decimal(number) / 4)


@given(panels, st.randoms())
def test_neither_order_nor_names_of_the_judges_matter(numbers, order):
    marks = marks_of([quarter(n) for n in numbers])
    shuffled = list(numbers)
    order.shuffle(shuffled)
    renamed = marks_of([quarter(n) for n in shuffled])
    order.shuffle(renamed)
    assert only(make_spec(TRIMMED), marks) == only(make_spec(TRIMMED), renamed)


@given(panels, st.data())
def test_a_higher_mark_never_lowers_the_score(numbers, data):
    at = data.draw(st.integers(0, len(numbers) - 1))
    higher = [*numbers]
    higher[at] = data.draw(st.integers(numbers[at], 40))
    before, after = (
        Fraction(only(make_spec(TRIMMED), marks_of([quarter(n) for n in some])))
        for some in (numbers, higher)
    )
    assert after >= before


@given(panels)
def test_a_trimmed_mean_lies_between_the_second_lowest_and_second_highest(numbers):
    score = Fraction(only(make_spec(TRIMMED), marks_of([quarter(n) for n in numbers])))
    ordered = sorted(numbers)
    assert rounded(Fraction(ordered[1], 4), 2) <= score <= rounded(Fraction(ordered[-2], 4), 2)


@given(st.lists(panels, min_size=1, max_size=5), st.randoms())
def test_the_whole_result_is_the_same_in_any_order_of_marks(fields, order):
    marks = [
        m for n, some in enumerate(fields) for m in marks_of(map(quarter, some), entry=f"E{n}")
    ]
    spec = make_spec(TRIMMED)
    before = compute(spec, marks)
    order.shuffle(marks)
    assert compute(spec, marks) == before
