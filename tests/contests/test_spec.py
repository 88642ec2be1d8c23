"""The SPEC loader: what it reads, and what it refuses with key and reason."""

import copy
from fractions import Fraction

import pytest

from contests.spec import Bounds, load_spec
from core.errors import LoadError

SPEC = {
    "title": "路演",
    "stage": [
        {
            "key": "final",
            "title": "决赛",
            "points": "10",
            "panel": {"min": 3, "max": 5},
            "given": [{"key": "difficulty", "title": "难度", "min": "1", "max": "4"}],
            "criterion": [
                {
                    "key": "work",
                    "title": "作品",
                    "points": "10",
                    "aspect": [
                        {
                            "key": "idea",
                            "title": "创意",
                            "max": "6",
                            "step": "0.5",
                            "weight": "0.4",
                        },
                        {"key": "craft", "title": "工艺", "max": 4, "step": "0.5", "weight": "0.6"},
                    ],
                }
            ],
            "figure": [
                {
                    "key": "score",
                    "title": "得分",
                    "of": ["work"],
                    "steps": [
                        {"op": "sum", "over": "aspects"},
                        {"op": "drop", "over": "judges", "high": 1, "low": 1},
                        {"op": "mean", "over": "judges"},
                        {"op": "factor", "by": "difficulty"},
                        {"op": "round", "places": 2},
                    ],
                }
            ],
        }
    ],
    "ranking": {"tie": [{"by": "shared", "title": "并列"}]},
}


def changed(path, value):
    """SPEC with one place set; a value of None removes it."""
    data = copy.deepcopy(SPEC)
    at = data
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return data


STAGE = ("stage", 0)
CRITERION = (*STAGE, "criterion", 0)
ASPECT = (*CRITERION, "aspect", 0)
FIGURE = (*STAGE, "figure", 0)
STEPS = (*FIGURE, "steps")


def test_reads_what_is_written():
    spec = load_spec(SPEC, "a.toml")
    assert list(spec.aspects) == ["idea", "craft"]
    assert spec.aspects["craft"].most == Fraction(4)
    assert spec.criterion_of["idea"].panel == Bounds(3, 5)
    assert [step.op for step in spec.total.steps] == ["sum", "drop", "mean", "factor", "round"]
    assert spec.total.of == ("idea", "craft")
    assert spec.total.places == 2
    assert spec.titles == {"idea": "创意", "craft": "工艺", "difficulty": "难度", "score": "得分"}


def test_a_preset_is_read_for_its_scoring_part():
    assert load_spec({"key": "x", "scoring": SPEC}, "a.toml").title == "路演"


def test_weights_of_the_aspects_serve_the_weighted_sum():
    spec = load_spec(changed((*STEPS, 0), {"op": "weighted_sum", "over": "aspects"}), "a.toml")
    weights = spec.total.steps[0].args["weights"]
    assert weights == {"idea": Fraction(2, 5), "craft": Fraction(3, 5)}


TIN = {"by_field": [{"from": 3, "medals": ["tin"]}]}
REFUSED = [
    (("colour",), "red", "colour", "不认识"),
    ((*ASPECT, "colour"), "red", "stage[1].criterion[1].aspect[1].colour", "不认识"),
    ((*STEPS, 2, "places"), 2, "stage[1].figure[1].steps[3].places", "不认识"),
    ((*ASPECT, "max"), 6.0, "stage[1].criterion[1].aspect[1].max", "浮点数"),
    ((*ASPECT, "max"), "six", "stage[1].criterion[1].aspect[1].max", "小数"),
    ((*ASPECT, "max"), True, "stage[1].criterion[1].aspect[1].max", "小数"),
    ((*ASPECT, "step"), "0.7", "stage[1].criterion[1].aspect[1].step", "步长"),
    ((*ASPECT, "step"), None, "stage[1].criterion[1].aspect[1].step", "缺少"),
    ((*ASPECT, "min"), "6", "stage[1].criterion[1].aspect[1].max", "大于最小值"),
    ((*ASPECT, "type"), "stars", "stage[1].criterion[1].aspect[1].type", "没有"),
    ((*ASPECT, "key"), "craft", "stage[1].criterion[1].aspect[2].key", "已用过"),
    ((*ASPECT, "key"), "创意", "stage[1].criterion[1].aspect[1].key", "小写字母"),
    ((*CRITERION, "points"), "11", "stage[1].criterion[1].points", "之和是 10"),
    ((*STAGE, "points"), "100", "stage[1].points", "之和是 10"),
    ((*STAGE, "panel"), None, "stage[1].criterion[1].panel", "评委人数"),
    ((*STAGE, "panel", "min"), 0, "stage[1].panel.min", "不小于 1"),
    ((*STAGE, "panel", "max"), 2, "stage[1].panel.max", "不小于 3"),
    ((*STAGE, "given", 0, "min"), "5", "stage[1].given[1].min", "大于最大值"),
    ((*STAGE, "given", 0, "per"), "item", "stage[1].given[1].per", "没有 items"),
    ((*STEPS, 1, "op"), "trim", "stage[1].figure[1].steps[2].op", "没有“trim”"),
    ((*STEPS, 1, "high"), 2, "stage[1].figure[1].steps[2].high", "没有分数可用"),
    ((*STEPS, 1, "over"), "items", "stage[1].figure[1].steps[2].over", "没有“items”"),
    ((*STEPS, 2, "over"), "aspects", "stage[1].figure[1].steps[3].over", "没有“aspects”"),
    ((*STEPS, 3, "by"), "height", "stage[1].figure[1].steps[4].by", "没有“height”"),
    ((*STEPS, 3, "value"), "2", "stage[1].figure[1].steps[4].op", "之一"),
    ((*STEPS, 4, "mode"), "half_even", "stage[1].figure[1].steps[5].mode", "half_up"),
    ((*STEPS, 4, "places"), 4, "stage.figure.score", "3 位小数"),
    ((*STEPS, 2), {"op": "round", "places": 1}, "stage[1].figure[1].steps", "还有多个数"),
    ((*STEPS, 0), {"op": "judgement", "over": "judges"}, "stage[1].figure[1].steps[1].op", "等级分"),
    ((*FIGURE, "of"), ["play"], "stage[1].figure[1].of", "没有“play”"),
    ((*FIGURE, "of"), ["work", "difficulty"], "stage[1].figure[1].of", "混用"),
    ((*FIGURE, "of"), [], "stage[1].figure[1].of", "不能为空"),
    (("ranking", "tie"), [], "ranking.tie", "一张或多张"),
    (("ranking", "tie"), [{"by": "luck", "title": "抽签"}], "ranking.tie[1].by", "没有“luck”"),
    (("ranking", "convention"), "1-2-3-4", "ranking.convention", "entry_order"),
    (("ranking", "tie", 0), {"by": "count_back", "figure": "score", "title": "x"}, "ranking.tie", "最后一条"),
    (("ranking", "medals"), TIN, "ranking.medals.by_field[1].medals", "只能用"),
    (("ranking", "prize"), [{"title": "一", "from": 2, "to": 1}], "ranking.prize[1].to", "不小于 2"),
    (("ranking", "prize"), [{"title": "一", "from": 1}, {"title": "二", "from": 1}], "ranking.prize[2].from", "重叠"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "key", "reason"), REFUSED)
def test_refuses_with_file_key_and_reason(path, value, key, reason):
    with pytest.raises(LoadError) as caught:
        load_spec(changed(path, value), "a.toml")
    assert (caught.value.source, caught.value.key) == ("a.toml", key)
    assert reason in caught.value.reason


def test_judgement_comes_before_the_aspects_are_put_together():
    steps = [{"op": "sum", "over": "aspects"}, {"op": "judgement", "over": "judges"}]
    with pytest.raises(LoadError, match="逐个评分点"):
        load_spec(changed(STEPS, steps), "a.toml")


WEIGHTS = [
    ({"idea": "0.4", "craft": "0.5"}, "权重之和是 0.9，应为 1"),
    ({"idea": "1"}, "“craft”没有权重"),
    ({"idea": "0", "craft": "1"}, "应大于 0"),
    ({"idea": "0.4", "craft": "0.4", "luck": "0.2"}, "不在这一步的来源"),
]


@pytest.mark.parametrize(("weights", "reason"), WEIGHTS)
def test_weights_must_name_every_part_and_sum(weights, reason):
    step = {"op": "weighted_sum", "over": "aspects", "weights": weights}
    with pytest.raises(LoadError, match=reason):
        load_spec(changed((*STEPS, 0), step), "a.toml")


def test_text_that_is_no_toml_is_refused():
    with pytest.raises(LoadError) as caught:
        load_spec("title = ", "a.toml")
    assert (caught.value.source, caught.value.key) == ("a.toml", "第 1 行第 9 列")
