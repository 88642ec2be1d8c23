"""The service desk: finding an account, reset codes, identity claims; and the auditor's trail."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core import clock
from core.access import access, actor
from core.db import db
from core.errors import DomainError, NotAllowed
from core.forms import attempt
from core.web import page, page_number
from people import counties, passwords, queries, trail_words
from people.forms import ClaimForm, FindAccountForm, ReasonForm
from people.identifiers import KIND_LABELS
from people.services import accounts as service
from people.services import persons
from people.views.blueprint import bp

Answer = Response | tuple[str, int]


@bp.route("/office/accounts/find", methods=["GET", "POST"])
@access("people.account")
def find_account() -> Answer:
    """Look an account up by phone number or staff name."""
    form = FindAccountForm()
    if form.validate_on_submit():
        found = queries.account_by_login(form.login.data or "")
        if found:
            return redirect(url_for("people.account", account_id=found.id), 303)
        form.place(DomainError("没有这个账号，请核对手机号码或账号", "login"))
    return page("people/desk/find_account.html", form=form)


@bp.route("/office/accounts/<account:account_id>/reset-code", methods=["GET", "POST"])
@access("people.reset")
def issue_reset_code(account_id: UUID) -> Answer:
    """A one-time code after an identity check; shown once, never stored in clear."""
    account = queries.account_of(account_id)
    form = ReasonForm()
    code = _issue(form, account_id) if form.validate_on_submit() else ""
    return page("people/desk/issue_reset_code.html", form=form, account=account, code=code)


def _issue(form: ReasonForm, account_id: UUID) -> str:
    code = service.fresh_code()
    code_hash = passwords.hashed(code)
    try:
        with db.unit():
            service.issue_reset_code(
                actor=actor(),
                account=service.account_of(account_id),
                code_hash=code_hash,
                reason=form.reason.data or "",
                now=clock.now(),
            )
    except NotAllowed:
        raise
    except DomainError as error:
        form.place(error)
        return ""
    return code


@bp.get("/office/identity")
@access("people.identity")
def identity_claims() -> Answer:
    """Accounts that claim to be a person we know."""
    return page("people/desk/identity_claims.html", rows=queries.waiting_claims())


@bp.route("/office/identity/<identity_claim:claim_id>", methods=["GET", "POST"])
@access("people.identity")
def identity_claim(claim_id: UUID) -> Answer:
    """Decide one claim after seeing the ID card."""
    claim = queries.claim_of(claim_id)
    form = ClaimForm()
    done = attempt(
        form, lambda: _decide(form, claim_id), to=lambda _: url_for("people.identity_claims")
    )
    return done or page(
        "people/desk/identity_claim.html",
        form=form,
        claim=claim,
        older=queries.account_of_person(claim.person_id),
        kinds=KIND_LABELS,
        counties=counties.COUNTIES,
    )


def _decide(form: ClaimForm, claim_id: UUID) -> None:
    persons.decide_claim(
        actor=actor(),
        claim=queries.claim_of(claim_id),
        link=form.decision.data == "link",
        reason=form.reason.data or "",
        now=clock.now(),
    )
    flash("身份核对已处理")


@bp.get("/office/audit")
@access("people.audit")
def audit_trail() -> Answer:
    """Who changed what, newest first."""
    number = page_number()
    stream = request.args.get("stream", "").strip()
    rows = queries.audit_entries(stream, number)
    return page(
        "people/desk/audit_trail.html",
        rows=rows[: queries.PAGE],
        number=number,
        more=len(rows) > queries.PAGE,
        stream=stream,
        deed=trail_words.deed,
        thing=trail_words.thing,
    )
