"""Every official figure of 17 skating competitions, recomputed from the judges' marks.

Reads figure-skating/ below the folder that SAIXUN_DATA names; skips, saying so, without it.
Data: BuzzFeedNews/figure-skating-scores, CC BY 4.0. A judge's 0.0 in a component means absent.
"""

import csv
import json
import os
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from contests.cli import commands
from contests.marks import COLUMNS, Mark
from contests.reasons import figure_or_none
from contests.scoring import compute
from contests.spec import load_spec

DATA = Path(os.environ.get("SAIXUN_DATA", "")) / "figure-skating"
SPEC = Path(__file__).parent / "cases" / "skating.toml"
KEYS = {
    "Skating Skills": "skills",
    "Transitions": "transitions",
    "Performance": "performance",
    "Composition": "composition",
}

pytestmark = pytest.mark.skipif(
    not (os.environ.get("SAIXUN_DATA") and DATA.is_dir()),
    reason="SAIXUN_DATA names no folder with figure-skating/: real marks were not recomputed",
)


def read(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def data():
    """Performances, components by aspect id, and the marks by performance."""
    performances = read("performances")
    components = {a["aspect_id"]: a for a in read("judged-aspects") if a["section"] == "components"}
    marks = defaultdict(list)
    for score in read("judge-scores"):
        if aspect := components.get(score["aspect_id"]):
            entry, text = aspect["performance_id"], score["score"]
            key = KEYS.get(aspect["aspect_desc"], "interpretation")
            text = "" if text == "0.0" else text
            marks[entry].append(Mark(entry, "", key, score["judge"], text))
    factors = {a["performance_id"]: a["factor"] for a in components.values()}
    for one in performances:
        entry = one["performance_id"]
        values = (factors[entry], one["total_element_score"], f"-{one['total_deductions']}")
        for key, value in zip(("factor", "elements", "deductions"), values, strict=True):
            marks[entry].append(Mark(entry, "", key, "", value))
    return performances, components, marks


@pytest.fixture(scope="module")
def rows(data):
    """The engine's rows by performance."""
    spec = load_spec(SPEC.read_text("utf-8"), SPEC.name)
    return {row.entry: row for row in compute(spec, [m for some in data[2].values() for m in some])}


def panel_scores(row):
    """The rounded panel score of each component, exact: the figure before the factor."""
    summed = row.figures["components"].of[0]
    return {cell.part: cell.of[0].of[0].value for cell in summed.of}


def test_all_panel_scores(data, rows):
    official, computed = {}, {}
    for aspect in data[1].values():
        place = aspect["performance_id"], KEYS.get(aspect["aspect_desc"], "interpretation")
        official[place] = Fraction(aspect["scores_of_panel"])
    for entry, row in rows.items():
        computed |= {(entry, part): value for part, value in panel_scores(row).items()}
    assert len(official) == 8630
    assert computed == official


def test_all_component_and_segment_totals(data, rows):
    official = {
        one["performance_id"]: (one["total_component_score"], one["total_segment_score"])
        for one in data[0]
    }
    computed = {
        entry: tuple(figure_or_none(row.figures[key]) for key in ("components", "total"))
        for entry, row in rows.items()
    }
    assert len(official) == 1726
    assert computed == official


def test_one_competition_through_the_command(data, tmp_path):
    program = [
        one
        for one in data[0]
        if one["competition"] == data[0][0]["competition"]
        and one["program"] == data[0][0]["program"]
    ]
    path = tmp_path / "marks.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in program:
            writer.writerows(data[2][one["performance_id"]])
    answer = CliRunner().invoke(commands, ["score", str(SPEC), str(path), "--json"])
    assert answer.exit_code == 0
    shown = {r["entry"]: (r["rank"], r["total"]) for r in json.loads(answer.output)["rows"]}
    official = {
        one["performance_id"]: (int(one["rank"]), one["total_segment_score"]) for one in program
    }
    assert shown == official
