"""Forms of the contest office for panels: the draw, judges, given values."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, RadioField, SelectMultipleField

from core.forms import BaseForm, TextField, longest, optional, required


class PanelForm(BaseForm):
    """A panel over all unplaced entries of a track in a stage."""

    track_id = RadioField("赛道", [required("请选择赛道")], validate_choice=False)
    stage_id = RadioField("阶段", [required("请选择阶段")], validate_choice=False)
    name = TextField("评委组名称", [required("请填写评委组名称"), longest(40)])
    blind = BooleanField("盲评：评委只看到代码，看不到选手和单位")


class JudgeForm(BaseForm):
    """A judge: by ID number, or by phone if we know the person."""

    name = TextField("姓名", [required("请填写评委姓名"), longest(60)])
    document_number = TextField("身份证号码", [optional(), longest(30)])
    mobile = TextField("手机号码", [optional(), longest(20)])
    employer = TextField("工作单位", [required("请填写工作单位，用来核对回避"), longest(120)])
    criteria = SelectMultipleField("评哪些内容", validate_choice=False)
    reason = TextField("安排同单位评委的理由", [optional(), longest(200)])


class GivensForm(BaseForm):
    """Values that no judge gives, one box each; `reason` for corrections."""

    reason = TextField("更正原因", [optional(), longest(200)])


def givens_form(fields: Iterable[tuple[str, str]]) -> type[GivensForm]:
    """The form class for these (field, label) pairs."""
    made = {name: TextField(label, [optional(), longest(16)]) for name, label in fields}
    return type("PanelGivensForm", (GivensForm,), made)
