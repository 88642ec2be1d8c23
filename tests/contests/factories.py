"""Contests, people and entries for tests, made through the real services."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import Flask, current_app

from contests import entry_rules, verification
from contests.catalogue import load_presets
from contests.edition_rules import Plan
from contests.models import Contest, Entry, EntryMember
from contests.services import editions, entries, members, reviews
from core import clock, files
from core.access import Actor, Grant
from core.db import db
from people.identifiers import id_check_digit, parse_id_number
from people.models import Account, LoginSession, Person, RoleGrant
from people.services.registration import make_person
from people.services.sign_in import login_index, open_session, token_hash
from tests.pages import CheckedClient

OFFICE = Actor(None, None, None, "周主任", (Grant("contest_office"),))
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
_serial = count(1)


def make_plan(**over: Any) -> Plan:
    """Next week's contest, open since yesterday."""
    now, number = clock.now(), next(_serial)
    letters = chr(65 + number // 26 % 26) + chr(65 + number % 26)
    values: dict[str, Any] = {
        "name": "2026 年衢州市职业技能竞赛",
        "slug": f"skills-{number}",
        "number_start": f"QZ26{letters}",
        "level": "city",
        "sponsor": "衢州市人力资源和社会保障局",
        "organizer": "衢州市技师学院",
        "summary": "",
        "contact": "0570-0000000",
        "venue": "衢州市技师学院 3 号楼",
        "held_on": clock.today() + timedelta(days=14),
        "entry_opens": now - timedelta(days=1),
        "entry_closes": now + timedelta(days=7),
        "tracks": "DG 电工\nHG 焊工",
        "divisions": "职工组\n学生组",
    }
    return Plan(**values | over)


def make_contest(*, preset: str = "skill", announced: bool = True, **over: Any) -> Contest:
    """A contest of a preset, announced unless told otherwise."""
    with db.unit():
        contest = editions.create_contest(
            actor=OFFICE, preset=load_presets()[preset], plan=make_plan(**over), now=clock.now()
        )
        if announced:
            editions.announce(actor=OFFICE, contest_id=contest.id, now=clock.now())
    return contest


def make_team_contest(**over: Any) -> Contest:
    """A start-up contest of teams of one to eight."""
    values = {"name": "2026 年衢时代杯创业创新大赛", "tracks": "SZ 数字经济\nXC 新材料"}
    return make_contest(preset="startup", **values | {"divisions": "初创组\n成长组"} | over)


def close_entries(contest: Contest) -> None:
    """As if the entry window had ended an hour ago."""
    with db.unit() as session:
        found = session.get_one(Contest, contest.id)
        found.entry_opens = clock.now() - timedelta(days=8)
        found.entry_closes = clock.now() - timedelta(hours=1)


def make_contestant(name: str, mobile: str, *, county: str = "330802", **over: Any) -> Actor:
    """A contestant with account and real-name profile."""
    days, serial = divmod(next(_serial), 1000)
    birth = date(1990, 1, 1) + timedelta(days=days)
    number = f"330802{birth:%Y%m%d}{serial:03d}"
    parsed = parse_id_number(number + id_check_digit(number), today=date(2026, 1, 1))
    with db.unit() as session:
        person = make_person(
            number=parsed,
            name=name,
            county=county,
            employer=over.get("employer", "衢州市第一机械厂"),
            phone=mobile,
            now=clock.now(),
        )
        session.flush()
        account = make_account(name, mobile, person)
    return Actor(account.id, person.id, None, name, (Grant("contestant"),))


def make_account(name: str, mobile: str, person: Person | None = None) -> Account:
    """A contestant's login inside the present unit."""
    account = Account(label=name, password_hash="unused", created=clock.now())
    account.login, account.login_index = mobile, login_index(mobile)
    account.person_id = person.id if person else None
    account.grants.append(RoleGrant(role="contestant", granted_at=clock.now()))
    db.session.add(account)
    db.session.flush()
    return account


def make_draft(actor: Actor, contest: Contest, *, track: int = 0, title: str = "云上队") -> Entry:
    """A draft in the first track and division, nothing filled."""
    with db.unit() as session:
        found = session.get_one(Contest, contest.id)
        wish = entries.Wish(str(found.tracks[track].id), str(found.divisions[0].id), title)
        return entries.start_entry(actor=actor, contest_id=contest.id, wish=wish, now=clock.now())


def answers_for(contest: Contest) -> dict[str, str]:
    """An acceptable answer to each question."""
    samples = {
        "number": "5",
        "url": "https://example.com/shop",
        "textarea": "两句话。",
        "text": "电工",
    }
    rules = entry_rules.read(contest.entry_rules)
    return {
        field.key: field.choices[0] if field.kind == "choice" else samples[field.kind]
        for field in rules.fields
    }


def fill(actor: Actor, entry: Entry, contest: Contest) -> None:
    """Answers and documents, so that only submission is left."""
    digest = files.store(current_app.extensions["settings"].files, PDF)
    with db.unit():
        entries.save_answers(
            actor=actor, entry_id=entry.id, typed=answers_for(contest), now=clock.now()
        )
        for document in entry_rules.read(contest.entry_rules).documents:
            upload = entries.Upload("材料.pdf", "pdf", len(PDF), digest)
            entries.attach(
                actor=actor, entry_id=entry.id, key=document.key, upload=upload, now=clock.now()
            )


def make_entry(actor: Actor, contest: Contest, *, state: str = "submitted", **over: Any) -> Entry:
    """An entry in one of the states draft, submitted, returned, qualified, rejected, withdrawn."""
    entry = make_draft(actor, contest, **over)
    if state == "draft":
        return entry
    fill(actor, entry, contest)
    deed: dict[str, Any] = {"entry_id": entry.id, "now": clock.now()}
    with db.unit():
        entries.submit_entry(actor=actor, **deed)
        if state == "qualified":
            reviews.qualify(actor=OFFICE, **deed)
        elif state == "returned":
            reviews.send_back(actor=OFFICE, reasons={"document_1": "照片看不清，请重拍"}, **deed)
        elif state == "rejected":
            reviews.reject(actor=OFFICE, reason="不在本市工作", **deed)
        elif state == "withdrawn":
            entries.withdraw_entry(actor=actor, **deed)
    return entry


def invite(leader: Actor, entry: Entry, name: str, mobile: str) -> EntryMember:
    """An invitation that waits."""
    with db.unit():
        return members.invite_member(
            actor=leader, entry_id=entry.id, name=name, mobile=mobile, now=clock.now()
        )


def join_team(leader: Actor, entry: Entry, name: str, mobile: str) -> Actor:
    """A member who was invited and has confirmed."""
    member = make_contestant(name, mobile)
    invited = invite(leader, entry, name, mobile)
    with db.unit():
        members.accept_invitation(actor=member, member_id=invited.id, now=clock.now())
    return member


def code_of(entry: Entry) -> str:
    """The code on the card of a qualified entry."""
    return verification.code_of(db.session.get_one(Entry, entry.id).admission_no or "")


def client_of(app: Flask, actor: Actor, *, stepped_up: bool = False) -> CheckedClient:
    """A browser that this contestant has signed in with."""
    with db.unit() as session:
        account = session.get_one(Account, actor.account_id)
        token = open_session(account=account, staff=False, now=clock.now())
        if stepped_up:
            row = session.query(LoginSession).filter_by(token_hash=token_hash(token)).one()
            row.stepped_up_at = clock.now()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client  # type: ignore[return-value]
