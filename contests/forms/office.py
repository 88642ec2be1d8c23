"""Forms of the contest office."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import DateField, DateTimeLocalField, SelectField, TextAreaField

from core.forms import BaseForm, TextField, longest, optional, required


class PlanForm(BaseForm):
    """A whole edition; tracks and divisions are typed one a line."""

    name = TextField("赛事名称", [required("请填写赛事名称"), longest(120)])
    slug = TextField("网址简称", [required("请填写网址简称"), longest(40)])
    number_start = TextField("编号前缀", [required("请填写编号前缀"), longest(8)])
    level = SelectField("竞赛级别", [required("请选择竞赛级别")])
    sponsor = TextField("主办单位", [required("请填写主办单位"), longest(120)])
    organizer = TextField("承办单位", [required("请填写承办单位"), longest(120)])
    contact = TextField("咨询电话", [required("请填写咨询电话"), longest(120)])
    entry_opens = DateTimeLocalField("报名开始时间", [required("请填写报名开始时间")])
    entry_closes = DateTimeLocalField("报名截止时间", [required("请填写报名截止时间")])
    held_on = DateField("比赛日期", [required("请填写比赛日期")])
    venue = TextField("比赛地点", [optional(), longest(120)])
    tracks = TextAreaField("赛道（赛项）", [required("请至少写一个赛道")])
    divisions = TextAreaField("组别", [required("请至少写一个组别")])
    summary = TextAreaField("赛事简介", [optional(), longest(2000)])


class ExtendForm(BaseForm):
    """More time to enter."""

    entry_closes = DateTimeLocalField("新的报名截止时间", [required("请填写新的报名截止时间")])
    reason = TextField("延期原因", [required("请写明延期原因"), longest(200)])


class CloseForm(BaseForm):
    """The end of entries, now."""

    reason = TextField("提前截止的原因", [required("请写明提前截止的原因"), longest(200)])


class RejectForm(BaseForm):
    """Why an entry is refused."""

    reason = TextAreaField("不予通过的原因", [required("请写明原因，选手会看到"), longest(200)])


class ReturnForm(BaseForm):
    """One sentence a field to correct; filled ones count."""

    def reasons(self) -> dict[str, str]:
        """The sentences by field."""
        return {name: text for name, text in self.values().items() if text}


def return_form(fields: Iterable[tuple[str, str]]) -> type[ReturnForm]:
    """The form class for these (field, label) pairs."""
    made = {name: TextField(label, [optional(), longest(200)]) for name, label in fields}
    return type("EntryReturnForm", (ReturnForm,), made)
