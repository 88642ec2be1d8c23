"""Members of a team: the leader's list, and the invitations of those who were asked."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from contests import entry_rules
from contests.forms.entrant import DeedForm, InviteForm
from contests.models import EntryMember
from contests.queries import entrant as queries
from contests.services import members as service
from contests.views.blueprint import bp
from contests.views.entrant import Answer, back_to, editable
from core import clock
from core.access import access, actor
from core.forms import BaseForm, attempt
from core.web import page

MEMBER_STATES = {
    "invited": ("等待确认", "warn"),
    "confirmed": ("已确认", "ok"),
    "declined": ("已谢绝", "err"),
}


@bp.route("/me/entries/<entry:entry_id>/members", methods=["GET", "POST"])
@access("contests.own_entries")
def members(entry_id: UUID) -> Answer:
    """Invite by name and phone; see who has confirmed."""
    form = InviteForm()
    done = attempt(
        form,
        lambda: service.invite_member(
            actor=actor(), entry_id=entry_id, now=clock.now(), **form.values()
        ),
        to=lambda member: url_for("contests.members", entry_id=entry_id),
    )
    return done or _members_page(entry_id, form)


def _members_page(entry_id: UUID, form: BaseForm) -> Answer:
    entry = editable(entry_id)
    if entry is None:
        return back_to(entry_id)
    return page(
        "contests/entrant/members.html",
        form=form,
        invite=form if isinstance(form, InviteForm) else InviteForm(),
        deed=DeedForm(),
        entry=entry,
        rules=entry_rules.read(entry.contest.entry_rules),
        listed=[one for one in entry.members if one.state in MEMBER_STATES],
        states=MEMBER_STATES,
        reasons=queries.reasons_of(entry),
    )


@bp.post("/me/entries/<entry:entry_id>/members/<entry_member:member_id>/remove")
@access("contests.own_entries")
def remove_member(entry_id: UUID, member_id: UUID) -> Answer:
    """Take somebody off the team."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.remove_member(
            actor=actor(), entry_id=entry_id, member_id=member_id, now=clock.now()
        ),
        to=lambda member: url_for("contests.members", entry_id=entry_id),
    )
    return done or _members_page(entry_id, form)


@bp.get("/me/invitations")
@access("contests.own_entries")
def invitations() -> Answer:
    """Teams that asked for me."""
    return _invitations_page(DeedForm())


def _invitations_page(form: BaseForm) -> Answer:
    return page("contests/entrant/invitations.html", form=form, rows=queries.invitations(actor()))


@bp.post("/me/invitations/<entry_member:member_id>/accept")
@access("contests.own_entries")
def accept_invitation(member_id: UUID) -> Answer:
    """Join; without a real-name profile it leads there and back."""
    queries.invitation(actor(), member_id)
    if actor().person_id is None:
        flash("请先填写实名信息，再来确认邀请", "warning")
        return redirect(url_for("people.profile", next=url_for("contests.invitations")), 303)
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.accept_invitation(actor=actor(), member_id=member_id, now=clock.now()),
        to=_joined,
    )
    return done or _invitations_page(form)


def _joined(member: EntryMember) -> str:
    flash("已确认加入队伍")
    return url_for("contests.my_entry", entry_id=member.entry_id)


@bp.post("/me/invitations/<entry_member:member_id>/decline")
@access("contests.own_entries")
def decline_invitation(member_id: UUID) -> Answer:
    """Say no."""
    form = DeedForm()
    done: Response | None = attempt(
        form,
        lambda: service.decline_invitation(actor=actor(), member_id=member_id, now=clock.now()),
        to=lambda member: url_for("contests.invitations"),
    )
    return done or _invitations_page(form)
