"""Facts: strict reading, defaults, and the way to JSON and back."""

from datetime import date

import pytest

from awards import facts
from awards.facts import Fact, Member
from core.errors import LoadError
from core.toml_tables import Table

PRIZE = {
    "id": "f1",
    "type": "contest_result",
    "date": date(2021, 5, 6),
    "subject": "王芳",
    "family": "skill",
    "prize_paid_fen": 500_000,
}


def _parse(keys_read=None, **over):
    data = {key: value for key, value in {**PRIZE, **over}.items() if value is not None}
    return facts.parse(Table(data, "cases.toml", "facts[f1]"), keys_read=keys_read)


def test_year_and_achievement_have_defaults():
    assert (_parse().year, _parse().achievement) == (2021, "f1")
    given = _parse(year=2020, achievement="焊接")
    assert (given.year, given.achievement) == (2020, "焊接")


def test_an_absent_key_is_unknown():
    assert _parse().value("level") is None
    assert _parse(prize_paid_fen=0).value("prize_paid_fen") == 0


def test_goes_to_json_and_back():
    fact = _parse(members=[{"id": "王芳", "share": 2}, {"id": "刘洋", "eligible": False}])
    assert fact.members == (Member("王芳", 2, True), Member("刘洋", 1, False))
    assert facts.from_json(fact.as_json()) == fact
    assert fact.as_json()["date"] == "2021-05-06"


@pytest.mark.parametrize(
    ("over", "key", "reason"),
    [
        ({"operater": "x"}, "facts[f1].operater", "不认识的键"),
        ({"type": "prize"}, "facts[f1].type", "prize"),
        ({"date": "2021-05-06"}, "facts[f1].date", "日期"),
        ({"prize_paid_fen": -1}, "facts[f1].prize_paid_fen", "整数"),
        ({"prize_paid_fen": "5000"}, "facts[f1].prize_paid_fen", "整数"),
        ({"family": True}, "facts[f1].family", "文字"),
        ({"withdrawn": 1}, "facts[f1].withdrawn", "true"),
        ({"id": None}, "facts[f1].id", "缺少"),
        ({"members": [{"id": "王芳"}] * 2}, "facts[f1].members[王芳].id", "两次"),
        ({"members": [{"id": "王芳", "share": 0}]}, "facts[f1].members[王芳].share", "份额"),
        ({"members": [{"name": "王芳"}]}, "facts[f1].members[1].id", "缺少"),
    ],
)
def test_refuses(over, key, reason):
    with pytest.raises(LoadError) as refused:
        _parse(**over)
    assert refused.value.key == key
    assert reason in refused.value.reason


def test_a_rulebook_may_read_more_than_the_vocabulary():
    read = {"talk": {"hours": "whole"}}
    fact = _parse(read, type="talk", family=None, prize_paid_fen=None, hours=3)
    assert fact == Fact("f1", "talk", date(2021, 5, 6), {"subject": "王芳", "hours": 3})


def test_labels_are_chinese():
    assert facts.key_label("contest_result", "level") == "级别"
    assert facts.value_label("contest_result", "level", "provincial") == "省级"
    assert facts.value_label("star_rating", "cultivated", False) == "否"
    assert facts.key_label("contest_result", "unheard_of") == "unheard_of"
    assert facts.type_label("star_rating") == "星级主播认定"
