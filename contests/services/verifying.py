"""The nightly check: every stored value that follows from others is worked out anew and compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from contests import draw
from contests.certificates import prize_text
from contests.marks import Mark
from contests.models import (
    Certificate,
    Contest,
    FinalRelease,
    Panel,
    Publication,
    Reopening,
    ResultLine,
    ResultRun,
)
from contests.queries import grounds, panels
from contests.queries import results as queries
from contests.result_lines import Inputs, digest_of, lines_of, result_digest
from contests.score_sheets import due_aspects, sheet_digest
from contests.scoring import ENGINE_VERSION
from contests.services.results import differing, line_facts
from contests.spec import load_spec
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, LoadError


def verify_all() -> Iterator[str]:
    """What differs, a sentence each with its place. The present marks from the operations, confirmed sheets
    from their marks, the secrets of draw and re-check from what was committed to, every run from the marks
    that it keeps and the last one from those that stand, and what was signed, released and printed from it."""
    for panel in list(db.session.scalars(_panels())):
        place = f"{panel.contest.name} {panel.track.name} {panel.name}"
        yield from (f"{place}：{told}" for told in _panel_faults(panel))
    for run_id in list(db.session.scalars(select(ResultRun.id).order_by(ResultRun.made_at))):
        run = queries.run_of(run_id)
        place = f"{run.track.contest.name} {run.track.name} {run.stage.title} 第 {run.seq} 次计算"
        yield from (f"{place}：{told}" for told in _run_faults(run))
        db.session.expire_all()  # a large contest is not kept in memory with the next
    yield from _paper_faults()


def _panels() -> Select[Any]:
    return (
        select(Panel)
        .options(
            joinedload(Panel.contest).selectinload(Contest.stages),
            joinedload(Panel.track),
            joinedload(Panel.stage),
            selectinload(Panel.seats),
            selectinload(Panel.performances),
        )
        .order_by(Panel.contest_id, Panel.track_id, Panel.name, Panel.id)
    )


def _panel_faults(panel: Panel) -> Iterator[str]:
    tampered = queries.tampered_marks([panel.id])
    if tampered:
        yield f"有 {tampered} 个分数与操作记录不符"
    rule, marks = panels.rule_of(panel.stage), panels.marks_of([panel.id])
    criteria = {one.id: one.criteria for one in panel.seats}
    codes = {one.id: one.code for one in panel.performances}
    for sheet in panels.sheets_of([panel.id]):
        aspects = due_aspects(rule, criteria[sheet.seat_id])
        now = sheet_digest(aspects, marks.get(sheet.id, {}))
        if sheet.state == "confirmed" and sheet.confirmed_digest != now:
            yield f"{codes[sheet.performance_id]} 号有一张评分表与确认时的摘要不符"
    query = select(Reopening.at).where(
        Reopening.panel_id == panel.id, Reopening.kind == "confirmed"
    )
    if panel.reopened_at != max(db.session.scalars(query), default=None):
        yield "重新开放的时间与记录不符"
    yield from _seed_faults(panel)


def _seed_faults(panel: Panel) -> Iterator[str]:
    """Draw and re-check were committed to in the trail before anybody marked (I13)."""
    query = select(AuditEntry).where(
        AuditEntry.verb == "create_panel", AuditEntry.subject == f"contests_panel/{panel.id}"
    )
    told = db.session.scalars(query).first()
    secrets = {"draw_commitment": panel.draw_seed, "recheck_commitment": panel.recheck_seed}
    for name, secret in secrets.items():
        if told is None or told.changes.get(name) != draw.commitment(secret):
            word = "抽签" if name == "draw_commitment" else "复核抽样"
            yield f"{word}的种子与抽签时公布的摘要不符"


def _run_faults(run: ResultRun) -> Iterator[str]:
    stored = [line_facts(one) for one in run.lines]
    owners = {one.code: str(one.entry_id) for one in run.lines}
    if result_digest(run.input_digest, stored, owners) != run.result_digest:
        yield "成绩内容与它的摘要不符"
    if any(one.result_digest != run.result_digest for one in run.signatures):
        yield "有签字不是对这份内容签的"
    if run.engine != ENGINE_VERSION:
        return
    marks = [Mark(one.code, *row) for one in run.lines for row in one.inputs]
    inputs = Inputs(tuple(sorted(marks)), tuple(sorted(owners)))
    try:
        spec = load_spec(run.spec, "评分办法").ending(run.stage.key)
        if digest_of(spec, inputs) != run.input_digest:
            yield "存下的分数与数据摘要不符"
        yield from differing(stored, lines_of(spec, inputs))
    except (LoadError, DomainError) as fault:
        yield str(fault)
        return
    if not grounds.staleness_of(run) and grounds.proven_staleness_of(run):
        yield "没有过期，现在的分数却与计算时的不同"


def _paper_faults() -> Iterator[str]:
    """What was released and printed, from the runs."""
    released = (
        select(FinalRelease, ResultRun.result_digest)
        .join(Publication, Publication.id == FinalRelease.publication_id)
        .join(ResultRun, ResultRun.id == Publication.run_id)
        .order_by(FinalRelease.at)
    )
    for release, digest in db.session.execute(released):
        if release.result_digest != digest:
            yield f"{release.signer} 的定稿不是对现在的成绩签的"
    printed = (
        select(Certificate, ResultLine)
        .join(ResultLine, ResultLine.id == Certificate.line_id)
        .order_by(Certificate.number)
    )
    for paper, line in db.session.execute(printed):
        if paper.prize != prize_text(line.medal, line.prize):
            yield f"证书 {paper.number} 的奖项与成绩不符"
