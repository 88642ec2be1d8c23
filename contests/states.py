"""Where a contest stands and what may happen to an entry. Pure: dates and facts come as arguments.

Nothing here is stored: the phase of a contest follows from its dates, its panels and its notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.errors import DomainError


@dataclass(frozen=True)
class ContestFacts:
    """What the phase follows from. Moments are aware and in the zone in which they are shown.

    `judging` tells that a panel was opened; `published` counts tracks with a notice that stands,
    `notice_until` is the last day of the latest one. Tracks that were cancelled are not counted; `void`
    says why the whole contest was.
    """

    announced: bool
    opens: datetime
    closes: datetime
    tracks: int
    judging: bool = False
    published: int = 0
    notice_until: date | None = None
    void: str | None = None


@dataclass(frozen=True)
class Phase:
    """A phase: its key, its word on screens, and why one can or cannot enter now."""

    key: str
    label: str
    reason: str
    tone: str = ""

    @property
    def open(self) -> bool:
        """Whether entries are taken."""
        return self.key == "open"

    @property
    def correctable(self) -> bool:
        """Whether an entry that was sent back may still be corrected: until judging begins."""
        return self.key in ("open", "closed")


def phase(facts: ContestFacts, *, now: datetime, today: date) -> Phase:
    """The phase at this moment; `today` is the day in Shanghai."""
    if not facts.announced:
        return Phase("preparing", "筹备中", "赛事还没有发布，暂时不能报名")
    if facts.void is not None:
        return Phase("void", "已取消", f"赛事已取消：{facts.void}", "err")
    if facts.notice_until and facts.notice_until >= today:
        return Phase("notice", "公示中", "比赛已经结束，成绩正在公示，不再接受报名", "gold")
    if facts.published and facts.published >= facts.tracks:
        return Phase("ended", "已结束", "比赛已经结束，不再接受报名")
    if facts.judging or facts.published:
        return Phase("judging", "评审中", "报名已经截止，正在评审，不再接受报名", "info")
    return _by_window(facts, now)


def _by_window(facts: ContestFacts, now: datetime) -> Phase:
    if now < facts.opens:
        return Phase(
            "upcoming", "未开始", f"报名从 {moment_text(facts.opens)} 开始，到时再来", "info"
        )
    if now < facts.closes:
        return Phase("open", "报名中", f"报名截止时间 {moment_text(facts.closes)}", "ok")
    return Phase(
        "closed", "已截止", f"报名已于 {moment_text(facts.closes)} 截止，不再接受报名", "warn"
    )


def moment_text(moment: datetime) -> str:
    """2026 年 11 月 28 日 09:00"""
    return f"{moment.year} 年 {moment.month} 月 {moment.day} 日 {moment:%H:%M}"


@dataclass(frozen=True)
class EntryState:
    """A state of an entry: its word and the colour that helps it."""

    label: str
    tone: str


ENTRY_STATES = {
    "draft": EntryState("填写中", ""),
    "submitted": EntryState("待审查", "info"),
    "returned": EntryState("退回补正", "warn"),
    "qualified": EntryState("通过审查", "ok"),
    "rejected": EntryState("未通过", "err"),
    "withdrawn": EntryState("已撤回", ""),
}


@dataclass(frozen=True)
class Move:
    """An act on an entry: from which states, to which, and what it is called in a refusal."""

    label: str
    sources: tuple[str, ...]
    target: str


MOVES = {
    "edit": Move("修改", ("draft", "returned"), ""),
    "submit": Move("提交", ("draft", "returned"), "submitted"),
    "withdraw": Move("撤回", ("draft", "submitted", "returned"), "withdrawn"),
    "qualify": Move("通过审查", ("submitted",), "qualified"),
    "return": Move("退回", ("submitted",), "returned"),
    "reject": Move("不予通过", ("submitted",), "rejected"),
}
_WHY_NOT = {
    "draft": "这份报名还没有提交",
    "submitted": "这份报名已经提交，正在等待审查",
    "returned": "这份报名已退回补正，要等选手重新提交",
    "qualified": "这份报名已经通过审查并发放准考证，要变动请联系赛事办",
    "rejected": "这份报名没有通过审查，不能再变动",
    "withdrawn": "这份报名已经撤回，不能再变动",
}


def next_state(move: str, state: str) -> str:
    """The state after an act (the same after an edit); DomainError with the reason otherwise."""
    wanted = MOVES[move]
    if state not in wanted.sources:
        raise DomainError(f"{_WHY_NOT[state]}，不能{wanted.label}")
    return wanted.target or state


def allows(move: str, state: str) -> bool:
    """Whether the act is open in this state, for buttons."""
    return state in MOVES[move].sources
