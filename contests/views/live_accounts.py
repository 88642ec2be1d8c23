"""Platform accounts: the entrant names them, the office may after the draw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests.forms.entrant import DeedForm
from contests.forms.livestream import AccountForm, OfficeAccountForm
from contests.models import Entry
from contests.platforms import platforms, title_of
from contests.queries import entrant, office
from contests.queries import livestream as queries
from contests.queries.panels import OFFICE
from contests.services import platform_accounts as service
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.errors import NotFound
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]
bp.add_app_template_filter(title_of, "platform")


@bp.route("/me/entries/<entry:entry_id>/accounts", methods=["GET", "POST"])
@access("contests.own_entries")
def own_accounts(entry_id: UUID) -> Answer:
    """The accounts with which one will be live."""
    entry = entrant.led_entry(actor(), entry_id)
    form = AccountForm(**_offer(entry))
    _choices(form)
    done = attempt(
        form,
        lambda: service.name_own_account(
            actor=actor(),
            entry_id=entry_id,
            wish=service.AccountWish(**form.values()),
            now=clock.now(),
        ),
        to=lambda _: _told("已登记账号", url_for("contests.own_accounts", entry_id=entry_id)),
    )
    return done or _own_page(entry, form)


def _own_page(entry: Entry, form: BaseForm) -> Answer:
    _only_live(entry)
    return page(
        "contests/livestream/own_accounts.html",
        form=form,
        entry=entry,
        accounts=queries.accounts_of([entry.id]).get(entry.id, []),
        locked=queries.is_drawn(entry.id) or entry.state not in service.LIVE_STATES,
    )


def _only_live(entry: Entry) -> None:
    if entry.contest.family != queries.FAMILY:
        raise NotFound("这个赛事不用登记直播账号")


def _offer(entry: Entry) -> dict[str, str]:
    """What the registration form said already."""
    titles = {one.title: one.key for one in platforms().values()}
    return {
        "platform": titles.get(entry.answers.get("platform", ""), ""),
        "nickname": entry.answers.get("account", ""),
    }


def _choices(form: AccountForm) -> None:
    form.platform.choices = [(one.key, one.title) for one in platforms().values()]


def _told(sentence: str, address: str) -> str:
    flash(sentence)
    return address


@bp.post("/me/accounts/<platform_account:account_id>/drop")
@access("contests.own_entries")
def drop_own_account(account_id: UUID) -> Answer:
    """Take an account back."""
    entry = queries.own_account(actor(), account_id).entry
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.drop_own_account(actor=actor(), account_id=account_id, now=clock.now()),
        to=lambda _: _told("已删除账号", url_for("contests.own_accounts", entry_id=entry.id)),
    )
    if done:
        return done
    shown = AccountForm(formdata=None, **_offer(entry))
    _choices(shown)
    shown.form_errors = form.form_errors
    return _own_page(entry, shown)


@bp.get("/office/contests/<contest:contest_id>/accounts")
@access("contests.manage")
def live_accounts(contest_id: UUID) -> Answer:
    """All entries with their accounts, and who has none."""
    contest = office.managed_contest(actor(), contest_id)
    rows = queries.entries_with_accounts(contest_id)
    return page(
        "contests/livestream/live_accounts.html",
        contest=contest,
        rows=rows,
        accounts=queries.accounts_of([one.id for one in rows]),
    )


@bp.route("/office/entries/<entry:entry_id>/accounts/new", methods=["GET", "POST"])
@access("contests.manage")
def name_account(entry_id: UUID) -> Answer:
    """The office names an account for an entry."""
    entry = office.reviewed_entry(actor(), entry_id)
    _only_live(entry)
    form = OfficeAccountForm(**_offer(entry))
    _choices(form)
    done = attempt(
        form,
        lambda: service.name_account(
            actor=actor(), entry_id=entry_id, now=clock.now(), **_wished(form)
        ),
        to=lambda one: _told("已登记账号", _list_of(entry)),
    )
    return done or page(
        "contests/livestream/name_account.html",
        form=form,
        entry=entry,
        replaced=None,
        history=queries.history_of(entry.id),
        locked=queries.is_drawn(entry.id),
    )


def _wished(form: OfficeAccountForm) -> dict[str, Any]:
    typed = form.values()
    return {"reason": typed.pop("reason") or "", "wish": service.AccountWish(**typed)}


def _list_of(entry: Entry) -> str:
    return url_for("contests.live_accounts", contest_id=entry.contest_id)


@bp.route("/office/accounts/<platform_account:account_id>/replace", methods=["GET", "POST"])
@access("contests.manage")
def replace_account(account_id: UUID) -> Answer:
    """Another account in the place of one, with a reason."""
    account = queries.account_within(actor(), account_id, OFFICE)
    form = OfficeAccountForm(platform=account.platform, nickname=account.nickname)
    _choices(form)
    done = attempt(
        form,
        lambda: service.replace_account(
            actor=actor(), account_id=account_id, now=clock.now(), **_wished(form)
        ),
        to=lambda one: _told("已更换账号", _list_of(account.entry)),
    )
    return done or page(
        "contests/livestream/name_account.html",
        form=form,
        entry=account.entry,
        replaced=account,
        history=queries.history_of(account.entry_id),
        locked=True,
    )
