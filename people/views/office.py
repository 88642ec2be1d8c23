"""The accounts office: staff accounts and their roles."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from core import clock
from core.access import access, actor
from core.forms import attempt
from core.web import page
from people import queries, roles
from people.forms import GrantForm, NewAccountForm, ReasonForm
from people.services import accounts as service
from people.views.blueprint import bp

Answer = Response | tuple[str, int]


@bp.get("/office/accounts")
@access("people.accounts")
def accounts() -> Answer:
    """Staff accounts; a phone number finds a contestant's."""
    number = max(1, request.args.get("page", 1, type=int))
    found = (
        queries.account_by_login(request.args.get("login", ""))
        if request.args.get("login")
        else None
    )
    rows = [found] if found else queries.staff_accounts(number)
    return page(
        "people/office/accounts.html",
        rows=rows[: queries.PAGE],
        number=number,
        more=len(rows) > queries.PAGE,
        roles=roles.ROLES,
        login=request.args.get("login", ""),
    )


@bp.route("/office/accounts/new", methods=["GET", "POST"])
@access("people.create_account")
def create_account() -> Answer:
    """A new staff account."""
    form = NewAccountForm()
    hashed = ""
    if form.is_submitted() and form.password.data and len(form.password.data) >= 12:
        hashed = service.make_password_hash(form.password.data, staff=True)
    done = attempt(form, lambda: _create(form, hashed), to=_account_page)
    return done or page("people/office/create_account.html", form=form)


def _create(form: NewAccountForm, hashed: str) -> UUID:
    typed = form.values()
    if not hashed:
        hashed = service.make_password_hash(
            typed["password"], staff=True
        )  # refuses with a sentence
    made = service.create_account(
        actor=actor(),
        login=typed["login"],
        label=typed["label"],
        password_hash=hashed,
        now=clock.now(),
    )
    flash("账号已建立，请授予角色；首次登录时绑定动态码")
    return made.id


def _account_page(account_id: object) -> str:
    return url_for("people.account", account_id=account_id)


@bp.get("/office/accounts/<account:account_id>")
@access("people.accounts")
def account(account_id: UUID) -> Answer:
    """One account with its roles."""
    return page(
        "people/office/account.html", account=queries.account_of(account_id), roles=roles.ROLES
    )


@bp.route("/office/accounts/<account:account_id>/roles", methods=["GET", "POST"])
@access("people.grant")
def grant_role(account_id: UUID) -> Answer:
    """Give a role."""
    account = queries.account_of(account_id)
    form = GrantForm()
    form.role.choices = [("", "请选择"), *((key, role.label) for key, role in roles.ROLES.items())]
    form.scope.choices = [
        ("city", "全市"),
        ("county", "县（市、区）"),
        ("contest", "一个赛事"),
        ("programme", "一个培训项目"),
        ("organisation", "一个单位"),
    ]
    done = attempt(
        form,
        lambda: service.grant_role(
            actor=actor(), account=service.account_of(account_id), now=clock.now(), **form.values()
        ),
        to=lambda _: _account_page(account_id),
    )
    return done or page("people/office/grant_role.html", form=form, account=account)


@bp.route("/office/accounts/roles/<role_grant:grant_id>/end", methods=["GET", "POST"])
@access("people.grant")
def end_role(grant_id: UUID) -> Answer:
    """Take a role away."""
    grant = queries.grant_of(grant_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: service.end_role(actor=actor(), grant=queries.grant_of(grant_id), now=clock.now()),
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
