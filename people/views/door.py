"""Signing up, in and out; step-up; a forgotten password."""

from __future__ import annotations

import pyotp
from flask import flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from core import clock, navigation, qr
from core.access import actor, public, signed_in
from core.db import db
from core.errors import DomainError
from core.forms import BaseForm, attempt
from core.gate import safe_next
from core.web import page
from people import sessions
from people.forms import (
    ResetForm,
    SetUpCodeForm,
    SignInForm,
    SignUpForm,
    StaffSignInForm,
    StepUpForm,
)
from people.queries import account_of
from people.services import accounts, registration, sign_in
from people.views.blueprint import bp

Answer = Response | tuple[str, int]


@bp.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@public
def sign_in_page() -> Answer:
    """The public door."""
    form = SignInForm()
    answer = _enter(form, at_staff_door=False)
    return answer or page("people/door/sign_in.html", form=form, next=_next())


@bp.route("/sign-in/staff", methods=["GET", "POST"])
@public
def staff_sign_in() -> Answer:
    """The officials' door: with a code."""
    form = StaffSignInForm()
    answer = _enter(form, at_staff_door=True)
    return answer or page("people/door/staff_sign_in.html", form=form, next=_next())


def _enter(form: SignInForm | StaffSignInForm, *, at_staff_door: bool) -> Response | None:
    """A sign-in is no idempotent form: each try counts, and the token must not be stored."""
    if not form.validate_on_submit():
        return None
    typed = form.values()
    guess = sign_in.weigh(
        login=typed["login"], password=typed["password"], address=request.remote_addr or ""
    )
    try:
        with db.unit():
            token = sign_in.sign_in(
                guess=guess,
                code=typed.get("code", ""),
                at_staff_door=at_staff_door,
                now=clock.now(),
            )
    except DomainError as error:
        with db.unit():
            sign_in.note_failure(guess=guess, now=clock.now())
        form.place(error)
        return None
    return _go_on(token)


def _go_on(token: str) -> Response:
    """A new browser session: nothing of the old one survives a sign-in."""
    session.clear()
    session.permanent = True
    sessions.begin(token)
    return redirect(_next() or url_for("people.landing"), 303)


def _next() -> str:
    return safe_next(request.values.get("next"))


@bp.get("/start")
@signed_in
def landing() -> Response:
    """The first page of whoever just signed in."""
    return redirect(navigation.landing())


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End the session on the server, then forget it here."""
    with db.unit():
        sign_in.sign_out(actor=actor(), now=clock.now())
    sessions.end()
    session.clear()
    flash("已退出")
    return redirect(url_for("overview.home"), 303)


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> Answer:
    """A contestant's account."""
    form = SignUpForm()
    if form.validate_on_submit():
        try:
            hashed = accounts.make_password_hash(form.password.data or "", staff=False)
            with db.unit():
                token = registration.sign_up(
                    phone=form.mobile.data or "", password_hash=hashed, now=clock.now()
                )
            return _go_on(token)
        except DomainError as error:
            form.place(error)
    return page("people/door/sign_up.html", form=form, next=_next())


@bp.route("/step-up", methods=["GET", "POST"])
@signed_in
def step_up() -> Answer:
    """Password (and code) again before money moves."""
    form = StepUpForm()
    account = account_of(actor().account_id)
    if form.validate_on_submit() and account:
        guess = sign_in.weigh(
            login=account.login,
            password=form.password.data or "",
            address=request.remote_addr or "",
        )
        try:
            with db.unit():
                sign_in.step_up(
                    actor=actor(), guess=guess, code=form.code.data or "", now=clock.now()
                )
            return redirect(_next() or url_for("people.landing"), 303)
        except DomainError as error:
            with db.unit():
                sign_in.note_failure(guess=guess, now=clock.now())
            form.place(error)
    return page("people/door/step_up.html", form=form, next=_next(), account=account)


@bp.route("/set-up-code", methods=["GET", "POST"])
@signed_in
def set_up_code() -> Answer:
    """The first sign-in of an official binds an authenticator."""
    form = SetUpCodeForm()
    if not form.secret.data:
        form.secret.data = pyotp.random_base32()
    done = attempt(
        form,
        lambda: sign_in.set_up_code(
            actor=actor(), secret=form.secret.data or "", code=form.code.data or "", now=clock.now()
        ),
        to=lambda _: url_for("people.landing"),
    )
    address = pyotp.TOTP(form.secret.data).provisioning_uri(
        name=actor().label, issuer_name="Saixun"
    )
    return done or page(
        "people/door/set_up_code.html", form=form, picture=qr.svg(address, title="动态码密钥二维码")
    )


@bp.route("/reset", methods=["GET", "POST"])
@public
def reset() -> Answer:
    """A new password with the office's code."""
    form = ResetForm()
    done = _reset(form) if form.validate_on_submit() else None
    return done or page("people/door/reset.html", form=form)


def _reset(form: BaseForm) -> Response | None:
    typed = form.values()
    guess = sign_in.weigh(login=typed["login"], password="", address=request.remote_addr or "")
    try:
        sign_in.refuse_when_throttled(guess=guess, now=clock.now())
        hashed = accounts.make_password_hash(typed["password"], staff=False)
        with db.unit():
            registration.use_reset_code(
                login=typed["login"], code=typed["code"], password_hash=hashed, now=clock.now()
            )
    except DomainError as error:
        with db.unit():
            sign_in.note_failure(guess=guess, now=clock.now())
        form.place(error)
        return None
    flash("新密码已生效，请登录")
    return redirect(url_for("people.sign_in"), 303)
