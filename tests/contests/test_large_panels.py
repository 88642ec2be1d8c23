"""The pages of a panel with one entry and with three hundred: the same number of queries, lists in pages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import update

from contests.models import Assignment, Panel
from contests.views import judge_lists
from core.db import db
from tests.contests import crossed, judging
from tests.contests.crossed import FOUR, drawn, make_compared, make_field
from tests.pages import CheckedClient, Person

COUNTS = (1, 300)


@dataclass(frozen=True)
class Counted:
    """What a page needed, and how much of the field it shows."""

    queries: int
    rows: int


def prepared(count: int) -> Panel:
    """A panel with partial crossing that waits to begin."""
    contest = make_compared(2)
    make_field(contest, count, start=count)
    panel = drawn(contest)
    crossed.seat(panel, *FOUR)
    return panel


def opened(count: int) -> Panel:
    """The same, being marked by two judges, all of everything."""
    contest = make_compared(2)
    make_field(contest, count, start=count)
    panel = drawn(contest, each="")
    crossed.seat(panel, *FOUR[:2])
    crossed.open_(panel)
    return panel


def read(client: CheckedClient, path: str, rows: str) -> Counted:
    """A page twice: what the first visit leaves in the memory of the process is not counted."""
    client.get(path)
    assert client.get(path).status_code == 200
    return Counted(client.queries, len(client.page.select(rows)))


@pytest.mark.parametrize(
    ("path", "rows"), [("/desk", "main tbody tr"), ("/crossing", "main tbody tr")]
)
def test_the_office_before_it_begins(app: Flask, sign_in: Person, path: str, rows: str) -> None:
    office = sign_in("contest_office")
    small, large = [
        read(office, f"/office/panels/{prepared(count).id}{path}", rows) for count in COUNTS
    ]
    assert large.queries == small.queries
    assert large.rows == {"/desk": 4 + 100, "/crossing": 4 + 50}[path]


def test_the_chief_judge_and_who_leaves(app: Flask, sign_in: Person) -> None:
    chief, office = sign_in("chief_judge", name="钱裁判长"), sign_in("contest_office")
    found = []
    for count in COUNTS:
        panel = opened(count)
        console = read(chief, f"/office/panels/{panel.id}", "main tbody tr")
        seat = judging.seats_of(panel)[0].id
        leaves = read(office, f"/office/panels/{panel.id}/judges/{seat}/withdraw", "main form")
        found.append((console, leaves))
    (small, leaves), (large, left) = found
    assert large.queries == small.queries
    assert (small.rows, large.rows) == (1, 50)
    assert left == leaves


def test_the_judge(app: Flask) -> None:
    lists, sheets = [], []
    for count in COUNTS:
        panel = opened(count)
        judge = judging.sit(app, judging.seats_of(panel)[0])
        lists.append(read(judge, "/judge/", ".tasks li"))
        one = judging.performances_of(panel)[count // 2].id
        sheets.append(read(judge, f"/judge/performances/{one}", ".entries li"))
    assert lists == [Counted(lists[0].queries, 1), Counted(lists[0].queries, judge_lists.PAGE)]
    beside = judge_lists.BESIDE + 2
    assert sheets == [Counted(sheets[0].queries, 1), Counted(sheets[0].queries, beside)]


def test_the_chief_judge_of_a_crossing_panel(app: Flask, sign_in: Person) -> None:
    chief = sign_in("chief_judge", name="钱裁判长")
    found = []
    for count in (6, 300):
        panel = prepared(count)
        crossed.open_(panel)
        found.append(read(chief, f"/office/panels/{panel.id}", "main tbody tr"))
    assert found == [Counted(found[0].queries, 6), Counted(found[0].queries, 50)]


def test_a_long_list_leads_to_what_is_due(app: Flask) -> None:
    panel = opened(130)
    seat, turns = judging.seats_of(panel)[0], judging.performances_of(panel)
    done = [one.id for one in turns if one.position <= 70]
    with db.unit() as session:
        session.execute(
            update(Assignment)
            .where(Assignment.seat_id == seat.id, Assignment.performance_id.in_(done))
            .values(state="confirmed")
        )
    judge = judging.sit(app, seat)
    judge.get("/judge/")
    assert "共 130 个项目，已完成 70 个。" in judge.text()
    assert "第 2 页，共 3 页" in judge.text()
    ahead = judge.page.select_one("main a.btn")
    assert ahead is not None
    assert (ahead.text, ahead["href"]) == (
        f"接着评 {turns[70].code} 号",
        f"/judge/performances/{turns[70].id}",
    )
    judge.get("/judge/?due=1")
    assert "第 1 页，共 2 页" in judge.text()
    assert judge.page.select(".tasks a")[0].text.startswith(f"{turns[70].code} 号")
    assert [one["href"] for one in judge.page.select(".pager a")] == ["/judge/?page=2&due=1"]
    judge.get("/judge/?page=1")
    assert judge.page.select(".tasks a")[0].text.startswith(f"{turns[0].code} 号")
