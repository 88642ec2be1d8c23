"""`flask mentorship …` and `flask training …`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click
from flask import current_app

from core import clock, toml_tables
from core.command_groups import Commands
from core.db import db
from core.errors import DomainError, LoadError
from training import instance, matching
from training.explaining import Explainer, Reason
from training.queries.classes import class_by_code
from training.services import rosters

mentorship = Commands("mentorship", help="师徒配对。")
training = Commands("training", help="培训班和花名册。")

AS_EXPECTED, DIFFERS, UNREADABLE = 0, 1, 2
MATCH_HELP = """由文件里的师傅、徒弟和志愿算出配对，与 answer 比对。

列出配对、未配对的人、阻塞对和理由。退出码：0 相符；1 不符或不稳定；2 文件读不出来。"""
IMPORT_HELP = """逐行检查花名册；加 --commit 才写入，要么全部写入，要么一行不写。

退出码：0 每一行都能写入；1 有行被拒；2 文件读不出来。"""
Pairs = dict[str, list[str]]


@dataclass(frozen=True)
class Outcome:
    """What the engine found for one instance, and in what it differs from what was expected.

    `pairs` and `unmatched` are the engine's; `assignment`, `blocking` and the reasons are those
    after the override, if there is one.
    """

    case: instance.Case
    pairs: Pairs
    assignment: matching.Assignment
    unmatched: list[str]
    blocking: list[tuple[str, str]]
    why: list[Reason]
    why_not: list[Reason]
    differences: list[str]

    @property
    def ok(self) -> bool:
        return not self.differences


@mentorship.command("match", with_appcontext=False, help=MATCH_HELP)
@click.argument("path", metavar="INSTANCE.toml", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def match(path: Path, as_json: bool) -> None:
    """Pairs, unmatched, blocking pairs and reasons of each instance; compares with `answer`.

    Exit status 0: as expected; 1: differs or not stable; 2: cannot be read.
    """
    try:
        cases = instance.parse(toml_tables.content(path), source=path.name)
    except LoadError as error:
        click.echo(str(error), err=True)
        sys.exit(UNREADABLE)
    outcomes = [solve(case) for case in cases]
    if as_json:
        found = {"instances": [_as_json(outcome) for outcome in outcomes]}
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo("\n\n".join(_as_text(outcome) for outcome in outcomes))
    sys.exit(AS_EXPECTED if all(outcome.ok for outcome in outcomes) else DIFFERS)


@training.command("import", help=IMPORT_HELP)
@click.argument("path", metavar="ROSTER.xlsx", type=click.Path(path_type=Path))
@click.option("--class", "code", required=True, metavar="CODE", help="班级编号。")
@click.option("--commit", is_flag=True, help="写入全部行；不加则只检查。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def import_roster(path: Path, code: str, commit: bool, as_json: bool) -> None:
    """Report a roster row by row; nothing is written without --commit, and then all rows or none.

    Exit status 0: every row can be taken; 1: rows are refused; 2: cannot be read.
    """
    try:
        data = path.read_bytes()
        class_id = class_by_code(code).id
        root = current_app.extensions["settings"].files if commit else None
        upload = rosters.read_upload(data=data, filename=path.name, root=root, today=clock.today())
        found = rosters.dry_run(class_id=class_id, upload=upload)
    except OSError:
        click.echo(f"{path}：读不出来，请核对路径。", err=True)
        sys.exit(UNREADABLE)
    except DomainError as error:
        click.echo(f"{error.message}。", err=True)
        sys.exit(UNREADABLE)
    refusal = _write_roster(class_id, found) if commit else ""
    written = commit and not refusal
    if as_json:
        report = {"counts": found.counts, **found.report, "written": written, "refusal": refusal}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo("\n".join([*_roster_lines(found), _ending(commit, refusal)]))
    sys.exit(DIFFERS if found.counts["errors"] or refusal else AS_EXPECTED)


def _write_roster(class_id: UUID, found: rosters.DryRun) -> str:
    """Write all rows in one unit; the sentence why not, or empty."""
    now = clock.now()
    try:
        with db.unit():
            job = rosters.keep_dry_run(actor=None, class_id=class_id, found=found, now=now)
            rosters.apply(
                actor=None, job_id=job.id, upload=found.upload, good_rows_only=False, now=now
            )
    except DomainError as error:
        return f"没有写入：{error.message}。"
    return ""


def _roster_lines(found: rosters.DryRun) -> list[str]:
    counts = found.counts
    head = (
        f"{found.upload.filename}：共 {counts['rows']} 行，新增 {counts['new']}，"
        f"更新 {counts['update']}，未变 {counts['unchanged']}，"
        f"错误 {counts['refused']} 行，提醒 {counts['warnings']} 处。"
    )
    lines = [head]
    for issue in found.report["issues"]:
        kind = "错误" if issue["code"].startswith("E_") else "提醒"
        value = f"（{issue['value']}）" if issue["value"] else ""
        lines.append(f"第 {issue['row']} 行 {issue['column']}{value} {kind}：{issue['text']}")
    lines += found.report["notes"]
    if found.report["other_sheets"]:
        lines.append(f"没有读取的工作表：{'、'.join(found.report['other_sheets'])}。")
    if found.report["ignored"]:
        lines.append(f"没有读取、也不会保存的列：{'、'.join(found.report['ignored'])}。")
    return lines


def _ending(commit: bool, refusal: str) -> str:
    if not commit:
        return "只是检查，没有写入；加 --commit 写入。"
    return refusal or "已写入。"


def solve(case: instance.Case) -> Outcome:
    """Run one instance. Apprentices propose unless only the masters' answer is given."""
    market = matching.market(case.instance)
    only_masters = case.answer is None and case.answer_masters_propose is not None
    propose = matching.masters_propose if only_masters else matching.apprentices_propose
    assignment = propose(market)
    shown = assignment
    differences = []
    if case.override:
        shown = matching.moved(assignment, case.override.moves)
    blocking = matching.blocking_pairs(market, shown)
    if case.override is None and blocking:
        differences.append("单位与师傅的排序相互矛盾，没有找到稳定的配对")
    if case.answer is not None and matching.by_master(assignment) != case.answer:
        differences.append("配对与 answer 不同")
    if case.answer_masters_propose is not None:
        theirs = matching.by_master(matching.masters_propose(market))
        if theirs != case.answer_masters_propose:
            differences.append("师傅先提出的配对与 answer_masters_propose 不同")
    expected = case.override.blocking if case.override else None
    if expected is not None and sorted(expected) != sorted(blocking):
        differences.append("阻塞对与 override.blocking_pairs 不同")
    explainer = Explainer(market, shown)
    return Outcome(
        case=case,
        pairs=matching.by_master(assignment),
        assignment=shown,
        unmatched=matching.unmatched(case.instance, assignment),
        blocking=blocking,
        why=explainer.pairs(),
        why_not=explainer.unmet(),
        differences=differences,
    )


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "id": outcome.case.id,
        "pairs": outcome.pairs,
        "unmatched": outcome.unmatched,
        "blocking": [list(pair) for pair in outcome.blocking],
        "ok": outcome.ok,
    }


def _as_text(outcome: Outcome) -> str:
    case = outcome.case
    lines = [f"【{case.id}】{case.title}".rstrip(), "配对："]
    lines += [f"  师傅 {master}：{'、'.join(held)}" for master, held in outcome.pairs.items()]
    lines.append(f"未配对：{'、'.join(outcome.unmatched) or '无'}")
    if case.override:
        moves = "；".join(f"{a} → {m or '（取消）'}" for a, m in case.override.moves.items())
        lines.append(f"人工调整：{moves}")
        over = matching.over_places(case.instance, outcome.assignment)
        lines += [f"超出名额：{'、'.join(over)}"] if over else []
    lines.append("阻塞对：" + ("、".join(f"{a}—{m}" for a, m in outcome.blocking) or "无"))
    lines.append("配对理由：")
    lines += [f"  {reason.apprentice} — {reason.master}：{reason.text}" for reason in outcome.why]
    lines.append("未满足的志愿：" if outcome.why_not else "未满足的志愿：无")
    lines += [f"  {reason.apprentice}：{reason.text}" for reason in outcome.why_not]
    lines += [f"不符：{difference}" for difference in outcome.differences]
    return "\n".join(lines)
