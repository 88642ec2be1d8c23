"""Forms of results: the notice."""

from __future__ import annotations

from wtforms import DateField, IntegerField

from core.forms import BaseForm, TextField, longest, required


class NoticeForm(BaseForm):
    """What stands above a notice."""

    document_no = TextField("文号", [required("请填写文号"), longest(60)])
    dated = DateField("文件日期", [required("请填写文件日期，格式如 2026-11-22")])
    workdays = IntegerField("公示期（工作日）", [required("请填写公示几个工作日")])
    contact = TextField("异议受理电话", [required("请填写受理电话"), longest(120)])
