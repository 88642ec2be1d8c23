"""Evaluation: all facts through the pure engine, and the living lines brought up to date.

A run is never changed. The same inputs give no new run. A line that comes out otherwise than it
was approved falls back to `proposed`: the approval was for something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from awards import collect, engine, ledger, lines, payee_refs, rulebook_in_force
from awards.collect import Collected
from awards.ledger import Due, Place
from awards.lines import Line
from awards.models import AwardLine, EvaluationRun, ProposedLine
from awards.models.lines import PROPOSED, RETURNED, SUPERSEDED, VOID
from awards.queries import lines as queries
from awards.rules import Setting
from awards.services import settings as setting_services
from awards.services import steps
from core import audit, canonical
from core.access import Actor
from core.db import db
from core.money import yuan

STREAM = "awards"
Key = tuple[str, str, int, str]


@dataclass(frozen=True)
class _Inputs:
    """Everything that an evaluation rests on."""

    collected: Sequence[Collected]
    settings: Mapping[str, Setting]
    paid: Mapping[Place, int]

    def settings_json(self) -> dict[str, Any]:
        return {
            name: {"value": setting.value, "confirmed": setting.confirmed}
            for name, setting in self.settings.items()
        }

    def digest(self) -> str:
        facts = [[one.fact.as_json(), list(one.sources)] for one in self.collected]
        paid = sorted(
            [place.award_key, place.payee, place.instalment, fen]
            for place, fen in self.paid.items()
        )
        return canonical.digest(
            [rulebook_in_force.book().sha256, self.settings_json(), facts, paid]
        )


def evaluate(*, actor: Actor, now: datetime, proposer: UUID | None) -> EvaluationRun:
    """Bring all lines up to date; the newest run, which is an old one if nothing changed.

    `proposer` stands for new and changed lines and cannot approve them; None when the evaluation
    only re-checks before a decision.
    """
    steps.one_decision_at_a_time()
    inputs = _Inputs(collect.gather(), setting_services.in_force(), queries.paid_places())
    newest = queries.newest_run()
    digest = inputs.digest()
    if newest and newest.inputs_digest == digest:
        return newest
    facts = [one.fact for one in inputs.collected]
    found = engine.evaluate(facts, rulebook_in_force.book(), inputs.settings)
    run = _new_run(actor, now, inputs, found, digest, newest.seq if newest else 0)
    changed = _Update(run, actor, proposer, now).apply(inputs, found)
    audit.record(
        actor=actor,
        verb="evaluate",
        subject=run,
        now=now,
        stream=STREAM,
        changes={"run": run.seq, "result": run.result_hash, **changed},
    )
    db.session.flush()
    return run


def _new_run(
    actor: Actor, now: datetime, inputs: _Inputs, found: list[Line], digest: str, last: int
) -> EvaluationRun:
    book, settings = rulebook_in_force.book(), inputs.settings_json()
    run = EvaluationRun(
        seq=last + 1,
        book=book.id,
        book_sha256=book.sha256,
        settings=settings,
        settings_digest=canonical.digest(settings),
        inputs_digest=digest,
        result_hash=lines.result_hash(found),
        facts=len(inputs.collected),
        lines=len(found),
        made_by=actor.label,
        made_at=now,
    )
    db.session.add(run)
    db.session.flush()
    return run


class _Update:
    """One run written over the living lines."""

    def __init__(
        self, run: EvaluationRun, actor: Actor, proposer: UUID | None, now: datetime
    ) -> None:
        self.run, self.actor, self.proposer, self.now = run, actor, proposer, now
        self.living = queries.living()
        self.settled = queries.settled_seqs()
        self.serial = db.session.scalar(select(func.max(AwardLine.serial))) or 0
        self.changed: dict[str, list[str]] = {"new": [], "changed": [], "fallen": [], "gone": []}

    def apply(self, inputs: _Inputs, found: list[Line]) -> dict[str, list[str]]:
        """The numbers of the lines that are new, changed, no longer approved, or gone."""
        sources = {one.fact.id: one for one in inputs.collected}
        groups = ledger.groups_of(rulebook_in_force.book())
        dues, orphans = ledger.dues(found, inputs.paid, groups)
        seen: set[Key] = set()
        for due in dues:
            key = (*_place_key(ledger.place_of(due.line)), due.line.fact_id)
            seen.add(key)
            if key in self.living or key not in self.settled or due.fen:
                self._bring(key, due, sources[due.line.fact_id])
        for key in self.living.keys() - seen:
            self._let_go(self.living[key])
        self.changed["recover"] = sorted({place.award_key for place in orphans})
        db.session.flush()
        return {name: sorted(set(numbers)) for name, numbers in self.changed.items() if numbers}

    def _bring(self, key: Key, due: Due, source: Collected) -> None:
        digest = _line_digest(due, source)
        line = self.living.get(key)
        if line and line.digest == digest and line.state != SUPERSEDED:
            return
        if line is None:
            line = self._new(key, due, source)
            self.changed["new"].append(line.number)
        else:
            self.changed["changed"].append(line.number)
        self._set(line, due, digest)
        db.session.add(_proposal(self.run, line, due, source))

    def _new(self, key: Key, due: Due, source: Collected) -> AwardLine:
        self.serial += 1
        award_key, payee, instalment, fact_id = key
        line = AwardLine(
            serial=self.serial,
            rule=due.line.rule,
            clause=due.line.clause,
            award_key=award_key,
            payee=payee,
            instalment=instalment,
            fact_id=fact_id,
            seq=self.settled.get(key, 0) + 1,
            person_id=payee_refs.key(payee, payee_refs.PERSON),
            organisation_id=payee_refs.key(payee, payee_refs.ORGANISATION),
            fact_date=source.fact.date,
        )
        db.session.add(line)
        return line

    def _set(self, line: AwardLine, due: Due, digest: str) -> None:
        """The new content; an approval of the old one falls."""
        now_due = f"重新测算后依据有变化，现应发 {yuan(due.fen)} 元"
        self._undo(line, now_due)
        line.state = VOID if due.line.status == lines.VOID and not due.fen else PROPOSED
        line.status, line.why, line.digest = due.line.status, due.line.why, digest
        line.target_fen, line.fen = due.line.fen, due.fen
        line.proposed_by, line.changed = self.proposer, self.now

    def _let_go(self, line: AwardLine) -> None:
        """No fact gives this line any more."""
        if line.state == SUPERSEDED:
            return
        self._undo(line, "现有的事实不再产生这一项")
        line.state, line.changed = SUPERSEDED, self.now
        self.changed["gone"].append(line.number)

    def _undo(self, line: AwardLine, text: str) -> None:
        """What was decided on the old content does not hold for the new one."""
        if steps.fall(line, actor=self.actor, now=self.now, text=text):
            self.changed["fallen"].append(line.number)
        elif line.state == RETURNED:
            steps.note(line, steps.RESUBMIT, actor=self.actor, now=self.now, text=text)


def _proposal(run: EvaluationRun, line: AwardLine, due: Due, source: Collected) -> ProposedLine:
    return ProposedLine(
        run_id=run.id,
        line_id=line.id,
        status=due.line.status,
        target_fen=due.line.fen,
        paid_fen=due.paid_fen,
        fen=due.fen,
        why=due.line.why,
        trace=list(due.line.trace),
        fact=source.fact.as_json(),
        sources=list(source.sources),
        digest=line.digest,
        instalments=due.line.instalments,
        year=due.line.year,
        tax=due.line.tax,
        funding=due.line.funding,
    )


def _place_key(place: Place) -> tuple[str, str, int]:
    return place.award_key, place.payee, place.instalment


def _line_digest(due: Due, source: Collected) -> str:
    """Over all that an approver sees: the line with its reasoning, the fact, the documents, what
    was paid and what is due."""
    seen = [due.line.as_json(), source.fact.as_json(), list(source.sources), due.paid_fen, due.fen]
    return canonical.digest(seen)
