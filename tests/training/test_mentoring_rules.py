"""Who may pair, the published points, and the instance built from them."""

from __future__ import annotations

import random

import pytest

from training import catalogue, matching, mentoring_rules
from training.explaining import Explainer
from training.mentoring_rules import Apprentice, Master

RULES = catalogue.load().find("mentorship").mentorship


def master(key="S1", **more):
    given = {"name": "李工", "trade": "焊工", "level": "technician"}
    return Master(key, **(given | more))


def apprentice(key="T1", **more):
    given = {"name": "王芳", "trade": "焊工", "level": "junior"}
    return Apprentice(key, **(given | more))


@pytest.mark.parametrize(
    ("left", "right", "rule", "text"),
    [
        ({}, {"level": "senior"}, "师傅等级不够", "师傅的技术等级是高级工，担任师傅至少须为技师"),
        ({}, {"trade": "电工"}, "工种不同", "工种不同（师傅电工，徒弟焊工）"),
        (
            {"level": "technician"},
            {},
            "等级差不够",
            "师傅的技术等级须至少高出徒弟 1 级（师傅技师，徒弟技师）",
        ),
    ],
)
def test_hard_rules(left, right, rule, text):
    found = mentoring_rules.exclusion(apprentice(**left), master(**right), RULES)
    assert (found.rule, found.text) == (rule, text)


def test_one_level_is_enough():
    assert mentoring_rules.exclusion(apprentice(level="senior"), master(), RULES) is None


def test_points_by_component():
    left = apprentice(county="330802", employer="巨化", wishes=("S9", "S1"), level="senior")
    right = master(county="330802", employer="巨化", wishes=("T1",))
    assert mentoring_rules.score(left, right, RULES) == {
        "同单位": 250,
        "同县（市、区）": 150,
        "等级差": -50,
        "徒弟志愿": 240,
        "师傅意向": 180,
    }


def test_two_spellings_of_one_employer_are_the_same():
    left, right = apprentice(employer="巨化集团（公司）"), master(employer="巨化集团 (公司)")
    assert mentoring_rules.score(left, right, RULES) == {"同单位": 250}


def test_what_is_not_said_is_not_the_same():
    assert mentoring_rules.score(apprentice(), master(), RULES) == {}


def test_wishes_beyond_the_published_points_give_none():
    left = apprentice(wishes=tuple(f"S{k}" for k in range(2, 8)) + ("S1",))
    assert mentoring_rules.score(left, master(), RULES) == {}


def test_own_wishes_come_first_then_all_others_by_points():
    people = [apprentice(wishes=("S3",), county="330881")]
    masters = [
        master("S1"),
        master("S2", county="330881"),
        master("S3"),
        master("S4", trade="电工"),
    ]
    built = mentoring_rules.build(masters, people, RULES, seed="2026")
    assert built.instance.apprentices == {"T1": ("S3", "S2", "S1")}
    assert built.instance.masters == {"S1": ("T1",), "S2": ("T1",), "S3": ("T1",), "S4": ()}
    assert built.stated == {"T1": 1}
    assert built.points == {("T1", "S1"): 0, ("T1", "S2"): 150, ("T1", "S3"): 300}


def test_wishes_that_cannot_count_are_refused_with_the_reason():
    people = [apprentice(wishes=("S4", "S9", "S1"))]
    built = mentoring_rules.build(
        [master("S1"), master("S4", trade="电工")], people, RULES, seed=""
    )
    assert built.refused == {
        ("T1", "S4"): "工种不同（师傅电工，徒弟焊工）",
        ("T1", "S9"): "不在本轮名单中",
    }
    market = matching.market(built.instance)
    found = matching.apprentices_propose(market)
    explainer = Explainer(
        market, found, built.names, built.points, stated=built.stated, refused=built.refused
    )
    assert [r.text for r in explainer.unmet()] == [
        "第 1 志愿师傅 李工：工种不同（师傅电工，徒弟焊工）。",
        "第 2 志愿师傅 S9：不在本轮名单中。",
    ]
    assert [r.text for r in explainer.pairs()] == [
        "徒弟志愿第 3 位（共 3 位）；师傅名单第 1 位（共 1 位），180 分。"
    ]


@pytest.mark.parametrize(("places", "expected"), [(None, 1), (2, 2), (3, 3), (9, 3), (0, 0)])
def test_places(places, expected):
    built = mentoring_rules.build([master(places=places)], [], RULES, seed="")
    assert built.instance.capacity == {"S1": expected}


def test_equal_points_are_settled_by_the_seed_and_not_by_the_order_of_the_sheet():
    people = [apprentice(f"T{k}") for k in range(8)]
    built = mentoring_rules.build([master()], people, RULES, seed="甲")
    turned = mentoring_rules.build([master()], people[::-1], RULES, seed="甲")
    other = mentoring_rules.build([master()], people, RULES, seed="乙")
    assert built.instance.masters == turned.instance.masters
    assert built.instance.masters != other.instance.masters


def town(seed, masters=60, apprentices=200):
    rng = random.Random(seed)
    trades, employers = ["焊工", "电工", "车工"], ["巨化", "元立", ""]
    left = [
        master(
            f"S{k}",
            trade=rng.choice(trades),
            level=rng.choice(["senior", "technician", "chief_technician"]),
            employer=rng.choice(employers),
            places=rng.choice([None, 1, 2, 3]),
            wishes=tuple(f"T{rng.randrange(apprentices)}" for _ in range(2)),
        )
        for k in range(masters)
    ]
    right = [
        apprentice(
            f"T{k}",
            trade=rng.choice(trades),
            level=rng.choice(["none", "junior", "senior"]),
            employer=rng.choice(employers),
            wishes=tuple(f"S{n}" for n in rng.sample(range(masters), 3)),
        )
        for k in range(apprentices)
    ]
    return left, right


@pytest.mark.parametrize("seed", range(5))
def test_a_town_with_capped_employers_is_stable_and_fully_explained(seed):
    left, right = town(seed)
    built = mentoring_rules.build(
        left, right, RULES, seed="2026", employer_caps={"巨化": 9, "元立": 12}
    )
    market = matching.market(built.instance)
    for propose in (matching.apprentices_propose, matching.masters_propose):
        found = propose(market)
        assert matching.blocking_pairs(market, found) == []
        assert matching.over_places(built.instance, found) == []
    explainer = Explainer(market, found, built.names, built.points, built.stated, built.refused)
    codes = {r.code for r in explainer.unmet()}
    assert codes == {"EXCLUDED", "FULL", "EMPLOYER_FULL"}


def test_a_locked_pair_goes_through():
    built = mentoring_rules.build([master()], [apprentice()], RULES, seed="", locked=[("T1", "S1")])
    assert matching.apprentices_propose(matching.market(built.instance)) == {"T1": "S1"}


def test_what_excludes_most():
    masters = [master("S1", trade="电工"), master("S2", trade="电工"), master("S3", level="senior")]
    assert mentoring_rules.most_excluding(apprentice(), masters, RULES) == [
        ("工种不同", 2),
        ("师傅等级不够", 1),
    ]
