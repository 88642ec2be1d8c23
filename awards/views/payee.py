"""The payee's own pages: what is awarded, and where the money goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from awards import labels, lines
from awards.forms.money import PayeeAccountForm, ReasonForm, RetypeForm
from awards.models import PayeeAccount
from awards.queries import lines as line_queries
from awards.queries import payees as queries
from awards.services import payees as service
from awards.services.payees import BankDetails
from awards.views.approver import retyped
from awards.views.blueprint import STATE_TONES, bp
from core import clock
from core.access import access, actor
from core.errors import DomainError, NotFound
from core.forms import attempt
from core.web import page
from people.identifiers import card_warning, mask_name
from people.queries import person_by_id, waiting_claim

Answer = Response | tuple[str, int]
# What a payee reads instead of the office's words.
PROGRESS = {
    lines.PAYABLE: "审批中",
    lines.NEEDS_EVIDENCE: "等待材料",
    lines.UNSET: "标准未定",
    lines.UNCONFIRMED: "标准待确认",
    lines.CONFLICT: "有争议，待裁定",
    lines.DENIED: "不予发放",
    lines.SUSPENDED: "条款暂停执行",
    lines.NEEDS_DETERMINATION: "待认定金额",
}


@bp.get("/me/awards")
@access("awards.own")
def own_awards() -> Answer:
    """One's own awards and account, and the organisations one acts for."""
    account_id = actor().account_id
    return page(
        "awards/payee/own_awards.html",
        lines=line_queries.own_lines(actor()),
        account=queries.current_of_person(actor().person_id),
        organisations=queries.all_represented(actor()),
        claim=waiting_claim(account_id) if account_id else None,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {"states": labels.STATES, "tones": STATE_TONES, "progress": PROGRESS}


@bp.route("/me/awards/payee", methods=["GET", "POST"])
@access("awards.own_account")
def own_account() -> Answer:
    """Enter or change one's own account."""
    person_id = actor().person_id
    person = person_by_id(person_id) if person_id else None
    form = PayeeAccountForm()
    done = attempt(
        form,
        lambda: _enter_own(form),
        to=lambda made: _saved(made, url_for("awards.own_awards")),
    )
    return done or page(
        "awards/payee/own_account.html",
        form=form,
        account=queries.current_of_person(actor().person_id),
        expected=mask_name(person.name) if person else "",
    )


def _enter_own(form: PayeeAccountForm) -> PayeeAccount:
    """A card whose check digit is wrong is asked about first; it is never refused."""
    made = service.enter_own(actor=actor(), details=_details(form), now=clock.now())
    hint = card_warning(made.account_number)
    if hint and not form.sure.data:
        raise DomainError(f"{hint}。核对后账号没有错的，请勾选“确认无误”再保存", "sure")
    return made


def _details(form: PayeeAccountForm) -> BankDetails:
    return BankDetails(**{name: text for name, text in form.values().items() if name != "sure"})


def _saved(made: PayeeAccount, place: str) -> str:
    """Where to go on."""
    if made.person_id:
        flash("收款账户已保存")
    else:
        flash("收款账户已保存，须由另一位经办人或奖补复核人员确认后才能用于发放")
    return place


@bp.get("/me/awards/organisations/<organisation:organisation_id>")
@access("awards.agent")
def organisation_awards(organisation_id: UUID) -> Answer:
    """What an organisation is awarded, for those who act for it."""
    organisation = queries.represented(actor(), organisation_id)
    return page(
        "awards/payee/organisation_awards.html",
        organisation=organisation,
        lines=line_queries.organisation_lines(organisation_id),
        account=queries.current_of_organisation(organisation_id),
        me=actor().account_id,
        **_words(),
    )


@bp.route("/me/awards/organisations/<organisation:organisation_id>/payee", methods=["GET", "POST"])
@access("awards.agent_account")
def organisation_account(organisation_id: UUID) -> Answer:
    """Enter or change an organisation's account; a second person confirms it."""
    organisation = queries.represented(actor(), organisation_id)
    form = PayeeAccountForm()
    done = attempt(
        form,
        lambda: service.enter_for_organisation(
            actor=actor(), organisation_id=organisation_id, details=_details(form), now=clock.now()
        ),
        to=lambda made: _saved(made, _organisation_page(organisation_id)),
    )
    return done or page(
        "awards/payee/organisation_account.html", form=form, organisation=organisation
    )


def _organisation_page(organisation_id: UUID) -> str:
    return url_for("awards.organisation_awards", organisation_id=organisation_id)


@bp.route("/me/awards/accounts/<payee_account:account_id>/confirm", methods=["GET", "POST"])
@access("awards.agent_account")
def confirm_own_organisation(account_id: UUID) -> Answer:
    """A second agent types again what the first one entered."""
    account = queries.account(account_id)
    if account.organisation_id is None:
        raise NotFound("没有这个收款账户")
    organisation = queries.represented(actor(), account.organisation_id)
    form = RetypeForm()
    firm: tuple[str, dict[str, Any]] = (
        "awards.organisation_awards",
        {"organisation_id": organisation.id},
    )
    done = attempt(
        form,
        lambda: service.confirm(
            actor=actor(), account_id=account_id, typed=form.account.data or "", now=clock.now()
        ),
        to=lambda same: retyped(same, account_id, "awards.confirm_own_organisation", firm),
    )
    return done or page(
        "awards/payee/confirm_own_organisation.html",
        form=form,
        account=account,
        organisation=organisation,
    )


@bp.route("/me/awards/accounts/<payee_account:account_id>/refuse", methods=["GET", "POST"])
@access("awards.agent_account")
def refuse_own_organisation(account_id: UUID) -> Answer:
    """A second agent refuses what the first one entered, for a reason."""
    account = queries.account(account_id)
    if account.organisation_id is None:
        raise NotFound("没有这个收款账户")
    organisation = queries.represented(actor(), account.organisation_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: service.refuse(
            actor=actor(), account_id=account_id, reason=form.reason.data or "", now=clock.now()
        ),
        to=lambda _: _organisation_page(organisation.id),
    )
    return done or page(
        "awards/payee/refuse_own_organisation.html", form=form, organisation=organisation
    )
