"""The states of contests.md 5, derived from facts; each deed says why it cannot be done now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contests import life
from contests.life import Halted, PanelFacts, StageFacts

TODAY = date(2026, 11, 27)
OPEN = StageFacts("open", "报名截止时间 2026 年 12 月 1 日 09:00")
JUDGING = StageFacts("judging", panels=(PanelFacts("closed", 1, 1, sealed=True),), closed=True)
COMPUTED = replace(JUDGING, computed=True, recheck="")
SIGNED = replace(COMPUTED, signed=True)
UNSEALED = replace(SIGNED, panels=(PanelFacts("closed", 1, 1),))
NOTICE = replace(UNSEALED, notice_until=TODAY)
STORM = Halted(life.SUSPENDED, "赛事", "台风登陆")
TOO_FEW = Halted(life.VOID, "焊工", "人数不足")


def panels(*found: PanelFacts) -> StageFacts:
    return StageFacts("judging", panels=found)


@pytest.mark.parametrize(
    ("facts", "key", "next_step"),
    [
        (StageFacts("preparing"), "draft", "核对内容后发布赛事"),
        (OPEN, "registration", "报名截止时间 2026 年 12 月 1 日 09:00"),
        (StageFacts("closed", waiting=2), "registration", "还有 2 份报名等待审查"),
        (StageFacts("closed"), "eligibility_locked", "公布抽签承诺，抽签编组"),
        (StageFacts("closed", earlier="等初赛"), "eligibility_locked", "等初赛"),
        (panels(PanelFacts("preparing")), "drawn", "安排评委，开始评分"),
        (panels(PanelFacts("preparing", 3, 1, True)), "drawn", "等待加密裁判做第 2 层"),
        (panels(PanelFacts("preparing", 3, 3, True)), "sealed", "安排评委，开始评分"),
        (
            panels(PanelFacts("open"), PanelFacts("preparing")),
            "scoring",
            "评完后由裁判长结束评分",
        ),
        (JUDGING, "scoring_closed", "计算成绩"),
        (replace(COMPUTED, stale="请重新计算"), "scoring_closed", "请重新计算"),
        (replace(COMPUTED, recheck="还有 3 份没有复核"), "scoring_closed", "还有 3 份没有复核"),
        (COMPUTED, "rechecked", "裁判长一方、监督或赛事办一方签字"),
        (replace(COMPUTED, recheck=None), "scoring_closed", "裁判长一方、监督或赛事办一方签字"),
        (SIGNED, "signed", "由保管人和监督启封"),
        (UNSEALED, "unsealed", "公示成绩"),
        (replace(SIGNED, panels=(PanelFacts("closed"),)), "signed", "公示成绩"),
        (NOTICE, "provisional", "公示到 2026-11-27，受理异议"),
        (
            replace(NOTICE, notice_until=date(2026, 11, 26)),
            "appeal_closed",
            "由发布公示以外的人定稿",
        ),
        (replace(NOTICE, released=True), "final", "发放证书，兑现奖补"),
        (replace(NOTICE, halt=STORM), "suspended", "赛事已暂停：台风登陆；由另一人写明原因恢复"),
        (replace(NOTICE, halt=TOO_FEW), "void", "焊工已取消：人数不足；不再进行"),
    ],
)
def test_the_state_follows_from_the_facts(facts: StageFacts, key: str, next_step: str) -> None:
    found = life.standing(facts, today=TODAY)
    assert (found.key, found.next_step, found.label) == (key, next_step, life.STATES[key])


def test_a_cancellation_is_told_before_a_suspension() -> None:
    assert life.why_stopped([STORM, TOO_FEW]) == "焊工已取消：人数不足"
    assert life.why_stopped([STORM]) == "赛事已暂停：台风登陆"
    assert life.why_stopped([]) == ""


GOES_ON = {"halt": "", "panel": "open", "performance": "scheduled", "sheet": "open"}


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({}, ""),
        ({"halt": life.SUSPENDED}, "比赛已暂停，没有保存；请等赛事办恢复"),
        ({"halt": life.VOID}, "比赛已取消，不再评分"),
        ({"panel": "preparing"}, "评委组还没有开始评分"),
        ({"panel": "closed"}, "评委组已经结束评分，没有保存；确需修改请联系裁判长"),
        ({"performance": "no_show"}, "裁判长已记录该选手未到场，不用评分"),
        ({"sheet": "confirmed"}, "您已确认这张评分表，要修改请裁判长退回"),
        ({"sheet": "replaced"}, "这张评分表已交给其他评委，不用再评"),
        ({"sheet": "recused"}, "这张评分表已记为回避或缺席，不用评分；有误请联系裁判长"),
        ({"sheet": "absent"}, "这张评分表已记为回避或缺席，不用评分；有误请联系裁判长"),
    ],
)
def test_why_a_judge_cannot_mark(over: dict[str, str], why: str) -> None:
    assert life.why_not_mark(**GOES_ON | over) == why


def test_why_a_panel_is_not_opened_again() -> None:
    closed = {"stopped": "", "panel": "closed", "published": False}
    assert life.why_not_reopen(**closed) == ""
    assert life.why_not_reopen(**closed | {"stopped": "赛事已暂停：台风"}) == "赛事已暂停：台风"
    assert life.why_not_reopen(**closed | {"panel": "open"}) == "这个评委组没有结束，不用重新开放"
    assert (
        life.why_not_reopen(**closed | {"published": True})
        == "成绩正在公示，请赛事办先撤回公示，再重新开放"
    )


def test_a_halt_comes_before_every_other_reason() -> None:
    stopped = "赛事已取消：人数不足"
    assert [
        life.why_not_chair(stopped=stopped, panel="closed"),
        life.why_not_compute(stopped=stopped, panels=0, still=["甲组"], unplaced=1, stage="决赛"),
        life.why_not_recheck(stopped=stopped, stale="已过期", signatures=1),
        life.why_not_sign(stopped=stopped, stale="已过期", lacking=["01"], tied=[], recheck=""),
        life.why_not_unseal(stopped=stopped, stale="已过期"),
        life.why_not_publish(
            stopped=stopped, stale="已过期", signed=False, sealed=True, published=True
        ),
        life.why_not_release(
            stopped=stopped, withdrawn=True, until=TODAY, today=TODAY, holds=[], appeals=[]
        ),
    ] == [stopped] * 7


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({}, ""),
        ({"withdrawn": True}, "这份公示已经撤回"),
        ({"today": date(2026, 11, 20)}, "公示期到 2026-11-26，期满后才能定稿"),
        ({"holds": [(2, "异议还没有答复")]}, "第 2 号异议还没有答复，不能定稿"),
        ({"appeals": [(1, date(2026, 11, 26)), (3, TODAY)]}, "第 3 号的申诉期限到 2026-11-27，届满后才能定稿"),
    ],
)  # fmt: skip
def test_why_a_notice_is_not_released(over: dict[str, object], why: str) -> None:
    facts: dict[str, object] = {
        "stopped": "",
        "withdrawn": False,
        "until": date(2026, 11, 26),
        "today": TODAY,
        "holds": [],
        "appeals": [],
    }
    assert life.why_not_release(**facts | over) == why  # type: ignore[arg-type]
