"""A pairing round from its opening to its publication; importing who takes part."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from core import audit, files, ids, spreadsheets
from core.access import Actor
from core.db import db
from core.errors import DomainError
from training import import_report, mentoring_sheet, sheets
from training.catalogue import MentorshipRules
from training.mentoring_rules import Master
from training.models import ImportJob, MentorshipRound, Participant, Wish
from training.queries.programmes import mentorship_rules
from training.queries.rounds import newest_run, pairing_job, round_of, sides
from training.services.trainees import (
    Known,
    Named,
    check_names,
    find_known,
    find_or_make,
    one_import_at_a_time,
)
from training.sheets import Issue

SEED_BYTES = 16


@dataclass(frozen=True)
class Upload:
    """A pairing workbook that was read."""

    sha256: str
    filename: str
    workbook: spreadsheets.Workbook
    sheet: mentoring_sheet.RoundSheet


@dataclass(frozen=True)
class Plan:
    """Who would take part, judged against the database. Writing replaces the whole list."""

    listed: tuple[tuple[str, mentoring_sheet.Listed], ...]
    issues: tuple[Issue, ...]
    known: dict[str, Known]

    @property
    def refused(self) -> bool:
        """Whether any row cannot be taken."""
        return any(issue.refuses for issue in self.issues)


@dataclass(frozen=True)
class DryRun:
    """A plan as counts and report, ready to be kept."""

    upload: Upload
    counts: dict[str, int]
    report: dict[str, Any]


def stream(round_id: UUID) -> str:
    """The audit stream of a round."""
    return f"mentorship/{round_id}"


def rules_of(found: MentorshipRound) -> MentorshipRules:
    """The settings that the round began with."""
    values = found.rules | {
        name: tuple(found.rules[name]) for name in ("apprentice_wish", "master_wish")
    }
    return MentorshipRules(**values)


def open_round(*, actor: Actor, year: int, name: str, now: datetime) -> MentorshipRound:
    """Begin a round: copy the settings, draw the lottery seed and commit to it."""
    seed = secrets.token_hex(SEED_BYTES)
    made = MentorshipRound(
        year=year,
        name=name,
        seed_commitment=hashlib.sha256(seed.encode()).hexdigest(),
        rules=asdict(mentorship_rules()),
        opened_at=now,
    )
    made.seed = seed
    db.session.add(made)
    audit.record(
        actor=actor,
        verb="open_round",
        subject=made,
        now=now,
        stream=stream(made.id),
        changes={"year": year, "name": name, "seed_commitment": made.seed_commitment},
    )
    db.session.flush()
    return made


def read_upload(*, data: bytes, filename: str, root: Path, places_most: int, today: date) -> Upload:
    """Parse in the child process and keep the file. Outside any transaction. Raises DomainError."""
    workbook = spreadsheets.read(data, filename=filename)
    found = mentoring_sheet.read(
        workbook.sheets, today=today, places_most=places_most, hidden=workbook.hidden
    )
    return Upload(files.store(root, data), files.short_name(filename), workbook, found)


def read_again(*, job: ImportJob, root: Path, places_most: int, today: date) -> Upload:
    """The stored file of a job, read anew."""
    data = files.load(root, job.file_sha256)
    return read_upload(
        data=data, filename=job.filename, root=root, places_most=places_most, today=today
    )


def plan(upload: Upload) -> Plan:
    """Compare the rows with the persons that exist; writes nothing."""
    names = {side: _sheet_name(upload, word) for side, word in _WORDS.items()}
    listed = [
        *(("master", one) for one in upload.sheet.masters),
        *(("apprentice", one) for one in upload.sheet.apprentices),
    ]
    known = find_known(one.id_number for _, one in listed)
    people = [_named(names[side], one) for side, one in listed]
    issues = (*upload.sheet.issues, *check_names(people, known))
    refused = {(issue.sheet, issue.row) for issue in issues if issue.refuses}
    taken = tuple((side, one) for side, one in listed if (names[side], one.row) not in refused)
    return Plan(taken, issues, known)


_WORDS = {"master": "师傅", "apprentice": "徒弟"}


def _sheet_name(upload: Upload, word: str) -> str:
    return next(sheet.name for sheet in upload.workbook.sheets if word in sheet.name)


def _named(sheet: str, one: mentoring_sheet.Listed) -> Named:
    person = one.person
    return Named(
        sheet, one.row, person.name, one.id_number, one.mobile, person.employer, person.county
    )


def dry_run(*, round_id: UUID, upload: Upload) -> DryRun:
    """The plan of an upload as what is shown and kept."""
    made = plan(upload)
    present = set(_keys(round_id))
    keys = [one.person.key for _, one in made.listed]
    new = sum(key not in present for key in keys)
    refused = len({(issue.sheet, issue.row) for issue in made.issues if issue.refuses})
    counts = import_report.counts(
        made.issues, rows=len(keys) + refused, new=new, update=len(keys) - new, unchanged=0
    )
    columns = {c.heading: c for c in mentoring_sheet.APPRENTICE_COLUMNS}
    columns |= {c.heading: c for c in mentoring_sheet.MASTER_COLUMNS}
    issues = import_report.rows(made.issues, upload.workbook.sheets, list(columns.values()))
    sides_read = {
        "masters": len(upload.sheet.masters),
        "apprentices": len(upload.sheet.apprentices),
    }
    located = upload.sheet.located
    report = {
        "issues": issues,
        "ignored": list(dict.fromkeys(text for one in located for text in one.unread)),
        "other_sheets": list(upload.sheet.other_sheets),
        "notes": [
            *_notes(made, rules_of(round_of(round_id))),
            *sheets.hidden_rows(upload.workbook.sheets, located),
        ],
        "read": [import_report.understood(one) for one in located],
        **sides_read,
    }
    return DryRun(upload, counts, report)


NAMED = 20


def _notes(made: Plan, rules: MentorshipRules) -> list[str]:
    """What is right but easily overlooked: masters without a stated number of places, apprentices
    without a wish."""
    unstated = [
        one.person.key
        for _, one in made.listed
        if isinstance(one.person, Master) and one.person.places is None
    ]
    wishless = [
        one.person.key
        for side, one in made.listed
        if side == "apprentice" and not one.person.wishes
    ]
    notes = []
    if unstated:
        default = f"按单位设定的 {rules.places_default} 人计；要改请在表里填写名额后重新上传"
        notes.append(f"{len(unstated)} 位师傅没有填名额（{_some(unstated)}），{default}")
    if wishless:
        text = "只按评分配对；要改请在表里填写志愿后重新上传"
        notes.append(f"{len(wishless)} 名徒弟没有填志愿（{_some(wishless)}），{text}")
    return [f"{note}。" for note in notes]


def _some(keys: list[str]) -> str:
    return "、".join(keys[:NAMED]) + (" 等" if len(keys) > NAMED else "")


def _keys(round_id: UUID) -> list[str]:
    query = select(Participant.key).where(Participant.round_id == round_id)
    return list(db.session.scalars(query.order_by(Participant.key)))


def keep_dry_run(*, actor: Actor, round_id: UUID, found: DryRun, now: datetime) -> ImportJob:
    """Keep what the dry run found."""
    _collecting(round_id)
    job = ImportJob(
        round_id=round_id,
        file_sha256=found.upload.sha256,
        filename=found.upload.filename,
        counts=found.counts,
        report=found.report,
        by_label=actor.label,
        created=now,
    )
    db.session.add(job)
    _record(actor, "upload_pairing", job, now)
    db.session.flush()
    return job


def _record(actor: Actor, verb: str, job: ImportJob, now: datetime) -> None:
    assert job.round_id is not None
    audit.record(
        actor=actor,
        verb=verb,
        subject=job,
        now=now,
        stream=stream(job.round_id),
        changes={"sha256": job.file_sha256, **job.counts},
    )


def _collecting(round_id: UUID) -> MentorshipRound:
    """The round, locked, while names may still change."""
    found = round_of(round_id)
    db.session.refresh(found, with_for_update=True)
    if found.state != "collecting":
        raise DomainError("这一轮已经配对，名单不能再改；要重新收集请另开一轮", "file")
    return found


def apply(
    *, actor: Actor, job_id: UUID, upload: Upload, good_rows_only: bool, now: datetime
) -> ImportJob:
    """Replace the list of the round by the workbook: all rows or none, or the good rows alone."""
    one_import_at_a_time()
    job = pairing_job(job_id)
    assert job.round_id is not None
    _collecting(job.round_id)
    claimed = db.session.execute(
        update(ImportJob)
        .where(ImportJob.id == job_id, ImportJob.state == "parsed")
        .values(state="applied", applied_at=now)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError("这次导入已经写入过；有改动请重新上传")
    made = plan(upload)
    if made.refused and not good_rows_only:
        raise DomainError("表里有错误，没有写入任何一行；请改好文件重新上传，或只写入无误的行")
    _replace(job.round_id, made, now)
    _record(actor, "import_pairing", job, now)
    db.session.flush()
    return job


def _replace(round_id: UUID, made: Plan, now: datetime) -> None:
    present = select(Participant.id).where(Participant.round_id == round_id)
    db.session.execute(delete(Wish).where(Wish.participant_id.in_(present)))
    db.session.execute(delete(Participant).where(Participant.round_id == round_id))
    named = [_named("", one) for _, one in made.listed]
    person_ids = find_or_make(named, made.known, now=now)
    by_key = {one.person.key: ids.ordered() for _, one in made.listed}
    people = [
        {
            "id": by_key[one.person.key],
            "round_id": round_id,
            "person_id": person_ids[one.id_number.number],
            "side": side,
            "places": one.person.places if isinstance(one.person, Master) else None,
            **{
                name: getattr(one.person, name)
                for name in ("key", "name", "trade", "level", "county", "employer")
            },
        }
        for side, one in made.listed
    ]
    wishes = [
        {
            "id": ids.ordered(),
            "participant_id": by_key[one.person.key],
            "wanted_id": by_key[wanted],
            "rank": rank,
        }
        for _, one in made.listed
        for rank, wanted in enumerate(_kept(one.person.wishes, by_key), 1)
    ]
    if people:
        db.session.execute(insert(Participant), people)
    if wishes:
        db.session.execute(insert(Wish), wishes)


def _kept(wishes: tuple[str, ...], by_key: dict[str, UUID]) -> list[str]:
    """Wishes for somebody whose row was refused fall away."""
    return [wanted for wanted in wishes if wanted in by_key]


def publish_round(*, actor: Actor, round_id: UUID, now: datetime) -> MentorshipRound:
    """Show each participant the own pairing; the result can no longer be changed."""
    found = round_of(round_id)
    db.session.refresh(found, with_for_update=True)
    run = newest_run(round_id)
    if found.state != "computed" or run is None:
        raise DomainError("要先配对、且没有公布过，才能公布")
    found.state, found.published_at = "published", now
    audit.record(
        actor=actor,
        verb="publish_round",
        subject=found,
        now=now,
        stream=stream(round_id),
        changes={"run": run.number, **run.stats},
    )
    db.session.flush()
    return found


def ready(round_id: UUID) -> bool:
    """Whether both sides are there."""
    found = sides(round_id)
    return bool(found.masters and found.apprentices)
