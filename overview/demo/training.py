"""Classes of the demonstration, with rosters, attendance and completions; and a pairing round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from core import clock, exports
from core.db import db
from overview.demo import cast, logins
from people.counties import COUNTIES
from training.queries.classes import roll, sessions_of
from training.services import attendance, classes, pairing, rosters, rounds

ROSTER = ("序号", "姓名", "身份证号码", "联系电话", "文化程度", "所在单位", "备注")
CLASSES = (
    ("village-streaming", "村播初级班", 40, -150),
    ("village-streaming", "村播初级班", 38, -120),
    ("village-streaming", "村播中级班", 36, -90),
    ("village-streaming", "村播初级班", 42, -80),
    ("village-streaming", "村播初级班", 40, -60),
    ("village-streaming", "村播高级班", 30, -45),
    ("village-streaming", "村播中级班", 40, -30),
    ("chemical-craftsmen", "化工总控工班", 45, -70),
    ("custom-classes", "电工定制班", 35, -20),
    ("village-streaming", "村播初级班", 40, -1),
    ("village-streaming", "村播初级班", 40, 0),
    ("village-streaming", "村播中级班", 40, 7),
)
"""Programme, name, trainees, the day on which it begins counted from today."""
REPEATERS = 5
DAYS = 3
MASTERS, APPRENTICES = 100, 300
TRADES = ("焊工", "电工", "钳工", "化工总控工", "茶艺师")
MASTER_LEVELS = ("技师", "高级技师")
APPRENTICE_LEVELS = ("中级工", "高级工", "初级工")


def load(*, now: datetime, folder: Path, crowd: Iterator[cast.Figure], star: cast.Figure) -> None:
    """Twelve classes of three programmes, one published round with `star`, one matched."""
    before: list[cast.Figure] = []
    for place, (programme, name, size, begins) in enumerate(CLASSES):
        group = before[-REPEATERS:] + list(islice(crowd, size - len(before[-REPEATERS:])))
        _class(place, programme, name, group, now + timedelta(days=begins), now, folder)
        before = group
    masters = list(islice(crowd, MASTERS))
    apprentices = [star, *islice(crowd, APPRENTICES - 1)]
    first = _round(now, folder, "千名技师带高徒第一轮", masters, apprentices)
    with db.unit():
        rounds.publish_round(
            actor=logins.official("mentorship_office"),
            round_id=first,
            now=now - timedelta(days=15),
        )
    _round(now, folder, "千名技师带高徒第二轮", list(islice(crowd, 5)), list(islice(crowd, 9)))


def _class(
    place: int,
    programme: str,
    name: str,
    group: list[cast.Figure],
    begins: datetime,
    now: datetime,
    folder: Path,
) -> None:
    """Open, enrol, and, as far as its days are over, mark and close."""
    organiser = logins.official("training_organiser")
    county = list(COUNTIES)[place % 6]
    first = clock.day_of(begins)
    with db.unit():
        found = classes.open_class(
            actor=organiser,
            code=f"{first:%y%m}-{place + 1:02d}",
            programme=programme,
            county=county,
            details=classes.ClassDetails(
                name=f"{COUNTIES[county]}{name}",
                venue=f"{COUNTIES[county]}农民学院",
                organiser=f"{COUNTIES[county]}农业农村局",
                starts=first,
                ends=first + timedelta(days=DAYS - 1),
                seats=50,
                min_attendance_percent=80,
            ),
            now=begins - timedelta(days=8),
        )
        for day in range(DAYS):
            classes.add_session(
                actor=organiser,
                class_id=found.id,
                day=first + timedelta(days=day),
                hours=6,
                topic=("选品与脚本", "短视频拍摄", "直播实战")[day % DAYS],
                now=begins - timedelta(days=8),
            )
    enrolled = min(begins - timedelta(days=2), now)
    _apply(*_read(found.id, group, enrolled, folder), enrolled)
    _teach(found.id, begins, now)
    if begins > now:
        wrong = replace(group[0], id_number=group[0].id_number[:-1])
        _read(found.id, [wrong, *group[1:3]], now, folder)


def _read(
    class_id: UUID, group: list[cast.Figure], at: datetime, folder: Path
) -> tuple[UUID, rosters.Upload]:
    """The dry run of a roster, kept; nobody is enrolled yet."""
    table = exports.Table(
        "花名册",
        [exports.Column(title) for title in ROSTER],
        [
            (str(n), one.name, one.id_number, one.phone, "高中", one.employer, "")
            for n, one in enumerate(group, 1)
        ],
    )
    upload = rosters.read_upload(
        data=exports.xlsx([table], created=at),
        filename="花名册.xlsx",
        root=folder,
        today=clock.day_of(at),
    )
    organiser = logins.official("training_organiser")
    found = rosters.dry_run(class_id=class_id, upload=upload)
    with db.unit():
        job = rosters.keep_dry_run(actor=organiser, class_id=class_id, found=found, now=at)
    return job.id, upload


def _apply(job_id: UUID, upload: rosters.Upload, at: datetime) -> None:
    with db.unit():
        rosters.apply(
            actor=logins.official("training_organiser"),
            job_id=job_id,
            upload=upload,
            good_rows_only=False,
            now=at,
        )


def _teach(class_id: UUID, begins: datetime, now: datetime) -> None:
    """Mark the sessions that are over; every ninth trainee misses two of them."""
    organiser = logins.official("training_organiser")
    over = [one for one in sessions_of(class_id) if one.day <= clock.day_of(now)]
    people = [one.id for one in roll(class_id, 1, 200)]
    for number, lesson in enumerate(over):
        marks = {
            one: "absent" if place % 9 == 8 and number < DAYS - 1 else "present"
            for place, one in enumerate(people)
        }
        with db.unit():
            attendance.mark_attendance(
                actor=organiser,
                session_id=lesson.id,
                marks=marks,
                seen=0,
                now=min(begins + timedelta(days=number, hours=8), now),
            )
    closing_at = begins + timedelta(days=DAYS)
    if len(over) == DAYS and closing_at <= now:
        with db.unit():
            classes.close_class(actor=organiser, class_id=class_id, now=closing_at)


def _round(
    now: datetime,
    folder: Path,
    name: str,
    masters: list[cast.Figure],
    apprentices: list[cast.Figure],
) -> UUID:
    """Masters and apprentices imported and matched; not published yet."""
    office = logins.official("mentorship_office")
    opened = now - timedelta(days=30)
    with db.unit():
        found = rounds.open_round(actor=office, year=clock.day_of(now).year, name=name, now=opened)
    upload = rounds.read_upload(
        data=exports.xlsx(_pairing_tables(masters, apprentices), created=opened),
        filename="师徒名单.xlsx",
        root=folder,
        places_most=rounds.rules_of(found).places_most,
        today=clock.day_of(opened),
    )
    dry = rounds.dry_run(round_id=found.id, upload=upload)
    with db.unit():
        job = rounds.keep_dry_run(actor=office, round_id=found.id, found=dry, now=opened)
    with db.unit():
        rounds.apply(actor=office, job_id=job.id, upload=upload, good_rows_only=False, now=opened)
    with db.unit():
        pairing.compute(actor=office, round_id=found.id, now=now - timedelta(days=20))
    return found.id


def _pairing_tables(
    masters: list[cast.Figure], apprentices: list[cast.Figure]
) -> list[exports.Table]:
    """Two sheets: 师傅 with capacities, 徒弟 with two wishes for masters of their trade."""
    person = ("姓名", "公民身份号码", "联系电话", "工种", "技术等级", "县（市、区）", "所在单位")
    teaching = [
        (f"M{n:03d}", *_person(one, n, MASTER_LEVELS), str(3 - n % 3))
        for n, one in enumerate(masters)
    ]
    learning = [
        (
            f"A{n:03d}",
            *_person(one, n, APPRENTICE_LEVELS),
            _wanted(n * 7 % len(masters), n),
            _wanted(n * 3 % len(masters), n),
        )
        for n, one in enumerate(apprentices)
    ]
    return [
        exports.Table("师傅", [exports.Column(t) for t in ("师傅编号", *person, "名额")], teaching),
        exports.Table(
            "徒弟",
            [exports.Column(t) for t in ("徒弟编号", *person, "第一志愿", "第二志愿")],
            learning,
        ),
    ]


def _wanted(near: int, apprentice: int) -> str:
    """The master of the apprentice's trade nearest below this place."""
    return f"M{near - near % len(TRADES) + apprentice % len(TRADES):03d}"


def _person(figure: cast.Figure, place: int, levels: tuple[str, ...]) -> tuple[str, ...]:
    return (
        figure.name,
        figure.id_number,
        figure.phone,
        TRADES[place % len(TRADES)],
        levels[place % len(levels)],
        COUNTIES[figure.county],
        figure.employer,
    )
