"""The target board: 人 and 人次, by county and year."""

from __future__ import annotations

import re

from flask import Flask

from core import clock
from tests.pages import Person as SignIn
from tests.training import factories as make
from tests.training import rosters as files
from training.queries.board import Board, Shown, board


def shown(found: Board, code: str) -> Shown:
    return next(one for one in found.targets if one.target.code == code)


def see(role: str = "training_organiser", scope: str = "city", scope_id: str = "") -> Board:
    year = clock.today().year
    someone = make.actor(role, scope, scope_id)
    return board(someone, year=year, years=[year, year - 1], today=clock.today())


def two_counties() -> None:
    """王 and 李 in 柯城; 王 once more in 江山."""
    make.finished_class("KC-01", files.realistic(2, seed=1))
    make.finished_class("JS-01", files.realistic(1, seed=1), county="330881")


def test_one_person_in_two_classes(app: Flask) -> None:
    two_counties()
    done = shown(see(), "village-streaming.completion").progress
    assert (done.city.persons, done.city.times) == (2, 3)
    assert {key: (c.persons, c.times) for key, c in done.counties.items() if c.times} == {
        "330802": (2, 2),
        "330881": (1, 1),
    }
    assert done.note == "全市按人去重为 2 人，各县（市、区）合计 3 人，有人在多地参加。"


def test_a_county_sees_its_own_share(app: Flask) -> None:
    two_counties()
    found = see("county_office", "county", "330881")
    done = shown(found, "village-streaming.completion").progress
    assert (found.whole_city, done.city.persons, list(done.counties)) == (False, 1, ["330881"])


def test_a_programme_sees_the_targets_it_counts_to(app: Flask) -> None:
    found = see("training_organiser", "programme", "village-streaming")
    assert [one.target.code for one in found.targets] == [
        "village-streaming.completion",
        "village-streaming.streamer",
        "rural-talent.completion",
    ]


def test_a_metric_without_a_source_shows_no_figure(app: Flask) -> None:
    assert {one.target.code for one in see().targets if not one.counted} == {
        "highly-skilled.senior_certificate",
        "village-streaming.streamer",
    }


def test_the_page(app: Flask, sign_in: SignIn) -> None:
    two_counties()
    client = sign_in("auditor")
    client.get("/office/training/board")
    text = client.text()
    assert "积极引育“村播”人才，每年培训1万人，培养乡村主播2000人。" in text
    assert "衢委发〔2020〕7号，附件9" in text
    assert "目标期已结束" in text
    assert "有人在多地参加" in text
    titles = [title.get_text() for title in client.page.select("svg title")]
    assert "全市：2 人，3 人次，目标 10,000，完成 0.0%" in titles
    assert re.search(r"柯城区 2 2", client.text(".chart table"))
    for year in (str(clock.today().year - 1), "1999", "x"):
        assert client.get(f"/office/training/board?year={year}").status_code == 200
