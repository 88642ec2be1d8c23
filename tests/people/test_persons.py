"""Persons and organisations in the office."""

from __future__ import annotations

from sqlalchemy import select

from core.audit import AuditEntry
from core.db import db
from people.models import Account, Organisation, RoleGrant
from tests.pages import Person
from tests.people import world


def trail(verb: str) -> AuditEntry:
    return db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)).one()


def test_a_person_is_found_by_the_whole_number(sign_in: Person) -> None:
    client = sign_in("award_officer")
    who = world.person()
    found = client.submit("/office/persons", id_number=world.id_number(128))
    assert found.location == f"/office/persons/{who.id}"
    client.get(found.location)
    assert "330802**********" in client.text()
    assert "139****0001" in client.text()
    assert world.id_number(128) not in str(client.page)
    client.submit("/office/persons", expect=422, id_number=world.id_number(131))
    assert client.errors() == ["没有登记过这个证件号码"]


def test_a_correction_needs_a_reason_and_keeps_masked_values(sign_in: Person) -> None:
    client = sign_in("contest_office")
    who = world.person()
    account = world.contestant("13957000001", who)
    path = f"/office/persons/{who.id}/correct"
    fields = {"name": "王方", "county": "330803", "employer": "莲花镇", "phone": "13857000009"}
    client.submit(path, expect=422, **fields, reason="错")
    assert client.errors() == ["请写明原因（至少 4 个字）"]
    assert client.page.select_one("#county option[selected]")["value"] == "330803"  # type: ignore[index]
    client.submit(path, **fields, reason="已查验身份证原件")
    entry = trail("correct_person")
    assert entry.changes == {
        "name": ["王*", "王*"],
        "county": ["330802", "330803"],
        "employer": ["衢江区莲花镇", "莲花镇"],
        "phone": ["139****0001", "138****0009"],
    }
    db.session.expire_all()
    renamed = db.session.get_one(Account, account.id)
    assert (renamed.label, renamed.login) == ("王方", "13857000009")
    fields.pop("phone")
    client.submit(path, expect=422, **fields, reason="已查验身份证原件")
    assert client.errors() == ["没有改动，不需要保存"]


def test_a_phone_that_signs_in_somebody_else_is_refused(sign_in: Person) -> None:
    client = sign_in("contest_office")
    who = world.person()
    world.contestant("13957000001", who)
    world.contestant("13857000009")
    client.submit(
        f"/office/persons/{who.id}/correct",
        expect=422,
        name="王芳",
        county="330802",
        employer="衢江区莲花镇",
        phone="13857000009",
        reason="本人换号",
    )
    assert client.errors() == ["这个手机号码已有账号，请先处理那个账号"]


def test_unmasking_wants_a_reason_and_leaves_a_trace(sign_in: Person) -> None:
    client = sign_in("award_officer")
    who = world.person()
    path = f"/office/persons/{who.id}/unmask"
    client.submit(path, expect=422, reason="看看")
    assert client.errors() == ["请写明原因（至少 4 个字）"]
    assert world.id_number(128) not in str(client.page)
    answer = client.submit(path, expect=200, reason="与银行核对退回的一笔发放")
    assert world.id_number(128) in client.text()
    assert answer.headers["Cache-Control"] == "private, no-store"
    entry = trail("unmask")
    assert (entry.subject, entry.reason, entry.changes) == (
        f"people_person/{who.id}",
        "与银行核对退回的一笔发放",
        {"name": "王*"},
    )
    assert world.id_number(128) not in str(entry.changes)


def test_an_organisation_is_registered_once(sign_in: Person) -> None:
    client = sign_in("contest_office")
    code = world.valid_uscc("91330800MA28F1234")
    fields = {"name": "衢州巨化实训基地", "uscc": code.lower(), "county": "330802"}
    client.submit("/office/organisations/new", expect=422, **fields | {"uscc": code[:-1]})
    assert client.errors() == ["统一社会信用代码少 1 位，应为 18 位"]
    made = client.submit("/office/organisations/new", **fields)
    client.get(made.location)
    assert code in client.text()
    client.submit("/office/organisations/new", expect=422, **fields)
    assert client.errors() == ["这个统一社会信用代码已经登记，请在单位列表中查找"]
    assert db.session.scalars(select(Organisation.uscc)).all() == [code]


def test_organisations_are_found_by_name_or_code(sign_in: Person) -> None:
    world.organisation("衢州巨化实训基地")
    world.organisation("江山直播协会", world.valid_uscc("51330881MJ9876543"))
    client = sign_in("award_officer")
    for query, found in (("直播", "江山直播协会"), ("91330800", "衢州巨化实训基地")):
        client.get("/office/organisations", query_string={"q": query})
        assert [cell.get_text(strip=True) for cell in client.page.select("td a")] == [found]
    client.get("/office/organisations", query_string={"q": "%"})
    assert "没有找到单位" in client.text()


def test_an_agent_is_named_and_dismissed(sign_in: Person) -> None:
    client = sign_in("contest_office")
    company = world.organisation()
    account = world.contestant("13900000001")
    path = f"/office/organisations/{company.id}/agents"
    client.submit(path, expect=422, phone="13900000009")
    assert client.errors() == ["这个手机号码还没有注册，请经办人先在本平台注册账号"]
    client.submit(path, phone="13900000001")
    grant = db.session.scalars(
        select(RoleGrant).where(RoleGrant.role == "organisation_agent")
    ).one()
    assert (grant.account_id, grant.scope, grant.scope_id) == (
        account.id,
        "organisation",
        str(company.id),
    )
    client.get(f"/office/organisations/{company.id}")
    assert "139****0001" in client.text("table")
    client.submit(path, expect=422, phone="13900000001")
    client.submit(f"/office/organisations/agents/{grant.id}/end", reason="换人经办")
    db.session.expire_all()
    assert db.session.get_one(RoleGrant, grant.id).ended_at is not None


def test_officials_are_no_agents(sign_in: Person) -> None:
    client = sign_in("contest_office")
    company = world.organisation()
    official = world.official("award_officer", login="13900000001")
    client.submit(f"/office/organisations/{company.id}/agents", expect=422, phone="13900000001")
    assert client.errors() == ["工作人员账号不能担任单位经办人，请换一个账号"]
    assert official.id


def test_only_agents_are_dismissed_here(sign_in: Person) -> None:
    client = sign_in("contest_office")
    official = world.official("finance")
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == official.id)).one()
    assert client.get(f"/office/organisations/agents/{grant.id}/end").status_code == 404
