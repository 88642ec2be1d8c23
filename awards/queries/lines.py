"""Award lines, with what their pages and the services need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload

from awards import payee_refs
from awards.ledger import Place
from awards.lines import CONFLICT, DENIED, NEEDS_EVIDENCE, PAYABLE
from awards.models import AwardLine, EvaluationRun, PayeeAccount, ProposedLine, SheetRow
from awards.models.lines import APPROVED, ON_SHEET, PROPOSED, RETURNED, SUPERSEDED, VOID
from core.access import Actor
from core.db import db
from core.errors import NotFound
from people.models import Organisation, Person

PAGE = 50
UNKNOWN = "没有这项奖补"
# What somebody has to act on stands before what waits or is done.
_URGENCY = case(
    (AwardLine.state == RETURNED, 0),
    (and_(AwardLine.state == PROPOSED, AwardLine.status == PAYABLE, AwardLine.fen > 0), 1),
    (and_(AwardLine.state == PROPOSED, AwardLine.status.in_((CONFLICT, NEEDS_EVIDENCE))), 2),
    (AwardLine.state == APPROVED, 3),
    (and_(AwardLine.state == PROPOSED, AwardLine.status != DENIED), 4),
    (AwardLine.state == PROPOSED, 5),
    else_=6,
)


@dataclass(frozen=True)
class Group:
    """Lines of one state and status together: how many, and the sum in fen."""

    state: str
    status: str
    count: int
    fen: int


def groups() -> list[Group]:
    """What the work list counts: one row per state and status, superseded lines left out."""
    query = (
        select(
            AwardLine.state,
            AwardLine.status,
            func.count(),
            func.coalesce(func.sum(AwardLine.fen), 0),
        )
        .where(AwardLine.state != SUPERSEDED)
        .group_by(AwardLine.state, AwardLine.status)
        .order_by(AwardLine.state, AwardLine.status)
    )
    return [
        Group(state, status, count, int(fen))
        for state, status, count, fen in db.session.execute(query)
    ]


def page_of(state: str, status: str, number: int) -> list[AwardLine]:
    """One page of lines, what needs doing first, and one row more; "" is every state or status."""
    query = (
        select(AwardLine)
        .options(joinedload(AwardLine.person), joinedload(AwardLine.organisation))
        .order_by(_URGENCY, AwardLine.fact_date.desc(), AwardLine.serial)
    )
    query = query.where(AwardLine.state == state if state else AwardLine.state != SUPERSEDED)
    if status:
        query = query.where(AwardLine.status == status)
    return list(db.session.scalars(query.limit(PAGE + 1).offset((number - 1) * PAGE)))


def one(line_id: UUID) -> AwardLine:
    """One line with its payee, or NotFound."""
    query = (
        select(AwardLine)
        .options(joinedload(AwardLine.person), joinedload(AwardLine.organisation))
        .where(AwardLine.id == line_id)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def proposals(line_id: UUID) -> list[ProposedLine]:
    """A line as the runs proposed it, the newest first."""
    query = (
        select(ProposedLine)
        .options(joinedload(ProposedLine.run))
        .where(ProposedLine.line_id == line_id)
        .order_by(ProposedLine.id.desc())
    )
    return list(db.session.scalars(query))


def of_fact(fact_id: str) -> list[AwardLine]:
    """The lines of one fact that are not superseded."""
    query = (
        select(AwardLine)
        .options(joinedload(AwardLine.person), joinedload(AwardLine.organisation))
        .where(AwardLine.fact_id == fact_id, AwardLine.state != SUPERSEDED)
        .order_by(AwardLine.serial)
    )
    return list(db.session.scalars(query))


def rivals_of(line: AwardLine) -> list[AwardLine]:
    """The other lines of the same award: other facts, other payees, earlier payments."""
    query = (
        select(AwardLine)
        .options(joinedload(AwardLine.person), joinedload(AwardLine.organisation))
        .where(
            AwardLine.award_key == line.award_key,
            AwardLine.id != line.id,
            AwardLine.state != SUPERSEDED,
        )
        .order_by(AwardLine.serial)
    )
    return list(db.session.scalars(query))


def own_lines(actor: Actor) -> list[AwardLine]:
    """The lines of the actor's person that are not void, the newest first."""
    return _payee_lines(AwardLine.person_id == actor.person_id) if actor.person_id else []


def organisation_lines(organisation_id: UUID) -> list[AwardLine]:
    """The lines of an organisation that are not void."""
    return _payee_lines(AwardLine.organisation_id == organisation_id)


def _payee_lines(mine: object) -> list[AwardLine]:
    query = (
        select(AwardLine)
        .where(mine, AwardLine.state.not_in((SUPERSEDED, VOID)))  # type: ignore[arg-type]
        .order_by(AwardLine.fact_date.desc(), AwardLine.serial)
    )
    return list(db.session.scalars(query))


def paid_places() -> dict[Place, int]:
    """What stands on live sheets, per award, payee and instalment, in fen."""
    query = (
        select(AwardLine.award_key, AwardLine.payee, AwardLine.instalment, func.sum(SheetRow.fen))
        .join(SheetRow, SheetRow.line_id == AwardLine.id)
        .where(SheetRow.live)
        .group_by(AwardLine.award_key, AwardLine.payee, AwardLine.instalment)
    )
    return {
        Place(key, payee, instalment): int(fen)
        for key, payee, instalment, fen in db.session.execute(query)
    }


def newest_run() -> EvaluationRun | None:
    """The last evaluation."""
    return db.session.scalar(select(EvaluationRun).order_by(EvaluationRun.seq.desc()).limit(1))


def identity(line: AwardLine) -> tuple[str, str, int, str]:
    """What makes two lines payments of the same award out of the same fact."""
    return line.award_key, line.payee, line.instalment, line.fact_id


def living() -> dict[tuple[str, str, int, str], AwardLine]:
    """The line of each award that is not on a sheet, by (award key, payee, instalment, fact); an
    open line stands before one that was superseded."""
    query = select(AwardLine).where(AwardLine.state != ON_SHEET).order_by(AwardLine.serial)
    found = sorted(db.session.scalars(query), key=lambda line: line.state != SUPERSEDED)
    return {identity(line): line for line in found}


def settled_seqs() -> dict[tuple[str, str, int, str], int]:
    """How many payments each award has had, by (award key, payee, instalment, fact)."""
    columns = (AwardLine.award_key, AwardLine.payee, AwardLine.instalment, AwardLine.fact_id)
    query = (
        select(*columns, func.max(AwardLine.seq))
        .where(AwardLine.state == ON_SHEET)
        .group_by(*columns)
    )
    return {
        (key, payee, part, fact): seq for key, payee, part, fact, seq in db.session.execute(query)
    }


def open_lines_of(account: PayeeAccount) -> list[AwardLine]:
    """The lines, not yet on a sheet, of the payee whom an account belongs to."""
    owner = (
        AwardLine.person_id == account.person_id
        if account.person_id
        else AwardLine.organisation_id == account.organisation_id
    )
    query = select(AwardLine).where(owner, AwardLine.state.not_in((ON_SHEET, SUPERSEDED, VOID)))
    return list(db.session.scalars(query.order_by(AwardLine.serial)))


def names(refs: Iterable[str]) -> Mapping[str, str]:
    """Names for references, two queries at most."""
    wanted = set(refs)
    persons = {key for ref in wanted if (key := payee_refs.key(ref, payee_refs.PERSON))}
    firms = {key for ref in wanted if (key := payee_refs.key(ref, payee_refs.ORGANISATION))}
    found: dict[str, str] = {}
    if persons:
        rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(persons)))
        found |= {payee_refs.person(key): name for key, name in rows}
    if firms:
        rows = db.session.execute(
            select(Organisation.id, Organisation.name).where(Organisation.id.in_(firms))
        )
        found |= {payee_refs.organisation(key): name for key, name in rows}
    return found


def waiting_for_approval() -> int:
    """How many lines an approver could decide on now."""
    query = select(func.count()).select_from(AwardLine)
    query = query.where(
        AwardLine.state == PROPOSED, AwardLine.status == "payable", AwardLine.fen > 0
    )
    return db.session.scalar(query) or 0
