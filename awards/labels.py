"""Chinese names of rules, states and codes that screens and papers show. Data, pure."""

from __future__ import annotations

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "18.115": "“新115人才”津贴",
    "18.151": "省“151人才”配套奖励",
    "18.top": "市拔尖人才奖励",
    "18.chair": "省特级专家等奖励",
    "18.culture_prize": "文化类权威奖项奖励",
    "18.culture_match": "文化人才 1:1 配套奖励",
    "18.skill_match": "技能奖项 1:1 配套奖励",
    "18.social_worker": "社会工作者资格奖励",
    "18.star_operator": "培养“星级”主播奖励",
    "18.streamer_contribution": "知名主播地方综合贡献奖励",
    "19.7": "人才津贴（第 7 档）",
    "19.8a": "人才津贴（副高级）",
    "19.8b": "人才津贴（高级社会工作师）",
    "19.8c": "人才津贴（高级技师、技师）",
    "12.host": "申办技能大赛补助",
    "16.person_match": "引才计划 1:1 配套",
    "16.salary": "企业薪酬补助",
}
TAX: Mapping[str, str] = {
    "corporate": "企业所得，不代扣",
    "incidental": "偶然所得",
    "exempt_provincial": "免税",
    "wages_via_employer": "由单位并入工资",
    "unset": "未定",
}
FUNDING: Mapping[str, str] = {"shared": "按现行财政体制分担", "city": "市财政"}
STATES: Mapping[str, str] = {
    "proposed": "待审批",
    "approved": "已审批",
    "returned": "已退回",
    "on_sheet": "已列入发放表",
    "superseded": "已不再适用",
    "void": "已撤销",
}
# What happened to a line, as its page tells it.
STEPS: Mapping[str, str] = {
    "approved": "审批同意",
    "revoked": "收回审批",
    "fallen": "审批失效",
    "returned": "退回",
    "resubmitted": "重新提交",
    "listed": "列入发放表",
    "sheet_voided": "审批失效",
}
# What the office may answer to the settings whose value is a text.
CODES: Mapping[str, Mapping[str, str]] = {
    "A01": {
        "highest_per_achievement": "就高不重复，已发的补差",
        "cumulative": "各级分别配套",
    },
    "A02": {"equal": "平均分配，余分归排名在前的成员"},
    "A03": {"issuer_cash": "颁奖单位实发奖金（现金）"},
    "A06": {"whole_year_only": "满一年才计"},
    "A07": {"highest_per_year": "同年就高，只发一项", "cumulative": "可以同时享受"},
}


def rule(rule_id: str) -> str:
    """The name of a rule on screens and sheets."""
    return RULES.get(rule_id, f"规则 {rule_id}")
