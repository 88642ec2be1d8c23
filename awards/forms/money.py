"""Forms of approval, payee accounts and sheets."""

from __future__ import annotations

from uuid import UUID

from wtforms import BooleanField, HiddenField, SelectMultipleField

from core.forms import BaseForm, TextField, longest, optional, required


class ApproveForm(BaseForm):
    """`seen` is the digest of the line as the approver saw it."""

    seen = HiddenField()


class ReturnForm(BaseForm):
    """Why the approver does not agree to the line as seen."""

    seen = HiddenField()
    reason = TextField("退回原因", [required("请写明退回原因"), longest(200)])


class AnswerForm(BaseForm):
    """What the officer says to a return."""

    answer = TextField("说明", [required("请写明说明"), longest(200)])


class ReasonForm(BaseForm):
    """An act that needs a stated reason."""

    reason = TextField("原因", [required("请写明原因"), longest(200)])


class PayeeAccountForm(BaseForm):
    """Where the money goes."""

    holder = TextField("户名", [required("请填写户名"), longest(120)])
    bank = TextField("开户银行", [required("请填写开户银行，写到支行"), longest(120)])
    account = TextField("银行账号", [required("请填写银行账号"), longest(50)])
    bank_code = TextField("联行号", [optional(), longest(20)])
    sure = BooleanField("已对照银行卡核对，账号确认无误")


class RetypeForm(BaseForm):
    """The account once more, from the proof; the page does not show the one on file."""

    account = TextField("银行账号", [required("请对照开户证明填写银行账号"), longest(50)])


class SheetForm(BaseForm):
    """The lines that go on a sheet."""

    lines = SelectMultipleField("列入发放表的项目", coerce=lambda text: UUID(str(text)))


class PlainForm(BaseForm):
    """A button that writes."""
