"""People, results and evidence for the tests of awards. Everybody has a name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

from awards.models import AwardLine, Evidence, PayeeAccount, PayoutSheet, SettingVersion
from awards.services import approving, payees, proposing, settings, sheets, statements
from awards.services import evidence as evidence_service
from awards.services.evidence import Upload
from awards.services.payees import BankDetails
from contests.models import (
    Contest,
    Division,
    Entry,
    EntryMember,
    FinalRelease,
    Publication,
    ResultLine,
    ResultRun,
    Stage,
    Track,
)
from core import files
from core.access import Actor, Grant
from core.db import db
from people.identifiers import id_check_digit, parse_id_number, uscc_check_character
from people.models import Account, Organisation, Person, RoleGrant
from people.services import accounts, organisations, registration

NOW = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 1)
SETTINGS = {"A01": "highest_per_achievement", "A02": "equal", "A03": "issuer_cash"}
PDF = b"%PDF-1.4 scanned document startxref\n9\n%%EOF"
SURNAMES = {"王芳": 1, "刘洋": 2, "何明": 3, "方小雨": 4, "李工": 5, "陈静": 6}


def id_number(name: str) -> str:
    """A valid made-up ID number, always the same for a name."""
    serial = SURNAMES.get(name) or 10 + sum(map(ord, name)) % 900
    first = f"330802198503{serial % 28 + 1:02d}{serial:03d}"
    return first + id_check_digit(first)


def uscc(serial: int) -> str:
    """A valid made-up 统一社会信用代码."""
    first = f"91330802MA{serial:07d}"
    return first + uscc_check_character(first)


def make_actor(name: str, *roles: str, person_id: UUID | None = None, **scope: str) -> Actor:
    """An account with roles, as the services see it."""
    account = accounts.create_account(
        actor=None, login=f"{name}-{'-'.join(roles)}", label=name, password_hash="unused", now=NOW
    )
    account.person_id = person_id
    grants = tuple(Grant(role, **scope) for role in roles)
    for grant in grants:
        account.grants.append(
            RoleGrant(role=grant.role, scope=grant.scope, scope_id=grant.scope_id, granted_at=NOW)
        )
    db.session.flush()
    return Actor(account.id, person_id, None, name, grants, stepped_up=True)


def make_person(name: str, county: str = "330802") -> Person:
    """A person with the ID number of that name."""
    number = parse_id_number(id_number(name), today=DAY)
    made = registration.make_person(
        number=number, name=name, county=county, employer="", phone="", now=NOW
    )
    db.session.flush()
    return made


def make_organisation(name: str, serial: int) -> Organisation:
    """A registered organisation in 柯城区."""
    return organisations.register(
        actor=None, name=name, uscc=uscc(serial), county="330802", now=NOW
    )


class Office:
    """Officer 李工, approvers 陈静 and 何明, reviewer 徐芳: different persons."""

    def __init__(self) -> None:
        self.officer = make_actor("李工", "award_officer")
        self.second_officer = make_actor("周经办", "award_officer")
        self.approver = make_actor("陈静", "award_approver")
        self.reviewer = make_actor("徐芳", "award_reviewer")

    def settle(self, **values: str) -> None:
        """Set and confirm settings."""
        for name, text in values.items():
            version = settings.set_value(
                actor=self.officer,
                setting=name,
                text=text,
                document_no="衢人社纪〔2026〕1号",
                now=NOW,
            )
            settings.confirm(actor=self.approver, version_id=version.id, now=NOW)

    def set_open(self, name: str, text: str) -> SettingVersion:
        """Set a setting that nobody has confirmed yet."""
        return settings.set_value(
            actor=self.officer, setting=name, text=text, document_no="衢人社纪〔2026〕2号", now=NOW
        )

    def sheet(self, lines: list[AwardLine], root: Path) -> PayoutSheet:
        """A sheet of approved lines, by the officer."""
        ids = [line.id for line in lines]
        return sheets.make_sheet(actor=self.officer, line_ids=ids, root=root, now=NOW)

    def evaluate(self) -> None:
        """A new evaluation by the officer."""
        proposing.evaluate(actor=self.officer, now=NOW, proposer=self.officer.account_id)

    def file(self, kind: str, *, document: bool = True, **values: Any) -> Evidence:
        """Evidence with a document, evaluated."""
        filled = {"dated": DAY, "document_no": "浙人社发〔2026〕8号", **values}
        statement = statements.read(actor=self.officer, kind=kind, values=filled, now=NOW)
        made = evidence_service.file(actor=self.officer, kind=kind, statement=statement, now=NOW)
        if document:
            self.attach(made)
        return made

    def voucher(self, number: str, yuan: str, *, document: bool = True) -> Evidence:
        """The voucher of a prize paid for an entry of ours."""
        values = {"dated": DAY, "document_no": "回单 0601", "prize_paid": yuan}
        statement = statements.read(actor=self.officer, kind="prize_paid", values=values, now=NOW)
        made = evidence_service.file_voucher(
            actor=self.officer, fact_id=number, statement=statement, now=NOW
        )
        if document:
            self.attach(made)
        return made

    def attach(self, evidence: Evidence, content: bytes = PDF) -> None:
        """A scanned document, and a new evaluation."""
        data = content + evidence.number.encode()
        root = current_app.extensions["settings"].files
        upload = Upload("凭证.pdf", "pdf", len(data), files.store(root, data))
        evidence_service.add_document(
            actor=self.officer, evidence_id=evidence.id, upload=upload, now=NOW
        )
        self.evaluate()

    def approve(self, line: AwardLine, actor: Actor | None = None) -> bool:
        """Approve a line as it is now."""
        return approving.approve(
            actor=actor or self.approver, line_id=line.id, seen=line.digest, now=NOW
        )


def make_result(
    persons: list[Person],
    *,
    level: str = "provincial",
    family: str = "skill",
    prize: str = "一等奖",
    code: str = "QZ26",
    serial: int = 1,
) -> Publication:
    """A published result of one entry; the first person leads, the others are its members."""
    contest = db.session.query(Contest).filter_by(code=code).first() or _contest(
        code, level, family
    )
    track = contest.tracks[0]
    account = Account(
        label=persons[0].name,
        login_index=f"{code}-{serial}",
        login_sealed="",
        password_hash="x",
        created=NOW,
    )
    db.session.add(account)
    db.session.flush()
    entry = Entry(
        contest_id=contest.id,
        track_id=track.id,
        division_id=contest.divisions[0].id,
        leader_id=persons[0].id,
        account_id=account.id,
        title=persons[0].name,
        employer="巨化集团",
        county="330802",
        state="qualified",
        number=f"{code}-{serial:04d}",
        answers={},
        created=NOW,
    )
    db.session.add(entry)
    db.session.flush()
    for place, person in enumerate(persons[1:], start=1):
        db.session.add(
            EntryMember(
                entry_id=entry.id,
                track_id=track.id,
                name=person.name,
                phone_index=f"{code}-{serial}-{place}",
                person_id=person.id,
                state="confirmed",
                position=place,
                decided_at=NOW,
            )
        )
    return _publish(contest, entry, prize)


def _contest(code: str, level: str, family: str) -> Contest:
    contest = Contest(
        slug=code.lower(),
        code=code,
        name=f"{code} 职业技能大赛",
        preset="skill",
        family=family,
        level=level,
        sponsor="人社局",
        organizer="技师学院",
        contact="0570-1",
        held_on=DAY,
        entry_opens=NOW - timedelta(days=60),
        entry_closes=NOW - timedelta(days=30),
        entry_rules={},
        scoring={},
        created=NOW,
    )
    contest.tracks.append(Track(code="A", name="电工", position=1))
    contest.divisions.append(Division(name="职工组", position=1))
    contest.stages.append(Stage(key="final", title="决赛", position=1))
    db.session.add(contest)
    db.session.flush()
    return contest


def _publish(contest: Contest, entry: Entry, prize: str) -> Publication:
    track, stage = contest.tracks[0], contest.stages[0]
    seq = db.session.query(ResultRun).filter_by(track_id=track.id).count() + 1
    run = ResultRun(
        track_id=track.id,
        stage_id=stage.id,
        seq=seq,
        engine="1",
        input_digest="0" * 64,
        result_digest=f"{seq:064d}",
        spec={},
        made_by="赛事办",
        made_at=NOW,
    )
    db.session.add(run)
    db.session.flush()
    db.session.add(
        ResultLine(
            run_id=run.id,
            entry_id=entry.id,
            position=1,
            code="01",
            total_milli=95_000,
            rank=1,
            prize=prize,
            figures={},
            why={},
        )
    )
    notice = Publication(
        contest_id=contest.id,
        track_id=track.id,
        stage_id=stage.id,
        run_id=run.id,
        document_no="衢人社发〔2026〕3号",
        dated=DAY,
        until=DAY + timedelta(days=7),
        until_confirmed=True,
        contact="0570-1",
        published_at=NOW,
    )
    db.session.add(notice)
    db.session.flush()
    db.session.add(
        FinalRelease(
            publication_id=notice.id,
            account_id=entry.account_id,
            signer="孔监督",
            result_digest=run.result_digest,
            at=NOW,
        )
    )
    db.session.flush()
    return notice


def the_lines(*states: str) -> list[AwardLine]:
    """The lines in these states (all but superseded ones by default), by number."""
    db.session.flush()
    rows = db.session.query(AwardLine).order_by(AwardLine.serial).all()
    return [row for row in rows if (row.state in states if states else row.state != "superseded")]


def brief(*states: str) -> list[tuple[str, str, int]]:
    """(rule, status, fen) of those lines."""
    return [(row.rule, row.status, row.fen) for row in the_lines(*states)]


def pay_to(person: Person, account: str = "6222021209000123456") -> PayeeAccount:
    """The person's own account, entered on the own page."""
    actor = make_actor(f"{person.name}本人{account[-2:]}", "contestant")
    actor = Actor(actor.account_id, person.id, None, person.name, actor.grants)
    details = BankDetails(person.name, "中国农业银行衢州柯城支行", account, "103341000018")
    return payees.enter_own(actor=actor, details=details, now=NOW)


def account_of(firm: Organisation) -> PayeeAccount:
    """An account that an agent entered and nobody has confirmed yet."""
    scope = {"scope": "organisation", "scope_id": str(firm.id)}
    agent = make_actor("吴经办", "organisation_agent", **scope)
    details = BankDetails(firm.name, "工商银行衢州分行", "1209280009000123456")
    return payees.enter_for_organisation(
        actor=agent, organisation_id=firm.id, details=details, now=NOW
    )
