"""A contestant's own profile."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from core import clock
from core.access import access, actor
from core.forms import attempt
from core.gate import safe_next
from core.web import page
from people import consent, counties
from people.forms import ProfileForm
from people.identifiers import KIND_LABELS
from people.queries import account_of, waiting_claim
from people.services import registration
from people.views.blueprint import bp


@bp.route("/me/profile", methods=["GET", "POST"])
@access("people.own_profile")
def profile() -> Response | tuple[str, int]:
    """Fill the real-name profile once; afterwards only look at it."""
    account = account_of(actor().account_id)
    if account.person or waiting_claim(account.id):
        return page(
            "people/own/profile.html",
            person=account.person,
            kinds=KIND_LABELS,
            counties=counties.COUNTIES,
        )
    form = ProfileForm()
    form.county.choices = [("", "请选择"), *counties.choices()]
    done = attempt(form, lambda: _fill_profile(form, account.login), to=_onward)
    return done or page("people/own/fill_profile.html", form=form, notice=consent.IDENTITY)


def _onward(filled: bool) -> str:
    """Back to what needed the profile; a claim that waits is explained here first."""
    back = safe_next(request.args.get("next")) if filled else ""
    return back or url_for("people.profile")


def _fill_profile(form: ProfileForm, phone: str) -> bool:
    typed = form.values()
    person = registration.fill_profile(
        actor=actor(),
        profile=registration.Profile(
            name=typed["name"],
            document_number=typed["id_number"],
            county=typed["county"],
            employer=typed["employer"],
            phone=phone,
        ),
        consent=consent.IDENTITY.version,
        now=clock.now(),
    )
    flash("实名信息已保存" if person else "这个证件号码已有登记，需要核对身份")
    return person is not None
