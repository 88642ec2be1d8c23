"""Where a track stands in one stage, and for each deed why it cannot be done now. Pure.

Only facts are stored (dates, panels, layers, runs, signatures, notices, releases, halts); the state follows
from them, and so does what may happen next (docs/decisions.md, States). A sentence that says why not is ""
where the deed is open.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

SUSPENDED, VOID = "suspended", "void"
HALT_WORDS = {SUSPENDED: "暂停", VOID: "取消"}


@dataclass(frozen=True)
class Standing:
    """A state: its key in the order of STATES, its word, what comes next, and the colour that helps it."""

    key: str
    next_step: str
    tone: str = ""

    @property
    def label(self) -> str:
        """The word on screens."""
        return STATES[self.key]


STATES = {
    "draft": "筹备中",
    "registration": "报名和审查",
    "eligibility_locked": "名单已定",
    "drawn": "已抽签",
    "sealed": "已加密",
    "scoring": "评分中",
    "scoring_closed": "评分结束",
    "rechecked": "已复核",
    "signed": "已签字",
    "unsealed": "已启封",
    "provisional": "公示中",
    "appeal_closed": "公示期满",
    "final": "已定稿",
    SUSPENDED: "已暂停",
    VOID: "已取消",
}


@dataclass(frozen=True)
class Halted:
    """A halt that stands: SUSPENDED or VOID, what it stops in words, and why."""

    kind: str
    what: str
    reason: str

    @property
    def words(self) -> str:
        """The sentence for officials, contestants and the public."""
        return f"{self.what}已{HALT_WORDS[self.kind]}：{self.reason}"


@dataclass(frozen=True)
class PanelFacts:
    """A panel of the stage: preparing, open or closed; how many layers of codes it is to have and has;
    whether they still hide the names."""

    state: str
    layers: int = 0
    made: int = 0
    sealed: bool = False


@dataclass(frozen=True)
class StageFacts:
    """What the state of a track in a stage follows from.

    `phase` and `phase_reason` are those of the contest (contests.states); `waiting` counts entries without a
    decision of the review; `earlier` says why nobody knows yet who comes from the stage before. `closed`
    tells that all panels as far as this stage have ended, `stale` why the last run no longer counts.
    `recheck` is what the re-check still wants, None where the rule has none.
    """

    phase: str
    phase_reason: str = ""
    waiting: int = 0
    earlier: str = ""
    panels: tuple[PanelFacts, ...] = ()
    closed: bool = False
    computed: bool = False
    stale: str = ""
    recheck: str | None = None
    signed: bool = False
    notice_until: date | None = None
    release: str = ""
    released: bool = False
    halt: Halted | None = None


def standing(facts: StageFacts, *, today: date) -> Standing:
    """The state of a track in a stage on a day in Shanghai."""
    if facts.halt is not None:
        after = "不再进行" if facts.halt.kind == VOID else "由另一人写明原因恢复"
        tone = "err" if facts.halt.kind == VOID else "warn"
        return Standing(facts.halt.kind, f"{facts.halt.words}；{after}", tone)
    if facts.released:
        return Standing("final", "发放证书，兑现奖补", "ok")
    if facts.notice_until is not None:
        if today <= facts.notice_until:
            return Standing("provisional", f"公示到 {facts.notice_until}，受理异议", "gold")
        return Standing("appeal_closed", facts.release or "由发布公示以外的人定稿", "gold")
    if not facts.panels:
        return _before_the_draw(facts)
    if not facts.closed:
        return _judging(facts.panels)
    return _judged(facts)


def _before_the_draw(facts: StageFacts) -> Standing:
    if facts.phase == "preparing":
        return Standing("draft", "核对内容后发布赛事")
    if facts.phase in ("upcoming", "open"):
        return Standing("registration", facts.phase_reason, "info")
    if facts.waiting:
        return Standing("registration", f"还有 {facts.waiting} 份报名等待审查", "info")
    return Standing("eligibility_locked", facts.earlier or "公布抽签承诺，抽签编组")


def _judging(panels: Sequence[PanelFacts]) -> Standing:
    if any(one.state != "preparing" for one in panels):
        return Standing("scoring", "评完后由裁判长结束评分", "info")
    lacking = [one for one in panels if one.made < one.layers]
    if lacking:
        return Standing("drawn", f"等待加密裁判做第 {lacking[0].made + 1} 层")
    key = "sealed" if any(one.layers for one in panels) else "drawn"
    return Standing(key, "安排评委，开始评分")


def _judged(facts: StageFacts) -> Standing:
    if not facts.computed or facts.stale:
        return Standing("scoring_closed", facts.stale or "计算成绩", "info")
    if not facts.signed:
        if facts.recheck:
            return Standing("scoring_closed", facts.recheck, "info")
        key = "scoring_closed" if facts.recheck is None else "rechecked"
        return Standing(key, "裁判长一方、监督或赛事办一方签字", "info")
    if any(one.sealed for one in facts.panels):
        return Standing("signed", "由保管人和监督启封", "ok")
    key = "unsealed" if any(one.layers for one in facts.panels) else "signed"
    return Standing(key, "公示成绩", "ok")


def why_stopped(halts: Collection[Halted]) -> str:
    """Why nothing goes on: a cancellation before a suspension."""
    found = sorted(halts, key=lambda one: one.kind != VOID)
    return found[0].words if found else ""


def told_to_judges(kind: str) -> str:
    """The same at the seat, without the reason: it may name somebody whom the codes hide."""
    return {
        "": "",
        SUSPENDED: "比赛已暂停，没有保存；请等赛事办恢复",
        VOID: "比赛已取消，不再评分",
    }[kind]


def why_not_mark(*, halt: str, panel: str, performance: str, sheet: str) -> str:
    """Why a judge cannot mark a sheet: I1. All are states, `halt` a kind or ""."""
    return (
        told_to_judges(halt)
        or {
            "preparing": "评委组还没有开始评分",
            "closed": "评委组已经结束评分，没有保存；确需修改请联系裁判长",
        }.get(panel, "")
        or ("裁判长已记录该选手未到场，不用评分" if performance == "no_show" else "")
        or {
            "open": "",
            "confirmed": "您已确认这张评分表，要修改请裁判长退回",
            "replaced": "这张评分表已交给其他评委，不用再评",
        }.get(sheet, "这张评分表已记为回避或缺席，不用评分；有误请联系裁判长")
    )


def why_not_chair(*, stopped: str, panel: str) -> str:
    """Why the chief judge changes nothing at a panel: sheets, absences, adjustments, its end."""
    told = {"preparing": "评委组还没有开始评分", "closed": "评委组已经结束评分，要改请先重新开放"}
    return stopped or told.get(panel, "")


def why_not_reopen(*, stopped: str, panel: str, published: bool) -> str:
    """Why a panel is not opened again: from the end of the marking until the notice."""
    if panel != "closed":
        return "这个评委组没有结束，不用重新开放"
    return stopped or ("成绩正在公示，请赛事办先撤回公示，再重新开放" if published else "")


def why_not_compute(
    *, stopped: str, panels: int, still: Sequence[str], unplaced: int, stage: str
) -> str:
    """Why there is no result yet. `panels` of this very stage, `still` names those that go on."""
    if stopped:
        return stopped
    if not panels:
        return "这个赛道还没有评委组，没有分数可算"
    if still:
        return f"{'、'.join(still)}还没有结束评分，请裁判长先结束"
    return f"还有 {unplaced} 份应参加“{stage}”的报名没有编入评委组，请先安排" if unplaced else ""


def why_not_recheck(*, stopped: str, stale: str, signatures: int) -> str:
    """Why no finding is taken."""
    if stopped or stale:
        return stopped or f"{stale}，这次复核作废"
    if signatures:
        return "已经有人签字，复核结论不能再改；发现错误请裁判长更正后重新计算"
    return ""


def why_not_sign(
    *, stopped: str, stale: str, lacking: Sequence[str], tied: Sequence[str], recheck: str
) -> str:
    """Why nobody stands for a run. `lacking` are codes without a total, `tied` those that wait for a lot."""
    if stopped or stale:
        return stopped or f"{stale}，不能签字"
    if lacking:
        return f"{'、'.join(lacking)} 号没有总分，补齐后重新计算再签"
    if tied:
        return f"{'、'.join(tied)} 号同分，等待抽签或加赛，录入后重新计算再签"
    return recheck


def why_not_unseal(*, stopped: str, stale: str) -> str:
    """Why no layer is opened: decoding never comes before the figures are fixed (I16). `stale` also
    where nothing is signed."""
    return stopped or (f"{stale}，不能启封" if stale else "")


def why_not_publish(
    *, stopped: str, stale: str, signed: bool, sealed: bool, published: bool
) -> str:
    """Why a run is not published."""
    if stopped or stale:
        return stopped or f"{stale}，不能公示"
    if not signed:
        return "裁判长和监督（或赛事办）两方都签字后才能公示"
    if sealed:
        return "代码还封着，保管人和监督启封后才能公示"
    return "这个赛道的成绩已经公示；要更换请先撤回" if published else ""


def why_not_release(
    *,
    stopped: str,
    withdrawn: bool,
    until: date,
    today: date,
    holds: Sequence[tuple[int, str]],
    appeals: Sequence[tuple[int, date]],
) -> str:
    """Why a notice is not released. `holds` are objections that hold it, `appeals` those that may still
    be carried on: number, and why or until when."""
    if stopped:
        return stopped
    if withdrawn:
        return "这份公示已经撤回"
    if today <= until:
        return f"公示期到 {until}，期满后才能定稿"
    if holds:
        return f"第 {holds[0][0]} 号{holds[0][1]}，不能定稿"
    late = [one for one in appeals if today <= one[1]]
    return f"第 {late[0][0]} 号的申诉期限到 {late[0][1]}，届满后才能定稿" if late else ""
