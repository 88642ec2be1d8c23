"""Forms of livestream contests: accounts, sessions, products, files of figures, rulings."""

from __future__ import annotations

from wtforms import RadioField

from core.forms import BaseForm, TextField, longest, optional, required


class AccountForm(BaseForm):
    """An account on a platform."""

    platform = RadioField("直播平台", [required("请选择直播平台")])
    handle = TextField("平台账号", [required("请填写平台账号"), longest(60)])
    nickname = TextField("账号昵称", [required("请填写账号昵称"), longest(60)])


class OfficeAccountForm(AccountForm):
    """An account that the office names or replaces."""

    reason = TextField("原因", [optional(), longest(200)])
