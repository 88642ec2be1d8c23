"""What a contestant still has to do, in the order of urgency. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Task:
    """One thing to do: its name, why, the word on the tag, and where (endpoint and arguments)."""

    title: str
    why: str
    word: str
    tone: str
    endpoint: str
    entry_id: UUID | None = None


def open_tasks(
    *,
    has_profile: bool,
    claimed: bool,
    invitations: int,
    entries: Iterable[tuple[UUID, str, str]],
) -> list[Task]:
    """`entries` are (id, title, state). Nothing open gives an empty list."""
    tasks = []
    if claimed:
        tasks.append(
            Task("核对身份", "请带身份证原件到赛事办核对", "待核对", "warn", "people.profile")
        )
    elif not has_profile:
        tasks.append(
            Task("实名信息", "报名、结对和领奖都要用，只填一次", "待填写", "warn", "people.profile")
        )
    if invitations:
        tasks.append(
            Task(
                "组队邀请",
                f"有 {invitations} 支队伍邀请您",
                "待确认",
                "warn",
                "contests.invitations",
            )
        )
    for entry_id, title, state in entries:
        if state == "returned":
            tasks.append(
                Task(
                    title,
                    "赛事办退回，请按说明补正",
                    "待补正",
                    "err",
                    "contests.my_entry",
                    entry_id,
                )
            )
        if state == "draft":
            tasks.append(
                Task(title, "报名还没有提交", "草稿", "warn", "contests.my_entry", entry_id)
            )
    return tasks
