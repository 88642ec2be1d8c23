"""Livestream contests for tests: accounts, sessions, files of figures, made through the services."""

from __future__ import annotations

from typing import Any

from contests.models import Contest, Entry, PlatformAccount
from contests.services import platform_accounts
from core import clock
from core.access import Actor
from core.db import db
from tests.contests import factories


def make_live_contest(**over: Any) -> Contest:
    """An announced livestream contest of one track."""
    values = {"name": "2026 年全国村播大赛", "tracks": "NH 农户主播", "divisions": "个人组"}
    return factories.make_contest(**{"preset": "livestream"} | values | over)


def account_wish(
    handle: str, platform: str = "douyin", nickname: str = "山里的王芳"
) -> platform_accounts.AccountWish:
    """An account as it is typed."""
    return platform_accounts.AccountWish(platform, handle, nickname)


def name_account(
    actor: Actor, entry: Entry, handle: str, platform: str = "douyin", **over: Any
) -> PlatformAccount:
    """An account that the leader names."""
    with db.unit():
        return platform_accounts.name_own_account(
            actor=actor,
            entry_id=entry.id,
            wish=account_wish(handle, platform, **over),
            now=clock.now(),
        )
