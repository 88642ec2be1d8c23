"""The command group `flask contests`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from contests import draw
from contests.marks import by_track
from contests.prizes import MEDAL_TITLES
from contests.reasons import explain, figure_or_none, stage_figures
from contests.scoring import Row, compute
from contests.services import verifying
from contests.services.anonymising import anonymous_marks
from contests.services.results import verify_run
from contests.spec import Spec, load_spec
from core.collector import held_back
from core.command_groups import Commands
from core.errors import DomainError, LoadError, NotFound

commands = Commands("contests", help="赛事：重算成绩，重做抽签。")

REFUSED, UNREADABLE = 1, 2
SCORE_HELP = """由规则和评分重算成绩，列出名次和每个数的由来。

格式见 docs/scoring.md。退出码：0 全部算出；1 评分被拒或有人缺分；2 文件读不出来。"""
VERIFY_HELP = """用存下的评分重算成绩，与存下的结果比对。

RUN 是成绩计算页面网址的末段。--all 核对全部：分数与操作记录、确认过的评分表、抽签和复核的种子、
每一次计算、签字、定稿和证书，宜每夜运行一次。
退出码：0 一致；1 不一致；2 没有这次计算。"""
ANONYMOUS_HELP = """把一次计算所用的评分导出为没有姓名和代码的表，供研究用。

RUN 是成绩计算页面网址的末段。选手和评委的编号每次导出都重新打乱，加减分的原因略去；格式见 docs/scoring.md 的 MARKS。
退出码：0 已写出；1 代码还封着，或成绩已过期；2 没有这次计算，或文件写不了。"""
REPLAY_HELP = """用公开页面的抽签记录重做一次抽签。

退出码：0 一致；1 不一致；2 文件读不出来。"""


@commands.command("score", with_appcontext=False, help=SCORE_HELP)
@click.argument("spec_path", metavar="SPEC.toml", type=click.Path(path_type=Path))
@click.argument("marks_path", metavar="MARKS.csv", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def score(spec_path: Path, marks_path: Path, as_json: bool) -> None:
    """Recompute a result: ranks, and the reason of every figure (docs/scoring.md).

    Exit status: 0 all scored, 1 marks refused or entries incomplete, 2 a file cannot be read.
    """
    try:
        spec = load_spec(_text(spec_path), str(spec_path))
        tracks = by_track(_text(marks_path), str(marks_path), spec)
        with held_back():
            rows = [
                (track, row) for track in sorted(tracks) for row in compute(spec, tracks[track])
            ]
    except (LoadError, DomainError) as fault:
        click.echo(str(fault), err=True)
        raise SystemExit(UNREADABLE if isinstance(fault, LoadError) else REFUSED) from None
    if as_json:
        told = [_json_row(spec, track, row) for track, row in rows]
        click.echo(json.dumps({"rows": told}, ensure_ascii=False))
    else:
        for track, row in rows:
            _print_row(spec, track, row)
    if any(row.total is None or row.waits for _, row in rows):
        raise SystemExit(REFUSED)


@commands.command("verify", help=VERIFY_HELP)
@click.argument("run_id", metavar="RUN", required=False, default="")
@click.option("--all", "everything", is_flag=True, help="核对全部赛事存下的数据。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def verify(run_id: str, everything: bool, as_json: bool) -> None:
    """Recompute a stored result from its stored marks; RUN is the end of its address. Or all of them.

    Exit status: 0 the same, 1 it differs, 2 there is no such run.
    """
    if everything == bool(run_id):
        click.echo("请写一次计算的编号，或者只写 --all", err=True)
        raise SystemExit(UNREADABLE)
    if everything:
        _verify_all(as_json)
        return
    try:
        verdict = verify_run(UUID(run_id))
    except (ValueError, NotFound):
        click.echo("没有这次成绩计算，请核对编号", err=True)
        raise SystemExit(UNREADABLE) from None
    if as_json:
        told = {"run": run_id, "same": verdict.same, "differences": list(verdict.differences)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo("\n".join(verdict.differences) or "与重算的结果一致")
    if not verdict.same:
        raise SystemExit(REFUSED)


def _verify_all(as_json: bool) -> None:
    with held_back():
        differences = list(verifying.verify_all())
    if as_json:
        told = {"same": not differences, "differences": differences}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo("\n".join(differences) or "存下的数据都与重算的一致")
    if differences:
        raise SystemExit(REFUSED)


@commands.command("export-anonymous", help=ANONYMOUS_HELP)
@click.argument("run_id", metavar="RUN")
@click.argument("path", metavar="MARKS.csv", type=click.Path(path_type=Path))
def export_anonymous(run_id: str, path: Path) -> None:
    """Write the marks behind a run under names that follow from nothing.

    Exit status: 0 written, 1 the codes are still sealed or the run is stale, 2 there is no such run, or no such place.
    """
    try:
        text = anonymous_marks(UUID(run_id))
        path.write_text(text, encoding="utf-8")
    except (ValueError, NotFound):
        click.echo("没有这次成绩计算，请核对编号", err=True)
        raise SystemExit(UNREADABLE) from None
    except DomainError as refusal:
        click.echo(refusal.message, err=True)
        raise SystemExit(REFUSED) from None
    except OSError:
        click.echo(f"{path}：写不了，请检查路径和权限", err=True)
        raise SystemExit(UNREADABLE) from None
    click.echo(f"已写出 {path}")


@commands.command("replay-draw", with_appcontext=False, help=REPLAY_HELP)
@click.argument("path", metavar="DRAW.json", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def replay_draw(path: Path, as_json: bool) -> None:
    """Repeat a draw from the record that its public page offers.

    Exit status: 0 the same, 1 it differs, 2 the file cannot be read.
    """
    try:
        differences = draw.replay(json.loads(_text(path)))
    except (LoadError, DomainError, ValueError) as fault:
        click.echo(f"{path}：不是抽签记录文件（{fault}）", err=True)
        raise SystemExit(UNREADABLE) from None
    if as_json:
        told = {"same": not differences, "differences": differences}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo("\n".join(differences) or "与重新抽签的结果一致")
    if differences:
        raise SystemExit(REFUSED)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LoadError(str(path), "文件", "找不到这个文件，请检查路径") from None
    except (OSError, UnicodeDecodeError):
        raise LoadError(str(path), "文件", "打不开，或不是 UTF-8 编码的文本") from None


def _json_row(spec: Spec, track: str, row: Row) -> dict[str, Any]:
    total = row.figures[row.result]
    figures = {f.key: f for f in spec.figures.values() if f.key in row.figures}
    return {
        "entry": row.entry,
        **({"track": track} if track else {}),
        "stages": stage_figures(spec, row.figures),
        "total": figure_or_none(total),
        "rank": row.rank,
        "why": {
            "total": explain(spec, total),
            "figures": {key: figure_or_none(row.figures[key]) for key in figures},
            "settled_by": row.settled_by,
            "medal": row.medal,
            "prize": row.prize,
            "out_after": row.out_after,
            "waits": row.waits,
            "problems": list(row.problems),
        },
    }


def _print_row(spec: Spec, track: str, row: Row) -> None:
    total = figure_or_none(row.figures[row.result])
    place = "未排名" if row.rank is None else f"第 {row.rank} 名"
    words = [row.settled_by, MEDAL_TITLES.get(row.medal), row.prize]
    words += ["等待抽签或加赛" if row.waits else ""]
    words += [f"止于{spec.stage(row.out_after).title}" if row.out_after else ""]
    extra = "，".join(word for word in words if word)
    where = f"{track} {place}" if track else place
    click.echo(f"{where}  {row.entry}  {total or '缺分'}" + (f"  （{extra}）" if extra else ""))
    for problem in row.problems:
        click.echo(f"    {problem}")
    _print_reason(explain(spec, row.figures[row.result]), "    ")


def _print_reason(told: dict[str, Any], indent: str) -> None:
    words = [told["what"], told.get("item"), told.get("judge"), told.get("value", "—")]
    line = " ".join(word for word in words if word)
    click.echo(f"{indent}{line}" + (f"  {told['how']}" if told.get("how") else ""))
    for inner in told.get("of", ()):
        _print_reason(inner, indent + "  ")
