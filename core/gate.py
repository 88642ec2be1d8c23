"""The gate before every view, and the trace of what it refused."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized
from werkzeug.wrappers import Response

from core import access, audit, clock, held
from core.db import UNAVAILABLE, db

SIGN_IN = "people.sign_in"
STEP_UP = "people.step_up"
SET_UP = "people.set_up_code"


def init_app(app: Flask) -> None:
    """Guard every request."""
    app.before_request(_refuse_illegible)
    app.before_request(_guard)
    app.after_request(_trace_denial)


def _refuse_illegible() -> None:
    """A NUL byte is typed by nobody, PostgreSQL cannot store it and SQLite keeps it: 400."""
    texts = [request.path]
    for fields in (request.args, request.form):
        texts += [part for pair in fields.items(multi=True) for part in pair]
    texts += [file.filename or "" for _, file in request.files.items(multi=True)]
    if any("\0" in text for text in texts):
        raise BadRequest


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # 404 and 405 answer for themselves
    view = current_app.view_functions[request.endpoint]
    marked = getattr(view, "__access__", None)
    g.actor = None if marked == access.PUBLIC and _no_cookie() else _load()
    verdict = access.judge(marked, g.actor, access.registry().policies).word
    if verdict == "allow":
        return None
    if verdict == "sign_in":
        return _send_to(SIGN_IN, 401)
    if verdict == "step_up":
        return _send_to(STEP_UP, 403)
    if g.actor and g.actor.must_set_up:
        return redirect(url_for(SET_UP))
    g.denied = marked or "undeclared"
    raise Forbidden


def _no_cookie() -> bool:
    return not request.cookies


def _load() -> access.Actor | None:
    loader = current_app.extensions["load_actor"]
    return loader()


def _send_to(endpoint: str, status: int) -> Response | None:
    """GET goes on after sign-in or step-up; a POST keeps its text and says so."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for(endpoint, next=here()))
    g.resume = url_for(endpoint, next=hold_post())
    if status == 401:
        raise Unauthorized
    return redirect(g.resume, 303)


def hold_post() -> str:
    """Keep the fields of this POST; the address where they come back (or the bare address)."""
    token = request.form.get("form_token", "")
    fields = list(request.form.items(multi=True))
    with db.unit() as session:
        kept = held.keep(
            session,
            token=token,
            path=request.path,
            fields=fields,
            now=clock.now(),
            owner=account_key(),
        )
    query = {name: value for name, value in request.args.items() if name != "held"}
    if kept:
        query["held"] = token
    return f"{request.path}?{urlencode(query)}" if query else request.path


def account_key() -> str:
    """The account of this request, or of the session that has just run out; "" for nobody."""
    present = g.get("actor")
    known = present.account_id if present else g.get("former_account")
    return str(known or "")


def here() -> str:
    """Path and query of this request; without NUL, which must not reach a page either."""
    return request.full_path.rstrip("?").replace("\0", "")


def safe_next(address: str | None) -> str:
    """A local address to go on to, or "" (never another site)."""
    try:
        parts = urlsplit(address or "")
    except ValueError:  # half an IPv6 address
        return ""
    local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not address or not local or not address.isprintable():  # a line break ends a header
        return ""
    if address.startswith("//") or "\\" in address:
        return ""
    return address


def _trace_denial(response: Response) -> Response:
    """A refused attempt is written down in a unit of its own, after the answer is decided; it stays
    refused where nothing can be written."""
    action = g.pop("denied", None)
    if action:
        with suppress(*UNAVAILABLE), db.unit():
            audit.record(
                actor=g.get("actor"),
                verb="denied",
                subject=f"{request.method} {request.endpoint}",
                now=clock.now(),
                stream="system",
                changes={"action": action},
            )
    return response
