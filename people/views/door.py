"""Signing up, in and out; step-up; a forgotten password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pyotp
from flask import flash, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from core import clock, navigation, qr
from core.access import actor, public, signed_in
from core.db import db
from core.errors import DomainError
from core.forms import BaseForm, attempt, before_unit
from core.gate import safe_next
from core.web import page
from people import consent, passwords, sessions
from people.forms import (
    ResetForm,
    SetUpCodeForm,
    SignInForm,
    SignUpForm,
    StaffSignInForm,
    StepUpForm,
)
from people.queries import account_of
from people.roles import is_staff
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
    with _counted(form, guess):
        with db.unit():
            token = sign_in.sign_in(
                guess=guess,
                code=typed.get("code", ""),
                at_staff_door=at_staff_door,
                now=clock.now(),
            )
        return _go_on(token)
    return None


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
    """A contestant's account. Sent twice, the second leads on without a session of its own."""
    if g.get("actor"):
        return redirect(_next() or url_for("overview.own"), 303)
    form = SignUpForm()
    opened: list[str] = []
    guess = sign_in.asking(phone=form.mobile.data or "", address=request.remote_addr or "")
    hashed = before_unit(form, lambda: _hashed(form, guess))
    done = None
    if hashed:
        done = attempt(
            form,
            lambda: opened.append(_sign_up(form, hashed)),
            to=lambda _: _next() or url_for("people.landing"),
        )
        if done is None:  # only a taken phone is refused here
            with db.unit():
                sign_in.note_failure(guess=guess, now=clock.now(), verb="sign_up_taken")
    if done and opened:
        return _go_on(opened[0])
    return done or page("people/door/sign_up.html", form=form, next=_next(), notice=consent.SIGN_UP)


def _hashed(form: SignUpForm, guess: sign_in.Guess) -> str:
    """Whoever asks for many taken phones is held up as at sign-in."""
    try:
        sign_in.refuse_when_throttled(guess=guess, now=clock.now())
    except sign_in.Throttled as error:
        raise DomainError(error.message) from error
    return passwords.hashed(form.password.data or "")


def _sign_up(form: SignUpForm, hashed: str) -> str:
    return registration.sign_up(
        phone=form.mobile.data or "",
        password_hash=hashed,
        consent=consent.SIGN_UP.version,
        now=clock.now(),
    )


@bp.route("/step-up", methods=["GET", "POST"])
@signed_in
def step_up() -> Answer:
    """Password (and code) again before money moves."""
    form = StepUpForm()
    account = account_of(actor().account_id)
    done = _step_up(form, account.login) if form.validate_on_submit() else None
    return done or page("people/door/step_up.html", form=form, next=_next(), account=account)


def _step_up(form: StepUpForm, login: str) -> Response | None:
    guess = sign_in.weigh(
        login=login, password=form.password.data or "", address=request.remote_addr or ""
    )
    with _counted(form, guess), db.unit():
        sign_in.step_up(actor=actor(), guess=guess, code=form.code.data or "", now=clock.now())
        return redirect(_next() or url_for("people.landing"), 303)
    return None


@contextmanager
def _counted(form: BaseForm, guess: sign_in.Guess) -> Iterator[None]:
    """A wrong guess is placed in the form and counted, in a unit of its own: the act itself was
    rolled back. Throttled ones are not counted, or nobody would ever get in again."""
    try:
        yield
    except sign_in.Throttled as error:
        form.place(error)
    except DomainError as error:
        with db.unit():
            sign_in.note_failure(guess=guess, now=clock.now())
        form.place(error)


@bp.route("/set-up-code", methods=["GET", "POST"])
@signed_in
def set_up_code() -> Answer:
    """The first sign-in of an official binds an authenticator; nobody else has one."""
    if not is_staff(actor().roles):
        return redirect(url_for("people.landing"), 303)
    form = SetUpCodeForm()
    secret = sign_in.fresh_secret(actor())
    done = attempt(
        form,
        lambda: sign_in.set_up_code(
            actor=actor(), secret=secret, code=form.code.data or "", now=clock.now()
        ),
        to=lambda _: url_for("people.landing"),
    )
    address = pyotp.TOTP(secret).provisioning_uri(name=actor().label, issuer_name="Saixun")
    return done or page(
        "people/door/set_up_code.html",
        form=form,
        secret=secret,
        picture=qr.svg(address, title="动态码密钥二维码"),
    )


@bp.route("/reset", methods=["GET", "POST"])
@public
def reset() -> Answer:
    """A new password with the office's code."""
    form = ResetForm()
    done = _reset(form) if form.validate_on_submit() else None
    return done or page("people/door/reset.html", form=form)


def _reset(form: ResetForm) -> Response | None:
    typed, now = form.values(), clock.now()
    guess = sign_in.weigh(login=typed["login"], password="", address=request.remote_addr or "")
    found = None
    with _counted(form, guess):
        sign_in.refuse_when_throttled(guess=guess, now=now)
        found = registration.find_reset_code(login=typed["login"], code=typed["code"], now=now)
    try:
        return _set_password(found, typed["password"]) if found else None
    except DomainError as error:
        form.place(error)
        return None


def _set_password(found: tuple[UUID, bool], password: str) -> Response:
    code_id, staff = found
    hashed = accounts.make_password_hash(password, staff=staff)
    with db.unit():
        registration.use_reset_code(code_id=code_id, password_hash=hashed, now=clock.now())
    flash("新密码已生效，请登录")
    return redirect(url_for("people.staff_sign_in" if staff else "people.sign_in"), 303)
