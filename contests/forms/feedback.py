"""Forms of private feedback."""

from __future__ import annotations

from wtforms import TextAreaField

from core.forms import BaseForm, TextField, longest, required


class FeedbackForm(BaseForm):
    """What the panel tells one contestant."""

    text = TextAreaField("评语", [required("请填写评语"), longest(600)])


class SwitchForm(BaseForm):
    """Whether contestants see it; the button says yes or no."""

    wanted = TextField("开放反馈")
