"""Facts about people and organisations, frozen, and the vocabulary in which they are written.

A fact is what happened on a local day; it never holds a judgement about money. Sums are fen in
keys that end in `_fen`. A key that is absent is unknown, never false and never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from awards.rules import Value
from core.toml_tables import Table


@dataclass(frozen=True)
class Key:
    """One key of a fact: Chinese label, kind (text|flag|whole|fen) and the codes with labels."""

    label: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FactType:
    """One type of fact: Chinese label and its keys."""

    label: str
    keys: Mapping[str, Key]


_FAMILIES = {"startup": "创业", "skill": "技能", "livestream": "直播", "culture": "文化"}
_LEVELS = {
    "world": "世界级",
    "national": "国家级",
    "provincial": "省级",
    "city": "市级",
    "county": "县级",
}
_PRIZE = {
    "family": Key("类别", "text", _FAMILIES),
    "level": Key("级别", "text", _LEVELS),
    "prize_paid_fen": Key("上级实发奖金", "fen"),
}

# Keys that a fact of any type may have; `achievement` names what was achieved, across contests.
COMMON = {
    "subject": Key("对象", "text"),
    "year": Key("年度", "whole"),
    "achievement": Key("成果", "text"),
    "document": Key("文号", "text"),
    "issuer": Key("颁发单位", "text"),
    "note": Key("说明", "text"),
}
TYPES = {
    "appointment": FactType(
        "人才入选",
        {
            "programme": Key("人才计划", "text"),
            "tier": Key("层次", "text"),
            "self_applied": Key("自主申报", "flag"),
            "prize_paid_fen": Key("上级实发奖补", "fen"),
        },
    ),
    "honour": FactType("文化荣誉", {**_PRIZE, "determined_fen": Key("认定金额", "fen")}),
    "contest_result": FactType(
        "竞赛获奖",
        {
            **_PRIZE,
            "contest": Key("赛事", "text"),
            "event": Key("赛项", "text"),
            "rank": Key("名次", "whole"),
            "medal": Key("奖项", "text"),
        },
    ),
    "certificate": FactType("取得证书", {"name": Key("证书", "text")}),
    "star_rating": FactType(
        "星级主播认定",
        {
            "operator": Key("运营主体", "text"),
            "star": Key("星级", "whole"),
            "star_certified": Key("星级已认定", "flag"),
            "operator_settled": Key("运营主体落户衢州", "flag"),
            "cultivated": Key("由该主体培养", "flag"),
        },
    ),
    "contribution": FactType(
        "地方综合贡献核定",
        {
            "known_streamer": Key("知名主播", "flag"),
            "local_contribution_fen": Key("地方综合贡献", "fen"),
        },
    ),
    "employment_year": FactType(
        "全年在岗",
        {
            "title": Key("职称或技能等级", "text"),
            "employer": Key("用人单位", "text"),
            "full_time": Key("全职在衢", "flag"),
            "appraisal": Key("绩效考核", "text", {"pass": "合格", "fail": "不合格"}),
            "key_industry": Key("重点产业领域企业", "flag"),
            "own_speciality": Key("本专业技术岗位", "flag"),
            "shortage_occupation": Key("紧缺职业（工种）", "flag"),
            "frontline": Key("一线岗位", "flag"),
            "matched_post": Key("对口岗位", "flag"),
            "months": Key("当年在岗月数", "whole"),
        },
    ),
    "hosting": FactType(
        "承办赛事",
        {
            "organiser": Key("承办单位", "text"),
            "contest": Key("赛事", "text"),
            "scope": Key("范围", "text", {"national": "全国性", "international": "国际性"}),
            "approved": Key("申办获批", "flag"),
        },
    ),
    "salary_year": FactType(
        "年薪核定",
        {
            "employer": Key("用人单位", "text"),
            "annual_salary": Key("实际年薪（元）", "whole"),
            "annual_salary_fen": Key("实际年薪", "fen"),
        },
    ),
}
# What any fact may carry for the engine beside its own keys.
_ENGINE_KEYS = {
    "months": Key("当年在岗月数", "whole"),
    "determined_fen": Key("认定金额", "fen"),
}
_FRAME = ("id", "type", "date", "withdrawn", "held", "members")


@dataclass(frozen=True)
class Member:
    """One member of a team; an ineligible member's share is not redistributed."""

    id: str
    share: int = 1
    eligible: bool = True


@dataclass(frozen=True)
class Fact:
    """One fact. `keys` holds every key but the frame (id, type, date, withdrawn, held, members); `held`
    tells why it is not settled yet."""

    id: str
    type: str
    date: date
    keys: Mapping[str, Value]
    members: tuple[Member, ...] = ()
    withdrawn: bool = False
    held: str = ""

    @property
    def year(self) -> int:
        """The year it counts for: as given, else that of its day."""
        return int(self.keys.get("year", self.date.year))

    @property
    def achievement(self) -> str:
        """What was achieved: as given, else this fact alone."""
        return str(self.keys.get("achievement", self.id))

    def value(self, key: str) -> Value | None:
        """The value of a bare key, None if it is unknown."""
        if key == "year":
            return self.year
        if key == "achievement":
            return self.achievement
        return self.keys.get(key)

    def as_json(self) -> dict[str, Any]:
        """What is stored with a line; `from_json` reads it back."""
        members = [
            {"id": member.id, "share": member.share, "eligible": member.eligible}
            for member in self.members
        ]
        return {
            "id": self.id,
            "type": self.type,
            "date": self.date.isoformat(),
            "withdrawn": self.withdrawn,
            **({"held": self.held} if self.held else {}),
            "members": members,
            **self.keys,
        }


def from_json(stored: Mapping[str, Any]) -> Fact:
    """A stored fact again; it was checked when it was made."""
    return Fact(
        id=stored["id"],
        type=stored["type"],
        date=date.fromisoformat(stored["date"]),
        keys={key: value for key, value in stored.items() if key not in _FRAME},
        members=tuple(Member(**member) for member in stored["members"]),
        withdrawn=stored["withdrawn"],
        held=stored.get("held", ""),
    )


def parse(table: Table, *, keys_read: Mapping[str, Mapping[str, str]] | None = None) -> Fact:
    """A fact from a mapping, strictly; LoadError names the key.

    `keys_read` (Rulebook.keys_read) adds the keys that a rulebook reads to the vocabulary.
    """
    read = keys_read or {}
    kind = table.choice("type", sorted({*TYPES, *read}))
    allowed = {key: found.kind for key, found in {**COMMON, **_ENGINE_KEYS}.items()}
    if kind in TYPES:
        allowed |= {key: found.kind for key, found in TYPES[kind].keys.items()}
    allowed = {**read.get(kind, {}), **allowed}
    fact = Fact(
        id=table.text("id"),
        type=kind,
        date=table.day("date"),
        keys={key: _typed(table, key, allowed[key]) for key in table if key in allowed},
        members=_members(table.tables("members", required=False)),
        withdrawn=table.flag("withdrawn"),
    )
    table.done()
    return fact


def _typed(table: Table, key: str, kind: str) -> Value:
    """The value of a key, of the type that the vocabulary asks."""
    if kind == "flag":
        return table.flag(key)
    if kind == "text":
        return table.text(key)
    return table.whole(key)


def _members(tables: Sequence[Table]) -> tuple[Member, ...]:
    """The members of a team, each once, with integer shares that are not all 0."""
    found: list[Member] = []
    for table in tables:
        member = Member(table.text("id"), table.whole("share", 1), table.flag("eligible", True))
        if any(other.id == member.id for other in found):
            raise table.refuse("id", f"成员 {member.id} 写了两次")
        found.append(member)
    if found and not sum(member.share for member in found):
        raise tables[0].refuse("share", "成员份额不可全为 0")
    return tuple(found)


def key_label(fact_type: str, key: str) -> str:
    """The Chinese name of a key, the key itself if the vocabulary does not know it."""
    found = _key(fact_type, key)
    return found.label if found else key


def value_label(fact_type: str, key: str, value: Value) -> str:
    """A value in Chinese: 是/否, the label of a code, else as it stands."""
    if isinstance(value, bool):
        return "是" if value else "否"
    found = _key(fact_type, key)
    return found.values.get(cast(str, value), str(value)) if found else str(value)


def _key(fact_type: str, key: str) -> Key | None:
    kind = TYPES.get(fact_type)
    return (kind.keys.get(key) if kind else None) or COMMON.get(key) or _ENGINE_KEYS.get(key)


def type_label(fact_type: str) -> str:
    """The Chinese name of a type of fact."""
    return TYPES[fact_type].label if fact_type in TYPES else fact_type
