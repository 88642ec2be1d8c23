"""Classes, trainees and rounds for tests, made through the services."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

from core import clock
from core.access import Actor, Grant
from core.db import db
from people.identifiers import parse_id_number
from people.models import Person
from people.services.registration import make_person
from tests.training import rosters as files
from training.models import ClassSession, Enrolment, ImportJob, MentorshipRound, TrainingClass
from training.queries.classes import roll, sessions_of
from training.services import attendance, classes, pairing, rosters, rounds


def actor(role: str = "training_organiser", scope: str = "city", scope_id: str = "") -> Actor:
    """李组织, in one role."""
    return Actor(None, None, None, "李组织", (Grant(role, scope, scope_id),))


def details(**over: Any) -> classes.ClassDetails:
    """What an organiser states: a class that began two days ago and ends today."""
    values: dict[str, Any] = {
        "name": "村播初级班",
        "venue": "柯城区农民学院",
        "organiser": "柯城区农业农村局",
        "starts": clock.today() - timedelta(days=2),
        "ends": clock.today(),
        "seats": 50,
        "min_attendance_percent": 80,
    }
    return classes.ClassDetails(**values | over)


def make_class(
    code: str = "KC-01",
    *,
    programme: str = "village-streaming",
    county: str = "330802",
    **over: Any,
) -> TrainingClass:
    """An open class."""
    with db.unit():
        return classes.open_class(
            actor=actor(),
            code=code,
            programme=programme,
            county=county,
            details=details(**over),
            now=clock.now(),
        )


def add_session(
    class_id: UUID, *, day: date | None = None, hours: int = 4, topic: str = "短视频拍摄"
) -> ClassSession:
    """One entry of the timetable, today unless another day is given."""
    day = day or clock.today()
    with db.unit():
        return classes.add_session(
            actor=actor(), class_id=class_id, day=day, hours=hours, topic=topic, now=clock.now()
        )


def folder() -> Path:
    """The file store of the test."""
    return current_app.extensions["settings"].files


def upload(made: files.RosterFile | bytes, name: str = "花名册.xlsx") -> rosters.Upload:
    """A roster as it arrives."""
    data = made if isinstance(made, bytes) else files.xlsx(made)
    return rosters.read_upload(data=data, filename=name, root=folder(), today=clock.today())


def dry_run(class_id: UUID, made: files.RosterFile | bytes) -> ImportJob:
    """The kept dry run of a roster."""
    found = rosters.dry_run(class_id=class_id, upload=upload(made))
    with db.unit():
        return rosters.keep_dry_run(actor=actor(), class_id=class_id, found=found, now=clock.now())


def import_roster(
    class_id: UUID, made: files.RosterFile | bytes, *, good_rows_only: bool = False
) -> ImportJob:
    """Upload and write a roster."""
    job = dry_run(class_id, made)
    again = rosters.read_again(job=job, root=folder(), today=clock.today())
    with db.unit():
        return rosters.apply(
            actor=actor(),
            job_id=job.id,
            upload=again,
            good_rows_only=good_rows_only,
            now=clock.now(),
        )


def enrolled(class_id: UUID) -> list[Enrolment]:
    """The live enrolments in the order of the roster."""
    return roll(class_id, 1, 20_000)


def mark(session_id: UUID, marks: dict[UUID, str], *, seen: int = 0) -> int:
    """Mark attendance as the organiser."""
    with db.unit():
        return attendance.mark_attendance(
            actor=actor(), session_id=session_id, marks=marks, seen=seen, now=clock.now()
        )


def close(class_id: UUID, *, now: datetime | None = None) -> classes.Closing:
    """Close a class."""
    with db.unit():
        return classes.close_class(actor=actor(), class_id=class_id, now=now or clock.now())


def finished_class(code: str, made: files.RosterFile, **over: Any) -> TrainingClass:
    """A closed class in which everybody of the roster was present."""
    found = make_class(code, **over)
    add_session(found.id)
    import_roster(found.id, made)
    people = {one.id: "present" for one in enrolled(found.id)}
    for lesson in sessions_of(found.id):
        mark(lesson.id, people)
    close(found.id)
    return found


def person(name: str = "王芳", seed: int = 7) -> Person:
    """Somebody who is registered."""
    number = parse_id_number(files.id_number(random.Random(seed)), today=clock.today())
    with db.unit():
        return make_person(
            number=number,
            name=name,
            county="330802",
            employer="",
            phone="",
            now=clock.now(),
        )


def open_round(name: str = "第一轮") -> MentorshipRound:
    """A round that collects names."""
    with db.unit():
        return rounds.open_round(
            actor=actor("mentorship_office"), year=2026, name=name, now=clock.now()
        )


def round_upload(round_id: UUID, data: bytes) -> rounds.Upload:
    """A pairing workbook as it arrives."""
    found = db.session.get_one(MentorshipRound, round_id)
    return rounds.read_upload(
        data=data,
        filename="师徒名单.xlsx",
        root=folder(),
        places_most=rounds.rules_of(found).places_most,
        today=clock.today(),
    )


def import_pairing(
    round_id: UUID, data: bytes | None = None, *, good_rows_only: bool = False
) -> ImportJob:
    """Upload and write who takes part."""
    uploaded = round_upload(round_id, data or files.workbook(files.pairing()))
    found = rounds.dry_run(round_id=round_id, upload=uploaded)
    office = actor("mentorship_office")
    with db.unit():
        job = rounds.keep_dry_run(actor=office, round_id=round_id, found=found, now=clock.now())
    with db.unit():
        return rounds.apply(
            actor=office,
            job_id=job.id,
            upload=uploaded,
            good_rows_only=good_rows_only,
            now=clock.now(),
        )


def computed_round(data: bytes | None = None) -> MentorshipRound:
    """A round with its pairs."""
    found = open_round()
    import_pairing(found.id, data)
    with db.unit():
        pairing.compute(actor=actor("mentorship_office"), round_id=found.id, now=clock.now())
    return db.session.get_one(MentorshipRound, found.id)


def publish(round_id: UUID) -> None:
    """Publish a round."""
    with db.unit():
        rounds.publish_round(actor=actor("mentorship_office"), round_id=round_id, now=clock.now())


def pairing_job(round_id: UUID) -> ImportJob:
    """The upload that a round was made from."""
    return db.session.query(ImportJob).filter_by(round_id=round_id).one()
