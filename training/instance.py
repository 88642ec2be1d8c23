"""Strict loader of matching instances (INSTANCE.toml): wishes, capacities, ties, expected answers.

A nested list is a tie, broken by `lottery` (earlier wins). Unknown keys, floats and wrong types are
refused with file, key and reason.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import LoadError
from training.matching import Employer, Instance

KEYS = {
    "id", "title", "capacity", "lottery", "locked", "apprentices", "masters", "employers",
    "answer", "answer_masters_propose", "override",
}  # fmt: skip
Pairs = dict[str, list[str]]


@dataclass(frozen=True)
class Override:
    """Moves made by hand on top of the result, and the blocking pairs expected of them."""

    moves: Mapping[str, str]
    blocking: list[tuple[str, str]] | None


@dataclass(frozen=True)
class Case:
    """One instance with what is expected of it, as far as the file says."""

    id: str
    title: str
    instance: Instance
    answer: Pairs | None = None
    answer_masters_propose: Pairs | None = None
    override: Override | None = None


@dataclass(frozen=True)
class _Reader:
    """Typed access to one table; every refusal names the key."""

    source: str
    path: str
    table: Mapping[str, Any]

    def refuse(self, key: str, reason: str) -> LoadError:
        return LoadError(self.source, f"{self.path}.{key}" if key else self.path, reason)

    def only(self, known: set[str]) -> None:
        for key in self.table:
            if key not in known:
                raise self.refuse(key, f"未知的项；可用的项：{'、'.join(sorted(known))}")

    def sub(self, key: str) -> _Reader:
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            raise self.refuse(key, "应为表")
        return _Reader(self.source, f"{self.path}.{key}", value)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self.refuse(key, "应为非空文字" if default is None else "应为文字")
        return value

    def whole(self, key: str) -> int:
        value = self.table.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.refuse(key, "应为不小于 0 的整数")
        return value

    def names(self, key: str, *, required: bool = True) -> list[str]:
        """A list of different names."""
        value = self.table.get(key, None if required else [])
        if not isinstance(value, list) or not all(isinstance(n, str) and n for n in value):
            raise self.refuse(key, "应为名字的列表")
        self._no_twins(key, value)
        return value

    def order(self, key: str, lottery: Sequence[str]) -> tuple[str, ...]:
        """A list of names best first, in which a nested list is a tie to be broken by lottery."""
        value = self.table.get(key)
        if not isinstance(value, list):
            raise self.refuse(key, "应为名字的列表，并列的写成内层列表")
        strict: list[str] = []
        for entry in value:
            tie = entry if isinstance(entry, list) else [entry]
            if not tie or not all(isinstance(n, str) and n for n in tie):
                raise self.refuse(key, "应为名字的列表，并列的写成内层列表")
            strict += self._broken(key, tie, lottery)
        self._no_twins(key, strict)
        return tuple(strict)

    def _broken(self, key: str, tie: list[str], lottery: Sequence[str]) -> list[str]:
        if len(tie) == 1:
            return tie
        missing = [n for n in tie if n not in lottery]
        if missing:
            raise self.refuse(key, f"并列的名字不在抽签结果 lottery 中：{'、'.join(missing)}")
        return sorted(tie, key=lottery.index)

    def pair_list(self, key: str) -> list[tuple[str, str]]:
        """A list of [apprentice, master]."""
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise self.refuse(key, "应为 [徒弟, 师傅] 的列表")
        for pair in value:
            if not isinstance(pair, list) or len(pair) != 2:
                raise self.refuse(key, "应为 [徒弟, 师傅] 的列表")
            if not all(isinstance(n, str) and n for n in pair):
                raise self.refuse(key, "徒弟和师傅都应为名字")
        return [(apprentice, master) for apprentice, master in value]

    def _no_twins(self, key: str, names: list[str]) -> None:
        twins = sorted(n for n, times in Counter(names).items() if times > 1)
        if twins:
            raise self.refuse(key, f"名字重复：{'、'.join(twins)}")


def parse(text: str, *, source: str) -> list[Case]:
    """All instances of a file. Raises LoadError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LoadError(source, "TOML", f"格式有误：{error}") from None
    top = _Reader(source, "文件", table)
    top.only({"instance"})
    entries = table.get("instance")
    if not isinstance(entries, list) or not entries:
        raise top.refuse("instance", "应有至少一个 [[instance]]")
    cases: list[Case] = []
    for number, entry in enumerate(entries, 1):
        path = f"instance[{number}]"
        if not isinstance(entry, dict):
            raise LoadError(source, path, "应为表")
        case = _case(_Reader(source, path, entry))
        if case.id in {c.id for c in cases}:
            raise LoadError(source, f"{path}.id", f"编号重复：{case.id}")
        cases.append(case)
    return cases


def _case(reader: _Reader) -> Case:
    reader.only(KEYS)
    lottery = reader.names("lottery", required=False)
    for side in ("apprentices", "masters"):
        if side not in reader.table:
            raise reader.refuse(side, "缺少")
    apprentices, masters = reader.sub("apprentices"), reader.sub("masters")
    instance = Instance(
        apprentices={a: apprentices.order(a, lottery) for a in apprentices.table},
        masters={m: masters.order(m, lottery) for m in masters.table},
        capacity=_capacity(reader),
        employers=_employers(reader, lottery),
        locked=reader.pair_list("locked"),
    )
    _check_locked(reader, instance)
    return Case(
        reader.text("id"),
        reader.text("title", ""),
        instance,
        _answer(reader, "answer"),
        _answer(reader, "answer_masters_propose"),
        _override(reader, instance),
    )


def _capacity(reader: _Reader) -> dict[str, int]:
    """Places per master; a name that nobody else mentions is a slip of the pen."""
    capacity = reader.sub("capacity")
    named = set(reader.sub("masters").table)
    for wishes in reader.sub("apprentices").table.values():
        named |= {n for w in wishes for n in (w if isinstance(w, list) else [w])}
    for master in capacity.table:
        if master not in named:
            raise capacity.refuse(master, "没有这位师傅")
    return {m: capacity.whole(m) for m in capacity.table}


def _employers(reader: _Reader, lottery: Sequence[str]) -> dict[str, Employer]:
    section = reader.sub("employers")
    employers: dict[str, Employer] = {}
    taken: dict[str, str] = {}
    for name in section.table:
        entry = section.sub(name)
        entry.only({"masters", "cap", "ranks"})
        members = entry.names("masters")
        for master in members:
            if master not in reader.table["masters"]:
                raise entry.refuse("masters", f"没有这位师傅：{master}")
            if master in taken:
                raise entry.refuse("masters", f"师傅 {master} 已属于 {taken[master]}，只能属于一家")
            taken[master] = name
        employers[name] = Employer(
            tuple(members), entry.whole("cap"), entry.order("ranks", lottery)
        )
    return employers


def _check_locked(reader: _Reader, instance: Instance) -> None:
    """Locked pairs name people of the instance, each apprentice once, within the places."""
    used: dict[str, int] = {}
    for apprentice, master in instance.locked:
        if apprentice not in instance.apprentices or master not in instance.masters:
            raise reader.refuse("locked", f"没有这位徒弟或师傅：{apprentice}、{master}")
        used[master] = used.get(master, 0) + 1
    apprentices = [a for a, _ in instance.locked]
    if len(set(apprentices)) < len(apprentices):
        raise reader.refuse("locked", "一名徒弟只能锁定一位师傅")
    for master, number in used.items():
        if number > instance.places(master):
            raise reader.refuse("locked", f"师傅 {master} 锁定 {number} 人，超过名额")
    for name, employer in instance.employers.items():
        number = sum(used.get(m, 0) for m in employer.masters)
        if number > employer.cap:
            raise reader.refuse("locked", f"{name} 锁定 {number} 人，超过名额 {employer.cap}")


def _answer(reader: _Reader, key: str) -> Pairs | None:
    if key not in reader.table:
        return None
    section = reader.sub(key)
    return {m: sorted(section.names(m)) for m in sorted(section.table) if section.table[m]}


def _override(reader: _Reader, instance: Instance) -> Override | None:
    if "override" not in reader.table:
        return None
    section = reader.sub("override")
    section.only({"move", "blocking_pairs"})
    moves = section.sub("move")
    locked = dict(instance.locked)
    for apprentice, master in moves.table.items():
        if apprentice not in instance.apprentices:
            raise moves.refuse(apprentice, "没有这位徒弟")
        if apprentice in locked:
            raise moves.refuse(apprentice, f"已与师傅 {locked[apprentice]} 锁定，不能移动")
        if not isinstance(master, str) or (master and master not in instance.masters):
            raise moves.refuse(apprentice, f"没有这位师傅：{master}；取消配对请写空文字")
    expected = section.pair_list("blocking_pairs") if "blocking_pairs" in section.table else None
    return Override(dict(moves.table), expected)
