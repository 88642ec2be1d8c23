"""Importing a roster: read and judge it outside any transaction, keep the dry run, write it once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from core import audit, files, ids, spreadsheets
from core.access import Actor
from core.db import db
from core.errors import DomainError
from training import import_report, roster, sheets
from training.models import Enrolment, ImportJob, TrainingClass
from training.queries.classes import LIVE_STATES, RUNNERS, class_of, roster_job
from training.services.classes import CLOSED, stream
from training.services.trainees import (
    Known,
    Named,
    check_names,
    find_known,
    find_or_make,
    one_import_at_a_time,
)
from training.sheets import Issue

MOST_ROWS = 10_000
SNAPSHOT = (
    "row",
    "name",
    "education",
    "category",
    "employer",
    "skill_level",
    "certificate_no",
    "remark",
)


@dataclass(frozen=True)
class Upload:
    """A roster that was read: the file as stored, the sheets, what the pure reader made of them."""

    sha256: str
    filename: str
    workbook: spreadsheets.Workbook
    roster: roster.Roster


@dataclass(frozen=True)
class Plan:
    """What writing the good rows would do to a class, judged against the database."""

    new: tuple[roster.Entry, ...]
    update: tuple[tuple[UUID, roster.Entry], ...]
    unchanged: int
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


def read_upload(*, data: bytes, filename: str, root: Path | None, today: date) -> Upload:
    """Parse in the child process, and keep the file below `root` if there is one. Outside any
    transaction. Raises DomainError."""
    workbook = spreadsheets.read(data, filename=filename)
    found = roster.read(workbook.sheets, today=today, hidden=workbook.hidden)
    if found.rows > MOST_ROWS:
        text = f"名册有 {found.rows} 行学员，一次最多导入 {MOST_ROWS} 行，请拆分成几个文件分别上传"
        raise DomainError(text, "file")
    sha256 = files.store(root, data) if root else hashlib.sha256(data).hexdigest()
    return Upload(sha256, files.short_name(filename), workbook, found)


def read_again(*, job: ImportJob, root: Path, today: date) -> Upload:
    """The stored file of a job, read anew: what is written is what lies in the store."""
    data = files.load(root, job.file_sha256)
    return read_upload(data=data, filename=job.filename, root=root, today=today)


def plan(class_id: UUID, found: roster.Roster) -> Plan:
    """Compare the rows with the persons and the enrolments that exist; writes nothing."""
    known = find_known(entry.id_number for entry in found.entries)
    issues = (*found.issues, *check_names([_named(found.sheet, e) for e in found.entries], known))
    refused = {issue.row for issue in issues if issue.refuses}
    enrolled = _enrolled(class_id)
    new, changed, unchanged = [], [], 0
    for entry in found.entries:
        if entry.row in refused:
            continue
        person = known.get(entry.id_number.number)
        present = enrolled.get(person.id) if person else None
        if present is None:
            new.append(entry)
        elif present[1][1:] == _snapshot(entry)[1:]:  # another row number is no change
            unchanged += 1
        else:
            changed.append((present[0], entry))
    return Plan(tuple(new), tuple(changed), unchanged, issues, known)


def _named(sheet: str, entry: roster.Entry) -> Named:
    return Named(sheet, entry.row, entry.name, entry.id_number, entry.mobile, entry.employer)


def _snapshot(entry: roster.Entry) -> tuple[object, ...]:
    values = vars(entry) | {"skill_level": entry.skill_level or ""}
    return tuple(values[name] for name in SNAPSHOT)


def _enrolled(class_id: UUID) -> dict[UUID, tuple[UUID, tuple[object, ...]]]:
    """{person id: (enrolment id, snapshot)} of a class."""
    columns = [getattr(Enrolment, name) for name in SNAPSHOT]
    query = select(Enrolment.person_id, Enrolment.id, *columns).where(
        Enrolment.class_id == class_id, Enrolment.state.in_(LIVE_STATES)
    )
    return {row[0]: (row[1], tuple(row[2:])) for row in db.session.execute(query)}


def dry_run(*, class_id: UUID, upload: Upload) -> DryRun:
    """The plan of an upload as what is shown and kept."""
    made = plan(class_id, upload.roster)
    counts = import_report.counts(
        made.issues,
        rows=upload.roster.rows,
        new=len(made.new),
        update=len(made.update),
        unchanged=made.unchanged,
    )
    issues = import_report.rows(made.issues, upload.workbook.sheets, roster.COLUMNS)
    report = {
        "issues": issues,
        "ignored": list(upload.roster.unread),
        "other_sheets": list(upload.roster.other_sheets),
        "notes": sheets.hidden_rows(upload.workbook.sheets, [upload.roster.located]),
        "read": [import_report.understood(upload.roster.located)],
    }
    return DryRun(upload, counts, report)


def keep_dry_run(*, actor: Actor | None, class_id: UUID, found: DryRun, now: datetime) -> ImportJob:
    """Keep what the dry run found. An actor must run the class; the command line has none."""
    if actor:
        class_of(actor, class_id, roles=RUNNERS)
    _refuse_closed(class_id)
    job = ImportJob(
        class_id=class_id,
        file_sha256=found.upload.sha256,
        filename=found.upload.filename,
        counts=found.counts,
        report=found.report,
        by_label=actor.label if actor else "系统",
        created=now,
    )
    db.session.add(job)
    _record(actor, "upload_roster", job, class_id, now)
    db.session.flush()
    return job


def _refuse_closed(class_id: UUID) -> None:
    if db.session.get_one(TrainingClass, class_id).closed_at:
        raise DomainError(CLOSED, "file")


def _record(actor: Actor | None, verb: str, job: ImportJob, class_id: UUID, now: datetime) -> None:
    changes = {"sha256": job.file_sha256, **job.counts}
    audit.record(
        actor=actor, verb=verb, subject=job, now=now, stream=stream(class_id), changes=changes
    )


def apply(
    *,
    actor: Actor | None,
    job_id: UUID,
    upload: Upload,
    good_rows_only: bool,
    now: datetime,
) -> ImportJob:
    """Write all rows or none, or the good rows alone. Judged anew against what the unit sees.

    Raises DomainError when a row is refused, the seats do not suffice or the job was written before.
    """
    one_import_at_a_time()
    job = roster_job(actor, job_id) if actor else db.session.get_one(ImportJob, job_id)
    assert job.class_id is not None
    _claim(job, now)
    made = plan(job.class_id, upload.roster)
    if made.refused and not good_rows_only:
        raise DomainError("名册里有错误，没有写入任何一行；请改好文件重新上传，或只写入无误的行")
    _take_seats(job.class_id, len(made.new))
    _write(job, upload.roster.sheet, made, now)
    job.counts = import_report.counts(
        made.issues,
        rows=upload.roster.rows,
        new=len(made.new),
        update=len(made.update),
        unchanged=made.unchanged,
    )
    _record(actor, "import_roster", job, job.class_id, now)
    db.session.flush()
    return job


def _claim(job: ImportJob, now: datetime) -> None:
    """One of two clicks wins."""
    claimed = db.session.execute(
        update(ImportJob)
        .where(ImportJob.id == job.id, ImportJob.state == "parsed")
        .values(state="applied", applied_at=now)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError("这次导入已经写入过；有改动请重新上传名册")


def _take_seats(class_id: UUID, number: int) -> None:
    """The condition guards the quota; the look-up afterwards only finds the words."""
    taken = db.session.execute(
        update(TrainingClass)
        .where(
            TrainingClass.id == class_id,
            TrainingClass.closed_at.is_(None),
            TrainingClass.taken + number <= TrainingClass.seats,
        )
        .values(taken=TrainingClass.taken + number)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == 1:  # type: ignore[attr-defined]
        return
    found = db.session.get_one(TrainingClass, class_id, populate_existing=True)
    if found.closed_at:
        raise DomainError(CLOSED)
    raise DomainError(f"名额不够：{seats_short(found, number)}")


def seats_short(found: TrainingClass, number: int) -> str:
    """How many seats are missing, and what to do."""
    return (
        f"计划 {found.seats} 人，在班 {found.taken} 人，名册要新增 {number} 人；"
        "请先修改班级的计划人数，或分班导入"
    )


def _write(job: ImportJob, sheet: str, made: Plan, now: datetime) -> None:
    """Persons first, then enrolments, each in bulk."""
    named = [_named(sheet, entry) for entry in made.new]
    person_ids = find_or_make(named, made.known, now=now)
    if made.new:
        rows = [
            {
                "id": ids.ordered(),
                "class_id": job.class_id,
                "person_id": person_ids[entry.id_number.number],
                "job_id": job.id,
                "state": "enrolled",
                "created": now,
                **_values(entry),
            }
            for entry in made.new
        ]
        db.session.execute(insert(Enrolment), rows)
    if made.update:
        db.session.execute(
            update(Enrolment), [{"id": one, **_values(entry)} for one, entry in made.update]
        )


def _values(entry: roster.Entry) -> dict[str, Any]:
    return dict(zip(SNAPSHOT, _snapshot(entry), strict=True))
