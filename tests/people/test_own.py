"""A contestant's own profile, and the claim to be somebody we know."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.access import Actor
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError
from people.models import Account, IdentityClaim, Person
from people.services import persons, registration
from tests.pages import CheckedClient
from tests.people import world

FILLED: dict[str, Any] = {
    "name": "王芳",
    "id_number": world.id_number(128),
    "county": "330803",
    "employer": "莲花镇",
    "consent": "y",
}


@pytest.fixture
def farmer(client: CheckedClient) -> CheckedClient:
    """Signed in, without a profile."""
    world.contestant("13900000001")
    client.submit("/sign-in", login="13900000001", password=world.PASSWORD)
    return client


def test_the_profile_is_filled_once_and_shown_masked(farmer: CheckedClient) -> None:
    farmer.submit("/me/profile", **FILLED)
    farmer.get("/me/profile")
    assert "居民身份证 330802**********" in farmer.text()
    assert "139****0001" in farmer.text()
    for secret in (FILLED["id_number"], "13900000001"):
        assert secret not in str(farmer.page)
    person = db.session.scalars(select(Person)).one()
    assert (person.name, person.sex, person.identity) == ("王芳", "female", "declared")
    assert person.document_number == FILLED["id_number"]
    assert FILLED["id_number"] not in person.document_sealed
    assert "王芳" in farmer.text(".me")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "fill_profile")).one()
    assert entry.changes == {"consent": "identity/1"}


def test_the_id_number_needs_a_consent_of_its_own(farmer: CheckedClient) -> None:
    farmer.submit("/me/profile", expect=422, **FILLED | {"consent": ""})
    assert farmer.errors() == ["请阅读说明，同意后打勾"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("id_number", "33080219900307128", "身份证号码少 1 位，应为 18 位"),
        ("name", "", "请填写姓名"),
        ("name", "=HYPERLINK()", "姓名不能以 = + - @ 或制表符开头，请删去后重新填写"),
        ("county", "", "请选择所在县（市、区）"),
    ],
)
def test_wrong_entries(farmer: CheckedClient, field: str, value: str, sentence: str) -> None:
    farmer.submit("/me/profile", expect=422, **FILLED | {field: value})
    assert farmer.errors() == [sentence]
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_second_profile_is_refused(farmer: CheckedClient) -> None:
    farmer.submit("/me/profile", **FILLED)
    account = db.session.scalars(select(Account)).one()
    profile = registration.Profile("李强", world.id_number(131), "330803", "", "")
    actor = Actor(account.id, account.person_id, None, "王芳")
    with pytest.raises(DomainError, match="已经填过"), db.unit():
        registration.fill_profile(actor=actor, profile=profile, now=clock.now())


def test_whoever_knows_an_id_number_learns_nothing(farmer: CheckedClient) -> None:
    known = world.person("毛伟明", 128, phone="13957009999", county="330881")
    farmer.submit("/me/profile", **FILLED)
    farmer.get("/me/profile")
    assert "待核对身份" in farmer.text()
    for secret in ("毛伟明", "毛", "9999", "江山", "衢江区莲花镇", "330802"):
        assert secret not in farmer.text()
    account = db.session.scalars(select(Account)).one()
    assert account.person_id is None
    claim = db.session.scalars(select(IdentityClaim)).one()
    assert (claim.person_id, claim.claimed_name, claim.state) == (known.id, "王芳", "waiting")


def test_the_office_links_the_account_and_the_older_one_ends(farmer: CheckedClient) -> None:
    known = world.person("王芳", 128)
    older = world.contestant("13957000002", known)
    farmer.submit("/me/profile", **FILLED)
    claim = db.session.scalars(select(IdentityClaim)).one()
    desk = Actor(None, None, None, "陈静")
    decide = {"actor": desk, "link": True, "reason": "已查验身份证原件", "now": clock.now()}
    with db.unit() as session:
        persons.decide_claim(claim=session.get_one(IdentityClaim, claim.id), **decide)
    db.session.expire_all()
    assert db.session.get_one(Account, claim.account_id).person_id == known.id
    old = db.session.get_one(Account, older.id)
    assert (old.person_id, old.disabled_at is not None) == (None, True)
    assert db.session.get_one(Person, known.id).identity == "checked"
    with pytest.raises(DomainError, match="已经处理过"), db.unit() as session:
        persons.decide_claim(claim=session.get_one(IdentityClaim, claim.id), **decide)


def test_a_refused_claim_leaves_both_as_they_were(farmer: CheckedClient) -> None:
    known = world.person("王芳", 128)
    farmer.submit("/me/profile", **FILLED)
    claim = db.session.scalars(select(IdentityClaim)).one()
    with db.unit() as session:
        persons.decide_claim(
            actor=Actor(None, None, None, "陈静"),
            claim=session.get_one(IdentityClaim, claim.id),
            link=False,
            reason="照片与本人不符",
            now=clock.now(),
        )
    db.session.expire_all()
    assert db.session.get_one(Account, claim.account_id).person_id is None
    assert db.session.get_one(Person, known.id).identity == "declared"
    assert farmer.get("/me/profile").status_code == 200
    assert farmer.page.select_one("#id_number")


def test_two_tabs_make_one_person(app: Flask) -> None:
    account = world.contestant("13900000001")
    actor = Actor(account.id, None, None, "王芳")

    def fill(serial: int) -> None:
        profile = registration.Profile("王芳", world.id_number(serial), "330803", "", "")
        registration.fill_profile(actor=actor, profile=profile, now=clock.now())

    def second() -> None:
        with app.app_context(), pytest.raises(DomainError, match="已经填过"), db.unit():
            fill(130)

    with ThreadPoolExecutor(1) as pool:
        with db.unit():
            fill(128)
            waiting = pool.submit(second)
            time.sleep(0.3)
        waiting.result()
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_all_that_is_wrong_with_a_profile_is_said_at_once(sign_in: Any) -> None:
    client = sign_in("contestant")
    client.submit(
        "/me/profile",
        expect=422,
        name="王芳😀",
        id_number="330802199003071238",
        county="330802",
        employer="<script>",
        consent="y",
    )
    assert [error.split("，")[0] for error in client.errors()] == [
        "姓名中的“😀”不能用",
        "身份证号码校验位不对",
        "工作单位中的“<”不能用",
    ]
