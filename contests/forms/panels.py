"""Forms of the contest office for panels: the draw, judges, given values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectChoice, SelectMultipleField

from core.errors import DomainError
from core.forms import BaseForm, TextField, longest, optional, required


class PanelForm(BaseForm):
    """A panel over all unplaced entries of a track in a stage."""

    track_id = RadioField("赛道", [required("请选择赛道")], validate_choice=False)
    stage_id = RadioField("阶段", [required("请选择阶段")], validate_choice=False)
    name = TextField("评委组名称", [required("请填写评委组名称"), longest(40)])
    judges_each = TextField("每个项目由几名评委评分", [optional(), longest(2)])
    coding = RadioField(
        "评委看到什么",
        [required("请选择评委看到什么")],
        choices=[
            SelectChoice("open", "公开：看到选手或项目名称"),
            SelectChoice("blind", "盲评：只看到代码，由系统编码，赛事办可查"),
            SelectChoice("1", "一次加密：代码由一名加密裁判保管，成绩签字后启封"),
            SelectChoice("2", "二次加密：两名加密裁判各保管一层"),
            SelectChoice("3", "三次加密：三名加密裁判各保管一层"),
        ],
        validate_choice=False,
    )
    witness = TextField("见证人现场报出的数字或短语", [optional(), longest(60)])

    def plan(self) -> dict[str, Any]:
        """The arguments of the draw."""
        typed = self.values()
        coding = typed.pop("coding")
        if coding not in ("open", "blind", "1", "2", "3"):
            raise DomainError("请选择评委看到什么", "coding")
        layers = int(coding) if coding.isdecimal() else 0
        return typed | {"blind": coding != "open", "layers": layers}


class JudgeForm(BaseForm):
    """A judge: by ID number, or by phone if we know the person."""

    name = TextField("姓名", [required("请填写评委姓名"), longest(60)])
    document_number = TextField("身份证号码", [optional(), longest(30)])
    mobile = TextField("手机号码", [optional(), longest(20)])
    employer = TextField("工作单位", [required("请填写工作单位，用来核对回避"), longest(120)])
    criteria = SelectMultipleField("评哪些内容", validate_choice=False)
    reason = TextField("安排同单位评委的理由", [optional(), longest(200)])


class WithdrawalForm(BaseForm):
    """A judge leaves: why, what becomes of the confirmed sheets, and who comes instead."""

    why = TextField("退出的原因", [required("请写明退出的原因"), longest(200)])
    confirmed = RadioField(
        "已确认的评分表",
        choices=[
            SelectChoice("keep", "保留，照常计分"),
            SelectChoice("anew", "不计分，交给接替的评委重新评分"),
        ],
        default="keep",
    )
    anew_reason = TextField("重新评分的理由", [optional(), longest(200)])
    comes = RadioField(
        "由谁接替",
        [required("请选择由谁接替")],
        choices=[
            SelectChoice("new", "安排一名新评委"),
            SelectChoice("nobody", "不补人，由其余评委评下去"),
        ],
    )
    name = TextField("新评委姓名", [optional(), longest(60)])
    document_number = TextField("身份证号码", [optional(), longest(30)])
    mobile = TextField("手机号码", [optional(), longest(20)])
    employer = TextField("工作单位", [optional(), longest(120)])
    reason = TextField("安排同单位评委的理由", [optional(), longest(200)])

    def new_judge(self) -> dict[str, str]:
        """The person as typed."""
        names = ("name", "document_number", "mobile", "employer", "reason")
        return {name: self[name].data or "" for name in names}


class GivensForm(BaseForm):
    """Values that no judge gives, one box each; `reason` for corrections."""

    reason = TextField("更正原因", [optional(), longest(200)])


def givens_form(fields: Iterable[tuple[str, str]]) -> type[GivensForm]:
    """The form class for these (field, label) pairs."""
    made = {name: TextField(label, [optional(), longest(16)]) for name, label in fields}
    return type("PanelGivensForm", (GivensForm,), made)


class OpeningForm(BaseForm):
    """Opening a layer; a reason where somebody stands in for its custodian."""

    reason = TextField("代为启封的原因", [optional(), longest(200)])
