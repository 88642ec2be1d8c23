"""`flask contests score`: output, reasons and exit status, outside any database."""

import csv
import json
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from contests.cli import commands
from contests.operators import OPERATORS
from contests.ranking import TIES

FOLDER = Path(__file__).parent / "cases"
DOCUMENT = Path(__file__).parents[2] / "docs" / "scoring.md"
DIVES = tomllib.loads((FOLDER / "scoring.toml").read_text("utf-8"))["stage"][1]["cases"][0]
SPEC = str(FOLDER / "diving.toml")


def run(*arguments):
    return CliRunner().invoke(commands, ["score", *map(str, arguments)])


def write(path, rows, header=("entry", "item", "aspect", "judge", "mark")):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def dive_rows(entry, dives):
    for n, dive in enumerate(dives, 1):
        yield (entry, n, "difficulty", "", dive["difficulty"])
        yield from [(entry, n, "execution", f"J{j}", mark) for j, mark in enumerate(dive["marks"])]


@pytest.fixture
def marks(tmp_path):
    lower = [{**dive, "difficulty": "2.0"} for dive in DIVES["dives"]]
    rows = [*dive_rows("李明", lower), *dive_rows("王芳", DIVES["dives"])]
    return write(tmp_path / "marks.csv", rows)


def test_json_has_ranks_figures_and_reasons(marks):
    answer = run(SPEC, marks, "--json")
    assert answer.exit_code == 0
    rows = json.loads(answer.output)["rows"]
    shown = [(row["entry"], row["rank"], row["total"], row["stages"]) for row in rows]
    assert shown == [
        ("王芳", 1, "547.50", {"final": "547.50"}),
        ("李明", 2, "312.00", {"final": "312.00"}),
    ]
    assert list(rows[0]) == ["entry", "stages", "total", "rank", "why"]
    reason = rows[0]["why"]["total"]["of"][0]
    assert (reason["value"], len(reason["of"])) == ("1095/2", 6)


def test_text_says_rank_total_and_reason(marks):
    answer = run(SPEC, marks)
    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    assert lines[0] == "第 1 名  王芳  547.50"
    assert lines[1] == "    总分 547.50  保留 2 位小数（四舍五入）"
    assert "去掉最高" in answer.output


def test_incomplete_entries_are_reported_with_status_1(marks):
    lines = marks.read_text("utf-8").splitlines()
    kept = [line for line in lines if "李明,6,difficulty" not in line]
    marks.write_text("\n".join(kept), "utf-8")
    answer = run(SPEC, marks, "--json")
    assert answer.exit_code == 1
    row = json.loads(answer.output)["rows"][1]
    assert (row["entry"], row["total"], row["rank"]) == ("李明", None, None)
    assert row["why"]["problems"] == ["6：“难度系数”没有录入"]


def test_a_mark_out_of_range_is_refused_with_status_1(tmp_path):
    path = write(tmp_path / "m.csv", [("王芳", 1, "execution", "J1", "11")])
    answer = run(SPEC, path)
    assert answer.exit_code == 1
    assert answer.stderr == "王芳 1 J1：“动作完成”的分数 11 超出范围，应为 0 到 10\n"


def written_between(start, end):
    """The indented lines of docs/scoring.md between two markers, without the indent."""
    text = DOCUMENT.read_text("utf-8")
    at = text.index(f"    {start}\n")
    return dedent(text[at : text.index(f"    {end}", at)])


def test_the_first_example_of_the_documentation(tmp_path):
    spec = written_between("# roadshow.toml", "# roadshow.csv")
    marks = written_between("# roadshow.csv", "flask").removeprefix("# roadshow.csv\n")
    (tmp_path / "roadshow.toml").write_text(spec, "utf-8")
    (tmp_path / "roadshow.csv").write_text(marks, "utf-8")
    answer = run(tmp_path / "roadshow.toml", tmp_path / "roadshow.csv", "--json")
    assert answer.exit_code == 0
    (row,) = json.loads(answer.output)["rows"]
    assert (row["total"], row["rank"]) == ("81.67", 1)


def test_the_documentation_holds_the_cores_of_the_case_files():
    written = DOCUMENT.read_text("utf-8")
    for name in ("skating", "diving"):
        spec = (FOLDER / f"{name}.toml").read_text("utf-8")
        steps = spec[spec.index("steps = [\n") : spec.index("\n]\n", spec.index("steps = [\n"))]
        assert "\n".join(f"    {line}" for line in steps.splitlines()) in written


def test_the_documentation_names_every_operator_and_tie_rule():
    written = DOCUMENT.read_text("utf-8")
    assert [name for name in (*OPERATORS, *TIES) if f"| `{name}` |" not in written] == []


UNREADABLE = [
    (
        [("王芳", 1, "style", "J1", "8")],
        "第 2 行：“style”不是本方案的评分点、给定值、加减分项或后续阶段",
    ),
    ([("王芳", 1, "execution", "", "8")], "第 2 行：缺少评委（judge）"),
    ([("王芳", 1, "difficulty", "J1", "3")], "第 2 行：给定值不填评委"),
    ([("王芳", "", "execution", "J1", "8")], "第 2 行：缺少动作或轮次（item）"),
    ([("", 1, "execution", "J1", "8")], "第 2 行：缺少参赛者（entry）"),
    ([("王芳", 1, "execution", "J1")], "第 2 行：有 4 列，表头有 5 列"),
]


@pytest.mark.parametrize(("rows", "reason"), UNREADABLE)
def test_a_file_that_cannot_be_understood_is_status_2(tmp_path, rows, reason):
    path = write(tmp_path / "m.csv", rows)
    answer = run(SPEC, path)
    assert (answer.exit_code, answer.stderr) == (2, f"{path}：{reason}\n")


def test_a_mark_given_twice_is_status_1(tmp_path):
    path = write(tmp_path / "m.csv", [("王芳", 1, "execution", "J1", "8")] * 2)
    answer = run(SPEC, path)
    assert (answer.exit_code, answer.stderr) == (1, "王芳 1 J1：“动作完成”有两个分数\n")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (("entry", "aspect", "judge"), "缺少列“mark”"),
        (
            ("entry", "aspect", "mark", "colour"),
            "列“colour”不认识或重复，可用：entry、item、aspect、judge、mark、note、track",
        ),
    ],
)
def test_the_header_is_checked(tmp_path, header, reason):
    path = write(tmp_path / "m.csv", [], header)
    answer = run(SPEC, path)
    assert (answer.exit_code, answer.stderr) == (2, f"{path}：表头：{reason}\n")


def test_files_that_are_not_there_or_no_text(tmp_path, marks):
    assert run(tmp_path / "none.toml", marks).exit_code == 2
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    assert run(SPEC, tmp_path / "b.csv").exit_code == 2
    (tmp_path / "float.toml").write_text("title = 1.5", "utf-8")
    assert run(tmp_path / "float.toml", marks).exit_code == 2
