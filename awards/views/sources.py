"""Where the facts behind a line can be read: results of ours, evidence and its documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from awards import lines
from awards.models import AwardLine, Evidence, ProposedLine
from awards.queries import evidence as queries
from contests.results import public_place


@dataclass(frozen=True)
class Source:
    """One thing a line rests on, with its page if there is one for the reader."""

    label: str
    href: str
    note: str = ""
    documents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Disputed:
    """One side of a dispute, and the evidence that would be withdrawn."""

    line: AwardLine
    href: str


def shown(newest: ProposedLine) -> list[Source]:
    """The sources of the newest proposal, each with its page and its documents."""
    found = queries.by_numbers(one["number"] for one in newest.sources if one["kind"] == "evidence")
    return [
        _result(one["number"], newest)
        if one["kind"] == "result"
        else _evidence(one, found[one["number"]])
        for one in newest.sources
    ]


def _result(number: str, newest: ProposedLine) -> Source:
    """A result or a star of ours: its public notice, while one stands."""
    fact = newest.fact
    place = "，".join(str(fact[key]) for key in ("contest", "event", "medal") if key in fact)
    note = f"，{place}" if place else ""
    if fact["type"] == "star_rating":
        return Source(f"本平台公布的星级评定，编号 {number}", url_for("contests.public_stars"))
    public = public_place(number)
    label = f"本平台公布的成绩，报名编号 {number}"
    if public is None:
        return Source(label, "", f"{note}（公示已撤回）")
    href = url_for("contests.public_result", slug=public[0], _anchor=public[1])
    return Source(label, href, note)


def _evidence(source: dict[str, object], evidence: Evidence) -> Source:
    kept = source["files"]
    documents = tuple(
        (one.filename, url_for("awards.document", document_id=one.id))
        for one in evidence.documents
        if isinstance(kept, list) and one.digest in kept
    )
    href = url_for("awards.evidence", evidence_id=evidence.id)
    return Source(f"证据 {evidence.number}", href, f"，第 {source['version']} 版", documents)


def disputed(same: Iterable[AwardLine]) -> list[Disputed]:
    """Both sides of a dispute; none for a line that is not disputed."""
    sides = list(same)
    if sides[0].status != lines.CONFLICT:
        return []
    rivals = [one for one in sides if one.status == lines.CONFLICT]
    found = queries.by_numbers(one.fact_id for one in rivals)
    return [
        Disputed(
            one,
            url_for("awards.evidence", evidence_id=found[one.fact_id].id)
            if one.fact_id in found
            else "",
        )
        for one in rivals
    ]
