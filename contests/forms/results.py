"""Forms of results: the notice, the re-check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wtforms import DateField, IntegerField, RadioField, SelectChoice

from core.forms import BaseForm, TextField, longest, optional, required


class NoticeForm(BaseForm):
    """What stands above a notice."""

    document_no = TextField("文号", [required("请填写文号"), longest(60)])
    dated = DateField("文件日期", [required("请填写文件日期，格式如 2026-11-22")])
    workdays = IntegerField("公示期（工作日）", [required("请填写公示几个工作日")])
    contact = TextField("异议受理电话", [required("请填写受理电话"), longest(120)])


class ResultNoticeForm(NoticeForm):
    """What stands above the notice of a result."""

    full_names_basis = TextField("公布全名的依据", [optional(), longest(60)])


class AdmissionForm(BaseForm):
    """Who takes part in the following stage against the cut, and why."""

    takes_part = RadioField(
        "决定",
        [required("请选择参加、不参加或撤销")],
        choices=[
            SelectChoice("in", "参加下一阶段（递补、外卡）"),
            SelectChoice("out", "不参加下一阶段（弃权、取消资格）"),
            SelectChoice("undo", "撤销原来的决定，按成绩晋级"),
        ],
        validate_choice=False,
    )
    reason = TextField("原因", [required("请写明原因"), longest(200)])


class RecheckForm(BaseForm):
    """The list of a re-check: 无误 or 有误 and a remark for each sheet."""


def recheck_form(
    lines: Iterable[tuple[str, str]], words: Sequence[tuple[str, str]]
) -> type[RecheckForm]:
    """The form class for these (line id, code) pairs; a sheet that is not ticked waits."""
    made: dict[str, object] = {}
    for name, code in lines:
        made[f"finding_{name}"] = RadioField(
            f"{code} 号", choices=[SelectChoice(*one) for one in words], validate_choice=False
        )
        made[f"remark_{name}"] = TextField(f"{code} 号说明", [optional(), longest(200)])
    return type("RunRecheckForm", (RecheckForm,), made)
