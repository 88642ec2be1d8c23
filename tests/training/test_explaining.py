"""Every kind of reason, as the sentence that the office reads."""

from __future__ import annotations

from training import matching
from training.explaining import Explainer
from training.matching import Employer, Instance


def reasons(instance, assignment=None, **more):
    market = matching.market(instance)
    found = matching.apprentices_propose(market) if assignment is None else assignment
    return Explainer(market, found, **more)


def unmet(explainer):
    return [(r.apprentice, r.wish, r.code, r.text) for r in explainer.unmet()]


def test_a_full_master_names_the_last_one_taken():
    instance = Instance({"甲": ["李"], "乙": ["李"]}, {"李": ["甲", "乙"]})
    explainer = reasons(
        instance,
        names={"甲": "王芳", "乙": "陈静", "李": "李工"},
        points={("甲", "李"): 700, ("乙", "李"): 650},
    )
    assert unmet(explainer) == [
        (
            "乙",
            1,
            "FULL",
            "第 1 志愿师傅 李工：名额 1 个已满，录取的最后一名 王芳 排第 1 位（700 分），陈静 排第 2 位（650 分）。",
        )
    ]
    assert [r.text for r in explainer.pairs()] == [
        "徒弟志愿第 1 位（共 1 位）；师傅名单第 1 位（共 2 位），700 分。"
    ]


def test_a_full_employer():
    instance = Instance(
        {"甲": ["李"], "乙": ["孙"]},
        {"李": ["甲"], "孙": ["乙"]},
        employers={"巨化": Employer(("李", "孙"), 1, ("甲", "乙"))},
    )
    assert unmet(reasons(instance)) == [
        (
            "乙",
            1,
            "EMPLOYER_FULL",
            "第 1 志愿师傅 孙：师傅还有名额，但巨化的名额 1 个已满，单位录取的最后一名 甲 排第 1 位，乙 排第 2 位。",
        )
    ]


def test_wishes_that_cannot_count():
    instance = Instance(
        {"甲": ["周", "李", "孙", "钱", "吴"]},
        {"李": [], "孙": ["甲"], "钱": ["甲"], "吴": ["甲"]},
        capacity={"钱": 0},
        employers={"巨化": Employer(("孙",), 1, ())},
    )
    explainer = reasons(instance, {}, refused={("甲", "吴"): "工种不同"})
    assert unmet(explainer) == [
        ("甲", 1, "NO_MASTER", "第 1 志愿师傅 周：不在本轮师傅之中。"),
        (
            "甲",
            2,
            "NOT_LISTED",
            "第 2 志愿师傅 李：师傅的名单中没有这名徒弟（不符合条件或师傅未选）。",
        ),
        ("甲", 3, "NOT_RANKED", "第 3 志愿师傅 孙：巨化的名单中没有这名徒弟。"),
        (
            "甲",
            4,
            "NO_PLACE",
            "第 4 志愿师傅 钱：名额 0 个，没有可分配的（已由锁定的师徒占用或未开放）。",
        ),
        ("甲", 5, "EXCLUDED", "第 5 志愿师傅 吴：工种不同。"),
    ]


def test_locked_pairs_and_the_places_they_use():
    instance = Instance(
        {"甲": [], "乙": ["李"], "丙": ["孙"]},
        {"李": ["乙"], "孙": ["丙"]},
        employers={"巨化": Employer(("孙",), 0, ("丙",))},
        locked=[("甲", "李")],
    )
    explainer = reasons(instance)
    assert [(r.code, r.wish, r.text) for r in explainer.pairs()] == [
        ("LOCKED", 0, "已锁定的师徒，不参加配对，占用一个名额。")
    ]
    assert [(r.apprentice, r.code) for r in explainer.unmet()] == [
        ("丙", "NO_PLACE"),
        ("乙", "NO_PLACE"),
    ]


def test_a_change_by_hand_is_called_one():
    instance = Instance({"甲": ["李"], "乙": []}, {"李": ["甲"]})
    explainer = reasons(instance, {"乙": "李"})
    assert [r.text for r in explainer.pairs()] == [
        "徒弟没有填志愿；师傅名单中没有这名徒弟（人工调整）。"
    ]
    assert unmet(explainer) == [
        (
            "甲",
            1,
            "BLOCKING",
            "第 1 志愿师傅 李：师傅有名额或更愿意带这名徒弟，双方都比现有安排满意（人工调整造成）。",
        )
    ]


def test_only_own_wishes_are_explained():
    instance = Instance({"甲": ["李", "孙", "钱"]}, {"李": [], "孙": [], "钱": ["甲"]})
    explainer = reasons(instance, stated={"甲": 1})
    assert [r.master for r in explainer.unmet()] == ["李"]
    assert [r.wish for r in explainer.pairs()] == [0]
