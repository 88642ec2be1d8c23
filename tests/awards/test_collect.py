"""Facts out of published results and of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from awards import collect, payee_refs
from awards.collect import Collected
from contests.results import published_results
from core.db import db
from tests.awards.factories import DAY, NOW, Office, id_number, make_person, make_result

KEY = UUID(int=7)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    """The award office in one unit."""
    with db.unit():
        yield Office()


def _only() -> Collected:
    (found,) = collect.gather()
    return found


def test_a_result_is_a_fact_dated_by_its_document(office: Office) -> None:
    person = make_person("王芳")
    make_result([person])
    fact = _only().fact
    assert (fact.id, fact.type, fact.date, fact.withdrawn) == (
        "QZ26-0001",
        "contest_result",
        DAY,
        False,
    )
    assert fact.keys == {
        "subject": payee_refs.person(person.id),
        "family": "skill",
        "level": "provincial",
        "contest": "QZ26 职业技能大赛",
        "event": "电工",
        "medal": "一等奖",
        "document": "衢人社发〔2026〕3号",
        "rank": 1,
    }
    assert _only().sources == ({"kind": "result", "number": "QZ26-0001", "digest": f"{1:064d}"},)


def test_the_voucher_adds_the_sum_its_source_and_its_filer(office: Office) -> None:
    make_result([make_person("王芳")])
    office.voucher("QZ26-0001", "5000.5")
    found = _only()
    assert found.fact.keys["prize_paid_fen"] == 500050
    assert [source["number"] for source in found.sources] == ["QZ26-0001", "ZM000001"]
    assert found.filers == {office.officer.account_id}


def test_a_voucher_without_a_document_or_about_another_entry_adds_nothing(office: Office) -> None:
    make_result([make_person("王芳")])
    office.voucher("QZ26-0001", "5000", document=False)
    office.voucher("QZ26-0099", "7000")
    assert "prize_paid_fen" not in _only().fact.keys


def test_a_withdrawn_notice_is_a_withdrawn_fact(office: Office) -> None:
    notice = make_result([make_person("王芳")])
    notice.withdrawn_at = NOW
    db.session.flush()
    assert _only().fact.withdrawn


def test_a_team_names_its_members_the_leader_first(office: Office) -> None:
    people = [make_person(name) for name in ("王芳", "刘洋")]
    make_result(people)
    fact = _only().fact
    assert fact.keys["subject"] == "team:QZ26-0001"
    assert [one.id for one in fact.members] == [payee_refs.person(one.id) for one in people]


def test_evidence_is_a_fact_once_it_has_a_document(office: Office) -> None:
    values: dict[str, Any] = {
        "id_number": id_number("方小雨"),
        "name": "方小雨",
        "year": "2025",
        "known_streamer": "",
        "contribution": "",
    }
    evidence = office.file("contribution", document=False, **values)
    assert collect.gather() == []
    office.attach(evidence)
    fact = _only().fact
    assert (fact.id, fact.year, fact.value("known_streamer")) == ("ZM000001", 2025, None)


def test_what_a_fact_says_is_stored_and_read_again(office: Office) -> None:
    make_result([make_person("王芳")])
    fact = _only().fact
    assert collect.facts.from_json(fact.as_json()) == fact


def test_the_reader_refuses_what_the_vocabulary_does_not_know() -> None:
    with pytest.raises(ValueError, match="不认识的键"):
        collect.read_fact(number="ZM1", kind="hosting", stated={"date": date(2026, 1, 1), "x": 1})


def test_results_and_evidence_come_in_order_of_their_ids(office: Office) -> None:
    make_result([make_person("王芳")])
    make_result([make_person("刘洋")], code="QA26")
    assert [one.fact.id for one in collect.gather()] == ["QA26-0001", "QZ26-0001"]
    assert len(published_results()) == 2


@pytest.mark.parametrize(
    ("ref", "kind"),
    [
        (payee_refs.person(KEY), "person"),
        (payee_refs.organisation(KEY), "organisation"),
        ("team:QZ26-0001", "team"),
        ("", "unknown"),
        ("person:7", "unknown"),
    ],
)
def test_references_have_a_kind(ref: str, kind: str) -> None:
    assert payee_refs.kind(ref) == kind


def test_names_stand_in_for_references() -> None:
    one, other = payee_refs.person(KEY), payee_refs.organisation(KEY)
    text = f"收款人（{one}、{other}、team:ZM000001）"
    assert payee_refs.found_in([text]) == {one, other}
    assert payee_refs.with_names(text, {one: "王芳"}) == (
        "收款人（王芳、（已不存在）、团队（ZM000001））"
    )
