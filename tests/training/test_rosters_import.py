"""Importing rosters: dry run, writing, idempotence, quota, speed."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import DomainError
from people.identifiers import parse_id_number
from people.models import Person
from people.services.registration import make_person
from tests.training import factories as make
from tests.training import rosters as files
from training.import_report import hide
from training.models import Enrolment, ImportJob, TrainingClass
from training.services import rosters

GENEROUS_SECONDS = 10


def cpu_seconds() -> float:
    """Of this process and its children: the machine of a test may be busy with others."""
    return sum(os.times()[:4])


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def issues(job: ImportJob) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column"], one["code"]) for one in job.report["issues"]]


def test_ten_thousand_rows_end_to_end(app: Flask) -> None:
    found = make.make_class(seats=10_000)
    data = files.xlsx(files.realistic(10_000))
    began = cpu_seconds()
    job = make.dry_run(found.id, data)
    assert (job.counts["rows"], job.counts["new"], job.counts["errors"]) == (10_000, 10_000, 0)
    upload = rosters.read_again(job=job, root=make.folder(), today=clock.today())
    with db.unit():
        rosters.apply(
            actor=make.actor(), job_id=job.id, upload=upload, good_rows_only=False, now=clock.now()
        )
    assert cpu_seconds() - began < GENEROUS_SECONDS
    assert people() == 10_000
    assert db.session.get_one(TrainingClass, found.id, populate_existing=True).taken == 10_000


def test_one_row_too_many_is_told(app: Flask) -> None:
    with pytest.raises(DomainError, match="一次最多导入 10000 行") as refused:
        make.upload(files.realistic(10_001))
    assert refused.value.field == "file"


def test_a_dry_run_writes_no_person(app: Flask) -> None:
    found = make.make_class()
    job = make.dry_run(found.id, files.realistic(5))
    assert job.counts["new"] == 5
    assert (people(), make.enrolled(found.id)) == (0, [])


def test_the_report_names_what_is_ignored_and_keeps_no_number(app: Flask) -> None:
    made = files.broken()
    numbers = [str(row[made.column("公民身份号码")]) for row in made.rows]
    job = make.dry_run(make.make_class().id, made)
    kept = json.dumps(job.report, ensure_ascii=False)
    assert job.report["ignored"] == ["序号", "民族", "开户银行", "银行账号"]
    assert not [number for number in numbers if number in kept]
    assert {one["value"] for one in job.report["issues"] if one["code"] == "E_ID_CHECK"} == {
        hide(numbers[1])
    }


CODES = {
    "numeric_ids": "E_ID_NUMERIC",
    "wrong_digit": "E_ID_CHECK",
    "duplicate": "E_DUP_IN_FILE",
    "formula": "E_FORMULA",
    "no_name": "E_REQ",
}


@pytest.mark.parametrize(("kind", "breakage"), files.BREAKAGES.items())
def test_each_broken_roster_is_told_and_writes_nothing(
    app: Flask, kind: str, breakage: Callable[[files.RosterFile], None]
) -> None:
    found = make.make_class()
    made = files.realistic(10)
    breakage(made)
    job = make.dry_run(found.id, made)
    if kind in CODES:
        assert {code for _, _, code in issues(job) if code.startswith("E_")} == {CODES[kind]}
    for issue in job.report["issues"]:
        assert issue["text"] not in ("", issue["code"])
    if job.counts["errors"]:
        with pytest.raises(DomainError, match="没有写入任何一行"):
            make.import_roster(found.id, made)
        assert make.enrolled(found.id) == []


def test_merged_headings_are_told(app: Flask) -> None:
    made = files.realistic(3)
    files.merge_header(made)
    with pytest.raises(DomainError, match="合并单元格"):
        make.upload(made)


def test_good_rows_only(app: Flask) -> None:
    found = make.make_class()
    made = files.realistic(10)
    files.wrong_digit(made, [made.first_row, made.first_row + 4])
    job = make.import_roster(found.id, made, good_rows_only=True)
    assert (job.state, job.counts["new"], job.counts["refused"]) == ("applied", 8, 2)
    refused = {made.first_row, made.first_row + 4}
    assert {one.row for one in make.enrolled(found.id)} == set(range(3, 13)) - refused


def test_the_same_file_again_changes_nothing(app: Flask) -> None:
    found = make.make_class()
    make.import_roster(found.id, files.realistic(6))
    before = [(one.id, one.name) for one in make.enrolled(found.id)]
    job = make.import_roster(found.id, files.realistic(6))
    assert (job.counts["new"], job.counts["update"], job.counts["unchanged"]) == (0, 0, 6)
    assert [(one.id, one.name) for one in make.enrolled(found.id)] == before
    assert people() == 6


def test_a_corrected_file_updates(app: Flask) -> None:
    found = make.make_class()
    made = files.realistic(3)
    make.import_roster(found.id, made)
    made.set(made.first_row, "所在单位", "常山胡柚合作社")
    job = make.import_roster(found.id, made)
    assert (job.counts["update"], job.counts["unchanged"]) == (1, 2)
    db.session.expire_all()
    assert make.enrolled(found.id)[0].employer == "常山胡柚合作社"


def test_a_job_is_written_once(app: Flask) -> None:
    found = make.make_class()
    job = make.import_roster(found.id, files.realistic(2))
    upload = rosters.read_again(job=job, root=make.folder(), today=clock.today())
    with pytest.raises(DomainError, match="已经写入过"), db.unit():
        rosters.apply(
            actor=make.actor(), job_id=job.id, upload=upload, good_rows_only=False, now=clock.now()
        )


def test_the_quota_holds(app: Flask) -> None:
    found = make.make_class(seats=5)
    make.import_roster(found.id, files.realistic(4, seed=1))
    with pytest.raises(DomainError, match="计划 5 人，在班 4 人，名册要新增 2 人"):
        make.import_roster(found.id, files.realistic(2, seed=9))
    assert len(make.enrolled(found.id)) == 4
    make.import_roster(found.id, files.realistic(1, seed=9))
    assert len(make.enrolled(found.id)) == 5


def test_another_name_for_a_known_number_is_refused_without_the_name(app: Flask) -> None:
    made = files.realistic(2)
    number = parse_id_number(str(made.get(made.first_row, "公民身份号码")), today=clock.today())
    with db.unit():
        make_person(
            number=number, name="欧阳丽华", county="", employer="", phone="", now=clock.now()
        )
    job = make.dry_run(make.make_class().id, made)
    assert issues(job) == [(made.first_row, "姓名", "E_NAME_MISMATCH")]
    assert "欧阳" not in json.dumps(job.report, ensure_ascii=False)


def test_a_known_person_is_found_and_not_altered(app: Flask) -> None:
    made = files.realistic(1)
    number = parse_id_number(str(made.get(made.first_row, "公民身份号码")), today=clock.today())
    name = str(made.get(made.first_row, "姓名"))
    with db.unit():
        known = make_person(
            number=number, name=name, county="", employer="", phone="13800000000", now=clock.now()
        )
    found = make.make_class()
    make.import_roster(found.id, made)
    db.session.expire_all()
    assert [one.person_id for one in make.enrolled(found.id)] == [known.id]
    assert db.session.get_one(Person, known.id).phone == "13800000000"


def test_a_person_may_come_back_after_leaving(app: Flask) -> None:
    found = make.make_class()
    make.import_roster(found.id, files.realistic(1))
    with db.unit():
        make.classes.drop_trainee(
            actor=make.actor(),
            enrolment_id=make.enrolled(found.id)[0].id,
            reason="请长假",
            now=clock.now(),
        )
    make.import_roster(found.id, files.realistic(1))
    states = db.session.scalars(select(Enrolment.state).order_by(Enrolment.state)).all()
    assert (states, people()) == (["dropped", "enrolled"], 1)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("330802198503170015", "330802**********15"),
        ("33080219850317001X", "330802**********1X"),
        ("电话13812345678", "电话138****5678"),
        ("共 10000 行", "共 10000 行"),
    ],
)
def test_hide(text: str, hidden: str) -> None:
    assert hide(text) == hidden


def test_numbers_are_hidden_whatever_the_column(app: Flask) -> None:
    made = files.realistic(2)
    number = files.id_number(random.Random(5))
    made.set(made.first_row, "已有技术等级", number)
    job = make.dry_run(make.make_class().id, made)
    assert issues(job) == [(made.first_row, "已有技术等级", "E_LEVEL")]
    assert number not in json.dumps(job.report, ensure_ascii=False)
