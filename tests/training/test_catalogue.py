"""The shipped programmes against the policy text, and everything the loader refuses."""

from __future__ import annotations

from datetime import date

import pytest

from core.citations import Policy
from core.errors import LoadError
from training import catalogue

POLICY = Policy.load()
GOOD = """
[programme]
code = "village-streaming"
title = "村播学院"
kind = "course"
lead = ["市农业农村局"]
clause = "11"
quote = "创办“村播学院”"

[[target]]
metric = "completion"
label = "村播培训"
unit = "人"
period = "yearly"
number = 10000
clause = "附件9"
quote = "每年培训1万人，培养乡村主播2000人"

[class_rules]
class_size = 50
min_attendance_percent = 80
"""
CUMULATIVE = """
[[target]]
metric = "streamer"
label = "经营管理人才"
unit = "人次"
period = "cumulative"
number = 15000
since = 2020-04-22
until = 2025-12-31
clause = "附件12"
quote = "到 2025 年，新培训经营管理人才 1.5 万人次"
"""


def test_the_shipped_targets():
    found = catalogue.load()
    rows = {(t.code, t.number, t.unit, t.period, t.until) for t in found.targets}
    end = date(2025, 12, 31)
    assert rows == {
        ("village-streaming.completion", 10_000, "人", "yearly", None),
        ("village-streaming.streamer", 2_000, "人", "yearly", None),
        ("chemical-craftsmen.completion", 2_000, "人", "yearly", None),
        ("highly-skilled.senior_certificate", 35_000, "人", "cumulative", end),
        ("rural-talent.completion", 150_000, "人次", "cumulative", end),
        ("seminars.completion", 15_000, "人次", "cumulative", end),
    }
    assert {p.title for p in found.programmes} >= {"定制班", "千名技师带高徒", "村播学院"}


def test_every_quote_is_in_the_policy_text():
    quotes = [p.quote for p in catalogue.load().programmes]
    quotes += [t.quote for t in catalogue.load().targets]
    assert [quote for quote in quotes if not POLICY.contains(quote)] == []


def test_find():
    found = catalogue.load()
    assert found.find("custom-classes").title == "定制班"
    assert found.find("nobody") is None
    assert found.find("mentorship").mentorship.places_most == 3


def parse(text):
    return catalogue.parse(text, source="x.toml", policy=POLICY)


def test_a_good_file():
    found = parse(GOOD + CUMULATIVE)
    assert found.class_rules == catalogue.ClassRules(50, 80)
    assert [t.counts for t in found.targets] == [("village-streaming",)] * 2


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('title = "村播学院"', 'title = "村播学院"\ncolour = "red"', "programme.colour"),
        ('title = "村播学院"', 'title = ""', "programme.title"),
        ('code = "village-streaming"', 'code = "Village Streaming"', "programme.code"),
        ('kind = "course"', 'kind = "party"', "programme.kind"),
        ('clause = "11"', 'clause = "99"', "programme.clause"),
        ('clause = "11"', 'clause = "12"', "programme.quote"),
        ("创办“村播学院”", "创办村播学院", "programme.quote"),
        ("[class_rules]", "[class_rule]", "class_rules"),
        ("class_size = 50", "class_size = 50.0", "class_rules.class_size"),
        ("class_size = 50", "class_size = true", "class_rules.class_size"),
        ("class_size = 50", "class_size = 0", "class_rules.class_size"),
        ("percent = 80", "percent = 101", "class_rules.min_attendance_percent"),
        ("number = 10000", "number = 10001", "target[1].number"),
        ("number = 10000", "number = 10000.0", "target[1].number"),
        ('unit = "人"\nperiod', 'unit = "人次"\nperiod', "target[1].number"),
        ('unit = "人"\nperiod', 'unit = "个"\nperiod', "target[1].unit"),
        ('"每年培训1万人，', '"培训1万人，', "target[1].period"),
        ('"每年培训1万人，', '"每年培训2万人，', "target[1].quote"),
        ("number = 10000", "number = 10000\nuntil = 2025-12-31", "target[1].period"),
        ("until = 2025-12-31", "until = 2024-12-31", "target[2].until"),
        ("until = 2025-12-31", "until = 2025-12-30", "target[2].until"),
        ("until = 2025-12-31", 'until = "2025-12-31"', "target[2].until"),
        ("until = 2025-12-31", "until = 2025-12-31T00:00:00", "target[2].until"),
        ("since = 2020-04-22\n", "", "target[2].since"),
        ("15000", "1500", "target[2].number"),
        ('metric = "streamer"', 'metric = "completion"', "target"),
        ('metric = "streamer"', 'metric = "people"', "target[2].metric"),
        ("[programme]", "[programme", "第 2 行第 11 列"),
    ],
)
def test_refused(old, new, key):
    text = GOOD + CUMULATIVE
    assert old in text
    with pytest.raises(LoadError) as refused:
        parse(text.replace(old, new, 1))
    assert (refused.value.source, refused.value.key) == ("x.toml", key)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"technician"', '"wizard"', "mentorship.master_level"),
        ("level_gap = 1", "level_gap = 0", "mentorship.level_gap"),
        ("places_default = 1", "places_default = 4", "mentorship.places_default"),
        ("[180, 120, 60]", "[60, 120, 180]", "mentorship.master_wish"),
        ("[180, 120, 60]", "[]", "mentorship.master_wish"),
        ("[180, 120, 60]", "[1.5]", "mentorship.master_wish[1]"),
        ("gap_step = 25\n", "", "mentorship.gap_step"),
        ("gap_step = 25\n", "gap_step = 25\nluck = 1\n", "mentorship.luck"),
        ('kind = "mentorship"', 'kind = "goal"', "mentorship"),
        ('kind = "mentorship"', 'kind = "course"', "mentorship"),
    ],
)
def test_refused_mentorship(old, new, key):
    text = (catalogue.FOLDER / "mentorship.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(LoadError) as refused:
        parse(text.replace(old, new, 1))
    assert refused.value.key == key


def test_a_folder_with_two_equal_codes_or_unknown_counts(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD, "utf-8")
    assert len(catalogue.load(tmp_path, POLICY).programmes) == 1
    (tmp_path / "b.toml").write_text(GOOD, "utf-8")
    with pytest.raises(LoadError, match="代码重复"):
        catalogue.load(tmp_path, POLICY)
    other = GOOD.replace("village-streaming", "other").replace(
        "number = 10000", 'number = 10000\ncounts = ["nobody"]'
    )
    (tmp_path / "b.toml").write_text(other, "utf-8")
    with pytest.raises(LoadError, match="没有这个项目：nobody"):
        catalogue.load(tmp_path, POLICY)
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(LoadError, match=r"b\.toml：文件：不是 UTF-8 编码"):
        catalogue.load(tmp_path, POLICY)
