"""What an entry must contain: read from the contest's copy of its preset. Pure.

A contest keeps entrant kind, team size, questions and documents as they were when it was created,
so that a later change of a preset never moves the rules under those who have entered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from contests.catalogue import FormField, Preset
from core.errors import DomainError, FieldErrors
from people.identifiers import mask_name

LONGEST = {"text": 120, "number": 9, "choice": 120, "textarea": 2000, "url": 300}
_URL = re.compile(r"https?://[^\s/]+\.[^\s]+")


@dataclass(frozen=True)
class Document:
    """A required attachment of one to `files` files; `key` is its place in the list: document_1."""

    key: str
    title: str
    files: int = 1


@dataclass(frozen=True)
class EntryRules:
    """The rules of one contest. A team has `least` to `most` persons, its leader included."""

    entrant: str
    least: int
    most: int
    fields: tuple[FormField, ...]
    documents: tuple[Document, ...]
    method: str

    @property
    def is_team(self) -> bool:
        """Whether members besides the leader may be invited."""
        return self.entrant == "team" and self.most > 1

    def public_title(self, title: str) -> str:
        """What everybody may read of an entry's title: a team's name, the masked name of a person."""
        return title if self.is_team else mask_name(title)

    def document(self, key: str) -> Document | None:
        """The document of this key."""
        return next((one for one in self.documents if one.key == key), None)


def from_preset(preset: Preset) -> dict[str, Any]:
    """What a new contest keeps of its preset, as JSON."""
    least, most = (preset.members.least, preset.members.most) if preset.members else (1, 1)
    return {
        "entrant": preset.entrant,
        "least": least,
        "most": most,
        "fields": [asdict(field) for field in preset.fields],
        "documents": [
            {
                "key": f"document_{place}",
                "title": title,
                "files": preset.document_files.get(title, 1),
            }
            for place, title in enumerate(preset.documents, start=1)
        ],
        "method": preset.method,
    }


def read(stored: Mapping[str, Any]) -> EntryRules:
    """The rules back from the JSON of a contest."""
    fields = [FormField(**one | {"choices": tuple(one["choices"])}) for one in stored["fields"]]
    return EntryRules(
        stored["entrant"],
        stored["least"],
        stored["most"],
        tuple(fields),
        tuple([Document(**one) for one in stored["documents"]]),
        stored["method"],
    )


def answer_field(key: str) -> str:
    """The name of a question in forms and in reasons of the office: answer_industry."""
    return f"answer_{key}"


@dataclass(frozen=True)
class Gap:
    """Something that is missing: the task and the field where it is mended, and the sentence."""

    task: str
    field: str
    sentence: str


@dataclass(frozen=True)
class Present:
    """What an entry has: answers, keys of uploaded documents, confirmed members besides the leader,
    names of those who have not answered the invitation."""

    answers: Mapping[str, str]
    documents: Collection[str]
    confirmed: int = 0
    waiting: tuple[str, ...] = ()


def missing(rules: EntryRules, have: Present) -> list[Gap]:
    """Everything that stands between the entry and its submission, in the order of the tasks."""
    gaps = [
        Gap("answers", answer_field(field.key), f"还没有填写“{field.label}”")
        for field in rules.fields
        if field.required and not have.answers.get(field.key)
    ]
    gaps += _missing_members(rules, have)
    gaps += [
        Gap("documents", one.key, f"还没有上传“{one.title}”")
        for one in rules.documents
        if one.key not in have.documents
    ]
    return gaps


def _missing_members(rules: EntryRules, have: Present) -> list[Gap]:
    if rules.entrant != "team":
        return []
    gaps = [
        Gap("members", "members", f"{name} 还没有确认邀请，请提醒本人确认，或者移除")
        for name in have.waiting
    ]
    size = 1 + have.confirmed
    if size < rules.least:
        gaps.append(
            Gap("members", "members", f"队伍至少 {rules.least} 人（含队长），现在 {size} 人已确认")
        )
    return gaps


def check_room(rules: EntryRules, *, members: int) -> None:
    """Refuse a further invitation when `members` (invited or confirmed) fill the team."""
    if not rules.is_team:
        raise DomainError("这个赛事是个人参赛，不能添加成员", "mobile")
    if 1 + members >= rules.most:
        raise DomainError(
            f"每队最多 {rules.most} 人（含队长），已经满了；要换人请先移除一位成员", "mobile"
        )


def check_answers(rules: EntryRules, typed: Mapping[str, str]) -> dict[str, str]:
    """The answers as they are stored. An empty one may wait; a wrong one is refused at its field
    (FieldErrors with all of them at once)."""
    answers: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for field in rules.fields:
        text = _plain(field, typed.get(field.key) or "")
        refusal = _refusal(field, text) if text else None
        if refusal:
            wrong[answer_field(field.key)] = refusal
        elif text:
            answers[field.key] = text
    if wrong:
        raise FieldErrors(wrong)
    return answers


def _plain(field: FormField, text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    return unicodedata.normalize("NFKC", text) if field.kind in ("number", "url") else text


def _refusal(field: FormField, text: str) -> str | None:
    most = LONGEST[field.kind]
    if len(text) > most:
        return f"“{field.label}”有 {len(text)} 个字，最多 {most} 个字，请缩短"
    if field.kind == "number" and not re.fullmatch(r"[0-9]{1,9}", text):
        return f"“{field.label}”只能填整数，不要带单位，例如 3"
    if field.kind == "choice" and text not in field.choices:
        return f"“{field.label}”请从列出的选项中选一项"
    if field.kind == "url" and not _URL.fullmatch(text):
        return f"“{field.label}”请填完整网址，以 http:// 或 https:// 开头"
    return None


@dataclass(frozen=True)
class Task:
    """A page of the entry: its key is also the name of the page."""

    key: str
    label: str


def tasks(rules: EntryRules) -> list[Task]:
    """The pages to go through, in order."""
    found = [Task("basics", "组别和队伍名称" if rules.is_team else "组别")]
    found.append(Task("answers", "参赛信息"))
    if rules.is_team:
        found.append(Task("members", "队伍成员"))
    if rules.documents:
        found.append(Task("documents", "参赛材料"))
    return found


def task_of(field: str) -> str:
    """The page where a field is mended; "" for a remark on the whole entry."""
    if field.startswith(answer_field("")):
        return "answers"
    if field.startswith("document_"):
        return "documents"
    return {"members": "members", "title": "basics", "division_id": "basics"}.get(field, "")
