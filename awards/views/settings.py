"""口径: what the policy leaves to the office; and the rulebook with its quotes."""

from __future__ import annotations

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from awards import labels, rulebook_in_force, setting_values
from awards.forms.settings import CodeSettingForm, ConfirmForm, TariffSettingForm, TextSettingForm
from awards.models import SettingVersion
from awards.queries import settings as queries
from awards.services import settings as service
from awards.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.errors import NotFound
from core.forms import BaseForm, attempt
from core.web import page

Answer = Response | tuple[str, int]
FORMS = {
    setting_values.CODE: CodeSettingForm,
    setting_values.RATIO: TextSettingForm,
    setting_values.WEIGHTS: TextSettingForm,
    setting_values.TARIFF: TariffSettingForm,
}


@bp.get("/office/awards/settings")
@access("awards.read")
def settings() -> Answer:
    """All questions with their answers."""
    book = rulebook_in_force.book()
    versions = queries.versions_of()
    return page(
        "awards/settings/settings.html",
        rows=[_row(name, versions.get(name, [])) for name in book.settings],
    )


def _row(name: str, versions: list[SettingVersion]) -> dict[str, object]:
    """One question: the ruling version, and a newer one that waits for confirmation."""
    book = rulebook_in_force.book()
    confirmed = [row for row in versions if row.confirmation]
    newest = versions[-1] if versions else None
    ruling = confirmed[-1] if confirmed else None
    return {
        "name": name,
        "ask": book.settings[name].ask,
        "ruling": ruling,
        "waiting": newest if newest and newest is not ruling else None,
        "shown": {row.id: setting_values.shown(book, name, row.value) for row in versions},
        "rules": [labels.rule(rule.id) for rule in book.rules if name in rule.settings],
    }


@bp.route("/office/awards/settings/<setting>", methods=["GET", "POST"])
@access("awards.set_setting")
def set_setting(setting: str) -> Answer:
    """A new answer to one question."""
    book = rulebook_in_force.book()
    if setting not in book.settings:
        raise NotFound("没有这项口径")
    versions = queries.versions_of(setting).get(setting, [])
    form = _form(setting, versions)
    done = attempt(
        form,
        lambda: service.set_value(
            actor=actor(),
            setting=setting,
            text=form["value"].data or "",
            document_no=form["document_no"].data or "",
            now=clock.now(),
        ),
        to=lambda _: _saved("口径已保存，须由奖补审批人员确认后才能用于发放"),
    )
    return done or page(
        "awards/settings/set_setting.html",
        form=form,
        row=_row(setting, versions),
        kind=setting_values.kind_of(book, setting),
        hint=setting_values.HINTS[setting_values.kind_of(book, setting)],
    )


def _form(setting: str, versions: list[SettingVersion]) -> BaseForm:
    book = rulebook_in_force.book()
    kind = setting_values.kind_of(book, setting)
    value = setting_values.typed(book, setting, versions[-1].value) if versions else None
    form = FORMS[kind](data={"value": value})
    if isinstance(form, CodeSettingForm):
        form.value.choices = [SelectChoice(*one) for one in setting_values.choices(setting)]
    return form


def _saved(message: str) -> str:
    flash(message)
    return url_for("awards.settings")


@bp.route("/office/awards/settings/confirm/<setting_version:version_id>", methods=["GET", "POST"])
@access("awards.confirm_setting")
def confirm_setting(version_id: UUID) -> Answer:
    """A second person confirms an answer."""
    version = queries.version(version_id)
    form = ConfirmForm()
    done = attempt(
        form,
        lambda: service.confirm(actor=actor(), version_id=version_id, now=clock.now()),
        to=lambda _: _saved("口径已确认"),
    )
    return done or page(
        "awards/settings/confirm_setting.html",
        form=form,
        version=version,
        row=_row(version.setting, queries.versions_of(version.setting)[version.setting]),
    )


@bp.get("/office/awards/rules")
@access("awards.read")
def rules() -> Answer:
    """The rulebook: each rule with its quote, and whether this version applies it."""
    book = rulebook_in_force.book()
    return page(
        "awards/settings/rules.html",
        book=book,
        applied=rulebook_in_force.APPLIED,
        labels=labels,
    )
