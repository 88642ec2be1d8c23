"""At the door: signing up, in and out, step-up, the authenticator, a forgotten password."""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.access import Actor, Grant
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError
from people import passwords
from people.models import Account, LoginSession, ResetCode, SignInAttempt
from people.services import accounts, registration, sign_in
from tests.pages import CheckedClient, Person, hidden_fields
from tests.people import world

NEW = {"password": world.PASSWORD, "password_again": world.PASSWORD, "consent": "y"}


def entries(verb: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# Signing up


def test_a_farmer_signs_up_and_is_signed_in(client: CheckedClient) -> None:
    client.submit("/sign-up", mobile="139 0000 0001", **NEW)
    assert client.get("/me/profile").status_code == 200
    account = db.session.scalars(select(Account)).one()
    assert account.login == "13900000001"
    assert [grant.role for grant in account.grants] == ["contestant"]
    assert [entry.changes for entry in entries("sign_up")] == [{"consent": "sign-up/1"}]


def test_the_notice_names_purpose_and_readers(client: CheckedClient) -> None:
    client.get("/sign-up")
    for word in ("用途", "谁能看到", "您的权利", "14 周岁"):
        assert word in client.text()


def test_without_consent_nobody_signs_up(client: CheckedClient) -> None:
    client.submit(
        "/sign-up",
        expect=422,
        mobile="13900000001",
        password=world.PASSWORD,
        password_again=world.PASSWORD,
    )
    assert client.errors() == ["请阅读说明，同意后打勾"]
    assert count(Account) == 0


def test_a_double_click_makes_one_account_and_one_session(client: CheckedClient) -> None:
    client.get("/sign-up")
    form = hidden_fields(client.page, "/sign-up") | NEW | {"mobile": "13900000001"}
    with client.session_transaction() as cookie:
        before = dict(cookie)
    first = client.post("/sign-up", data=form)
    assert (first.status_code, first.location) == (303, "/start")
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(before)
    again = client.post("/sign-up", data=form)
    assert (again.status_code, again.location) == (303, "/start")
    assert client.get("/start").location == "/sign-in?next=/start"
    assert (count(Account), count(LoginSession)) == (1, 1)


def test_a_taken_phone_is_refused_at_its_field(client: CheckedClient) -> None:
    world.contestant("13900000001")
    client.submit("/sign-up", expect=422, mobile="13900000001", **NEW)
    assert client.errors() == ["这个手机号已经注册，请直接登录；忘记密码请联系赛事办。"]
    assert client.page.select_one("#mobile")["aria-invalid"] == "true"  # type: ignore[index]


def test_who_asks_for_many_taken_phones_is_held_up(client: CheckedClient) -> None:
    world.contestant("13900000001")
    for _ in range(sign_in.THROTTLE_PER_LOGIN):
        client.submit("/sign-up", expect=422, mobile="13900000001", **NEW)
    client.submit("/sign-up", expect=422, mobile="13900000001", **NEW)
    assert client.errors() == ["尝试次数太多，请 15 分钟后再试；忘记密码请联系赛事办重置"]
    assert len(entries("sign_up_taken")) == sign_in.THROTTLE_PER_LOGIN
    enter(client, login="13900000001", password=world.PASSWORD)


def test_who_is_signed_in_needs_no_second_account(client: CheckedClient) -> None:
    client.submit("/sign-up", mobile="13900000001", **NEW)
    answer = client.get("/sign-up")
    assert (answer.status_code, answer.location) == (303, "/me")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short12", "密码至少 8 个字符，现在是 7 个"),
        ("12345678", "这个密码太常见，容易被猜到，请换一个"),
        ("aaaaaaaaaa", "这个密码太常见，容易被猜到，请换一个"),
        ("长" * 129, "密码最多 128 个字符"),
    ],
)
def test_weak_passwords(client: CheckedClient, password: str, sentence: str) -> None:
    client.submit(
        "/sign-up",
        expect=422,
        mobile="13900000001",
        password=password,
        password_again=password,
        consent="y",
    )
    assert client.errors() == [sentence]
    assert password not in str(client.page)


def test_passwords_that_differ_and_a_wrong_phone(client: CheckedClient) -> None:
    client.submit(
        "/sign-up", expect=422, mobile="1390000000", **NEW | {"password_again": "anders-123"}
    )
    assert client.errors() == ["手机号码少 1 位，应为 11 位", "两次输入的密码不一样，请重新输入"]
    client.submit("/sign-up", expect=422, mobile="1390000000", **NEW)
    assert client.errors() == ["手机号码少 1 位，应为 11 位"]


def test_the_stored_digest_knows_no_password(client: CheckedClient) -> None:
    """Two passwords, one digest: a fast hash of a password must not lie in the database."""
    client.submit("/sign-up", mobile="13900000001", **NEW)
    digests = db.session.execute(db.text("SELECT digest, endpoint FROM core_operation")).all()
    assert [endpoint for _, endpoint in digests] == ["people.sign_up"]
    fields = sorted({"mobile": "13900000001", "consent": "y"}.items())
    body = json.dumps(["/sign-up", [list(pair) for pair in fields], []], ensure_ascii=False)
    assert digests[0].digest == hashlib.sha256(body.encode()).hexdigest()


# Signing in


def enter(client: CheckedClient, *, expect: int = 303, **fields: str) -> None:
    client.submit("/sign-in", expect=expect, **fields)


def enter_staff(client: CheckedClient, *, expect: int = 303, **fields: str) -> None:
    client.submit(
        "/sign-in/staff",
        expect=expect,
        **{"login": "lichen", "password": world.PASSWORD, "code": world.code()} | fields,
    )


def test_a_contestant_signs_in_and_goes_on(client: CheckedClient) -> None:
    world.contestant("13900000001")
    client.submit("/sign-in?next=/me/profile", login="13900000001", password=world.PASSWORD)
    assert client.get("/me/profile").status_code == 200


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil", "/\t/e.x"]
)
def test_nobody_is_sent_to_another_site(client: CheckedClient, address: str) -> None:
    world.contestant("13900000001")
    client.get("/sign-in", query_string={"next": address})
    data = hidden_fields(client.page, "/sign-in") | {
        "login": "13900000001",
        "password": world.PASSWORD,
    }
    answer = client.post("/sign-in", query_string={"next": address}, data=data)
    assert (answer.status_code, answer.location) == (303, "/start")


def test_the_doors_lead_to_each_other_and_keep_the_way(client: CheckedClient) -> None:
    client.get("/sign-in?next=/me/profile")
    assert client.page.select_one('a[href="/sign-in/staff?next=/me/profile"]')
    assert client.page.select_one('a[href="/sign-up?next=/me/profile"]')
    client.get("/sign-in/staff?next=/office/audit")
    assert client.page.select_one('a[href="/sign-in?next=/office/audit"]')


@pytest.mark.parametrize("login", ["13900000001", "13999999999"])
def test_a_wrong_password_and_an_unknown_phone_look_the_same(
    client: CheckedClient, login: str
) -> None:
    world.contestant("13900000001")
    enter(client, expect=422, login=login, password="something-else")
    assert client.errors() == [sign_in.WRONG]
    assert len(entries("sign_in_failed")) == 1


def test_officials_do_not_pass_the_public_door(client: CheckedClient) -> None:
    world.official("award_officer")
    enter(client, expect=422, login="lichen", password=world.PASSWORD)
    assert client.errors() == ["工作人员请从“工作人员登录”进入"]


def test_contestants_do_not_pass_the_officials_door(client: CheckedClient) -> None:
    world.contestant("13900000001")
    enter_staff(client, expect=422, login="13900000001", code="")
    assert client.errors() == ["这个账号不是工作人员账号，请从普通入口登录"]


def test_an_official_signs_in_with_a_code_that_counts_once(client: CheckedClient) -> None:
    world.official("award_officer")
    shown = world.code()
    enter_staff(client, code=shown)
    assert client.get("/start").status_code == 302
    enter_staff(client, expect=422, code=shown)
    assert client.errors() == [sign_in.WRONG_STAFF]


@pytest.mark.parametrize("code", ["", "000000", "abc"])
def test_a_wrong_code(client: CheckedClient, code: str) -> None:
    world.official("award_officer")
    if code == world.code():
        code = "000001"
    enter_staff(client, expect=422, code=code)
    assert client.errors() == [sign_in.WRONG_STAFF]


def test_a_disabled_account_is_told_so_only_after_the_right_password(
    client: CheckedClient,
) -> None:
    account = world.contestant("13900000001")
    with db.unit() as session:
        session.get_one(Account, account.id).disabled_at = clock.now()
    enter(client, expect=422, login="13900000001", password="something-else")
    assert client.errors() == [sign_in.WRONG]
    enter(client, expect=422, login="13900000001", password=world.PASSWORD)
    assert client.errors() == ["这个账号已停用，请联系系统管理员"]


def test_the_throttle_persists_and_lets_in_again_later(app: Flask, client: CheckedClient) -> None:
    world.contestant("13900000001")
    for _ in range(sign_in.THROTTLE_PER_LOGIN):
        enter(client, expect=422, login="13900000001", password="something-else")
    other = app.test_client()
    enter(other, expect=422, login="13900000001", password=world.PASSWORD)
    assert other.errors() == ["尝试次数太多，请 15 分钟后再试；忘记密码请联系赛事办重置"]
    assert count(SignInAttempt) == 2 * sign_in.THROTTLE_PER_LOGIN  # the refused one is not counted
    guess = sign_in.weigh(login="13900000001", password=world.PASSWORD, address="127.0.0.1")
    later = clock.now() + sign_in.THROTTLE_WINDOW
    with db.unit():
        assert sign_in.sign_in(guess=guess, code="", at_staff_door=False, now=later)


def test_one_address_cannot_try_many_accounts(client: CheckedClient) -> None:
    guess = sign_in.Guess(None, False, "login", "address")
    with db.unit():
        for _ in range(sign_in.THROTTLE_PER_ADDRESS):
            sign_in.note_failure(guess=guess, now=clock.now())
    other = sign_in.Guess(None, True, "another login", "address")
    with pytest.raises(sign_in.Throttled):
        sign_in.refuse_when_throttled(guess=other, now=clock.now())


# Signing out


def test_signing_out_kills_a_copied_cookie(client: CheckedClient, app: Flask) -> None:
    client.submit("/sign-up", mobile="13900000001", **NEW)
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    client.get("/me/profile")
    client.send("/sign-out")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert thief.get("/me/profile").status_code == 302
    assert client.get("/me/profile").status_code == 302
    assert len(entries("sign_out")) == 1


# Step-up


def test_step_up_opens_what_moves_power_for_five_minutes(sign_in: Person) -> None:
    client = sign_in("security_admin")
    account = world.contestant("13900000001")
    with db.unit() as session:
        session.get_one(Account, client.account_id).password_hash = world.PASSWORD_HASH
    wanted = f"/office/accounts/{account.id}/roles"
    answer = client.get(wanted)
    assert (answer.status_code, answer.location) == (302, f"/step-up?next={wanted}")
    client.submit(answer.location, password=world.PASSWORD, code=world.code())
    assert client.get(wanted).status_code == 200
    with db.unit() as session:
        row = session.scalars(select(LoginSession)).one()
        row.stepped_up_at = clock.now() - timedelta(minutes=5)
    assert client.get(wanted).status_code == 302


def test_step_up_refuses_a_wrong_password_and_counts_it(sign_in: Person) -> None:
    client = sign_in("security_admin")
    with db.unit() as session:
        session.get_one(Account, client.account_id).password_hash = world.PASSWORD_HASH
    client.submit("/step-up", expect=422, password="something-else", code=world.code())
    assert client.errors() == ["密码不对，请重新输入"]
    client.submit("/step-up", expect=422, password=world.PASSWORD, code="000000")
    assert len(entries("sign_in_failed")) == 2
    assert db.session.scalars(select(LoginSession)).one().stepped_up_at is None


def test_step_up_keeps_what_was_typed(sign_in: Person) -> None:
    client = sign_in("security_admin", stepped_up=True)
    account = world.contestant("13900000001")
    with db.unit() as session:
        session.get_one(Account, client.account_id).password_hash = world.PASSWORD_HASH
    path = f"/office/accounts/{account.id}/roles"
    client.get(path)
    with db.unit() as session:
        session.scalars(select(LoginSession)).one().stepped_up_at = None
    answer = client.send(path, role="finance", where="city")
    assert answer.location.startswith("/step-up?next=")
    onward = client.submit(answer.location, password=world.PASSWORD, code=world.code())
    client.get(onward.location)
    assert client.page.select_one("#role option[selected]")["value"] == "finance"  # type: ignore[index]
    client.send(path, role="finance", where="city")
    roles = [grant.role for grant in db.session.get_one(Account, account.id).grants]
    assert sorted(roles) == ["contestant", "finance"]


# The authenticator


def test_an_official_binds_an_authenticator_before_anything_else(client: CheckedClient) -> None:
    world.official("auditor", bound=False)
    enter_staff(client, code="")
    assert client.get("/office/audit").location == "/set-up-code"
    client.get("/set-up-code")
    secret = client.text("code")
    client.send("/set-up-code", expect=422, code="000000")
    assert client.errors() == ["动态码不对：请核对手机时间，等下一个动态码再试"]
    assert client.text("code") == secret
    client.send("/set-up-code", code=world.code(secret=secret))
    assert client.get("/office/audit").status_code == 200
    client.submit("/set-up-code", expect=422, code=world.code(secret=secret))
    assert client.errors() == ["这个账号已经绑定动态码，更换请联系安全管理员"]


def test_a_code_of_other_digits_is_wrong_and_no_fault(client: CheckedClient) -> None:
    world.official("auditor")
    enter_staff(client, code="１２３４５６", expect=422)


def test_only_officials_bind_an_authenticator(client: CheckedClient, sign_in: Person) -> None:
    for other in (sign_in("contestant"), sign_in("judge")):
        assert other.get("/set-up-code").location == "/start"
        assert other.post("/set-up-code", data={"code": "123456"}).status_code in (303, 400)


def test_two_windows_cannot_spend_one_authenticator_code(app: Flask) -> None:
    account = world.official("auditor")
    guess = sign_in.Guess(account.id, True, "login", "address")
    code = world.code()

    def enter() -> str:
        return sign_in.sign_in(guess=guess, code=code, at_staff_door=True, now=clock.now())

    def second() -> None:
        with app.app_context(), pytest.raises(DomainError, match="用过的动态码"), db.unit():
            enter()

    with ThreadPoolExecutor(1) as pool:
        with db.unit():
            assert enter()
            waiting = pool.submit(second)
            time.sleep(0.3)
        waiting.result()


# A forgotten password


def issue(account: Account, code: str = "ABCDEFGH23") -> str:
    desk = Actor(None, None, None, "陈静", (Grant("system_admin"),))
    hashed = passwords.hashed(code)
    with db.unit():
        accounts.issue_reset_code(
            actor=desk,
            account=accounts.account_of(account.id),
            code_hash=hashed,
            reason="已查验身份证原件",
            now=clock.now(),
        )
    return code


FRESH = {"password": "another-word-9", "password_again": "another-word-9"}


def test_a_reset_code_works_once_and_ends_the_sessions(client: CheckedClient) -> None:
    account = world.contestant("13900000001")
    enter(client, login="13900000001", password=world.PASSWORD)
    code = issue(account)
    client.submit("/reset", login="13900000001", code=code.lower(), **FRESH)
    assert client.get("/me/profile").status_code == 302
    enter(client, login="13900000001", password="another-word-9")
    client.submit("/reset", expect=422, login="13900000001", code=code, **FRESH)
    assert client.errors() == ["账号或重置码不对，或重置码已过期；请向赛事办重新领取"]
    assert len(entries("reset_password")) == 1


def test_two_windows_cannot_spend_one_code(app: Flask) -> None:
    account = world.contestant("13900000001")
    issue(account)
    found = db.session.scalars(select(ResetCode.id)).one()
    spend = {"code_id": found, "password_hash": world.PASSWORD_HASH, "now": clock.now()}
    with db.unit():
        registration.use_reset_code(**spend)
    with pytest.raises(DomainError, match="已经用过"), db.unit():
        registration.use_reset_code(**spend)


def test_a_reset_code_ends_after_a_day(app: Flask) -> None:
    code = issue(world.contestant("13900000001"))
    late = clock.now() + accounts.RESET_CODE_VALID
    with pytest.raises(DomainError, match="已过期"):
        registration.find_reset_code(login="13900000001", code=code, now=late)


def test_an_official_needs_a_long_password_also_here(client: CheckedClient) -> None:
    code = issue(world.official("finance"))
    weak = {"password": "ninechars", "password_again": "ninechars"}
    client.submit("/reset", expect=422, login="lichen", code=code, **weak)
    assert client.errors() == ["密码至少 12 个字符，现在是 9 个"]
    assert client.submit("/reset", login="lichen", code=code, **FRESH).location == "/sign-in/staff"


def test_guessing_codes_is_throttled(client: CheckedClient) -> None:
    issue(world.contestant("13900000001"))
    for _ in range(sign_in.THROTTLE_PER_LOGIN):
        client.submit("/reset", expect=422, login="13900000001", code="WRONGWRONG", **FRESH)
    client.submit("/reset", expect=422, login="13900000001", code="ABCDEFGH23", **FRESH)
    assert client.errors() == ["尝试次数太多，请 15 分钟后再试；忘记密码请联系赛事办重置"]
