"""Certificates: the office issues, prints and revokes; holders see their own; everybody may check one."""

from __future__ import annotations

from uuid import UUID

from flask import abort, current_app, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from contests import certificates
from contests.forms.certificates import RevokeForm
from contests.forms.entrant import DeedForm
from contests.models import Certificate
from contests.queries import certificates as queries
from contests.queries import entrant, objections
from contests.queries.panels import OFFICE, covers
from contests.services import certifying as service
from contests.views.blueprint import bp
from core import clock, qr
from core.access import access, actor, public
from core.db import db
from core.forms import BaseForm, attempt
from core.web import page
from people.identifiers import mask_middle

Answer = Response | tuple[str, int]


@bp.get("/office/publications/<publication:publication_id>/certificates")
@access("contests.see_notices")
def certificate_list(publication_id: UUID) -> Answer:
    """All certificates of a result, in order of place."""
    return _list_page(publication_id, DeedForm())


def _list_page(publication_id: UUID, form: BaseForm) -> Answer:
    notice = objections.notice_within(actor(), publication_id)
    rows = queries.of_notice(notice.id)
    release = objections.release_of(notice.id)
    return page(
        "contests/certificates/certificate_list.html",
        form=form,
        notice=notice,
        rows=rows,
        standing=sum(one.revocation is None for one in rows),
        last={(one.line_id, one.person_id): one.copy for one in sorted(rows, key=_copy)},
        obstacle=service.obstacle_to_issue(notice, release),
        manages=covers(actor(), notice.contest_id, OFFICE),
    )


def _copy(one: Certificate) -> int:
    return one.copy


@bp.post("/office/publications/<publication:publication_id>/certificates/issue")
@access("contests.certify")
def issue_certificates(publication_id: UUID) -> Answer:
    """For everybody who won something and has none yet."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.issue(actor=actor(), publication_id=publication_id, now=clock.now()),
        to=lambda issued: _issued(publication_id, issued),
    )
    return done or _list_page(publication_id, form)


def _issued(publication_id: UUID, issued: service.Issued) -> str:
    waiting = f"；{issued.waiting} 项有异议没有办结，暂不发放" if issued.waiting else ""
    flash(f"已发放 {issued.made} 张证书{waiting}")
    return url_for("contests.certificate_list", publication_id=publication_id)


@bp.get("/office/publications/<publication:publication_id>/certificates/print")
@access("contests.certify")
def print_certificates(publication_id: UUID) -> Answer:
    """All that count, a sheet each."""
    notice = objections.notice_within(actor(), publication_id)
    rows = [one for one in queries.of_notice(notice.id) if one.revocation is None]
    return page(
        "contests/certificates/print_certificates.html",
        notice=notice,
        rows=[_printed(one) for one in rows],
    )


def _printed(one: Certificate) -> tuple[Certificate, str, str]:
    """A certificate, its code as printed, and the picture that leads to the public check."""
    path = url_for("contests.verify_certificate", token=one.token, _external=False)
    return one, certificates.grouped(one.token), qr.svg(_base() + path, title="证书查验二维码")


def _base() -> str:
    base: str = current_app.extensions["settings"].base_url or request.url_root
    return base.rstrip("/")


@bp.route("/office/certificates/<certificate:certificate_id>/revoke", methods=["GET", "POST"])
@access("contests.certify")
def revoke_certificate(certificate_id: UUID) -> Answer:
    """One certificate counts no more."""
    found = queries.certificate_within(actor(), certificate_id)
    form = RevokeForm()
    done = attempt(
        form,
        lambda: service.revoke(
            actor=actor(), certificate_id=certificate_id, now=clock.now(), **form.values()
        ),
        to=lambda one: _back(one, "已撤销"),
    )
    return done or page("contests/certificates/revoke_certificate.html", form=form, one=found)


@bp.post("/office/certificates/<certificate:certificate_id>/again")
@access("contests.certify")
def issue_again(certificate_id: UUID) -> Answer:
    """A new certificate instead of a revoked one."""
    found = queries.certificate_within(actor(), certificate_id)
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.issue_again(actor=actor(), certificate_id=certificate_id, now=clock.now()),
        to=lambda one: _back(one, f"已补发，编号 {one.number}"),
    )
    return done or _list_page(found.release.publication_id, form)


def _back(one: Certificate, told: str) -> str:
    flash(told)
    return url_for("contests.certificate_list", publication_id=one.release.publication_id)


@bp.get("/me/entries/<entry:entry_id>/certificate")
@access("contests.own_entries")
def own_certificate(entry_id: UUID) -> Answer:
    """One's own certificate for an entry, with the code that others can check."""
    return _own_page(entry_id, "contests/certificates/own_certificate.html")


@bp.get("/me/entries/<entry:entry_id>/certificate/print")
@access("contests.own_entries")
def own_certificate_print(entry_id: UUID) -> Answer:
    """The same on a sheet of paper."""
    return _own_page(entry_id, "contests/certificates/own_certificate_print.html")


def _own_page(entry_id: UUID, template: str) -> Answer:
    entry = entrant.joined_entry(actor(), entry_id)
    found = queries.own_certificate(actor(), entry)
    return page(
        template,
        entry=entry,
        printed=_printed(found) if found else None,
        causes=certificates.PUBLIC_CAUSES,
    )


@bp.get("/verify/certificates")
@public
def certificate_door() -> Answer:
    """For who has no camera: the code is typed."""
    typed = request.args.get("code", "").strip()[:60]
    if typed:
        token = certificates.read_token(typed) or "unknown"
        return redirect(url_for("contests.verify_certificate", token=token), 303)
    return page("contests/certificates/certificate_door.html")


@bp.get("/verify/certificates/<token>")
@public
def verify_certificate(token: str) -> Answer:
    """Whether a certificate is genuine and counts. Nothing here is for search engines, and codes that
    nobody has are counted per address."""
    address, now = request.remote_addr or "", clock.now()
    if queries.is_throttled(address, now):
        abort(429)
    found = queries.by_token(certificates.read_token(token))
    if found is None:
        with db.unit():
            service.note_miss(address=address, now=now)
    text, status = page(
        "contests/certificates/verify_certificate.html",
        one=found,
        name=mask_middle(found.name) if found else "",
        causes=certificates.PUBLIC_CAUSES,
    )
    answer = make_response(text, status if found else 404)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "no-store"
    return answer
