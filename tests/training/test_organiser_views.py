"""The organiser's pages from the first class to its closing."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from core import clock, spreadsheets
from core.db import db
from tests.pages import CheckedClient
from tests.pages import Person as SignIn
from tests.training import factories as make
from tests.training import rosters as files
from training import roster
from training.models import ImportJob, TrainingClass
from training.queries.classes import count_live, sessions_of


def file(made: files.RosterFile | bytes) -> tuple[BytesIO, str]:
    return BytesIO(made if isinstance(made, bytes) else files.xlsx(made)), "花名册.xlsx"


def only_class() -> TrainingClass:
    db.session.expire_all()
    return db.session.query(TrainingClass).one()


def upload(client: CheckedClient, found: TrainingClass, made: files.RosterFile | bytes) -> str:
    answer = client.submit(f"/office/training/classes/{found.id}/import", file=file(made))
    return str(answer.location)


def test_from_opening_to_closing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser", name="李组织")
    client.get("/office/training/classes")
    assert "还没有培训班" in client.text()
    today = clock.today().isoformat()
    client.submit(
        "/office/training/classes/new",
        code="KC-01",
        programme="village-streaming",
        county="330802",
        name="村播初级班",
        venue="柯城区农民学院",
        organiser="柯城区农业农村局",
        starts=today,
        ends=today,
        seats="50",
        min_attendance_percent="80",
    )
    found = only_class()
    here = f"/office/training/classes/{found.id}"
    client.submit(f"{here}/sessions/new", day=today, hours="4", topic="短视频拍摄")
    job = upload(client, found, files.realistic(3))
    client.get(job)
    assert "没有发现问题" in client.text()
    client.send(job, rows="all")
    client.get(job)
    assert "已写入" in client.text()
    lesson = sessions_of(found.id)[0]
    people = make.enrolled(found.id)
    client.submit(
        f"/office/training/sessions/{lesson.id}",
        **{f"mark-{people[0].id}": "absent"},
        rest="present",
    )
    client.get(f"/office/training/classes/{found.id}/roll")
    assert client.text().count("4/4") == 2
    assert client.text().count("0/4") == 1
    client.submit(f"{here}/close")
    assert count_live(found.id) == {"failed": 1, "passed": 2}
    client.get(here)
    assert "未达到 1 人" in client.text()
    client.get(f"{here}/close")
    assert "已经结班" in client.text()


def test_all_faults_at_once_with_rows_and_what_to_do(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class()
    made = files.realistic(6)
    files.numeric_ids(made, [3])
    files.wrong_digit(made, [4])
    files.duplicate(made, 6, of=5)
    job = upload(client, found, made)
    client.get(job)
    rows = [
        [cell.get_text(strip=True) for cell in line.select("td")]
        for line in client.page.select("tbody tr")
        if line.select_one(".tag.err")
    ]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (str(number), "公民身份号码", "错误") for number in (3, 4, 6)
    ]
    assert "末几位已经丢失" in rows[0][4]
    assert rows[1][4] == "身份证号码校验位不对，请核对第 18 位"
    assert "与第 5 行相同" in rows[2][4]
    number = str(made.get(4, "公民身份号码"))
    assert rows[1][2] == f"{number[:6]}**********{number[-2:]}"
    client.send(job, rows="all", expect=422)
    assert client.errors() == [
        "名册里有错误，没有写入任何一行；请改好文件重新上传，或只写入无误的行"
    ]
    client.submit(job, rows="good")
    assert len(make.enrolled(found.id)) == 3


def test_the_list_of_errors_as_a_sheet(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    made = files.realistic(3)
    files.wrong_digit(made, [4])
    job = upload(client, make.make_class(), made)
    answer = client.get(f"{job}/errors.xlsx")
    sheet = spreadsheets.read(answer.data, filename="清单.xlsx").sheets[0]
    assert [cell for cell in sheet.rows[1] if cell][-2:] == [
        "错误",
        "身份证号码校验位不对，请核对第 18 位",
    ]


def test_the_template_is_a_roster(app: Flask, sign_in: SignIn) -> None:
    answer = sign_in("training_organiser").get("/office/training/roster-template.xlsx")
    sheet = spreadsheets.read(answer.data, filename="模板.xlsx").sheets[0]
    assert sheet.rows[0] == [column.heading for column in roster.COLUMNS]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "请选择要上传的表格文件"),
        (b"<html>", "网页格式"),
        (b"PK\x03\x04 broken", "已损坏"),
    ],
)
def test_what_is_no_sheet(app: Flask, sign_in: SignIn, data: bytes, sentence: str) -> None:
    client = sign_in("training_organiser")
    found = make.make_class()
    name = "花名册.xlsx" if data else ""
    client.submit(
        f"/office/training/classes/{found.id}/import", file=(BytesIO(data), name), expect=422
    )
    assert sentence in client.errors()[0]


def test_too_few_seats_are_told_before_and_after(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class(seats=2)
    job = upload(client, found, files.realistic(3))
    client.get(job)
    assert "计划 2 人，在班 0 人，名册要新增 3 人" in client.text()
    assert "没有发现问题" not in client.text()
    assert client.page.select("main form[method=post]") == []


def test_seats_taken_after_the_dry_run_are_told(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class(seats=4)
    job = upload(client, found, files.realistic(3))
    client.get(job)
    make.import_roster(found.id, files.realistic(2, seed=9))
    client.send(job, rows="all", expect=422)
    assert "名额不够：计划 4 人，在班 2 人，名册要新增 3 人" in client.errors()[0]
    assert len(make.enrolled(found.id)) == 2


def test_the_dry_run_shows_what_was_read_and_chooses_nothing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    made = files.realistic(6)
    made.headings[made.column("联系电话")] = "手机号"
    files.wrong_digit(made, [4])
    client.get(upload(client, make.make_class(), made))
    heads = [one.get_text(strip=True) for one in client.page.select("th[scope=col]")]
    assert "联系电话（I 列“手机号”）" in heads
    assert "姓名（B 列）" in heads
    number = str(made.get(3, "公民身份号码"))
    assert f"{number[:6]}**********{number[-2:]}" in client.text()
    assert number not in client.text()
    assert client.page.select("input[type=radio][checked]") == []
    assert "写入 5 行，有错误的 1 行不写" in client.text()
    assert "名册里没有的在班学员不动" in client.text()


def test_writing_twice_is_writing_once(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class()
    job = upload(client, found, files.realistic(2))
    client.get(job)
    page = client.page
    client.send(job, rows="all")
    client.page = page
    client.send(job, rows="all")
    assert len(make.enrolled(found.id)) == 2
    assert db.session.query(ImportJob).count() == 1


def test_the_same_file_is_named(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class()
    data = files.xlsx(files.realistic(2))
    make.import_roster(found.id, data)
    client.get(upload(client, found, data))
    assert "这个文件写入过" in client.text()
    assert client.text(".kpis") == "新增 0 更新 0 未变 2 错误 0 行 共 0 处，另有提醒 0 处"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("seats", "0", "应为 1 至 20000 的整数"),
        ("min_attendance_percent", "101", "应为 0 至 100 的整数"),
        ("ends", (clock.today() - timedelta(days=9)).isoformat(), "结束日期不能早于开班日期"),
        ("county", "", "请选择县（市、区）"),
    ],
)
def test_what_a_class_must_say(
    app: Flask, sign_in: SignIn, field: str, value: str, sentence: str
) -> None:
    client = sign_in("training_organiser")
    typed = {
        "code": "KC-01",
        "programme": "village-streaming",
        "county": "330802",
        "name": "村播初级班",
        "venue": "柯城区农民学院",
        "organiser": "柯城区农业农村局",
        "starts": clock.today().isoformat(),
        "ends": clock.today().isoformat(),
        "seats": "50",
        "min_attendance_percent": "80",
    }
    client.submit("/office/training/classes/new", **typed | {field: value}, expect=422)
    assert client.errors() == [sentence]


def test_editing_leaving_and_striking(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("county_office", scope="county", scope_id="330802")
    found = make.make_class()
    lesson = make.add_session(found.id)
    make.import_roster(found.id, files.realistic(2))
    one = make.enrolled(found.id)[0]
    client.submit(
        f"/office/training/classes/{found.id}/edit",
        **{name: str(value) for name, value in vars(make.details(name="村播中级班")).items()},
    )
    assert only_class().name == "村播中级班"
    client.submit(f"/office/training/enrolments/{one.id}/drop", reason="外出务工")
    assert only_class().taken == 1
    client.submit(f"/office/training/sessions/{lesson.id}/remove")
    assert sessions_of(found.id) == []


def addresses(found: TrainingClass) -> list[str]:
    lesson = make.add_session(found.id)
    job = make.import_roster(found.id, files.realistic(1))
    one = make.enrolled(found.id)[0]
    here = f"/office/training/classes/{found.id}"
    return [
        here,
        f"{here}/edit",
        f"{here}/roll",
        f"{here}/import",
        f"{here}/close",
        f"{here}/sessions/new",
        f"/office/training/sessions/{lesson.id}",
        f"/office/training/sessions/{lesson.id}/remove",
        f"/office/training/enrolments/{one.id}/drop",
        f"/office/training/imports/{job.id}",
        f"/office/training/imports/{job.id}/errors.xlsx",
    ]


def test_a_foreign_class_is_not_there(app: Flask, sign_in: SignIn) -> None:
    own = sign_in("county_office", scope="county", scope_id="330802")
    foreign = sign_in("county_office", name="江山经办", scope="county", scope_id="330881")
    for address in addresses(make.make_class()):
        assert own.get(address).status_code == 200, address
        assert foreign.get(address).status_code == 404, address
    foreign.get("/office/training/classes")
    assert "还没有培训班" in foreign.text()


def test_others_are_kept_out(app: Flask, sign_in: SignIn) -> None:
    found = make.make_class()
    here = f"/office/training/classes/{found.id}"
    assert sign_in("award_officer").get(here).status_code == 403
    assert sign_in("auditor").get(here).status_code == 200
    assert sign_in("auditor").get(f"{here}/edit").status_code == 403
    assert app.test_client().get(here).status_code == 302


def test_lists_cost_the_same_with_one_row_and_with_three(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class("KC-01")
    lesson = make.add_session(found.id)
    make.import_roster(found.id, files.realistic(1, seed=1))
    pages = [
        "/office/training/classes",
        f"/office/training/classes/{found.id}",
        f"/office/training/classes/{found.id}/roll",
        f"/office/training/sessions/{lesson.id}",
        f"/office/training/classes/{found.id}/close",
        "/training/",
    ]
    one = []
    for address in pages:
        client.get(address)
        one.append(client.queries)
    make.import_roster(found.id, files.realistic(2, seed=2))
    for number in (2, 3):
        make.make_class(f"KC-0{number}")
        make.add_session(found.id, topic=f"第 {number} 课")
    three = []
    for address in pages:
        client.get(address)
        three.append(client.queries)
    assert dict(zip(pages, three, strict=True)) == dict(zip(pages, one, strict=True))


def test_the_public_sees_classes_and_no_names(app: Flask, client: CheckedClient) -> None:
    found = make.make_class()
    make.add_session(found.id)
    make.import_roster(found.id, files.realistic(2))
    client.get("/training/")
    assert "村播初级班" in client.text()
    client.get(f"/training/{found.id}")
    assert "还有 48 个（共 50 个）" in client.text()
    assert not [one.name for one in make.enrolled(found.id) if one.name in client.text()]


def test_only_what_lies_within_reach_is_offered(app: Flask, sign_in: SignIn) -> None:
    county = sign_in("county_office", scope="county", scope_id="330881")
    county.get("/office/training/classes/new")
    assert [str(one["value"]) for one in county.page.select("#county option")] == ["", "330881"]
    programme = sign_in("training_organiser", scope="programme", scope_id="seminars")
    programme.get("/office/training/classes/new")
    offered = [str(one["value"]) for one in programme.page.select("#programme option")]
    assert offered == ["", "seminars"]
