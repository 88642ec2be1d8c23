"""Forms of sign-in, sign-up, profile and the accounts office."""

from __future__ import annotations

from collections.abc import Callable

from wtforms import BooleanField, Field, PasswordField, SelectField

from core.errors import DomainError
from core.forms import BaseForm, TextField, ValidationError, longest, optional, required
from people import passwords
from people.identifiers import parse_mobile


def strong(*, staff: bool) -> Callable[[BaseForm, Field], None]:
    """A new password: length and no common words; officials need a longer one."""

    def check(form: BaseForm, field: Field) -> None:
        try:
            passwords.check_strength(field.data or "", staff=staff)
        except DomainError as error:
            raise ValidationError(error.message) from error

    return check


def a_mobile(form: BaseForm, field: Field) -> None:
    """Checked with the other fields, so that all that is wrong is said at once."""
    try:
        parse_mobile(field.data or "")
    except DomainError as error:
        raise ValidationError(error.message) from error


class TwiceForm(BaseForm):
    """A new password, typed twice; subclasses say how strong it must be."""

    def validate_password_again(self, field: PasswordField) -> None:
        """The two must agree."""
        if field.data != self["password"].data:
            raise ValidationError("两次输入的密码不一样，请重新输入")


class SignInForm(BaseForm):
    """Phone (or staff name) and password; `next` is where to go on."""

    login = TextField("手机号码", [required("请填写手机号码"), longest(60)])
    password = PasswordField("密码", [required("请填写密码"), longest(128)])


class StaffSignInForm(BaseForm):
    """Officials add the code of their authenticator; empty at the very first sign-in."""

    login = TextField("工作人员账号", [required("请填写账号"), longest(60)])
    password = PasswordField("密码", [required("请填写密码"), longest(128)])
    code = TextField("动态码", [optional(), longest(6)])


class StepUpForm(BaseForm):
    """Password again, and the code for officials."""

    password = PasswordField("密码", [required("请再次填写密码"), longest(128)])
    code = TextField("动态码", [optional(), longest(6)])


class SetUpCodeForm(BaseForm):
    """Proves that the authenticator holds the secret."""

    code = TextField("动态码", [required("请填写手机上显示的 6 位动态码"), longest(6)])


class SignUpForm(TwiceForm):
    """A contestant's account."""

    mobile = TextField("手机号码", [required("请填写手机号码"), longest(20), a_mobile])
    password = PasswordField("密码", [required("请设置密码"), strong(staff=False)])
    password_again = PasswordField("再次输入密码", [required("请再次输入密码")])
    consent = BooleanField(
        "我已阅读，同意按以上说明使用我的信息", [required("请阅读说明，同意后打勾")]
    )


class ResetForm(TwiceForm):
    """A new password with the office's one-time code."""

    login = TextField("手机号码", [required("请填写手机号码"), longest(60)])
    code = TextField("重置码", [required("请填写赛事办给的 10 位重置码"), longest(20)])
    password = PasswordField("新密码", [required("请设置新密码"), strong(staff=False)])
    password_again = PasswordField("再次输入新密码", [required("请再次输入新密码")])


class ProfileForm(BaseForm):
    """The real-name profile, filled once."""

    name = TextField("姓名", [required("请填写姓名"), longest(60)])
    id_number = TextField("证件号码", [required("请填写证件号码"), longest(40)])
    county = SelectField("所在县（市、区）", [required("请选择所在县（市、区）")])
    employer = TextField("工作单位或村社", [optional(), longest(120)])
    consent = BooleanField(
        "我单独同意按以上说明使用我的证件号码", [required("请阅读说明，同意后打勾")]
    )


class ReasonForm(BaseForm):
    """An act that wants a reason."""

    reason = TextField("原因", [required("请写明原因"), longest(200)])


class NewAccountForm(BaseForm):
    """A staff account."""

    login = TextField("账号", [required("请填写账号"), longest(40)])
    label = TextField("姓名", [required("请填写姓名"), longest(60)])
    password = PasswordField("初始密码", [required("请设置初始密码"), strong(staff=True)])


class GrantForm(BaseForm):
    """A role within a scope."""

    role = SelectField("角色", [required("请选择角色")])
    where = SelectField("范围", [required("请选择范围")])


class ClaimForm(BaseForm):
    """The decision after seeing the ID card."""

    decision = SelectField(
        "处理",
        [required("请选择处理方式")],
        choices={"link": "核对无误，关联", "refuse": "不关联"},
    )
    reason = TextField("依据", [required("请写明核对依据，例如“已查验身份证原件”"), longest(200)])


class FindAccountForm(BaseForm):
    """A look-up by POST: phone numbers do not belong into addresses and logs."""

    login = TextField("手机号码或账号", [required("请填写手机号码或账号"), longest(60)])


class FindPersonForm(BaseForm):
    """A look-up by POST, for the same reason."""

    id_number = TextField("证件号码", [required("请填写证件号码"), longest(40)])


class CorrectionForm(BaseForm):
    """What the office sets right in a person's profile."""

    name = TextField("姓名", [required("请填写姓名"), longest(60)])
    county = SelectField("所在县（市、区）", [required("请选择所在县（市、区）")])
    employer = TextField("工作单位或村社", [optional(), longest(120)])
    phone = TextField("新的手机号码", [optional(), longest(20)])
    reason = TextField("更正依据", [required("请写明更正依据"), longest(200)])


class OrganisationForm(BaseForm):
    """A legal person."""

    name = TextField("单位名称", [required("请填写单位名称"), longest(120)])
    uscc = TextField("统一社会信用代码", [required("请填写统一社会信用代码"), longest(40)])
    county = SelectField("所在县（市、区）", [required("请选择所在县（市、区）")])


class AgentForm(BaseForm):
    """Who acts for an organisation."""

    phone = TextField("经办人手机号码", [required("请填写经办人手机号码"), longest(20)])
