"""The second person: approves a line, takes an approval back, confirms an organisation's account."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from awards.forms.money import ApproveForm, PlainForm, ReasonForm
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
    """The reviewer compares the account with the proof that the organisation sent."""
    account = payee_queries.account(account_id)
    form = PlainForm()
    done = attempt(
        form,
        lambda: payee_service.confirm(actor=actor(), account_id=account_id, now=clock.now()),
        to=lambda _: _confirmed(),
    )
    return done or page("awards/approver/confirm_account.html", form=form, account=account)


def _confirmed() -> str:
    flash("收款账户已确认")
    return url_for("awards.accounts_to_confirm")
