"""Forms of a contestant: one topic a page."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from contests.catalogue import FormField
from contests.entry_rules import answer_field
from core.forms import BaseForm, TextField, longest, optional, required


class EnterForm(BaseForm):
    """The first step: track, division, and the name of a team."""

    track_id = RadioField("参赛赛道", [required("请选择赛道")], validate_choice=False)
    division_id = RadioField("组别", [required("请选择组别")], validate_choice=False)
    title = TextField("队伍名称", [optional(), longest(60)])


class BasicsForm(BaseForm):
    """What may change later: division and team name."""

    division_id = RadioField("组别", [required("请选择组别")], validate_choice=False)
    title = TextField("队伍名称", [optional(), longest(60)])


class InviteForm(BaseForm):
    """A member by name and phone."""

    name = TextField("姓名", [required("请填写成员姓名"), longest(60)])
    mobile = TextField("手机号码", [required("请填写成员的手机号码"), longest(20)])


class UploadForm(BaseForm):
    """One document."""

    file = FileField("选择文件", [FileRequired("请先选择文件")])


class SubmitForm(BaseForm):
    """The declaration before submission."""

    declared = BooleanField(
        "我承诺以上信息和材料真实、完整，愿意遵守赛事规则", [required("请阅读承诺，同意后打勾")]
    )


class DeedForm(BaseForm):
    """A deed without fields: withdraw, remove, accept."""


class AnswersForm(BaseForm):
    """The questions of a contest, one field each; names carry the prefix of `answer_field`."""

    def typed(self) -> dict[str, str]:
        """What was typed, by key of the question."""
        start = len(answer_field(""))
        return {name[start:]: value or "" for name, value in self.values().items()}


def answers_form(fields: Iterable[FormField]) -> type[AnswersForm]:
    """The form class for these questions. Empty answers may wait, so nothing is required here."""
    made = {answer_field(field.key): _control(field) for field in fields}
    return type("ContestAnswersForm", (AnswersForm,), made)


def _control(field: FormField) -> Field:
    common = {"label": field.label, "description": field.hint}
    if field.kind == "choice":
        choices = [SelectChoice("", "请选择"), *(SelectChoice(one) for one in field.choices)]
        return SelectField(choices=choices, validate_choice=False, **common)
    if field.kind == "textarea":
        return TextAreaField(**common)
    return TextField(**common)
