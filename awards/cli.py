"""`flask awards …`: evaluate case files and check rulebooks, outside the database.

Exit status: 0 as expected, 1 differs, 2 cannot be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from awards import case_files, coverage, rulebook
from awards.case_files import Run
from awards.lines import STATUS_LABELS
from awards.rules import Rulebook
from core import money
from core.command_groups import Commands
from core.errors import LoadError

RULEBOOKS = Path(__file__).parent / "rulebooks"
CASES = Path(__file__).parent / "cases"
DEFAULT_BOOK = RULEBOOKS / "quwei-2020-7.toml"
EVALUATE_HELP = """由案例里的事实测算奖补，并与 expect 比对。

不读数据库。退出码：0 全部相符；1 有不符；2 文件读不出来。"""
CHECK_HELP = """核对全部规则库：引文、数字、案例、起止日。

退出码：0 全部相符；1 有问题；2 文件读不出来。"""

commands = Commands("awards", help="奖补规则：测算案例、核对规则库。")


@commands.command("evaluate", with_appcontext=False, help=EVALUATE_HELP)
@click.argument("cases", metavar="CASES.toml", type=click.Path(path_type=Path))
@click.option(
    "--rulebook",
    "book_path",
    metavar="BOOK.toml",
    type=click.Path(path_type=Path),
    default=DEFAULT_BOOK,
    help="规则库文件；不写则用本系统自带的规则库。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def evaluate(cases: Path, book_path: Path, as_json: bool) -> None:
    """Evaluate the facts of case files and compare with `expect`; outside the database."""
    try:
        book = rulebook.load(book_path)
        runs = [case_files.run(case, book) for case in case_files.load(cases, book)]
    except LoadError as error:
        _cannot_read(error)
    if as_json:
        click.echo(json.dumps({"cases": [_run_json(run) for run in runs]}, ensure_ascii=False))
    else:
        for run in runs:
            _show(run)
        click.echo(f"{len(runs)} 个案例，{sum(not run.ok for run in runs)} 个不符。")
    sys.exit(0 if all(run.ok for run in runs) else 1)


@commands.command("check", with_appcontext=False, help=CHECK_HELP)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def check(as_json: bool) -> None:
    """Check every rulebook: quotes, figures, cases, days of effect."""
    reports: list[dict[str, object]] = []
    try:
        for path in sorted(RULEBOOKS.glob("*.toml")):
            book = rulebook.load(path)
            reports.append(_report(path.stem, book, _book_runs(path.stem, book)))
    except LoadError as error:
        _cannot_read(error)
    faulty = [report for report in reports if report["faults"]]
    if as_json:
        click.echo(json.dumps({"rulebooks": reports}, ensure_ascii=False))
    else:
        for report in reports:
            click.echo(
                f"{report['rulebook']}：{report['rules']} 条规则引文与数字相符，"
                f"{report['cases']} 个案例。"
            )
            for fault in report["faults"] if isinstance(report["faults"], list) else []:
                click.echo(f"  {fault}")
        click.echo("有问题，见上。" if faulty else "全部相符。")
    sys.exit(1 if faulty else 0)


def _book_runs(stem: str, book: Rulebook) -> list[Run]:
    """The runs of every case file that bears the name of a book."""
    return [
        case_files.run(case, book)
        for path in sorted(CASES.glob(f"{stem}*.toml"))
        for case in case_files.load(path, book)
    ]


def _report(name: str, book: Rulebook, runs: Sequence[Run]) -> dict[str, object]:
    differing = [f"案例 {run.case.id} 结果不符" for run in runs if not run.ok]
    return {
        "rulebook": name,
        "rules": len(book.rules),
        "cases": len(runs),
        "faults": [*differing, *coverage.gaps(book, runs)],
    }


def _run_json(run: Run) -> dict[str, object]:
    rows = [[line.rule, line.payee, line.fen, line.status, line.why] for line in run.lines]
    return {"id": run.case.id, "ok": run.ok, "lines": rows}


def _show(run: Run) -> None:
    """One case for a reader: its lines with reasons, and what was expected if it differs."""
    mark = "相符" if run.ok else "不符"
    click.echo(f"{run.case.id} {run.case.title}：{mark if run.case.expect is not None else '测算'}")
    for line in run.lines:
        label = STATUS_LABELS[line.status]
        payee = line.payee or "收款人不明"
        click.echo(f"  {line.rule} {payee} {money.yuan(line.fen)} 元 {label}：{line.why}")
    if not run.ok:
        for rule, payee, fen, status in run.case.expect or ():
            click.echo(f"  应为：{rule} {payee} {money.yuan(fen)} 元 {STATUS_LABELS[status]}")
        if not run.case.expect:
            click.echo("  应为：没有任何一行")


def _cannot_read(error: LoadError) -> NoReturn:
    click.echo(f"无法读取 {error}。", err=True)
    sys.exit(2)
