"""Platform accounts of entries: named by the entrant, locked by the draw of the sessions.

Figures of platforms are looked up by account: whoever changes an account after the draw changes whose
sales count, so that only the office does it, with a reason, and the old one stays on record.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contests.metric_rows import handle_key
from contests.models import Entry, PlatformAccount
from contests.platforms import platform_of, title_of
from contests.queries import entrant
from contests.queries import livestream as queries
from contests.queries.office import reviewed_entry
from contests.queries.panels import OFFICE
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.stated import stated

MOST_ACCOUNTS = 5
LIVE_STATES = ("draft", "submitted", "returned", "qualified")
LOCKED = "场次已经抽签，直播账号不能再改；确需更换请联系赛事办"


@dataclass(frozen=True)
class AccountWish:
    """An account as typed: key of the platform, number of the account there, nickname."""

    platform: str
    handle: str
    nickname: str


def name_own_account(
    *, actor: Actor, entry_id: UUID, wish: AccountWish, now: datetime
) -> PlatformAccount:
    """The leader names an account of an entry, until the sessions are drawn."""
    entry = entrant.led_entry(actor, entry_id)
    _check_open(entry)
    return _add(actor, entry, wish, now)


def drop_own_account(*, actor: Actor, account_id: UUID, now: datetime) -> PlatformAccount:
    """The leader takes an account back, until the sessions are drawn."""
    account = queries.own_account(actor, account_id)
    _check_open(account.entry)
    return _end(actor, account, "本人删除", now)


def name_account(
    *, actor: Actor, entry_id: UUID, wish: AccountWish, reason: str, now: datetime
) -> PlatformAccount:
    """The office names an account for an entry; after the draw with a reason."""
    entry = reviewed_entry(actor, entry_id)
    why = stated(reason) if queries.is_drawn(entry.id) else reason.strip()
    return _add(actor, entry, wish, now, why)


def replace_account(
    *, actor: Actor, account_id: UUID, wish: AccountWish, reason: str, now: datetime
) -> PlatformAccount:
    """The office puts another account in the place of one, with a reason. Refused once figures of the
    old one were written: they would belong to nobody."""
    account = queries.account_within(actor, account_id, OFFICE)
    why = stated(reason)
    if queries.has_figures(account.id):
        raise DomainError("这个账号已有平台数据，不能更换；数据有疑问的请走作废认定")
    _end(actor, account, why, now)
    return _add(actor, account.entry, wish, now, why)


def _check_open(entry: Entry) -> None:
    if queries.is_drawn(entry.id):
        raise DomainError(LOCKED)


def _add(
    actor: Actor, entry: Entry, wish: AccountWish, now: datetime, reason: str = ""
) -> PlatformAccount:
    if entry.contest.family != queries.FAMILY:
        raise DomainError("这个赛事不是直播赛事，不用登记直播账号")
    if entry.state not in LIVE_STATES:
        raise DomainError("这份报名已经结束，不能登记直播账号")
    platform = platform_of(wish.platform)
    handle = unicodedata.normalize("NFKC", wish.handle).strip()
    key = handle_key(handle)
    if not key:
        raise DomainError(f"请填写{platform.columns[0].heading}", "handle")
    if len(queries.accounts_of([entry.id]).get(entry.id, [])) >= MOST_ACCOUNTS:
        raise DomainError(f"一份报名最多登记 {MOST_ACCOUNTS} 个直播账号")
    nickname = unicodedata.normalize("NFKC", wish.nickname).strip()
    if not nickname:
        raise DomainError("请填写账号昵称", "nickname")
    account = PlatformAccount(
        contest_id=entry.contest_id,
        entry_id=entry.id,
        platform=platform.key,
        handle=handle,
        handle_key=key,
        nickname=nickname,
        named_by=actor.label,
        named_at=now,
    )
    db.session.add(account)
    told = {"platform": platform.title, "handle": handle, "nickname": nickname}
    note(actor, "name_platform_account", entry, now, told, reason)
    db.session.flush()
    return account


def _end(actor: Actor, account: PlatformAccount, reason: str, now: datetime) -> PlatformAccount:
    if account.ended_at is not None:
        raise DomainError("这个账号已经停用，请重新打开页面核对")
    account.ended_at, account.ended_reason = now, reason
    told = {"platform": title_of(account.platform), "handle": account.handle}
    note(actor, "end_platform_account", account.entry, now, told, reason)
    db.session.flush()
    return account
