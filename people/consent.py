"""What people agree to before they hand over data: the texts and their versions. Data, pure.

A changed text gets a new version; the audit row of the act keeps the version that was shown.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """A text to be agreed to: purpose, who sees it, how long, what one may ask for."""

    version: str
    title: str
    lines: tuple[str, ...]


SIGN_UP = Notice(
    "sign-up/1",
    "我们怎样使用您的信息",
    (
        "用途：手机号码用来登录，以及通知您报名、比赛、培训和奖补的进展，不作他用。",
        "谁能看到：您本人，以及办理您事项的工作人员；平时只显示号码的一部分。",
        "工作人员查看完整号码必须写明原因，并留下记录。",
        "不公开：名单、成绩和公示都不显示手机号码，也不提供给无关的单位和个人。",
        "您的权利：随时可以向赛事办要求查看、更正、导出、注销，或者撤回同意。",
        "未满 14 周岁的，请由父母或其他监护人阅读并同意。",
    ),
)
IDENTITY = Notice(
    "identity/1",
    "证件号码的使用需要您单独同意",
    (
        "用途：核对参赛、参训资格（包括年龄），保证一人只登记一次，以及核对奖补发放对象。",
        "谁能看到：加密保存，页面上只显示前 6 位和后 2 位。",
        "办理报名、奖补的工作人员查看完整号码必须写明原因，并留下记录。",
        "不公开：任何名单、证书和公示都不显示证件号码。",
        "不填写也可以浏览本平台，但不能报名比赛、参加培训和领取奖补。",
        "您的权利：随时可以向赛事办要求查看、更正、删除，或者撤回同意。",
    ),
)
