"""Platform accounts: named by the entrant, unique in a contest, locked by the draw."""

from __future__ import annotations

import pytest
from flask import Flask

from contests.models import Contest, PlatformAccount
from contests.queries import livestream as queries
from contests.services import platform_accounts as service
from core import clock
from core.access import Actor, Grant
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import factories, live
from tests.contests.factories import OFFICE
from tests.pages import Person

WANG, LI = "13957000011", "13957000012"


def replace(account: PlatformAccount, actor: Actor = OFFICE, **over: str) -> PlatformAccount:
    wish = live.account_wish(over.get("handle", "new_one"))
    with db.unit():
        return service.replace_account(
            actor=actor,
            account_id=account.id,
            wish=wish,
            reason=over.get("reason", "原账号被平台封停"),
            now=clock.now(),
        )


@pytest.fixture
def contest(app: Flask) -> Contest:
    return live.make_live_contest()


def test_accounts_are_unique_within_a_contest(contest: Contest) -> None:
    wang, li = (
        factories.make_contestant("王芳", WANG),
        factories.make_contestant("李强", LI),
    )
    first, second = factories.make_entry(wang, contest), factories.make_entry(li, contest)
    live.name_account(wang, first, "Shanli_01")
    with pytest.raises(DomainError) as refusal:
        live.name_account(li, second, " ｓhanli_01 ")
    assert (refusal.value.message, refusal.value.field) == (
        "这个账号已由本赛事另一份报名登记",
        "handle",
    )
    live.name_account(li, second, "shanli_01", platform="kuaishou")
    other = factories.make_entry(wang, live.make_live_contest(slug="other"))
    live.name_account(wang, other, "shanli_01")
    assert [one.handle for one in queries.accounts_of([first.id])[first.id]] == ["Shanli_01"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (live.account_wish("x", "weibo"), "platform"),
        (live.account_wish("   "), "handle"),
        (live.account_wish("x", nickname=" "), "nickname"),
    ],
)
def test_what_is_no_account_is_refused(
    contest: Contest, wish: service.AccountWish, field: str
) -> None:
    wang = factories.make_contestant("王芳", WANG)
    entry = factories.make_entry(wang, contest)
    with pytest.raises(DomainError) as refusal, db.unit():
        service.name_own_account(actor=wang, entry_id=entry.id, wish=wish, now=clock.now())
    assert refusal.value.field == field


def test_only_livestream_contests_have_accounts(app: Flask) -> None:
    wang = factories.make_contestant("王芳", WANG)
    entry = factories.make_entry(wang, factories.make_contest())
    with pytest.raises(DomainError, match="不是直播赛事"):
        live.name_account(wang, entry, "x1")


def test_own_accounts_only(contest: Contest) -> None:
    wang, li = (
        factories.make_contestant("王芳", WANG),
        factories.make_contestant("李强", LI),
    )
    entry = factories.make_entry(wang, contest)
    account = live.name_account(wang, entry, "x1")
    with pytest.raises(NotFound):
        live.name_account(li, entry, "x2")
    with pytest.raises(NotFound), db.unit():
        service.drop_own_account(actor=li, account_id=account.id, now=clock.now())
    with db.unit():
        service.drop_own_account(actor=wang, account_id=account.id, now=clock.now())
    assert queries.accounts_of([entry.id]) == {}
    with pytest.raises(DomainError, match="已经停用"), db.unit():
        service.drop_own_account(actor=wang, account_id=account.id, now=clock.now())


def test_the_office_replaces_with_a_reason_and_the_old_one_stays(contest: Contest) -> None:
    wang = factories.make_contestant("王芳", WANG)
    entry = factories.make_entry(wang, contest)
    account = live.name_account(wang, entry, "old_one")
    with pytest.raises(DomainError) as refusal:
        replace(account, reason="")
    assert refusal.value.field == "reason"
    elsewhere = Actor(None, None, None, "外地赛事办", (Grant("contest_office", "contest", "x"),))
    with pytest.raises(NotFound):
        replace(account, elsewhere)
    replace(account)
    assert [(one.handle, one.ended_reason) for one in queries.history_of(entry.id)] == [
        ("old_one", "原账号被平台封停"),
        ("new_one", ""),
    ]


def test_pages_of_entrant_and_office(sign_in: Person, contest: Contest) -> None:
    wang = factories.make_contestant("王芳", WANG)
    entry = factories.make_entry(wang, contest)
    own = factories.client_of(sign_in.app, wang)
    path = f"/me/entries/{entry.id}/accounts"
    own.submit(path, platform="douyin", handle="shanli_01", nickname="山里的王芳")
    own.get(path)
    assert "shanli_01" in own.text("table")
    own.submit(path, expect=422, platform="douyin", handle="SHANLI_01", nickname="王芳")
    assert own.errors() == ["这个账号已由本赛事另一份报名登记"]

    desk = sign_in("contest_office")
    desk.get(f"/office/contests/{contest.id}/accounts")
    assert "抖音 shanli_01（山里的王芳）" in desk.text("table")
    account = queries.accounts_of([entry.id])[entry.id][0]
    change = f"/office/accounts/{account.id}/replace"
    typed = {"platform": "kuaishou", "handle": "shanli_02", "nickname": "王芳"}
    desk.submit(change, expect=422, **typed)
    desk.submit(change, **typed, reason="原账号被平台封停")
    desk.submit(
        f"/office/entries/{entry.id}/accounts/new",
        platform="taobao",
        handle="tb01",
        nickname="王芳的小店",
    )
    own.get(path)
    own.send(f"/me/accounts/{queries.accounts_of([entry.id])[entry.id][0].id}/drop")
    desk.get(f"/office/entries/{entry.id}/accounts/new")
    assert desk.page.select_one("h1").get_text() == "登记直播账号"
    assert desk.text("main table").count("停用") >= 1
