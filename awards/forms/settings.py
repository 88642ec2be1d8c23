"""Forms of office settings."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField

from core.forms import BaseForm, TextField, longest, required

_DOCUMENT = "依据文号"


class CodeSettingForm(BaseForm):
    """A setting whose answer is one of a list."""

    value = RadioField("口径", [required("请选择一项")])
    document_no = TextField(_DOCUMENT, [required("请填写依据文号"), longest(60)])


class TextSettingForm(BaseForm):
    """A setting whose answer is a ratio or weights."""

    value = TextField("口径", [required("请填写口径"), longest(200)])
    document_no = TextField(_DOCUMENT, [required("请填写依据文号"), longest(60)])


class TariffSettingForm(BaseForm):
    """A setting whose answer is a table of sums."""

    value = TextAreaField("标准", [required("请填写标准"), longest(1000)])
    document_no = TextField(_DOCUMENT, [required("请填写依据文号"), longest(60)])


class ConfirmForm(BaseForm):
    """Nothing to fill in: a second person says yes."""
