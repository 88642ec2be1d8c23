"""The roll of a class, its sheet, marking a large class, and what a closed class still shows."""

from __future__ import annotations

import pytest
from flask import Flask

from core import spreadsheets
from tests.pages import Person as SignIn
from tests.training import factories as make
from tests.training import rosters as files
from training.attending import missed_text
from training.queries.attendance import marks_of
from training.queries.classes import JOBS, sessions_of


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ([], ""),
        ([("present", 4), ("late", 4)], ""),
        ([("leave", 2), ("absent", 4), ("absent", 6)], "旷课 2 次 10 课时、请假 1 次 2 课时"),
    ],
)
def test_missed_text(marks: list[tuple[str, int]], text: str) -> None:
    assert missed_text(marks) == text


def test_the_roll_is_searched_and_taken_along(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class(seats=60)
    make.add_session(found.id)
    made = files.realistic(60)
    made.set(made.first_row + 55, "姓名", "ＬＩＮＡ小雨")
    make.import_roster(found.id, made)
    here = f"/office/training/classes/{found.id}/roll"
    for typed in ("lina", "ＬＩ", "小雨"):
        client.get(f"{here}?text={typed}")
        assert len(client.page.select("tbody tr")) == 1, typed
    client.get(f"{here}?text=%25")
    assert "没有符合条件的学员" in client.text()
    answer = client.get(f"/office/training/classes/{found.id}/roll.xlsx")
    sheet = spreadsheets.read(answer.data, filename="名单.xlsx").sheets[0]
    assert len(sheet.rows) == 62
    assert sheet.rows[2][1:3] == [
        made.get(made.first_row, "姓名"),
        str(made.get(made.first_row, "公民身份号码"))[:6]
        + "*" * 10
        + str(made.get(made.first_row, "公民身份号码"))[-2:],
    ]


def test_a_whole_large_class_is_marked_at_once(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class(seats=300)
    lesson = make.add_session(found.id)
    make.import_roster(found.id, files.realistic(201))
    first = make.enrolled(found.id)[0]
    page = f"/office/training/sessions/{lesson.id}"
    client.get(page)
    assert "全班 201 人，还有 201 人没有记" in client.text()
    client.submit(page, **{f"mark-{first.id}": "absent"}, rest="class")
    marks = [event.mark for event in marks_of(lesson.id).values()]
    assert (marks.count("present"), marks.count("absent")) == (200, 1)


def test_closing_names_who_fails_and_why(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class()
    lesson = make.add_session(found.id)
    make.import_roster(found.id, files.realistic(3))
    people = make.enrolled(found.id)
    here = f"/office/training/classes/{found.id}"
    client.get(here)
    assert "1 课未记齐" in client.text()
    make.mark(lesson.id, {one.id: "present" for one in people} | {people[1].id: "sick"})
    for close in (False, True):
        if close:
            make.close(found.id)
        client.get(f"{here}/close")
        rows = [row.get_text(" ", strip=True) for row in client.page.select("tbody tr")]
        number = people[1].person.document_number
        masked = f"{number[:6]}**********{number[-2:]}"
        assert rows == [f"{people[1].name} {masked} 0/4 0% 病假 1 次 4 课时"]
    for page in (
        f"{here}/edit",
        f"{here}/import",
        f"{here}/sessions/new",
        f"/office/training/sessions/{lesson.id}",
        f"/office/training/sessions/{lesson.id}/remove",
        f"/office/training/enrolments/{people[0].id}/drop",
    ):
        assert client.get(page).status_code == 409, page
        assert "已经结班" in client.text()


def test_uploads_come_in_pages(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class()
    data = files.xlsx(files.realistic(1))
    for _ in range(JOBS + 1):
        make.dry_run(found.id, data)
    here = f"/office/training/classes/{found.id}"
    client.get(here)
    assert len(client.page.select("tbody tr")) == JOBS
    client.get(f"{here}?page=2")
    assert len(client.page.select("tbody tr")) == 1
    assert sessions_of(found.id) == []


def test_pages_below_a_section_light_it_up(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    found = make.make_class()
    lesson = make.add_session(found.id)
    for page, label in (
        (f"/office/training/sessions/{lesson.id}", "培训班"),
        ("/office/training/board", "目标看板"),
    ):
        client.get(page)
        assert client.text(".side [aria-current=page]") == label


def test_classes_are_found_by_a_part_whatever_case_and_width(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("training_organiser")
    make.make_class("KC-01")
    make.make_class("JS-02", name="电商Ａ班")
    for typed, code in (("kc", "KC-01"), ("ｋｃ－０", "KC-01"), ("a班", "JS-02")):
        client.get(f"/office/training/classes?text={typed}")
        assert [row.select_one("td").get_text() for row in client.page.select("tbody tr")] == [  # type: ignore[union-attr]
            code
        ], typed
