"""Running the pairing engine over a round, and moves made by hand with what they upset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from core import audit, canonical, ids
from core.access import Actor
from core.db import db
from core.errors import DomainError
from training import matching, mentoring_rules
from training.explaining import Explainer, Reason
from training.mentoring_rules import Round, exclusion, score
from training.models import MatchRun, MentorshipRound, Pair, UnmetWish
from training.queries.rounds import (
    Sides,
    assignment,
    newest_run,
    participant_of,
    round_of,
    sides,
)
from training.services.rounds import ready, rules_of, stream

ENGINE = "deferred-acceptance 1"
NOBODY = "名单里要有师傅也有徒弟，请先导入名单"


@dataclass(frozen=True)
class Move:
    """What moving an apprentice would do, before it is done. Names are 编号."""

    run_id: UUID
    apprentice: str
    master: str
    present: str
    blocking: tuple[tuple[str, str], ...]
    refused: str


@dataclass(frozen=True)
class _Solved:
    """A round with an assignment, ready to be written."""

    sides: Sides
    round: Round
    market: matching.Market
    assignment: Mapping[str, str]


def compute(*, actor: Actor, round_id: UUID, now: datetime) -> MatchRun:
    """Pair the round anew from the wishes; moves made before do not carry over."""
    found = _unpublished(round_id)
    people, built, market = _build(found)
    if not people.masters or not people.apprentices:
        raise DomainError(NOBODY)
    solved = _Solved(people, built, market, matching.apprentices_propose(market))
    run = _write(found, solved, moves={}, blocking=[], reason="", actor=actor, now=now)
    found.state = "computed"
    _record(actor, "compute_pairs", run, now)
    db.session.flush()
    return run


def _unpublished(round_id: UUID) -> MentorshipRound:
    found = round_of(round_id)
    db.session.refresh(found, with_for_update=True)
    refuse_published(round_id)
    return found


def refuse_published(round_id: UUID) -> None:
    """Raises DomainError when a round can no longer change."""
    if round_of(round_id).state == "published":
        raise DomainError("这一轮已经公布，不能再改")


def refuse_compute(round_id: UUID) -> None:
    """Raises DomainError when a round is published or lacks a side."""
    refuse_published(round_id)
    if not ready(round_id):
        raise DomainError(NOBODY)


def _build(found: MentorshipRound) -> tuple[Sides, Round, matching.Market]:
    people = sides(found.id)
    built = mentoring_rules.build(
        people.masters, people.apprentices, rules_of(found), seed=found.seed
    )
    return people, built, matching.market(built.instance)


def weigh_move(*, round_id: UUID, apprentice_id: UUID, master_id: UUID | None) -> Move:
    """The blocking pairs that a move would create, and why it is impossible if it is. Without a
    master the pair is cancelled."""
    found = round_of(round_id)
    run = newest_run(round_id)
    if run is None:
        raise DomainError("这一轮还没有配对，请先配对")
    apprentice = participant_of(round_id, apprentice_id, "apprentice").key
    master = participant_of(round_id, master_id, "master").key if master_id else ""
    people, built, market = _build(found)
    present = assignment(run.id)
    after = matching.moved(present, {apprentice: master})
    return Move(
        run_id=run.id,
        apprentice=apprentice,
        master=master,
        present=present.get(apprentice, ""),
        blocking=tuple(
            pair
            for pair in matching.blocking_pairs(market, after)
            if pair not in matching.blocking_pairs(market, present)
        ),
        refused=_refusal(found, people, built, present, after, apprentice, master),
    )


def _refusal(
    found: MentorshipRound,
    people: Sides,
    built: Round,
    present: Mapping[str, str],
    after: Mapping[str, str],
    apprentice: str,
    master: str,
) -> str:
    if not master:
        return "" if present.get(apprentice) else "徒弟现在没有师傅，不用取消"
    if present.get(apprentice) == master:
        return "徒弟现在就跟着这位师傅，请改选别的师傅"
    one = next(a for a in people.apprentices if a.key == apprentice)
    other = next(m for m in people.masters if m.key == master)
    excluded = exclusion(one, other, rules_of(found))
    if excluded:
        return f"不符合配对条件：{excluded.text}"
    if matching.over_places(built.instance, after):
        return (
            f"师傅 {master} 的名额 {built.instance.places(master)} 个已满，"
            "请先给其中一名徒弟改派师傅或取消配对"
        )
    return ""


def move_apprentice(
    *,
    actor: Actor,
    round_id: UUID,
    apprentice_id: UUID,
    master_id: UUID | None,
    run_id: UUID,
    reason: str,
    now: datetime,
) -> MatchRun:
    """Write a move as a run of its own, with the blocking pairs the officer was shown.

    `run_id` is the run that was shown: if there is a newer one, the list may differ.
    """
    found = _unpublished(round_id)
    move = weigh_move(round_id=round_id, apprentice_id=apprentice_id, master_id=master_id)
    if move.run_id != run_id:
        raise DomainError("配对刚被别人更新，请重新打开页面核对后再操作")
    if move.refused:
        raise DomainError(move.refused)
    people, built, market = _build(found)
    after = matching.moved(assignment(run_id), {move.apprentice: move.master})
    run = _write(
        found,
        _Solved(people, built, market, after),
        moves={move.apprentice: move.master},
        blocking=[list(pair) for pair in move.blocking],
        reason=reason,
        actor=actor,
        now=now,
    )
    _record(actor, "move_apprentice", run, now, reason)
    db.session.flush()
    return run


def free_places(round_id: UUID) -> dict[str, int]:
    """{master 编号: places that nobody has} in the newest run."""
    found = round_of(round_id)
    _, built, _ = _build(found)
    run = newest_run(round_id)
    left = {key: built.instance.places(key) for key in built.instance.masters}
    for master in (assignment(run.id) if run else {}).values():
        left[master] -= 1
    return left


def _record(actor: Actor, verb: str, run: MatchRun, now: datetime, reason: str = "") -> None:
    audit.record(
        actor=actor,
        verb=verb,
        subject=run,
        now=now,
        stream=stream(run.round_id),
        changes={
            "run": run.number,
            "inputs": run.inputs_digest,
            "moves": run.moves,
            "blocking": run.blocking,
            **run.stats,
        },
        reason=reason,
    )


def _write(
    found: MentorshipRound,
    solved: _Solved,
    *,
    moves: dict[str, str],
    blocking: list[list[str]],
    reason: str,
    actor: Actor,
    now: datetime,
) -> MatchRun:
    """The run with all its pairs and reasons. Sentences name people by 编号."""
    explainer = Explainer(
        market=solved.market,
        assignment=solved.assignment,
        points=solved.round.points,
        stated=solved.round.stated,
        refused=solved.round.refused,
    )
    pairs, unmet = explainer.pairs(), explainer.unmet()
    before = newest_run(found.id)
    run = MatchRun(
        round_id=found.id,
        number=before.number + 1 if before else 1,
        engine=ENGINE,
        inputs_digest=inputs_digest(found, solved.sides),
        lottery_seed=found.seed,
        moves=moves,
        blocking=blocking,
        reason=reason,
        stats=_stats(solved, pairs),
        by_label=actor.label,
        at=now,
    )
    db.session.add(run)
    db.session.flush()
    _write_reasons(found, run, solved, pairs, unmet)
    return run


def inputs_digest(found: MentorshipRound, people: Sides) -> str:
    """sha256 over everything the result depends on, so that anybody can recompute it."""
    body = {
        "masters": [asdict(one) for one in people.masters],
        "apprentices": [asdict(one) for one in people.apprentices],
        "rules": found.rules,
        "seed": found.seed,
    }
    return canonical.digest(body)


def _stats(solved: _Solved, pairs: list[Reason]) -> dict[str, int]:
    return {
        "pairs": len(pairs),
        "unmatched": len(solved.sides.apprentices) - len(pairs),
        "first_wish": sum(reason.wish == 1 for reason in pairs),
        "blocking": len(matching.blocking_pairs(solved.market, solved.assignment)),
    }


def _write_reasons(
    found: MentorshipRound,
    run: MatchRun,
    solved: _Solved,
    pairs: list[Reason],
    unmet: list[Reason],
) -> None:
    row = solved.sides.ids
    masters = {one.key: one for one in solved.sides.masters}
    apprentices = {one.key: one for one in solved.sides.apprentices}
    rules = rules_of(found)
    if pairs:
        db.session.execute(
            insert(Pair),
            [
                {
                    "id": ids.ordered(),
                    "run_id": run.id,
                    "master_id": row[one.master],
                    "apprentice_id": row[one.apprentice],
                    "reason": one.text,
                    "parts": score(apprentices[one.apprentice], masters[one.master], rules),
                }
                for one in pairs
            ],
        )
    if unmet:
        db.session.execute(
            insert(UnmetWish),
            [
                {
                    "id": ids.ordered(),
                    "run_id": run.id,
                    "apprentice_id": row[one.apprentice],
                    "wish": one.wish,
                    "code": one.code,
                    "reason": one.text,
                }
                for one in unmet
            ],
        )
