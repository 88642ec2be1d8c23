"""Forms of the training organiser."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from core.forms import BaseForm, TextField, longest, optional, required
from training.attending import MARKS

MOST_SEATS = 20_000
MOST_HOURS = 16
MARK_CHOICES = [SelectChoice(mark, label) for mark, label in MARKS.items()]


def _whole(message: str, least: int, most: int) -> list[object]:
    return [InputRequired(message), NumberRange(least, most, f"应为 {least} 至 {most} 的整数")]


class ClassForm(BaseForm):
    """What is stated of a class; used for opening (with code, programme, county) and changing."""

    name = TextField("班级名称", [required("请填写班级名称"), longest(120)])
    venue = TextField("培训地点", [required("请填写培训地点"), longest(120)])
    organiser = TextField("承办单位", [required("请填写承办单位"), longest(120)])
    starts = DateField("开班日期", [InputRequired("请选择开班日期")])
    ends = DateField("结束日期", [InputRequired("请选择结束日期")])
    seats = IntegerField("计划人数", _whole("请填写计划人数", 1, MOST_SEATS))
    min_attendance_percent = IntegerField(
        "结业最低考勤率（%）", _whole("请填写结业最低考勤率", 0, 100)
    )


class OpenClassForm(ClassForm):
    """A new class."""

    code = TextField("班级编号", [required("请填写班级编号"), longest(30)])
    programme = SelectField("培训项目", [required("请选择培训项目")])
    county = SelectField("县（市、区）", [required("请选择县（市、区）")])


class SessionForm(BaseForm):
    """One entry of the timetable."""

    day = DateField("上课日期", [InputRequired("请选择上课日期")])
    hours = IntegerField("课时", _whole("请填写课时", 1, MOST_HOURS))
    topic = TextField("上课内容", [required("请填写上课内容"), longest(120)])


class UploadForm(BaseForm):
    """A sheet to import."""

    file = FileField("表格文件", [FileRequired("请选择要上传的表格文件")])


class ApplyForm(BaseForm):
    """All rows or none; "good rows only" is a choice after the dry run."""

    rows = RadioField(
        "写入哪些行",
        [required("请选择写入哪些行")],
        choices=[
            SelectChoice("good", "只写入无误的行"),
            SelectChoice("all", "再检查一遍，全部无误才写入"),
        ],
    )


class ConfirmForm(BaseForm):
    """Nothing to fill in."""


class DropForm(BaseForm):
    """Why a trainee leaves."""

    reason = TextField("退班原因", [required("请写明退班原因"), longest(200)])


class RollForm(BaseForm):
    """The marks of one session; a subclass has one radio field per person."""

    seen = HiddenField()

    def marks(self) -> dict[str, str]:
        """{enrolment id: mark} of everybody who has one."""
        found = {
            name.removeprefix("mark-"): field.data
            for name, field in self._fields.items()
            if name.startswith("mark-")
        }
        return {one: mark for one, mark in found.items() if mark}


def roll_form(people: Sequence[tuple[str, str]]) -> type[RollForm]:
    """A form class with a mark for each (enrolment id, name)."""
    fields = {
        f"mark-{one}": RadioField(name, [optional()], choices=MARK_CHOICES) for one, name in people
    }
    return type("SessionRollForm", (RollForm,), fields)
