"""Forms of livestream contests: accounts, sessions, products, files of figures, rulings."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateTimeLocalField, IntegerField, RadioField

from core.forms import BaseForm, TextField, longest, optional, required


class AccountForm(BaseForm):
    """An account on a platform."""

    platform = RadioField("直播平台", [required("请选择直播平台")])
    handle = TextField("平台账号", [required("请填写平台账号"), longest(60)])
    nickname = TextField("账号昵称", [required("请填写账号昵称"), longest(60)])


class OfficeAccountForm(AccountForm):
    """An account that the office names or replaces."""

    reason = TextField("原因", [optional(), longest(200)])


class SessionForm(BaseForm):
    """A session with several contestants at once."""

    starts = DateTimeLocalField("开始时间", [required("请填写开始时间")])
    minutes = IntegerField("时长（分钟）", [required("请填写时长，如 30")])
    room = TextField("直播间或场地", [required("请填写直播间或场地"), longest(60)])
    capacity = IntegerField("同时直播人数", [required("请填写同时直播人数，如 3")])


class MoveForm(BaseForm):
    """Another time or room for a session."""

    starts = DateTimeLocalField("开始时间", [required("请填写开始时间")])
    room = TextField("直播间或场地", [required("请填写直播间或场地"), longest(60)])
    reason = TextField("调整原因", [required("请写明调整原因"), longest(200)])


class ProductForm(BaseForm):
    """A product of a session."""

    name = TextField("产品名称", [required("请填写产品名称"), longest(60)])
    price = TextField("价格（元）", [required("请填写价格，如 39.90"), longest(16)])
    supplier = TextField("供货单位", [required("请填写供货单位"), longest(120)])


class MetricsForm(BaseForm):
    """A file of figures, and what is said of it."""

    platform = RadioField("直播平台", [required("请选择直播平台")])
    file = FileField("平台导出的数据文件", [FileRequired("请选择平台导出的数据文件")])
    orders = FileField("订单明细", [optional()])
    window_start = DateTimeLocalField("统计开始时间", [required("请填写统计开始时间")])
    window_end = DateTimeLocalField("统计结束时间", [required("请填写统计结束时间")])
    as_of = DateTimeLocalField("退款统计截止时间", [required("请填写退款统计截止时间")])
    exporter = TextField("导出人", [required("请填写导出人"), longest(60)])


class ApplyMetricsForm(BaseForm):
    """Write a checked file."""

    warnings_seen = BooleanField("已逐条核对上面的提醒，没有问题")
