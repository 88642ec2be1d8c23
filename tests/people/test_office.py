"""The accounts office and the service desk."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core import clock
from core.access import Actor
from core.audit import AuditEntry
from core.db import db
from people.models import Account, IdentityClaim, ResetCode, RoleGrant
from people.models import Person as People
from people.services import registration
from tests.contests.factories import make_contest
from tests.pages import CheckedClient, Person
from tests.people import world
from training.queries.programmes import titles

REASON = "已查验身份证原件"


def last(verb: str) -> AuditEntry:
    return db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)).one()


def test_a_new_staff_account(sign_in: Person) -> None:
    client = sign_in("system_admin")
    fields = {"login": "ZhouLi", "label": "周莉", "password": world.PASSWORD}
    client.submit("/office/accounts/new", expect=422, **fields | {"password": "ninechars"})
    assert client.errors() == ["密码至少 12 个字符，现在是 9 个"]
    made = client.submit("/office/accounts/new", **fields)
    client.get(made.location)
    assert "周莉" in client.text()
    client.submit("/office/accounts/new", expect=422, **fields)
    assert client.errors() == ["这个账号名已有人用，请换一个"]
    client.get("/office/accounts")
    assert "周莉" in client.text("table")


def test_a_double_click_makes_one_staff_account(sign_in: Person) -> None:
    client = sign_in("system_admin")
    client.get("/office/accounts/new")
    fields = {"login": "zhouli", "label": "周莉", "password": world.PASSWORD}
    first = client.send("/office/accounts/new", **fields)
    again = client.send("/office/accounts/new", **fields)
    assert again.location == first.location
    assert db.session.query(Account).filter_by(label="周莉").count() == 1


def test_roles_are_given_and_taken(sign_in: Person) -> None:
    client = sign_in("security_admin", stepped_up=True)
    account = world.official("award_officer")
    path = f"/office/accounts/{account.id}/roles"
    client.submit(path, expect=422, role="award_approver", where="city")
    assert client.errors() == ["“奖补审批”与已有的“奖补经办”不能由同一人担任"]
    client.submit(path, expect=422, role="award_officer", where="city")
    assert client.errors() == ["这个账号已经有这个角色。"]
    client.submit(path, expect=422, role="county_office", where="county:330100")
    client.submit(path, expect=422, role="finance", where="county:330825")
    assert client.errors() == ["没有这个角色，或它不能限定在这个范围"]
    client.submit(path, role="county_office", where="county:330825")
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.role == "county_office")).one()
    assert grant.scope_id == "330825"
    client.get(f"/office/accounts/{account.id}")
    assert "县（市、区）：龙游县" in client.text("table")
    client.submit(f"/office/accounts/roles/{grant.id}/end", reason="机构调整")
    db.session.expire_all()
    assert db.session.get_one(RoleGrant, grant.id).ended_at is not None
    assert last("end_role").reason == "机构调整"
    client.submit(f"/office/accounts/roles/{grant.id}/end", expect=422, reason="再来一次")
    assert client.errors() == ["这个角色已经收回"]


def test_a_role_is_given_within_a_contest_and_a_programme_by_their_names(sign_in: Person) -> None:
    contest = make_contest(name="衢州市茶艺师竞赛")
    client = sign_in("security_admin", stepped_up=True)
    account = world.official("trainer")
    path = f"/office/accounts/{account.id}/roles"
    client.get(path)
    groups = [group["label"] for group in client.page.select("select[name=where] optgroup")]
    assert groups == ["全市", "县（市、区）", "赛事", "培训项目"]
    client.submit(path, role="chief_judge", where=f"contest:{contest.id}")
    client.submit(path, role="training_organiser", where="programme:village-streaming")
    client.get(f"/office/accounts/{account.id}")
    shown = [row.get_text(" ", strip=True) for row in client.page.select("td[data-l=范围]")]
    assert shown == [
        "全市",
        f"赛事：衢州市茶艺师竞赛（{contest.code}）",
        f"培训项目：{titles()['village-streaming']}",
    ]


def test_nobody_changes_the_own_roles(sign_in: Person) -> None:
    client = sign_in("security_admin", stepped_up=True)
    path = f"/office/accounts/{client.account_id}/roles"
    client.submit(path, expect=403, role="finance", where="city")
    grant = db.session.get_one(Account, client.account_id).grants[0]
    client.submit(f"/office/accounts/roles/{grant.id}/end", expect=403, reason="想试试")
    client.submit(f"/office/accounts/{client.account_id}/disable", expect=403, reason="想试试")
    client.get(path)


def test_disable_and_enable(sign_in: Person) -> None:
    client = sign_in("system_admin")
    account = world.official("finance")
    path = f"/office/accounts/{account.id}/disable"
    client.submit(path, expect=422, reason="")
    assert client.errors() == ["请写明原因"]
    client.submit(path, reason="调离岗位")
    db.session.expire_all()
    assert db.session.get_one(Account, account.id).disabled_at is not None
    client.submit(path, reason="回到岗位")
    db.session.expire_all()
    assert db.session.get_one(Account, account.id).disabled_at is None
    assert (last("disable").reason, last("enable").reason) == ("调离岗位", "回到岗位")


def test_a_lost_authenticator_is_released(sign_in: Person) -> None:
    client = sign_in("security_admin", stepped_up=True)
    account = world.official("finance")
    client.submit(f"/office/accounts/{account.id}/authenticator", reason="手机丢失，已当面核对")
    db.session.expire_all()
    assert db.session.get_one(Account, account.id).totp_secret == ""
    client.submit(f"/office/accounts/{account.id}/authenticator", expect=422, reason="手机丢失")
    assert client.errors() == ["这个账号没有绑定动态码"]


def test_an_account_is_found_by_phone_without_the_phone_in_the_address(sign_in: Person) -> None:
    client = sign_in("contest_office")
    account = world.contestant("13900000001")
    found = client.submit("/office/accounts/find", login="13900000001")
    assert found.location == f"/office/accounts/{account.id}"
    client.submit("/office/accounts/find", expect=422, login="13900000009")
    assert client.errors() == ["没有这个账号，请核对手机号码或账号"]


def test_the_desk_hands_out_a_reset_code_once(sign_in: Person, client: CheckedClient) -> None:
    desk = sign_in("contest_office")
    account = world.contestant("13900000001")
    desk.submit(f"/office/accounts/{account.id}/reset-code", expect=200, reason=REASON)
    code = desk.text(".receipt b")
    assert len(code) == 10
    stored = db.session.scalars(select(ResetCode)).one()
    assert code not in stored.code_hash
    assert last("issue_reset_code").reason == REASON
    fresh = {"password": "another-word-9", "password_again": "another-word-9"}
    client.submit("/reset", login="13900000001", code=code, **fresh)
    client.submit("/sign-in", login="13900000001", password="another-word-9")


def test_the_contest_office_does_not_reset_officials(sign_in: Person) -> None:
    account = world.official("finance")
    path = f"/office/accounts/{account.id}/reset-code"
    sign_in("contest_office").submit(path, expect=403, reason=REASON)
    sign_in("system_admin").submit(path, expect=200, reason=REASON)


def test_a_disabled_account_gets_no_code(sign_in: Person) -> None:
    client = sign_in("system_admin")
    account = world.contestant("13900000001")
    client.submit(f"/office/accounts/{account.id}/disable", reason="本人申请注销")
    client.submit(f"/office/accounts/{account.id}/reset-code", expect=422, reason=REASON)
    assert client.errors() == ["这个账号已停用，请先恢复"]


def test_a_claim_is_decided_at_the_desk(sign_in: Person) -> None:
    client = sign_in("contest_office")
    who = world.person("王芳", 128)
    account = world.contestant("13900000001")
    with db.unit() as session:
        claim = IdentityClaim(
            account_id=account.id, person_id=who.id, claimed_name="王方", created=who.created
        )
        session.add(claim)
    client.get("/office/identity")
    assert "王方" in client.text("table")
    path = f"/office/identity/{claim.id}"
    client.submit(path, expect=422, decision="link", reason="好")
    assert client.errors() == ["请写明原因（至少 4 个字）"]
    client.get(path)
    assert world.id_number(128) not in str(client.page)
    client.submit(path, decision="link", reason=REASON)
    db.session.expire_all()
    assert db.session.get_one(Account, account.id).label == "王芳"
    client.get(path)
    assert "已关联" in client.text()
    client.get("/office/identity")
    assert "没有等待核对的账号" in client.text()


def test_the_county_typed_with_a_claim_fills_an_empty_one_and_never_replaces_one(
    sign_in: Person,
) -> None:
    desk = sign_in("contest_office")
    from_roster, known = world.person("王芳", 128, county=""), world.person("李强", 131)
    for serial, phone in ((128, "13957000003"), (131, "13957000004")):
        account = world.contestant(phone)
        profile = registration.Profile(
            name="王芳",
            document_number=world.id_number(serial),
            county="330881",
            employer="",
            phone="",
        )
        with db.unit():
            actor = Actor(account.id, None, None, "选手")
            registration.fill_profile(actor=actor, profile=profile, now=clock.now())
    for claim in db.session.scalars(select(IdentityClaim)).all():
        path = f"/office/identity/{claim.id}"
        desk.get(path)
        assert "账号填写的县（市、区） 江山市" in desk.text()
        desk.send(path, decision="link", reason=REASON)
        desk.get(path)
        onward = desk.page.select_one("main .note a")["href"]  # type: ignore[index]
        desk.get(f"{onward}/correct")
        chosen = desk.page.select_one("#county option[selected]")["value"]  # type: ignore[index]
        assert chosen == {from_roster.id: "330881", known.id: "330802"}[claim.person_id]
    db.session.expire_all()
    people = {one.id: one.county for one in db.session.scalars(select(People)).all()}
    assert people == {from_roster.id: "330881", known.id: "330802"}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_accounts_asks_a_fixed_number_of_questions(sign_in: Person, rows: int) -> None:
    client = sign_in("system_admin")
    for number in range(rows):
        world.official("finance", login=f"staff{number}")
    client.get("/office/accounts")
    assert client.queries == 3  # who, the page, the grants


def test_the_auditor_reads_the_trail(sign_in: Person) -> None:
    world.official("finance")
    client = sign_in("auditor")
    client.get("/office/audit")
    assert "建立账号" in client.text("table")
    client.get("/office/audit?stream=awards")
    assert "没有记录" in client.text()
