"""All facts that awards rest on: published results of our own contests, and filed evidence.

Nobody pushes: every evaluation asks anew, so that a withdrawn notice or a new voucher counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from awards import facts, payee_refs
from awards.facts import Fact, Member
from awards.models.evidence import VOUCHER, Evidence
from awards.queries import evidence as evidence_queries
from awards.rules import Value
from contests.results import (
    PublishedResult,
    PublishedStar,
    published_results,
    published_stars,
)
from core.errors import LoadError
from core.toml_tables import Table


@dataclass(frozen=True)
class Collected:
    """A fact, the documents on which it rests, and the accounts that filed them."""

    fact: Fact
    sources: tuple[dict[str, Any], ...] = ()
    filers: frozenset[UUID] = frozenset()


def gather() -> list[Collected]:
    """Every fact of today, in order of their ids."""
    return collected(published_results(), evidence_queries.all_evidence(), published_stars())


def collected(
    results: Iterable[PublishedResult],
    evidence: Sequence[Evidence],
    stars: Iterable[PublishedStar] = (),
) -> list[Collected]:
    """Facts out of results and of what documents prove; a prize list without prizes gives none."""
    vouchers = {row.about: row for row in evidence if row.type == VOUCHER and row.counts}
    own = [
        _of_result(result, vouchers.get(result.entry_number))
        for result in results
        if result.prize and result.entry_number
    ]
    filed = [_of_evidence(row) for row in evidence if row.type != VOUCHER and row.counts]
    return sorted([*own, *map(_of_star, stars), *filed], key=lambda one: one.fact.id)


def _of_result(result: PublishedResult, voucher: Evidence | None) -> Collected:
    """A result of ours; the number of the entry is the fact's id, a voucher gives the sum paid."""
    persons = (result.subject_id, *result.members)
    alone = len(persons) == 1
    number = result.entry_number
    keys: dict[str, Value] = {
        "subject": payee_refs.person(persons[0]) if alone else payee_refs.team(number),
        "family": result.family,
        "level": result.level,
        "contest": result.contest_name,
        "event": result.track_name,
        "medal": result.prize,
        "document": result.document_no,
    }
    if result.rank is not None:
        keys["rank"] = result.rank
    sources: tuple[dict[str, Any], ...] = (
        {"kind": "result", "number": number, "digest": result.run_digest},
    )
    filers: frozenset[UUID] = frozenset()
    if voucher and not voucher.current.withdrawn:
        keys["prize_paid_fen"] = voucher.current.keys["prize_paid_fen"]
        sources, filers = (*sources, source_of(voucher)), filers_of(voucher)
    members = () if alone else tuple([Member(payee_refs.person(one)) for one in persons])
    withdrawn = not result.published
    fact = Fact(number, "contest_result", result.dated, keys, members, withdrawn, result.held)
    return Collected(fact, sources, filers)


def _of_star(star: PublishedStar) -> Collected:
    """A star of ours; what nobody has proved of the operator is left out, so that the line asks for it."""
    keys: dict[str, Value] = {
        "subject": payee_refs.person(star.subject_id),
        "operator": payee_refs.organisation(star.operator_id),
        "year": star.year,
        "star": star.star,
        "star_certified": True,
        "document": star.document_no,
    }
    if star.settled is not None:
        keys["operator_settled"] = star.settled
    if star.cultivated is not None:
        keys["cultivated"] = star.cultivated
    sources = ({"kind": "result", "number": star.number, "digest": star.run_digest},)
    return Collected(
        Fact(star.number, "star_rating", star.dated, keys, (), not star.published), sources
    )


def _of_evidence(evidence: Evidence) -> Collected:
    return Collected(fact_of(evidence), (source_of(evidence),), filers_of(evidence))


def fact_of(evidence: Evidence) -> Fact:
    """The fact that the newest version states."""
    version = evidence.current
    return read_fact(
        number=evidence.number,
        kind=evidence.type,
        stated={
            "date": version.dated,
            "document": version.document_no,
            "withdrawn": version.withdrawn,
            **version.keys,
            **({"members": version.members} if version.members else {}),
        },
    )


def read_fact(*, number: str, kind: str, stated: Mapping[str, Any]) -> Fact:
    """A fact through the strict reader, which knows the vocabulary."""
    try:
        return facts.parse(Table({"id": number, "type": kind, **stated}, "证据", number))
    except LoadError as error:
        raise ValueError(str(error)) from error


def source_of(evidence: Evidence) -> dict[str, Any]:
    """What a line keeps of a document: number, version, digests of the files."""
    return {
        "kind": "evidence",
        "number": evidence.number,
        "version": evidence.current.seq,
        "files": [document.digest for document in evidence.documents],
    }


def filers_of(evidence: Evidence) -> frozenset[UUID]:
    """Whoever wrote a version or added a document: they do not approve what rests on it."""
    written = {version.filed_by for version in evidence.versions}
    return frozenset(written | {document.added_by for document in evidence.documents})
