"""The service desk: reset codes, identity claims, unmasking; and the auditor's trail."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from core import clock
from core.access import access, actor
from core.db import db
from core.errors import DomainError
from core.forms import attempt
from core.web import page
from people import counties, passwords, queries
from people.forms import ClaimForm, ReasonForm
from people.services import accounts as service
from people.views.blueprint import bp

Answer = Response | tuple[str, int]


@bp.route("/office/accounts/<account:account_id>/reset-code", methods=["GET", "POST"])
@access("people.reset")
def issue_reset_code(account_id: UUID) -> Answer:
    """A one-time code after an identity check; shown once, never stored in clear."""
    account = queries.account_of(account_id)
    form = ReasonForm()
    if form.validate_on_submit():
        code = service.fresh_code()
        try:
            code_hash = passwords.hashed(code)
            with db.unit():
                service.issue_reset_code(
                    actor=actor(),
                    account=service.account_of(account_id),
                    code_hash=code_hash,
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            return page("people/desk/reset_code.html", account=account, code=code)
        except DomainError as error:
            form.place(error)
    return page("people/desk/issue_reset_code.html", form=form, account=account)


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
        "people/desk/identity_claim.html", form=form, claim=claim, counties=counties.COUNTIES
    )


def _decide(form: ClaimForm, claim_id: UUID) -> None:
    service.decide_claim(
        actor=actor(),
        claim=queries.claim_of(claim_id),
        link=form.decision.data == "link",
        reason=form.reason.data or "",
        now=clock.now(),
    )
    flash("身份核对已处理")


@bp.route("/office/persons/<person:person_id>/unmask", methods=["GET", "POST"])
@access("people.unmask")
def unmask(person_id: UUID) -> Answer:
    """Show the full numbers once, for a reason on the record."""
    person = queries.person_by_id(person_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with db.unit():
                shown = service.unmask(
                    actor=actor(), person=person, reason=form.reason.data or "", now=clock.now()
                )
            return page("people/desk/unmasked.html", person=person, shown=shown)
        except DomainError as error:
            form.place(error)
    return page("people/desk/unmask.html", form=form, person=person)


@bp.get("/office/audit")
@access("people.audit")
def audit_trail() -> Answer:
    """Who changed what, newest first."""
    number = max(1, request.args.get("page", 1, type=int))
    stream = request.args.get("stream", "").strip()
    rows = queries.audit_entries(stream, number)
    return page(
        "people/desk/audit_trail.html",
        rows=rows[: queries.PAGE],
        number=number,
        more=len(rows) > queries.PAGE,
        stream=stream,
    )
