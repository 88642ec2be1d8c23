"""T-scores, the additive model, the median scale; re-consideration and the spread guard."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests.marks import Mark
from contests.normalising import severities
from contests.reasons import figure_or_none
from contests.scoring import compute
from contests.spec import load_spec
from core.errors import LoadError

SHARED = [{"by": "shared", "title": "并列"}]
TO_TWO = {"op": "round", "places": 2}
SUM = {"op": "sum", "over": "judges"}


def spec_of(*steps, panel=(1, 9)):
    """One aspect `work` of 0..100 and a second mark `again`; one figure with these steps."""
    marks = [
        {"key": "work", "title": "作品", "max": "100", "step": "0.01"},
        {"key": "again", "title": "复议分", "max": "100", "step": "0.01", "optional": True},
    ]
    figure = {"key": "score", "title": "得分", "of": ["sheet"], "steps": [*steps, TO_TWO]}
    stage = {
        "key": "final",
        "title": "决赛",
        "panel": {"min": panel[0], "max": panel[1]},
        "criterion": [{"key": "sheet", "title": "评分表", "aspect": marks}],
        "figure": [figure],
    }
    return load_spec({"title": "t", "stage": [stage], "ranking": {"tie": SHARED}}, "t")


def marks_of(table, aspect="work"):
    """{entry: {judge: text}} as marks."""
    return [
        Mark(entry, "", aspect, judge, text)
        for entry, row in table.items()
        for judge, text in row.items()
    ]


def scores(spec, marks):
    return {row.entry: figure_or_none(row.figures["score"]) for row in compute(spec, marks)}


def why_not(spec, marks):
    return {row.entry: row.problems for row in compute(spec, marks) if row.total is None}


T = {"op": "tscore", "least": 3}
SEEN = {
    "甲": {"A": "60", "B": "90"},
    "乙": {"A": "70", "B": "80"},
    "丙": {"A": "80", "B": "85"},
}


def test_tscores_by_hand():
    # A: mean 70, sd 10: 40, 50, 60. B: mean 85, sd 5: 60, 40, 50.
    assert scores(spec_of(T, SUM), marks_of(SEEN)) == {
        "甲": "100.00",
        "乙": "90.00",
        "丙": "110.00",
    }


def test_population_deviation_and_another_scale():
    step = {"op": "tscore", "least": 2, "mean": "500", "sd": "100", "ddof": 0, "places": 3}
    marks = marks_of({"甲": {"A": "1"}, "乙": {"A": "2"}, "丙": {"A": "4"}})
    # mean 7/3, variance 14/9, so sd 1.2472…; 500 + 100 × (1 - 7/3) / 1.2472…
    assert scores(spec_of(step, SUM), marks) == {"甲": "393.10", "乙": "473.27", "丙": "633.63"}


def test_a_judge_with_too_few_or_equal_marks_cannot_be_put_on_a_scale():
    few = {"甲": {"A": "60", "B": "90"}, "乙": {"A": "70"}, "丙": {"A": "80"}}
    assert why_not(spec_of(T, SUM), marks_of(few)) == {
        "甲": ("B：“作品”这位评委只评了 1 件，不足 3 件，不能标准化",)
    }
    same = {name: {"A": "60"} for name in "甲乙丙"}
    assert why_not(spec_of(T, SUM), marks_of(same))["乙"] == (
        "A：“作品”这位评委给每一件的分数都相同，不能标准化",
    )


LEVEL = {"op": "additive", "least": 1}


def test_severity_by_hand():
    # B is 10 above A on 甲 and 乙; C is 4 below B on 丙
    marks = marks_of(
        {"甲": {"A": "60", "B": "70"}, "乙": {"A": "50", "B": "60"}, "丙": {"B": "90", "C": "86"}}
    )
    found = severities([((m.entry, ""), m.judge, Fraction(m.text)) for m in marks])
    shift = Fraction(2 * 0 + 3 * 10 + 1 * 6, 6)
    assert found == {"A": -shift, "B": 10 - shift, "C": 6 - shift}
    mean = {"op": "mean", "over": "judges"}
    assert scores(spec_of(LEVEL, mean), marks) == {"甲": "66.00", "乙": "56.00", "丙": "86.00"}


def test_severity_is_shrunk_and_rounded_before_it_is_taken_out():
    step = {"op": "additive", "least": 1, "shrink": "1", "places": 1}
    marks = marks_of({"甲": {"A": "60", "B": "67"}, "乙": {"A": "50", "B": "57"}})
    # severity -3.5 and 3.5, × 2/3 = 2.333…, rounded 2.3
    spec = spec_of(step, {"op": "drop", "over": "judges", "high": 1}, SUM, panel=(2, 2))
    assert scores(spec, marks) == {"甲": "62.30", "乙": "52.30"}


def test_judges_without_common_entries_cannot_be_compared():
    marks = marks_of({"甲": {"A": "60", "B": "70"}, "乙": {"C": "50", "D": "60"}})
    why = why_not(spec_of(LEVEL, SUM), marks)
    assert why["甲"][0] == (
        "“作品”评委与作品没有连成一片（有两组评委没有评过相同的作品），不能校正宽严"
    )


crossings = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from("ABCD"), st.integers(0, 100)),
    min_size=1,
    max_size=20,
    unique_by=lambda mark: mark[:2],
)


@given(crossings)
def test_severities_are_the_least_squares_of_a_connected_crossing(marks):
    rows = [((str(entry), ""), judge, Fraction(value)) for entry, judge, value in marks]
    found = severities(rows)
    if found is None:
        return
    assert sum(found[judge] for _, judge, _ in rows) == 0
    means = {
        place: sum(v - found[j] for p, j, v in rows if p == place)
        / sum(p == place for p, _, _ in rows)
        for place, _, _ in rows
    }
    for judge in found:  # no judge's residuals lean to one side
        assert sum(v - found[j] - means[p] for p, j, v in rows if j == judge) == 0


@given(crossings, st.integers(-20, 20))
def test_a_judge_who_marks_all_higher_changes_no_difference(marks, more):
    rows = [((str(entry), ""), judge, Fraction(value)) for entry, judge, value in marks]
    lifted = [(p, j, v + more if j == "A" else v) for p, j, v in rows]
    before, after = severities(rows), severities(lifted)
    assert (before is None) == (after is None)
    if before is None or after is None:
        return
    kept = {(p, j): v - before[j] for p, j, v in rows}
    moved = {(p, j): v - after[j] for p, j, v in lifted}
    assert len({moved[place] - kept[place] for place in kept}) == 1


whole_field = st.lists(st.integers(0, 100), min_size=3, max_size=8).filter(
    lambda values: len(set(values)) > 1
)


@given(whole_field, st.integers(1, 5), st.integers(-10, 10))
def test_tscores_do_not_depend_on_how_a_judge_uses_the_scale(values, stretch, shift):
    def of(numbers):
        marks = marks_of({str(n): {"A": str(v)} for n, v in enumerate(numbers)})
        stage = spec_of(T, SUM)
        return {m.entry: m for m in marks}, scores(stage, marks)

    scaled = [Fraction(v * stretch + shift + 100, 10) for v in values]
    _, plain = of(values)
    _, moved = of([f"{float(v):.1f}" for v in scaled])
    assert plain == moved


def test_the_median_scale_puts_the_middle_at_its_centre():
    step = {"op": "median_scale", "unit": "30", "mad_factor": "1.5"}
    marks = marks_of({n: {"A": v} for n, v in zip("甲乙丙", ("60", "70", "90"), strict=True)})
    # median 70, MAD 10, unit 30 / 15 = 2 a point
    assert scores(spec_of(SUM, step), marks) == {"甲": "680.00", "乙": "700.00", "丙": "740.00"}


AGAIN = {"op": "reconsider", "over": "judges", "range_above": "20", "by": "again"}


@pytest.mark.parametrize(
    ("first", "second", "score", "why"),
    [
        ({"A": "60", "B": "80"}, {}, "140.00", None),
        ({"A": "60", "B": "80.01"}, {}, None, "极差 20.01，超过 20，须复议"),
        ({"A": "60", "B": "90"}, {"A": "75"}, "165.00", None),
        ({"A": "60", "B": "90"}, {"A": "75", "B": "85"}, "160.00", None),
        ({"A": "60", "B": "70"}, {"A": "75"}, None, "极差 10，没有超过 20，不应有复议分"),
    ],
)
def test_reconsideration(first, second, score, why):
    spec = spec_of(AGAIN, SUM)
    marks = marks_of({"甲": first}) + marks_of({"甲": second}, "again")
    (row,) = compute(spec, marks)
    assert figure_or_none(row.figures["score"]) == score
    assert row.problems == ((f"“作品”{why}",) if why else ())


def test_the_second_marks_may_have_to_agree():
    spec = spec_of(AGAIN | {"again": True}, SUM)
    marks = marks_of({"甲": {"A": "50", "B": "90"}}) + marks_of({"甲": {"A": "60"}}, "again")
    (row,) = compute(spec, marks)
    assert row.problems == ("“作品”复议后极差 30，仍超过 20",)


def test_a_wide_spread_asks_for_another_look():
    spec = spec_of({"op": "spread", "over": "judges", "most": "20"}, SUM)
    near, far = {"A": "60", "B": "80"}, {"A": "60", "B": "80.5"}
    rows = {row.entry: row for row in compute(spec, marks_of({"甲": near, "乙": far}))}
    assert figure_or_none(rows["甲"].figures["score"]) == "140.00"
    assert rows["乙"].problems == ("“作品”最高与最低相差 20.5，超过 20，须合议后重评",)


def test_winsorised_marks_count_as_their_neighbours():
    step = {"op": "winsor", "over": "judges", "high": 1, "low": 1}
    marks = marks_of({"甲": {"A": "1", "B": "5", "C": "6", "D": "50"}})
    assert scores(spec_of(step, SUM, panel=(4, 4)), marks) == {"甲": "22.00"}


REFUSED = [
    ({"op": "tscore"}, "least", "缺少这个键，请补上"),
    ({"op": "tscore", "least": 3, "ddof": 2}, "ddof", "写 1（样本标准差）或 0（总体标准差）"),
    ({"op": "reconsider", "over": "judges", "range_above": "1", "by": "work"}, "by", None),
]


@pytest.mark.parametrize(("step", "key", "reason"), REFUSED)
def test_a_step_that_cannot_be_is_refused_at_its_key(step, key, reason):
    with pytest.raises(LoadError) as caught:
        spec_of(step, SUM)
    assert caught.value.key.rsplit(".", 1)[-1] == key
    assert reason is None or caught.value.reason == reason


def test_judges_can_only_be_compared_while_they_are_apart():
    with pytest.raises(LoadError) as caught:
        spec_of(SUM, T)
    assert caught.value.reason == 'tscore 比较评委，应放在合并评委（over = "judges"）之前'
