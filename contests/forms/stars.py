"""Forms of the yearly review of streamers."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectChoice

from contests.star_rules import CRITERIA, SOURCES, STARS
from core.forms import BaseForm, TextField, longest, optional, required

PROVED = [SelectChoice("", "尚无材料"), SelectChoice("yes", "是"), SelectChoice("no", "否")]
SOURCE_CHOICES = [SelectChoice(*one) for one in SOURCES.items()]
CRITERION_CHOICES = [SelectChoice(*one) for one in CRITERIA.items()]


class YearForm(BaseForm):
    """The year of a review."""

    year = IntegerField("评审年度", [required("请填写评审年度，如 2026")])


class RuleForm(BaseForm):
    """What the policy leaves open. The fields of weights, floors and limits are added by `rule_form`."""

    basis = TextField("依据", [required("请填写依据的文件或会议"), longest(120)])


def rule_form() -> type[RuleForm]:
    """The form class with a field for each criterion, source and star."""
    made: dict[str, object] = {
        f"weight_{key}": IntegerField(f"{title}（%）", [optional()])
        for key, title in CRITERIA.items()
    }
    made |= {
        f"source_{key}": IntegerField(f"{title}（%）", [optional()])
        for key, title in SOURCES.items()
    }
    made["experts"] = IntegerField("专家至少几人", [optional()])
    made |= {
        f"floor_{star}": TextField(f"{star} 星分数线", [optional(), longest(6)]) for star in STARS
    }
    made["most"] = IntegerField("星级名额", [optional()])
    return type("StarRuleForm", (RuleForm,), made)


class OperatorForm(BaseForm):
    """What is proved of the operator."""

    operator_settled = RadioField("运营主体落户衢州", [optional()], choices=PROVED, default="")
    cultivated = RadioField("由该主体培养", [optional()], choices=PROVED, default="")

    def proved(self) -> dict[str, bool | None]:
        """The two answers; None where there is no proof."""
        words = {"yes": True, "no": False}
        return {
            name: words.get(self[name].data or "") for name in ("operator_settled", "cultivated")
        }


class CandidateForm(OperatorForm):
    """A streamer and the operator behind."""

    name = TextField("姓名", [required("请填写姓名"), longest(60)])
    document_number = TextField("身份证号码", [required("请填写身份证号码"), longest(30)])
    stage_name = TextField("直播名称", [required("请填写直播用的名称"), longest(60)])
    uscc = TextField("运营主体统一社会信用代码", [required("请填写运营主体的代码"), longest(18)])


class ProofForm(OperatorForm):
    """A correction of what is proved."""

    reason = TextField("更正原因", [required("请写明更正原因"), longest(200)])


class EvidenceForm(BaseForm):
    """Evidence for one criterion from one source."""

    source = RadioField("来源", [required("请选择来源")], choices=SOURCE_CHOICES)
    criterion = RadioField("评定条件", [required("请选择评定条件")], choices=CRITERION_CHOICES)
    told = TextField("事实和数字", [required("请写明事实和数字"), longest(500)])
    origin = TextField("由谁提供", [required("请写明由谁提供或出自哪份文件"), longest(120)])
    file = FileField("证明材料", [optional()])


class MarksForm(BaseForm):
    """What one marker gives in the three criteria."""

    source = RadioField("来源", [required("请选择来源")], choices=SOURCE_CHOICES)
    marker = TextField("评价人或调查名称", [required("请填写评价人或调查的名称"), longest(60)])
    employer = TextField("工作单位", [optional(), longest(120)])
    sample = IntegerField("调查人数", [optional()])
    mark_fame = TextField(CRITERIA["fame"], [required("请填写分数"), longest(6)])
    mark_driving = TextField(CRITERIA["driving"], [required("请填写分数"), longest(6)])
    mark_sales = TextField(CRITERIA["sales"], [required("请填写分数"), longest(6)])
    reason = TextField("更正原因", [optional(), longest(200)])
