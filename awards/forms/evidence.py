"""Forms of evidence, one a type; unknown stays unknown (尚无材料), it is never "no"."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, Form, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from awards import facts
from core.errors import DomainError
from core.forms import BaseForm, TextField, ValidationError, longest, optional, required
from core.money import fen

YES_NO = [
    SelectChoice("yes", "是"),
    SelectChoice("no", "否"),
    SelectChoice("", "尚无材料"),
]
LARGEST_FEN = 10**13


def check_sum(form: Form, field: Field) -> None:
    """Yuan with at most two decimals, not negative."""
    if not field.data:
        return
    try:
        amount = fen(field.data)
    except DomainError as error:
        raise ValidationError(error.message) from error
    if amount < 0:
        raise ValidationError("金额不能是负数")
    if amount > LARGEST_FEN:
        raise ValidationError("金额过大，请核对")


def whole_number(form: Form, field: Field) -> None:
    """Digits only."""
    if field.data and not (field.data.isascii() and field.data.isdecimal()):
        raise ValidationError("请写成整数")


def _choices(kind: str, key: str) -> list[SelectChoice]:
    """The codes of a key; none is chosen beforehand."""
    codes = facts.TYPES[kind].keys[key].values
    return [SelectChoice("", "请选择"), *(SelectChoice(*code) for code in codes.items())]


class StatementForm(BaseForm):
    """What every document has."""

    dated = DateField("文件日期", [required("请填写文件日期，如 2026-06-01")])
    document_no = TextField("文号", [required("请填写文号；没有文号的写文件名称"), longest(60)])


class PersonForm(StatementForm):
    """A fact about a person, who is found or registered by the document number."""

    id_number = TextField("身份证号码", [required("请填写身份证号码"), longest(30)])
    name = TextField("姓名", [required("请填写姓名"), longest(60)])
    county = SelectField("所在县（市、区）", [optional()])


class ContestResultForm(PersonForm):
    """A prize won outside this system."""

    contest = TextField("赛事", [required("请填写赛事名称"), longest(120)])
    event = TextField("赛项", [optional(), longest(60)])
    family = SelectField(
        "类别", [required("请选择类别")], choices=_choices("contest_result", "family")
    )
    level = SelectField(
        "级别", [required("请选择级别")], choices=_choices("contest_result", "level")
    )
    medal = TextField("奖项", [required("请填写奖项，如 一等奖"), longest(40)])
    issuer = TextField("颁发单位", [required("请填写颁发单位"), longest(120)])
    prize_paid = TextField("颁奖单位实发奖金（元）", [optional(), check_sum])
    achievement = TextField("同一成果的编号", [optional(), longest(40)])
    members = TextAreaField("其他成员", [optional(), longest(2000)])


class StarRatingForm(PersonForm):
    """A streamer was rated; the award goes to the operator."""

    uscc = TextField("运营主体的统一社会信用代码", [required("请填写信用代码"), longest(30)])
    star = TextField("星级", [required("请填写星级，如 3"), whole_number, longest(1)])
    star_certified = RadioField("星级已认定", [optional()], choices=YES_NO, default="")
    operator_settled = RadioField("运营主体落户衢州", [optional()], choices=YES_NO, default="")
    cultivated = RadioField("由该主体培养", [optional()], choices=YES_NO, default="")


class ContributionForm(PersonForm):
    """The yearly certificate of local fiscal contribution."""

    year = TextField("年度", [required("请填写年度，如 2026"), whole_number, longest(4)])
    known_streamer = RadioField("知名主播", [optional()], choices=YES_NO, default="")
    contribution = TextField("核定的地方综合贡献（元）", [optional(), check_sum])


class HostingForm(StatementForm):
    """An organisation hosts a national or international contest."""

    uscc = TextField("承办单位的统一社会信用代码", [required("请填写信用代码"), longest(30)])
    contest = TextField("赛事", [required("请填写赛事名称"), longest(120)])
    scope = SelectField("范围", [required("请选择范围")], choices=_choices("hosting", "scope"))
    approved = RadioField("申办获批", [optional()], choices=YES_NO, default="")


class VoucherForm(StatementForm):
    """What the awarding body really paid for a result of our own contest."""

    prize_paid = TextField("实际发放的奖金（元）", [required("请填写金额"), check_sum])


class CorrectionReason:
    """Mixed into a form that makes a new version: the version seen, and why."""

    seen = TextField("版本", [required("请重新打开页面"), whole_number])
    reason = TextField("更正原因", [required("请写明更正原因"), longest(200)])


FORMS: dict[str, type[StatementForm]] = {
    "contest_result": ContestResultForm,
    "star_rating": StarRatingForm,
    "contribution": ContributionForm,
    "hosting": HostingForm,
    "prize_paid": VoucherForm,
}


class DocumentForm(BaseForm):
    """One scanned document; files go by a form of their own."""

    file = FileField("材料文件", [FileRequired("请选择文件")])


class WithdrawForm(BaseForm):
    """Why a fact no longer holds."""

    seen = TextField("版本", [required("请重新打开页面"), whole_number])
    reason = TextField("撤销原因", [required("请写明撤销原因"), longest(200)])
