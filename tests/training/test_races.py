"""Seats and imports when several people click at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import DomainError
from people.models import Person
from tests.racing import overtaken
from tests.training import factories as make
from tests.training import rosters as files
from training.models import ImportJob, Participant, TrainingClass
from training.services import rosters, rounds

THREADS = 8


def at_once(app: Flask, works: list[Callable[[], None]]) -> list[str]:
    """What each work was refused with, "" where it went through."""

    def attempt(work: Callable[[], None]) -> str:
        with app.app_context():
            try:
                with db.unit():
                    work()
            except DomainError as error:
                return error.message
            finally:
                db.session.remove()
        return ""

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(attempt, works))


def writing(job: ImportJob) -> Callable[[], None]:
    upload = rosters.read_again(job=job, root=make.folder(), today=clock.today())
    job_id = job.id

    def work() -> None:
        rosters.apply(
            actor=make.actor(),
            job_id=job_id,
            upload=upload,
            good_rows_only=False,
            now=clock.now(),
        )

    return work


def pairing(round_id: UUID, data: bytes) -> Callable[[], None]:
    upload, office = make.round_upload(round_id, data), make.actor("mentorship_office")
    found = rounds.dry_run(round_id=round_id, upload=upload)
    with db.unit():
        job = rounds.keep_dry_run(actor=office, round_id=round_id, found=found, now=clock.now())
    job_id = job.id

    def work() -> None:
        rounds.apply(
            actor=office, job_id=job_id, upload=upload, good_rows_only=False, now=clock.now()
        )

    return work


def taken(class_id: UUID) -> tuple[int, int]:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(TrainingClass, class_id).taken, len(make.enrolled(class_id))


def test_eight_rosters_at_once_do_not_oversell(app: Flask) -> None:
    found = make.make_class(seats=5)
    jobs = [make.dry_run(found.id, files.realistic(2, seed=20 + k)) for k in range(THREADS)]
    refusals = at_once(app, [writing(job) for job in jobs])
    assert sorted(bool(text) for text in refusals) == [False] * 2 + [True] * 6
    assert {text.partition("：")[0] for text in refusals if text} == {"名额不够"}
    assert taken(found.id) == (4, 4)


def test_two_tabs_with_one_roster_write_it_once(app: Flask) -> None:
    found = make.make_class()
    job = make.dry_run(found.id, files.realistic(3))
    refusals = at_once(app, [writing(job)] * 2)
    assert sorted(refusals) == ["", "这次导入已经写入过；有改动请重新上传名册"]
    assert taken(found.id) == (3, 3)


def test_one_file_uploaded_twice_enrols_nobody_twice(app: Flask) -> None:
    found = make.make_class()
    jobs = [make.dry_run(found.id, files.realistic(3)) for _ in range(2)]
    assert at_once(app, [writing(job) for job in jobs]) == ["", ""]
    assert taken(found.id) == (3, 3)


def test_two_classes_with_the_same_new_people_make_each_of_them_once(app: Flask) -> None:
    first, second = make.make_class("KC-01"), make.make_class("KC-02")
    jobs = [make.dry_run(one.id, files.realistic(3)) for one in (first, second)]
    assert overtaken(app, *map(writing, jobs)) == ""
    assert (taken(first.id), taken(second.id)) == ((3, 3), (3, 3))
    people = db.session.scalars(select(Person)).all()
    assert len(people) == 3


def test_the_last_place_goes_to_one_of_two_people(app: Flask) -> None:
    found = make.make_class(seats=1)
    jobs = [make.dry_run(found.id, files.realistic(1, seed=seed)) for seed in (31, 32)]
    assert overtaken(app, *map(writing, jobs)).partition("；")[0] == (
        "名额不够：计划 1 人，在班 1 人，名册要新增 1 人"
    )
    assert taken(found.id) == (1, 1)


def test_two_lists_of_one_round_come_one_after_another(app: Flask) -> None:
    found = make.open_round()
    data = [files.workbook(files.pairing(4, 6, seed=seed)) for seed in (3, 4)]
    assert overtaken(app, *(pairing(found.id, one) for one in data)) == ""
    db.session.rollback()
    states = db.session.scalars(select(ImportJob.state)).all()
    count = db.session.scalar(select(func.count()).select_from(Participant))
    assert (states, count) == (["applied", "applied"], 10)
