"""The accounts office: staff accounts and their roles."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, url_for
from werkzeug.wrappers import Response

from core import clock
from core.access import access, actor
from core.forms import attempt
from core.web import page, page_number
from people import passwords, queries, roles, scopes
from people.forms import GrantForm, NewAccountForm, ReasonForm
from people.services import accounts as service
from people.views.blueprint import bp

Answer = Response | tuple[str, int]


@bp.get("/office/accounts")
@access("people.accounts")
def accounts() -> Answer:
    """Staff accounts, by name."""
    number = page_number()
    rows = queries.staff_accounts(number)
    return page(
        "people/office/accounts.html",
        rows=rows[: queries.PAGE],
        number=number,
        more=len(rows) > queries.PAGE,
        labels=roles.labels,
    )


@bp.route("/office/accounts/new", methods=["GET", "POST"])
@access("people.create_account")
def create_account() -> Answer:
    """A new staff account; the password is hashed before the transaction because that is slow."""
    form = NewAccountForm()
    hashed = passwords.hashed(form.password.data or "") if form.validate_on_submit() else ""
    done = attempt(form, lambda: _create(form, hashed), to=_account_page)
    return done or page("people/office/create_account.html", form=form)


def _create(form: NewAccountForm, hashed: str) -> UUID:
    made = service.create_account(
        actor=actor(),
        login=form.login.data or "",
        label=form.label.data or "",
        password_hash=hashed,
        now=clock.now(),
    )
    flash("账号已建立。请安全管理员授予角色；本人首次登录时绑定动态码")
    return made.id


def _account_page(account_id: object) -> str:
    return url_for("people.account", account_id=account_id)


@bp.get("/office/accounts/<account:account_id>")
@access("people.account")
def account(account_id: UUID) -> Answer:
    """One account with its roles."""
    return page(
        "people/office/account.html",
        account=queries.account_of(account_id),
        roles=roles.ROLES,
        scopes=scopes.names(_scope_kinds()),
    )


@bp.route("/office/accounts/<account:account_id>/roles", methods=["GET", "POST"])
@access("people.grant")
def grant_role(account_id: UUID) -> Answer:
    """Give a role."""
    account = queries.account_of(account_id)
    form = GrantForm()
    form.role.choices = [("", "请选择"), *((key, role.label) for key, role in roles.ROLES.items())]
    form.where.choices = scopes.choices(_scope_kinds())
    done = attempt(form, lambda: _grant(account_id, form), to=lambda _: _account_page(account_id))
    return done or page("people/office/grant_role.html", form=form, account=account)


def _scope_kinds() -> list[scopes.ScopeKind]:
    return current_app.extensions["scope_kinds"]


def _grant(account_id: UUID, form: GrantForm) -> None:
    scope, scope_id = scopes.parse(form.where.data)
    service.grant_role(
        actor=actor(),
        account=service.account_of(account_id),
        role=form.role.data,
        scope=scope,
        scope_id=scope_id,
        now=clock.now(),
    )


@bp.route("/office/accounts/roles/<role_grant:grant_id>/end", methods=["GET", "POST"])
@access("people.grant")
def end_role(grant_id: UUID) -> Answer:
    """Take a role away."""
    grant = queries.grant_of(grant_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: service.end_role(
            actor=actor(),
            grant=queries.grant_of(grant_id),
            reason=form.reason.data or "",
            now=clock.now(),
        ),
        to=lambda _: _account_page(grant.account_id),
    )
    return done or page("people/office/end_role.html", form=form, grant=grant, roles=roles.ROLES)


@bp.route("/office/accounts/<account:account_id>/disable", methods=["GET", "POST"])
@access("people.disable")
def disable(account_id: UUID) -> Answer:
    """Stop an account, or let it in again."""
    account = queries.account_of(account_id)
    act = service.enable if account.disabled_at else service.disable
    form = ReasonForm()
    done = attempt(
        form,
        lambda: act(
            actor=actor(),
            account=service.account_of(account_id),
            reason=form.reason.data or "",
            now=clock.now(),
        ),
        to=lambda _: _account_page(account_id),
    )
    return done or page("people/office/disable.html", form=form, account=account)


@bp.route("/office/accounts/<account:account_id>/authenticator", methods=["GET", "POST"])
@access("people.authenticator")
def release_authenticator(account_id: UUID) -> Answer:
    """The phone is lost: let the next sign-in bind a new authenticator."""
    account = queries.account_of(account_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: service.release_authenticator(
            actor=actor(),
            account=service.account_of(account_id),
            reason=form.reason.data or "",
            now=clock.now(),
        ),
        to=lambda _: _account_page(account_id),
    )
    return done or page("people/office/release_authenticator.html", form=form, account=account)
