"""Forms of the mentorship office."""

from __future__ import annotations

from uuid import UUID

from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from core.errors import DomainError
from core.forms import BaseForm, TextField, longest, required


class RoundForm(BaseForm):
    """A new pairing round."""

    year = IntegerField(
        "年度", [InputRequired("请填写年度"), NumberRange(2020, 2100, "年度应为 2020 至 2100")]
    )
    name = TextField("名称", [required("请填写名称，例如“第一轮”"), longest(60)])


class ChooseMasterForm(BaseForm):
    """Where an apprentice shall go; the next page shows what it upsets."""

    master = SelectField("改由哪位师傅带", [required("请选择师傅")])


class MoveForm(BaseForm):
    """The move itself. `run` is the run whose blocking pairs were shown."""

    run = HiddenField()
    reason = TextField("调整原因", [required("请写明调整原因"), longest(200)])

    def run_id(self) -> UUID:
        """The run as an id. Raises DomainError when the page was altered."""
        try:
            return UUID(self.run.data or "")
        except ValueError:
            raise DomainError("页面已经失效，请重新打开后再操作") from None
