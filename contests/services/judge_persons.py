"""The human being whom the office names as a judge."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import DomainError
from people.identifiers import name_key, parse_id_number, parse_mobile, parse_name
from people.indexes import phone_index
from people.models import Person
from people.services.registration import make_person, person_of


def judge_person(
    name: str, document_number: str, mobile: str, employer: str, now: datetime
) -> Person:
    """The human being: by document number (made if unknown), else by phone and name."""
    name = parse_name(name)
    if not document_number.strip():
        return _known_by_phone(name, mobile)
    number = parse_id_number(document_number, today=clock.day_of(now))
    known = person_of(number=number)
    if known is None:
        phone = parse_mobile(mobile) if mobile.strip() else ""
        known = make_person(
            number=number, name=name, county="", employer=employer, phone=phone, now=now
        )
        db.session.flush()
    elif name_key(known.name) != name_key(name):
        raise DomainError("这个证件号码已有登记，姓名与填写的不同，请核对证件", "name")
    return known


def _known_by_phone(name: str, mobile: str) -> Person:
    if not mobile.strip():
        raise DomainError("请填写身份证号码；已登记过的人也可以只填手机号码", "document_number")
    query = select(Person).where(Person.phone_index == phone_index(parse_mobile(mobile)))
    found = [one for one in db.session.scalars(query) if name_key(one.name) == name_key(name)]
    if len(found) != 1:
        raise DomainError("没有找到这个姓名和手机号码的人，请填写身份证号码", "document_number")
    return found[0]
