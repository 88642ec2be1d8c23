"""Results: computed from closed panels, verified, signed by two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contests import life
from contests.models import ResultLine, ResultRun, RunSignature, Stage, Track
from contests.queries import grounds, halts, stages
from contests.queries import results as queries
from contests.queries.grounds import Ground
from contests.queries.panels import CHIEF, OFFICE, SUPERVISOR, covers, unplaced_count
from contests.queries.recheck import recheck_of
from contests.result_lines import LineFacts, digest_of, lines_of, result_digest
from contests.scoring import ENGINE_VERSION
from contests.services.trail import stream
from contests.spec import load_spec
from core import audit
from core.access import Actor
from core.collector import held_back
from core.db import db
from core.errors import DomainError, LoadError

SIGNING_LABELS = {CHIEF: "裁判长", SUPERVISOR: "监督仲裁", OFFICE: "赛事办"}


@dataclass(frozen=True)
class Verdict:
    """Whether a stored run is what its stored marks give, and where it differs, in Chinese."""

    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Nothing differs."""
        return not self.differences


def compute_run(*, actor: Actor, track_id: UUID, stage_id: UUID, now: datetime) -> ResultRun:
    """The result of a track as far as a stage, from its closed panels. The same inputs give the same
    run again, unless a panel was opened since."""
    track = queries.track_within(actor, track_id, OFFICE, CHIEF, for_update=True)
    stage = stages.stage_in(track.contest, stage_id)
    ground = _settled_ground(track, stage)
    last = grounds.last_run(track.id, stage.id)
    if (
        last is not None
        and last.input_digest == ground.digest
        and not grounds.reopened_since(last, ground.panels)
    ):
        return last
    with held_back():
        lines = lines_of(ground.spec, ground.inputs)
    run = ResultRun(
        track_id=track.id,
        stage_id=stage.id,
        seq=(last.seq if last else 0) + 1,
        engine=ENGINE_VERSION,
        input_digest=ground.digest,
        result_digest=_digest(ground, lines),
        spec=dict(ground.spec.canonical),
        made_by=actor.label,
        made_at=now,
    )
    run.lines = [
        _stored(place, one, ground.entries[one.code]) for place, one in enumerate(lines, start=1)
    ]
    db.session.add(run)
    _record(actor, "compute_run", run, track.contest_id, now)
    db.session.flush()
    return run


def _settled_ground(track: Track, stage: Stage) -> Ground:
    with held_back():
        ground = grounds.ground_of(track, stage)
    why = life.why_not_compute(
        stopped=halts.why_stopped(track.contest_id, track.id),
        panels=sum(one.stage_id == stage.id for one in ground.panels),
        still=[one.name for one in ground.panels if one.state != "closed"],
        unplaced=unplaced_count(track, stage),
        stage=stage.title,
    )
    if why:
        raise DomainError(why)
    return ground


def _stored(place: int, facts: LineFacts, entry_id: UUID) -> ResultLine:
    return ResultLine(
        entry_id=entry_id,
        position=place,
        code=facts.code,
        total_milli=facts.total_milli,
        rank=facts.rank,
        prize=facts.prize,
        medal=facts.medal,
        figures=facts.figures,
        why=facts.why,
        inputs=facts.inputs,
    )


def _digest(ground: Ground, lines: Sequence[LineFacts]) -> str:
    owners = {code: str(entry_id) for code, entry_id in ground.entries.items()}
    return result_digest(ground.digest, lines, owners)


def sign_run(*, actor: Actor, run_id: UUID, now: datetime) -> RunSignature:
    """Stand for a fresh, complete run: the chief judge, and somebody else for supervisors or office.
    One person signs once."""
    run = queries.run_within(actor, run_id, *SIGNING_LABELS, for_update=True)
    check = recheck_of(run)
    why = life.why_not_sign(
        stopped=halts.why_stopped(run.track.contest_id, run.track_id),
        stale=grounds.proven_staleness_of(run),
        lacking=[one.code for one in run.lines if one.total_milli is None],
        tied=[one.code for one in run.lines if one.why.get("waits")],
        recheck=check.progress.obstacle if check else "",
    )
    if why:
        raise DomainError(why)
    if any(one.account_id == actor.account_id for one in run.signatures):
        raise DomainError("您已经签过这份成绩，须由另一人签")
    role = _free_role(actor, run)
    signature = RunSignature(
        run_id=run.id,
        role=role,
        account_id=actor.account_id,
        signer=actor.label,
        result_digest=run.result_digest,
        at=now,
    )
    run.signatures.append(signature)
    _record(actor, "sign_run", run, run.track.contest_id, now, role)
    db.session.flush()
    return signature


def _free_role(actor: Actor, run: ResultRun) -> str:
    """As whom one signs: the chief judge's place, or the one of supervisors and office."""
    taken = {one.role for one in run.signatures}
    second = taken & {SUPERVISOR, OFFICE}
    for role in SIGNING_LABELS:
        held = covers(actor, run.track.contest_id, role)
        if held and role not in taken and not (second and role != CHIEF):
            return role
    raise DomainError("您这一方已经签过，等另一方签字")


def verify_run(run_id: UUID) -> Verdict:
    """Recompute a stored run from the stored marks; NotFound if there is no such run."""
    run = queries.run_of(run_id)
    ground = grounds.ground_of(run.track, run.stage)
    try:
        spec = load_spec(run.spec, "评分办法").ending(run.stage.key)
        lines = lines_of(spec, ground.inputs)
    except (LoadError, DomainError) as fault:
        return Verdict((str(fault),))
    found: list[str] = []
    if digest_of(spec, ground.inputs) != run.input_digest:
        found.append("现在的分数与计算时的不同")
    tampered = queries.tampered_marks([one.id for one in ground.panels])
    if tampered:
        found.append(f"有 {tampered} 个分数与操作记录不符")
    stored = [line_facts(one) for one in run.lines]
    found += differing(stored, lines)
    owners = {one.code: str(one.entry_id) for one in run.lines}
    if result_digest(run.input_digest, stored, owners) != run.result_digest:
        found.append("成绩内容与它的摘要不符")
    return Verdict(tuple(found))


def line_facts(line: ResultLine) -> LineFacts:
    """A stored line as the engine gives it."""
    return LineFacts(
        line.code,
        line.total_milli,
        line.rank,
        line.prize,
        line.medal,
        line.figures,
        line.why,
        line.inputs,
    )


def differing(stored: Sequence[LineFacts], computed: Sequence[LineFacts]) -> list[str]:
    """A sentence for each code whose stored line is not the computed one."""
    again = {one.code: one for one in computed}
    wrong = [one.code for one in stored if again.pop(one.code, None) != one]
    return [f"{code} 号的结果与重算的不同" for code in [*wrong, *sorted(again)]]


def _record(
    actor: Actor, verb: str, run: ResultRun, contest_id: UUID, now: datetime, role: str = ""
) -> None:
    changes = {"seq": run.seq, "digest": run.result_digest} | ({"role": role} if role else {})
    audit.record(
        actor=actor, verb=verb, subject=run, now=now, stream=stream(contest_id), changes=changes
    )
