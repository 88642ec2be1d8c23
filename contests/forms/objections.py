"""Forms of objections and appeals."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectChoice, SelectField, TextAreaField

from contests.models import ResultLine
from core.forms import BaseForm, TextField, longest, required

GROUNDS = [required("请写明异议的内容和依据"), longest(600)]


class OwnObjectionForm(BaseForm):
    """A contestant's objection or appeal."""

    about = RadioField(
        "对什么有异议",
        [required("请选择对什么有异议")],
        choices=[SelectChoice("own", "自己的成绩"), SelectChoice("track", "整个赛道的结果")],
    )
    grounds = TextAreaField("内容和依据", GROUNDS)


class RecordForm(BaseForm):
    """What somebody brought in person."""

    line_id = SelectField("对谁的成绩", validate_choice=True)
    visitor = TextField("提出人姓名", [required("请填写提出人的真实姓名"), longest(60)])
    contact = TextField("联系方式", [required("请填写联系方式"), longest(60)])
    grounds = TextAreaField("内容和依据", GROUNDS)

    def offer(self, lines: Iterable[ResultLine]) -> None:
        """The lines of the notice, or the whole track."""
        chosen = [SelectChoice(str(one.id), f"{one.code} 号 {one.entry.title}") for one in lines]
        self.line_id.choices = [SelectChoice("", "整个赛道"), *chosen]


class AnswerForm(BaseForm):
    """The answer with its reason."""

    verdict = RadioField(
        "结论",
        [required("请选择结论")],
        choices=[
            SelectChoice("refused", "不成立，维持公示的结果"),
            SelectChoice("upheld", "成立，须更正成绩"),
        ],
    )
    answer = TextAreaField("答复和理由", [required("请写明理由"), longest(600)])
