"""Strict loader of matching instances (INSTANCE.toml): wishes, capacities, ties, expected answers.

A nested list is a tie, broken by `lottery` (earlier wins). Unknown keys, floats and wrong types are
refused with file, key and reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import toml_tables
from core.toml_tables import Table
from training.matching import Employer, Instance

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


def parse(text: bytes | str, *, source: str) -> list[Case]:
    """All instances of a file. Raises LoadError."""
    top = toml_tables.parse(text, source=source)
    cases: list[Case] = []
    for table in top.tables("instance"):
        case = _case(table)
        if case.id in {c.id for c in cases}:
            raise table.refuse("id", f"编号重复：{case.id}")
        cases.append(case)
    top.done()
    return cases


def _case(table: Table) -> Case:
    lottery = table.texts("lottery", [])
    apprentices, masters = table.table("apprentices"), table.table("masters")
    wishes = {a: _order(apprentices, a, lottery) for a in apprentices}
    lists = {m: _order(masters, m, lottery) for m in masters}
    named = set(lists).union(*wishes.values())
    instance = Instance(
        apprentices=wishes,
        masters=lists,
        capacity=_capacity(table.table("capacity", required=False), named),
        employers=_employers(table.table("employers", required=False), named, lottery),
        locked=_pair_list(table, "locked"),
    )
    _check_locked(table, instance)
    return Case(
        table.text("id"),
        table.text("title", ""),
        instance,
        table.optional(_answer, "answer"),
        table.optional(_answer, "answer_masters_propose"),
        _override(table.table("override"), instance) if "override" in table else None,
    )


def _order(table: Table, key: str, lottery: Sequence[str]) -> tuple[str, ...]:
    """A list of names best first, in which a nested list is a tie to be broken by lottery."""
    value = table.value(key)
    if not isinstance(value, list):
        raise table.refuse(key, "应为名字的列表，并列的写成内层列表")
    strict: list[str] = []
    for entry in value:
        tie = entry if isinstance(entry, list) else [entry]
        if not tie or not all(isinstance(n, str) and n for n in tie):
            raise table.refuse(key, "应为名字的列表，并列的写成内层列表")
        missing = [n for n in tie if n not in lottery] if len(tie) > 1 else []
        if missing:
            raise table.refuse(key, f"并列的名字不在抽签结果 lottery 中：{'、'.join(missing)}")
        strict += sorted(tie, key=lottery.index) if len(tie) > 1 else tie
    table.no_twins(key, strict)
    return tuple(strict)


def _pair_list(table: Table, key: str) -> list[tuple[str, str]]:
    """A list of [apprentice, master]."""
    value = table.value(key, [])
    if not isinstance(value, list):
        raise table.refuse(key, "应为 [徒弟, 师傅] 的列表")
    for pair in value:
        named = isinstance(pair, list) and all(isinstance(n, str) and n for n in pair)
        if not named or len(pair) != 2:
            raise table.refuse(key, "应为 [徒弟, 师傅] 的列表")
    return [(apprentice, master) for apprentice, master in value]


def _capacity(table: Table, named: set[str]) -> dict[str, int]:
    """Places per master; a name that nobody else mentions is a slip of the pen."""
    for master in table:
        if master not in named:
            raise table.refuse(master, "没有这位师傅")
    return {m: table.whole(m) for m in table}


def _employers(table: Table, named: set[str], lottery: Sequence[str]) -> dict[str, Employer]:
    employers: dict[str, Employer] = {}
    taken: dict[str, str] = {}
    for name in table:
        entry = table.table(name)
        members = entry.texts("masters")
        for master in members:
            if master not in named:
                raise entry.refuse("masters", f"没有这位师傅：{master}")
            if master in taken:
                raise entry.refuse("masters", f"师傅 {master} 已属于 {taken[master]}，只能属于一家")
            taken[master] = name
        ranks = _order(entry, "ranks", lottery)
        employers[name] = Employer(members, entry.whole("cap"), ranks)
    return employers


def _check_locked(table: Table, instance: Instance) -> None:
    """Locked pairs name people of the instance (one without a list of their own is named in
    somebody else's), each apprentice once, within the places."""
    used: dict[str, int] = {}
    apprentices = set(instance.apprentices).union(*instance.masters.values())
    masters = set(instance.masters).union(*instance.apprentices.values())
    for apprentice, master in instance.locked:
        if apprentice not in apprentices or master not in masters:
            raise table.refuse("locked", f"没有这位徒弟或师傅：{apprentice}、{master}")
        used[master] = used.get(master, 0) + 1
    table.no_twins("locked", [a for a, _ in instance.locked])
    for master, number in used.items():
        if number > instance.places(master):
            raise table.refuse("locked", f"师傅 {master} 锁定 {number} 人，超过名额")
    for name, employer in instance.employers.items():
        number = sum(used.get(m, 0) for m in employer.masters)
        if number > employer.cap:
            raise table.refuse("locked", f"{name} 锁定 {number} 人，超过名额 {employer.cap}")


def _answer(table: Table, key: str) -> Pairs:
    answer = table.table(key)
    held = {m: sorted(answer.texts(m)) for m in sorted(answer)}
    return {m: names for m, names in held.items() if names}


def _override(table: Table, instance: Instance) -> Override:
    moves = table.table("move", required=False)
    locked = dict(instance.locked)
    wanted = {apprentice: moves.value(apprentice) for apprentice in moves}
    for apprentice, master in wanted.items():
        if apprentice not in instance.apprentices:
            raise moves.refuse(apprentice, "没有这位徒弟")
        if apprentice in locked:
            raise moves.refuse(apprentice, f"已与师傅 {locked[apprentice]} 锁定，不能移动")
        if not isinstance(master, str) or (master and master not in instance.masters):
            raise moves.refuse(apprentice, f"没有这位师傅：{master}；取消配对请写空文字")
    return Override(wanted, table.optional(_pair_list, "blocking_pairs"))
