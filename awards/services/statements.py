"""What was typed about a document becomes the keys of a fact; persons are found or registered.

Values come by the names of the form fields (awards.forms.evidence). An empty value is unknown and
leaves its key out. Raises DomainError at the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from awards import payee_refs
from awards.models.evidence import VOUCHER, Evidence
from awards.queries import evidence as queries
from awards.queries.facts import subject_of_fact
from awards.services.evidence import Statement
from core import audit, clock
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.money import fen
from people.identifiers import IdNumber, name_key, parse_id_number, parse_uscc
from people.models import Person
from people.queries import organisation_by_uscc
from people.services import registration

Values = Mapping[str, Any]


def read(
    *, actor: Actor, kind: str, values: Values, now: datetime, before: Evidence | None = None
) -> Statement:
    """The statement of a form. A correction (`before`) keeps the person and the members."""
    keys = _KEYS[kind](values)
    members: list[dict[str, Any]] = list(before.current.members) if before else []
    if before and "subject" in before.current.keys:
        keys["subject"] = before.current.keys["subject"]
    elif "id_number" in values:
        keys["subject"] = _person(actor, values, now)
        members = _team(actor, values, keys["subject"], now)
        if members:
            keys["subject"] = payee_refs.team(_name_of_team(values))
    if values.get("achievement"):
        keys["achievement"] = _achievement(values["achievement"], keys, members)
    return Statement(values["dated"], values["document_no"], keys, members)


def _contest_result(values: Values) -> dict[str, Any]:
    names = ("contest", "event", "family", "level", "medal", "issuer")
    keys = {name: values[name] for name in names if values.get(name)}
    return keys | _sum(values, "prize_paid", "prize_paid_fen")


def _star_rating(values: Values) -> dict[str, Any]:
    flags = _flags(values, "star_certified", "operator_settled", "cultivated")
    return {"operator": _organisation(values["uscc"]), "star": int(values["star"]), **flags}


def _contribution(values: Values) -> dict[str, Any]:
    year = int(values["year"])
    if not 2020 <= year <= values["dated"].year:
        raise DomainError("年度应在 2020 年以后，且不晚于文件日期", "year")
    keys = {"year": year, **_flags(values, "known_streamer")}
    return keys | _sum(values, "contribution", "local_contribution_fen")


def _hosting(values: Values) -> dict[str, Any]:
    keys = {name: values[name] for name in ("contest", "scope")}
    return {"organiser": _organisation(values["uscc"]), **keys, **_flags(values, "approved")}


def _voucher(values: Values) -> dict[str, Any]:
    return _sum(values, "prize_paid", "prize_paid_fen")


_KEYS: dict[str, Callable[[Values], dict[str, Any]]] = {
    "contest_result": _contest_result,
    "star_rating": _star_rating,
    "contribution": _contribution,
    "hosting": _hosting,
    VOUCHER: _voucher,
}


def _flags(values: Values, *names: str) -> dict[str, bool]:
    """The answered questions; 尚无材料 leaves the key out."""
    return {name: values[name] == "yes" for name in names if values.get(name)}


def _sum(values: Values, name: str, key: str) -> dict[str, int]:
    return {key: fen(values[name])} if values.get(name) else {}


def _organisation(code: str) -> str:
    found = organisation_by_uscc(parse_uscc(code))
    if found is None:
        raise DomainError("这个单位还没有登记，请先在“单位”里登记", "uscc")
    return payee_refs.organisation(found.id)


def _person(actor: Actor, values: Values, now: datetime) -> str:
    number = parse_id_number(values["id_number"], today=clock.day_of(now))
    county = values.get("county") or ""
    return payee_refs.person(_found(actor, number, values["name"], county, now, "name").id)


def _found(
    actor: Actor, number: IdNumber, name: str, county: str, now: datetime, field: str
) -> Person:
    """The person with this document; registered now if nobody knows the number."""
    known = registration.person_of(number=number)
    if known is None:
        made = registration.make_person(
            number=number, name=name, county=county, employer="", phone="", now=now
        )
        db.session.flush()
        audit.record(actor=actor, verb="register_payee", subject=made, now=now, stream="people")
        return made
    if name_key(known.name) != name_key(name):
        raise DomainError("姓名与这个证件号码登记的姓名不一致，请核对", field)
    return known


def _team(actor: Actor, values: Values, first: str, now: datetime) -> list[dict[str, Any]]:
    """The members of a team, the first one included; lines "姓名 身份证号码"."""
    lines = [line for line in (values.get("members") or "").splitlines() if line.strip()]
    if not lines:
        return []
    found = [first]
    for place, line in enumerate(lines, start=1):
        parts = re.fullmatch(r"\s*(.+?)[\s,，、]+([0-9Xx]{15,18})\s*", line)
        if not parts:
            raise DomainError(f"第 {place} 行请写作“姓名 身份证号码”", "members")
        try:
            number = parse_id_number(parts[2], today=clock.day_of(now))
        except DomainError as error:
            raise DomainError(f"第 {place} 行：{error.message}", "members") from error
        ref = payee_refs.person(_found(actor, number, parts[1], "", now, "members").id)
        if ref in found:
            raise DomainError(f"第 {place} 行的成员写了两次", "members")
        found.append(ref)
    return [{"id": ref, "share": 1} for ref in found]


def _name_of_team(values: Values) -> str:
    """A team won at another level is the same team only if the office says so (achievement)."""
    return values.get("achievement") or f"ZM{queries.last_serial() + 1:06d}"


def _achievement(number: str, keys: dict[str, Any], members: list[dict[str, Any]]) -> str:
    """The earlier fact of the same achievement, which must be of the same person or team."""
    subject = subject_of_fact(number)
    if subject is None:
        raise DomainError("没有这个编号的获奖，请填写报名编号或证据编号", "achievement")
    if not members and subject != keys.get("subject"):
        raise DomainError("这个编号的获奖不是同一个人的", "achievement")
    if members and payee_refs.kind(subject) != payee_refs.TEAM:
        raise DomainError("这个编号的获奖不是团队的", "achievement")
    keys["subject"] = subject
    return number
