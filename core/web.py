"""What every answer has: headers, error pages in Chinese, filters, the display settings."""

from __future__ import annotations

import errno
import logging
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import InternalError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from core import files, gate, navigation
from core.access import can, public
from core.db import db
from core.errors import DomainError, NotAllowed, NotFound, SameKeyOtherBody
from core.forms import BaseForm

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
DISK_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
NO_DISK = (
    "服务器的磁盘已满或不能写入。刚才的操作没有执行，什么也没有保存；"
    "请通知系统管理员腾出空间，然后再做一次。"
)
FULL_WORDS = ("disk is full", "disk I/O error", "readonly database")
FULL_STATES = ("25006", "53100")  # PostgreSQL: only reads, disk full
YEAR_SECONDS = 31_536_000
LAST_PAGE = 1_000_000  # a row number beyond 64 bits is an error of the database
LAST_RESORT = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>暂时打不开</title></head>
<body><h1>暂时打不开</h1><p>这一步没有完成，请稍后再试；
一直如此请联系赛事办，告知编号 {reference}。</p></body></html>"""
SIZES = ("standard", "large")
THEMES = ("auto", "light", "dark")
log = logging.getLogger("saixun")
csrf = CSRFProtect()
bp = Blueprint("core", __name__)


@dataclass(frozen=True)
class Display:
    """How this browser wants to see pages; kept in a plain cookie so that the server renders it."""

    size: str = "standard"
    theme: str = "auto"


def init_app(app: Flask) -> None:
    """Attach everything to the application."""
    csrf.init_app(app)
    app.register_blueprint(bp)
    app.after_request(_headers)
    app.context_processor(_context)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DomainError, _refused)
    for unavailable in (OperationalError, InternalError):  # the latter: PostgreSQL, read-only
        app.register_error_handler(unavailable, _no_database)
    app.register_error_handler(OSError, _no_disk)
    app.register_error_handler(Exception, _unexpected)


def page(template: str, *, form: BaseForm | None = None, **context: Any) -> tuple[str, int]:
    """Render a page; a form that was refused answers 422, so that nobody takes it for success."""
    refused = form is not None and (form.errors or form.form_errors)
    return render_template(template, form=form, **context), 422 if refused else 200


def file_answer(data: bytes, *, kind: files.Kind, filename: str, inline: bool = False) -> Response:
    """Bytes as a file of this name. A header holds Latin letters alone, so the name goes in the form
    of RFC 6266; a Chinese name written plainly breaks the server."""
    answer = Response(data, mimetype=files.MEDIA_TYPES[kind])
    filename = files.offered_name(filename, kind)
    way = "inline" if inline else "attachment"
    answer.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(filename, safe='')}"
    return answer


def upload_of(form: BaseForm) -> tuple[bytes, str]:
    """Bytes and name of the file that was chosen."""
    file = form["file"].data
    return file.read(), file.filename or ""


def files_root() -> Path:
    """The root of the file store."""
    root: Path = current_app.extensions["settings"].files
    return root


def page_number() -> int:
    """The page of a list that was asked for, from 1; beyond the last one a list is empty."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)


def display() -> Display:
    """The settings of this browser."""
    size, _, theme = request.cookies.get("display", "").partition(".")
    return Display(size if size in SIZES else "standard", theme if theme in THEMES else "auto")


@bp.post("/display")
@csrf.exempt
@public
def set_display() -> AnyResponse:
    """Change 标准/大字 and light/dark, and go back to where one was. Changes nothing but a plain
    cookie, so it needs no CSRF token, and public pages need no session."""
    size, theme = request.form.get("size", ""), request.form.get("theme", "")
    shown = display()
    size = size if size in SIZES else shown.size
    theme = theme if theme in THEMES else shown.theme
    answer = redirect(gate.safe_next(request.form.get("next")) or "/", 303)
    answer.set_cookie(
        "display",
        f"{size}.{theme}",
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=current_app.extensions["settings"].https,
    )
    return answer


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """The database answers too."""
    db.session.execute(db.text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.extensions["settings"].https:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_SECONDS}")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
        if g.get("actor"):
            response.headers["Cache-Control"] = "private, no-store"
    return response


def _context() -> dict[str, Any]:
    return {
        "mode": current_app.extensions["settings"].mode,
        "display": display(),
        "actor": g.get("actor"),
        "nav": navigation.links(),
        "can": can,
        "here": gate.here(),
    }


def _stale_form(error: CSRFError) -> tuple[str, int]:
    """The session of this form is gone: keep what was typed and lead back to it."""
    g.setdefault("actor", None)
    return render_template("errors/400.html", resume=gate.hold_post()), 400


def _http_error(error: HTTPException) -> AnyResponse | tuple[str, int]:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    known = {400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503}
    template = f"errors/{status}.html" if status in known else "errors/500.html"
    if status == 413:
        return _error_page(template, status, back=_form_address())
    return _error_page(template, status)


def _form_address() -> str:
    """Where the form of a refused POST is shown; "" if nobody can open its address."""
    rule = request.url_rule
    return gate.here() if rule and "GET" in (rule.methods or ()) else ""


def _refused(error: DomainError) -> tuple[str, int]:
    """A refusal that no form took: 403, 404, or 409 with its sentence."""
    if isinstance(error, NotFound):
        return _error_page("errors/404.html", 404, message=error.message)
    if isinstance(error, NotAllowed):
        return _error_page("errors/403.html", 403, message=error.message)
    repeated = isinstance(error, SameKeyOtherBody)
    return _error_page("errors/409.html", 409, message=error.message, repeated=repeated)


def _no_disk(error: OSError) -> tuple[str, int]:
    """The disk of the files or of the lock is full or read-only: as when the database is."""
    if error.errno not in DISK_TROUBLE:
        return _unexpected(error)
    log.error("disk unavailable: %s", errno.errorcode[error.errno])
    db.session.rollback()
    return _error_page("errors/503.html", 503, message=NO_DISK)


def _no_database(error: OperationalError | InternalError) -> tuple[str, int]:
    """Locked, full or gone: the request did not happen; say so, and let readers come back."""
    log.error("database unavailable: %s", type(error.orig).__name__)
    db.session.rollback()
    return _error_page("errors/503.html", 503, message=NO_DISK if _disk_is_full(error) else "")


def _disk_is_full(error: OperationalError | InternalError) -> bool:
    """Whether the database says that it cannot write, rather than that it is busy or gone."""
    state = getattr(error.orig, "sqlstate", None)
    return state in FULL_STATES or any(word in str(error.orig) for word in FULL_WORDS)


def _unexpected(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(4)
    log.exception("unexpected, reference %s", reference)
    db.session.rollback()
    try:
        return _error_page("errors/500.html", 500, reference=reference)
    except Exception:  # the page itself is broken: still say what to do
        log.exception("the error page failed, reference %s", reference)
        return LAST_RESORT.format(reference=reference), 500


def _error_page(template: str, status: int, **context: Any) -> tuple[str, int]:
    g.setdefault("actor", None)
    return render_template(template, resume=g.get("resume"), **context), status
