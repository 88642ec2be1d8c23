"""The second person: approves a line, takes an approval back, confirms an organisation's account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from awards.forms.money import ApproveForm, ReasonForm, ReturnForm, RetypeForm
from awards.queries import lines as queries
from awards.queries import payees as payee_queries
from awards.services import approving
from awards.services import payees as payee_service
from awards.views.blueprint import bp
from awards.views.officer import line_context
from core import clock
from core.access import access, actor
from core.forms import attempt
from core.web import page

Answer = Response | tuple[str, int]
_ACCOUNTS: tuple[str, dict[str, Any]] = ("awards.accounts_to_confirm", {})


@bp.route("/office/awards/lines/<award_line:line_id>/approve", methods=["GET", "POST"])
@access("awards.approve")
def approve(line_id: UUID) -> Answer:
    """Approve a line exactly as it is shown here."""
    line = queries.one(line_id)
    form = ApproveForm(data={"seen": line.digest})
    done = attempt(
        form,
        lambda: approving.approve(
            actor=actor(), line_id=line_id, seen=form.seen.data or "", now=clock.now()
        ),
        to=lambda approved: _decided(line_id, approved),
    )
    return done or page("awards/approver/approve.html", form=form, **line_context(line_id))


def _decided(line_id: UUID, approved: bool) -> str:
    if approved:
        flash("已审批")
    else:
        flash("依据刚刚有变化，没有审批。请核对新的测算后再审批", "warning")
    return url_for("awards.line", line_id=line_id)


@bp.route("/office/awards/lines/<award_line:line_id>/return", methods=["GET", "POST"])
@access("awards.approve")
def return_line(line_id: UUID) -> Answer:
    """Not agreed: back to the officer, with a reason."""
    line = queries.one(line_id)
    form = ReturnForm(data={"seen": line.digest})
    done = attempt(
        form,
        lambda: approving.return_line(
            actor=actor(),
            line_id=line_id,
            seen=form.seen.data or "",
            reason=form.reason.data or "",
            now=clock.now(),
        ),
        to=lambda _: _returned(line_id),
    )
    return done or page("awards/approver/return_line.html", form=form, **line_context(line_id))


def _returned(line_id: UUID) -> str:
    flash("已退回，经办人员会看到原因")
    return url_for("awards.line", line_id=line_id)


@bp.route("/office/awards/lines/<award_line:line_id>/revoke", methods=["GET", "POST"])
@access("awards.approve")
def revoke_approval(line_id: UUID) -> Answer:
    """Take an approval back before the line is on a sheet."""
    line = queries.one(line_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: approving.send_back(
            actor=actor(), line_id=line_id, reason=form.reason.data or "", now=clock.now()
        ),
        to=lambda _: url_for("awards.line", line_id=line_id),
    )
    return done or page("awards/approver/revoke_approval.html", form=form, line=line)


@bp.get("/office/awards/accounts")
@access("awards.confirm_account")
def accounts_to_confirm() -> Answer:
    """Organisations' accounts that wait for a second person."""
    return page("awards/approver/accounts_to_confirm.html", rows=payee_queries.waiting_accounts())


@bp.route("/office/awards/accounts/<payee_account:account_id>/confirm", methods=["GET", "POST"])
@access("awards.confirm_account")
def confirm_account(account_id: UUID) -> Answer:
    """The reviewer types the account again from the proof that the organisation sent."""
    account = payee_queries.account(account_id)
    form = RetypeForm()
    done = attempt(
        form,
        lambda: payee_service.confirm(
            actor=actor(), account_id=account_id, typed=form.account.data or "", now=clock.now()
        ),
        to=lambda same: retyped(same, account_id, "awards.confirm_account", _ACCOUNTS),
    )
    return done or page("awards/approver/confirm_account.html", form=form, account=account)


def retyped(same: bool, account_id: UUID, again: str, done: tuple[str, dict[str, Any]]) -> str:
    """Where to go after the second entry: back to it when the numbers differ."""
    if not same:
        flash(
            "与填写的账号不一致，没有确认，这一次已记录。请对照开户证明再输一遍；"
            "仍不一致的，请退回单位更正",
            "warning",
        )
        return url_for(again, account_id=account_id)
    flash("两次填写一致，收款账户已确认")
    return url_for(done[0], **done[1])


@bp.route("/office/awards/accounts/<payee_account:account_id>/refuse", methods=["GET", "POST"])
@access("awards.confirm_account")
def refuse_account(account_id: UUID) -> Answer:
    """The reviewer refuses an organisation's account; its agents read why."""
    account = payee_queries.account(account_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: payee_service.refuse(
            actor=actor(), account_id=account_id, reason=form.reason.data or "", now=clock.now()
        ),
        to=lambda _: _refused(),
    )
    return done or page("awards/approver/refuse_account.html", form=form, account=account)


def _refused() -> str:
    flash("已退回，单位经办人会看到原因")
    return url_for("awards.accounts_to_confirm")
