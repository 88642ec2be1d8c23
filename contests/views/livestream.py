"""Sessions of a livestream panel: plan, draw, products, the printed running order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests.forms.entrant import DeedForm
from contests.forms.livestream import MoveForm, ProductForm, SessionForm
from contests.models import LiveProduct, LiveSession, Panel
from contests.queries import livestream as queries
from contests.queries.panels import OFFICE, WATCHERS, panel_within, sees_names, titles_of
from contests.services import live_sessions as service
from contests.views.blueprint import bp
from core import clock, money
from core.access import access, actor
from core.errors import DomainError
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]


@bp.get("/office/panels/<panel:panel_id>/sessions")
@access("contests.panels")
def live_sessions(panel_id: UUID) -> Answer:
    """The sessions of a panel and what is missing before the draw."""
    return _list_page(panel_id, DeedForm())


def _list_page(panel_id: UUID, form: BaseForm) -> Answer:
    panel = panel_within(actor(), panel_id, OFFICE)
    return page("contests/livestream/live_sessions.html", form=form, **_order(panel))


def _order(panel: Panel) -> dict[str, Any]:
    """A panel with its sessions, and whose the places are, for whoever may know."""
    sessions = queries.sessions_of(panel.id)
    return {
        "panel": panel,
        "sessions": sessions,
        "drawn": any(one.slots for one in sessions),
        "waiting": len(panel.performances),
        "titles": titles_of(panel.id) if sees_names(actor(), panel) else {},
        "accounts": queries.accounts_of(one.entry_id for one in panel.performances),
    }


@bp.route("/office/panels/<panel:panel_id>/sessions/new", methods=["GET", "POST"])
@access("contests.panels")
def plan_session(panel_id: UUID) -> Answer:
    """One more session."""
    panel = panel_within(actor(), panel_id, OFFICE)
    form = SessionForm(minutes=30, capacity=3)
    done = attempt(form, lambda: _plan(form, panel_id), to=_list_of)
    return done or page("contests/livestream/plan_session.html", form=form, panel=panel)


def _plan(form: SessionForm, panel_id: UUID) -> LiveSession:
    typed = form.values()
    plan = service.SessionPlan(**typed | {"starts": clock.from_local(typed["starts"])})
    return service.plan_session(actor=actor(), panel_id=panel_id, plan=plan, now=clock.now())


def _list_of(session: LiveSession) -> str:
    return url_for("contests.live_sessions", panel_id=session.panel_id)


@bp.post("/office/live-sessions/<live_session:session_id>/remove")
@access("contests.panels")
def remove_session(session_id: UUID) -> Answer:
    """Take a session back before the draw."""
    panel_id = queries.session_within(actor(), session_id, OFFICE).panel_id
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.remove_session(actor=actor(), session_id=session_id, now=clock.now()),
        to=lambda _: url_for("contests.live_sessions", panel_id=panel_id),
    )
    return done or _list_page(panel_id, form)


@bp.post("/office/panels/<panel:panel_id>/sessions/draw")
@access("contests.panels")
def draw_sessions(panel_id: UUID) -> Answer:
    """Spread the drawn order over the sessions."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.draw_sessions(actor=actor(), panel_id=panel_id, now=clock.now()),
        to=lambda _: _drawn(panel_id),
    )
    return done or _list_page(panel_id, form)


def _drawn(panel_id: UUID) -> str:
    flash("已排好场次，直播账号已锁定")
    return url_for("contests.live_sessions", panel_id=panel_id)


@bp.get("/office/panels/<panel:panel_id>/running-order")
@access("contests.see_panels")
def running_order(panel_id: UUID) -> Answer:
    """Who is live when and with which products, for the wall and the control room."""
    panel = panel_within(actor(), panel_id, *WATCHERS)
    return page("contests/livestream/running_order.html", now=clock.now(), **_order(panel))


@bp.route("/office/live-sessions/<live_session:session_id>/move", methods=["GET", "POST"])
@access("contests.panels")
def move_session(session_id: UUID) -> Answer:
    """Another time or room."""
    session = queries.session_within(actor(), session_id, OFFICE)
    form = MoveForm(starts=clock.local(session.starts), room=session.room)
    done = attempt(form, lambda: _move(form, session_id), to=_list_of)
    return done or page("contests/livestream/move_session.html", form=form, session=session)


def _move(form: MoveForm, session_id: UUID) -> LiveSession:
    typed = form.values()
    return service.move_session(
        actor=actor(),
        session_id=session_id,
        now=clock.now(),
        **typed | {"starts": clock.from_local(typed["starts"])},
    )


@bp.route("/office/live-sessions/<live_session:session_id>/products", methods=["GET", "POST"])
@access("contests.panels")
def products(session_id: UUID) -> Answer:
    """The list of products of a session."""
    session = queries.session_within(actor(), session_id, OFFICE)
    form = ProductForm()
    done = attempt(form, lambda: _add(form, session_id), to=lambda _: _products_of(session_id))
    return done or _products_page(session, form)


def _products_page(session: LiveSession, form: BaseForm) -> Answer:
    return page(
        "contests/livestream/products.html",
        form=form,
        session=session,
        number=queries.number_of(session),
        begun=session.starts <= clock.now(),
    )


def _add(form: ProductForm, session_id: UUID) -> LiveProduct:
    typed = form.values()
    wish = service.ProductWish(typed["name"], _fen(typed["price"]), typed["supplier"])
    return service.add_product(actor=actor(), session_id=session_id, wish=wish, now=clock.now())


def _fen(text: str) -> int:
    try:
        return money.fen(text)
    except DomainError as error:
        raise DomainError(error.message, "price") from None


def _products_of(session_id: UUID) -> str:
    return url_for("contests.products", session_id=session_id)


@bp.post(
    "/office/live-sessions/<live_session:session_id>/products/<live_product:product_id>/remove"
)
@access("contests.panels")
def remove_product(session_id: UUID, product_id: UUID) -> Answer:
    """Take a product off the list."""
    session = queries.session_within(actor(), session_id, OFFICE)
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.remove_product(
            actor=actor(), session_id=session_id, product_id=product_id, now=clock.now()
        ),
        to=lambda _: _products_of(session_id),
    )
    if done:
        return done
    shown = ProductForm(formdata=None)
    shown.form_errors = form.form_errors
    return _products_page(session, shown)
