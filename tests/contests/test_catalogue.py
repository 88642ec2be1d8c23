"""The presets of the folder, and what the catalogue refuses."""

from fractions import Fraction

import pytest

from contests.catalogue import FAMILIES, FOLDER, load_preset, load_presets
from contests.marks import Mark
from contests.reasons import figure_or_none
from contests.scoring import compute
from contests.spec import Bounds
from core.errors import LoadError

PRESETS = load_presets()
STARTUP = (FOLDER / "startup.toml").read_text("utf-8")


def test_every_family_has_a_preset():
    assert list(PRESETS) == [
        "livestream",
        "livestream_sales",
        "skill",
        "startup",
        "startup_rounds",
    ]
    assert {preset.family for preset in PRESETS.values()} == set(FAMILIES)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.key)
def test_every_preset_says_what_its_pages_show(preset):
    assert preset.method.endswith("。")
    assert all(aspect.guidance for aspect in preset.spec.aspects.values())
    assert all(tie.title for tie in preset.spec.ranking.ties)
    assert preset.spec.total.places == 2
    assert preset.recheck.sample_share >= Fraction("0.15")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_preset_says_that_its_numbers_are_no_policy(path):
    assert "editable default" in path.read_text("utf-8")
    assert "not policy" in path.read_text("utf-8").replace("\n# ", " ")


def test_startup_is_the_cup_of_quzhou():
    startup = PRESETS["startup"]
    assert startup.members == Bounds(1, 8)
    points = {c.title: c.points for c in startup.spec.stages[0].criteria}
    expected = {"技术和产品": 30, "商业模式": 25, "市场": 20, "团队": 15, "财务与落地": 10}
    assert points == expected
    assert {c.panel for c in startup.spec.stages[0].criteria} == {Bounds(5, 7)}


def sheet(spec, entry, judge, marks):
    return [
        Mark(entry, "", key, judge, text) for key, text in zip(spec.aspects, marks, strict=True)
    ]


def test_startup_scores_a_project():
    spec = PRESETS["startup"].spec
    sheets = [
        ["10", "10", "20", "15", "10", "5"],  # 70
        ["12", "12", "20", "15", "10", "5"],  # 74
        ["12", "12", "20", "15", "10", "6"],  # 75
        ["15", "15", "25", "20", "15", "10"],  # 100
        ["11.5", "12", "20", "15", "10", "5"],  # 73.5
    ]
    marks = [m for n, marks in enumerate(sheets) for m in sheet(spec, "P1", f"J{n}", marks)]
    (row,) = compute(spec, marks)
    figures = {key: figure_or_none(cell) for key, cell in row.figures.items()}
    assert figures == {"technology_mean": "24.30", "business_mean": "21.00", "score": "74.17"}
    assert row.prize == "一等奖"


def skill_marks(entry, theory, measured, levels):
    yield Mark(entry, "", "theory", "", theory)
    for key, text in zip(("dimensions", "function", "on_time"), measured, strict=True):
        yield Mark(entry, "", key, "测量", text)
    for key, row in zip(("workmanship", "procedure"), levels, strict=True):
        yield from [Mark(entry, "", key, f"J{n}", level) for n, level in enumerate(row)]


def test_skill_puts_theory_and_practice_together_and_gives_medals():
    spec = PRESETS["skill"].spec
    marks = [
        *skill_marks("S1", "90", ("28", "18", "是"), ("332", "333")),
        *skill_marks("S2", "80", ("20", "18", "否"), ("222", "121")),
        *skill_marks("S3", "80", ("20", "18", "是"), ("222", "122")),
        *skill_marks("S4", "80", ("20", "15", "是"), ("222", "122")),
        *skill_marks("S5", "80", ("20", "18", "是"), ("222", "123")),
    ]
    rows = {row.entry: row for row in compute(spec, marks)}
    # 20 x 8/9 = 17.78, 20 x 9/9 = 20.00; 0.2 x 90 + 0.8 x 93.78 = 93.024
    assert figure_or_none(rows["S1"].figures["practical"]) == "93.78"
    assert figure_or_none(rows["S1"].figures["total"]) == "93.02"
    assert {entry: row.medal for entry, row in rows.items()} == {
        "S1": "gold", "S2": "", "S3": "silver", "S4": "", "S5": ""
    }  # fmt: skip
    assert rows["S5"].problems == ("“操作规范与安全”评委等级相差超过 1，须合议后重评",)


def test_livestream_counts_compliance_by_yes_and_no():
    spec = PRESETS["livestream"].spec
    answers = ["yes", "yes", "no", "是", "否"]
    marks = [
        m
        for n, yes in enumerate(answers)
        for m in sheet(spec, "L1", f"J{n}", ["25", "25", "15", "8", yes])
    ]
    (row,) = compute(spec, marks)
    assert figure_or_none(row.figures["score"]) == "79.67"


REFUSED = [
    ('family = "startup"', 'family = "film"', "family"),
    ('kind = "team"', 'kind = "choir"', "entrant.kind"),
    ("max = 8 }", "max = 0 }", "entrant.max"),
    ("blind = false", 'blind = "no"', "blind"),
    ("blind = false", "blind = false\ncolour = 1", "colour"),
    ('kind = "url"', 'kind = "file"', "field[5].kind"),
    ('key = "summary"', 'key = "industry"', "field[3].key"),
    ('sample_share = "0.15"', "sample_share = 0.15", "recheck.sample_share"),
    ('points = "30"', 'points = "31"', "scoring.stage[1].criterion[1].points"),
]


@pytest.mark.parametrize(("old", "new", "key"), REFUSED)
def test_refuses_with_file_and_key(old, new, key):
    assert old in STARTUP
    with pytest.raises(LoadError) as caught:
        load_preset(STARTUP.replace(old, new, 1), "startup.toml")
    assert (caught.value.source, caught.value.key) == ("startup.toml", key)


def test_a_file_is_named_after_its_key(tmp_path):
    (tmp_path / "cup.toml").write_text(STARTUP, encoding="utf-8")
    with pytest.raises(LoadError, match="应与文件名一致"):
        load_presets(tmp_path)
