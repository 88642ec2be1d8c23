"""The chief judge's console, and the office's pages of panels."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests.models import Assignment, Entry, Panel, Reopening, Seat
from contests.queries import console
from core.db import db
from tests.contests import judging
from tests.contests.judging import confirm, mark_sheet, texts
from tests.pages import CheckedClient, Person


@pytest.fixture
def panel(app: Flask) -> Panel:
    return judging.make_open_panel(entries=2)


@pytest.fixture
def chief(panel: Panel, sign_in: Person) -> CheckedClient:
    return sign_in("chief_judge", name="钱裁判长", scope="contest", scope_id=panel.contest_id)


def first_sheet(panel: Panel) -> Assignment:
    db.session.expire_all()
    where = select(Assignment).where(
        Assignment.seat_id == judging.seats_of(panel)[0].id,
        Assignment.performance_id == judging.performances_of(panel)[0].id,
    )
    return db.session.scalars(where).one()


def finish_first(panel: Panel) -> None:
    seat, performance = judging.seats_of(panel)[0], judging.performances_of(panel)[0]
    mark_sheet(seat, performance, texts(seat))
    confirm(seat, performance)


def test_the_matrix_counts(panel: Panel, chief: CheckedClient) -> None:
    finish_first(panel)
    chief.get(f"/office/panels/{panel.id}")
    text = chief.text()
    assert "评分表 1/10" in text
    assert "已确认" in text
    assert "48.00" in text


def test_a_sheet_is_returned(panel: Panel, chief: CheckedClient) -> None:
    finish_first(panel)
    path = f"/office/sheets/{first_sheet(panel).id}"
    chief.submit(path + "/return", expect=422, reason="")
    assert chief.errors() == ["请写明原因"]
    chief.send(path + "/return", reason="第三项请再核对")
    assert (first_sheet(panel).state, first_sheet(panel).reason) == ("open", "第三项请再核对")
    chief.submit(path + "/return", expect=422, reason="再退一次看看")
    assert chief.errors() == ["评委还没有确认这张评分表，不用退回"]


def test_an_absence_is_coded(panel: Panel, chief: CheckedClient) -> None:
    path = f"/office/sheets/{first_sheet(panel).id}"
    chief.submit(path + "/absence", expect=422, reason="航班取消")
    assert chief.errors() == ["请选择情形"]
    chief.send(path + "/absence", absence="no_show", reason="航班取消")
    chief.get(path)
    assert "记为缺席" in chief.text()
    assert "航班取消" in chief.text()


def test_closing_is_refused_with_names(panel: Panel, chief: CheckedClient) -> None:
    chief.get(f"/office/panels/{panel.id}")
    chief.send(f"/office/panels/{panel.id}/close", expect=422)
    assert chief.errors()[0].startswith("还有 10 处没有完成，不能结束：01 号 陈评委 差 6 项；")


def test_closing_and_opening_again(panel: Panel, chief: CheckedClient, sign_in: Person) -> None:
    judging.fill_panel(panel)
    chief.get(f"/office/panels/{panel.id}")
    chief.send(f"/office/panels/{panel.id}/close")
    chief.submit(f"/office/panels/{panel.id}/reopen", reason="发现漏评一项")
    db.session.expire_all()
    assert db.session.get_one(Panel, panel.id).state == "closed"
    said = db.session.scalars(select(Reopening)).one()
    chief.get(f"/office/panels/{panel.id}/reopen")
    chief.send(f"/office/reopenings/{said.id}/confirm", expect=422)
    assert chief.errors() == ["须由赛事办或监督仲裁确认"]
    supervisor = sign_in("supervisor")
    supervisor.get(f"/office/panels/{panel.id}")
    assert "提出重新开放评分：发现漏评一项" in supervisor.text()
    supervisor.get(f"/office/panels/{panel.id}/reopen")
    supervisor.send(f"/office/reopenings/{said.id}/confirm")
    db.session.expire_all()
    assert db.session.get_one(Panel, panel.id).state == "open"


def test_what_nobody_wants_opened_again_stays_closed(
    panel: Panel, chief: CheckedClient, sign_in: Person
) -> None:
    judging.fill_panel(panel)
    judging.close(panel)
    chief.submit(f"/office/panels/{panel.id}/reopen", reason="发现漏评一项")
    said = db.session.scalars(select(Reopening)).one()
    office = sign_in("contest_office")
    office.get(f"/office/panels/{panel.id}/reopen")
    office.send(f"/office/reopenings/{said.id}/drop", reason="没有漏评，核对过签到表")
    db.session.expire_all()
    assert db.session.get_one(Panel, panel.id).state == "closed"
    chief.submit(f"/office/panels/{panel.id}/reopen", reason="另有一处漏评")
    assert db.session.scalar(select(func.count(Reopening.id))) == 3


def test_who_did_not_come(panel: Panel, chief: CheckedClient) -> None:
    one = judging.performances_of(panel)[0].id
    path = f"/office/panels/{panel.id}/performances/{one}/no-show"
    chief.submit(path, reason="选手弃赛")
    chief.get(path)
    assert "已到" in chief.text()


def test_far_apart_levels_are_shown(app: Flask, sign_in: Person) -> None:
    panel = judging.make_open_panel(preset="skill", entries=1, judges=3)
    performance = judging.performances_of(panel)[0]
    for seat, level in zip(judging.seats_of(panel), ("3", "2", "1"), strict=True):
        mark_sheet(seat, performance, texts(seat, workmanship=level))
        confirm(seat, performance)
    chief = sign_in("chief_judge")
    chief.get(f"/office/panels/{panel.id}")
    assert f"{performance.code} 号：“工艺与外观”相差 2 级" in chief.text()
    chief.send(f"/office/panels/{panel.id}/close", expect=422)


def test_a_blind_panel_names_nobody_to_scoring_roles(app: Flask, sign_in: Person) -> None:
    panel = judging.make_open_panel(preset="skill", entries=2, judges=3)
    secrets = [str(one) for one in db.session.scalars(select(Entry.id))]
    secrets += [one for one in db.session.scalars(select(Entry.admission_no)) if one]
    secrets += list(db.session.scalars(select(Entry.title)))
    secrets += list(db.session.scalars(select(Entry.employer)))
    sheets = db.session.scalars(select(Assignment.id)).all()
    paths = ["/office/panels", f"/office/panels/{panel.id}"]
    paths += [f"/office/sheets/{one}" for one in sheets]
    for role in ("chief_judge", "supervisor"):
        client = sign_in(role)
        for path in paths:
            text = client.get(path).get_data(as_text=True)
            assert [one for one in secrets if one in text] == [], path
    office = sign_in("contest_office")
    office.get(f"/office/panels/{panel.id}")
    assert "王芳" in office.text()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("contest_office", 403),
        ("supervisor", 403),
        ("contestant", 403),
        ("county_office", 403),
    ],
)
def test_only_the_chief_decides(panel: Panel, sign_in: Person, role: str, status: int) -> None:
    client = sign_in(role)
    sheet = first_sheet(panel).id
    assert client.get(f"/office/sheets/{sheet}/return").status_code == status


def test_a_foreign_chief_finds_nothing(panel: Panel, sign_in: Person) -> None:
    client = sign_in("chief_judge", scope="contest", scope_id=uuid4())
    sheet = first_sheet(panel).id
    one = judging.performances_of(panel)[0].id
    for path in (
        f"/office/panels/{panel.id}",
        f"/office/panels/{panel.id}/reopen",
        f"/office/panels/{panel.id}/performances/{one}/no-show",
        f"/office/sheets/{sheet}",
        f"/office/sheets/{sheet}/return",
        f"/office/sheets/{sheet}/absence",
    ):
        assert client.get(path).status_code == 404, path
    client.get("/office/panels")
    assert "还没有评委组" in client.text()


def test_the_matrix_takes_a_fixed_number_of_queries(app: Flask, sign_in: Person) -> None:
    counts = []
    for entries, start in ((1, 0), (3, 50)):
        panel = judging.make_open_panel(entries=entries, start=start)
        chief = sign_in("chief_judge")
        chief.get(f"/office/panels/{panel.id}")
        counts.append(chief.queries)
    chief.get("/office/panels")
    counts += [chief.queries]
    assert counts[0] == counts[1]
    assert counts[2] <= 5


# The office


def test_the_office_draws_seats_prints_and_opens(app: Flask, sign_in: Person) -> None:
    contest = judging.make_contest()
    judging.make_entries(contest, 1)
    office = sign_in("contest_office")
    track = str(db.session.scalars(select(Entry.track_id)).one())
    judging.commit_draw(contest)
    office.submit(
        f"/office/contests/{contest.id}/panels/new", track_id=track, name="一组", coding="blind"
    )
    panel = db.session.scalars(select(Panel)).one()
    for place, criteria in enumerate((["measured", "judged"], ["judged"], ["judged"])):
        wish = judging.judge_wish(place)
        office.submit(
            f"/office/panels/{panel.id}/judges/new",
            name=wish.name,
            document_number=wish.document_number,
            employer=wish.employer,
            criteria=criteria,
        )
    office.get(f"/office/panels/{panel.id}/desk")
    office.send(f"/office/panels/{panel.id}/seats", expect=200)
    assert office.text().count("PIN") >= 3
    office.get(f"/office/panels/{panel.id}/desk")
    office.send(f"/office/panels/{panel.id}/open")
    office.get(f"/office/panels/{panel.id}/desk")
    assert "评分中" in office.text()
    hashes = db.session.scalars(select(Seat.pin_hash)).all()
    assert all(one.startswith("$argon2id$") for one in hashes)


def test_one_seat_is_issued_anew(panel: Panel, sign_in: Person) -> None:
    office = sign_in("contest_office")
    seat = judging.seats_of(panel)[1]
    path = f"/office/panels/{panel.id}/seats?seat={seat.id}"
    office.get(f"/office/panels/{panel.id}/desk")
    office.send(path, expect=200)
    assert "刘评委 席位 2" in office.text()
    assert "陈评委" not in office.text()


def test_a_refused_judge_is_told_at_the_employer(app: Flask, sign_in: Person) -> None:
    contest = judging.make_team_contest()
    judging.make_entries(contest, 1)
    panel = judging.make_panel(contest)
    office = sign_in("contest_office")
    wish = judging.judge_wish()
    office.submit(
        f"/office/panels/{panel.id}/judges/new",
        expect=422,
        name=wish.name,
        document_number=wish.document_number,
        employer="王芳的工厂",
        criteria=["technology"],
    )
    assert office.errors() == ["不能担任：与参赛单位同属“王芳的工厂”"]


def test_given_values_are_typed_and_corrected(app: Flask, sign_in: Person) -> None:
    contest = judging.make_contest()
    judging.make_entries(contest, 1)
    panel = judging.make_panel(contest)
    path = f"/office/panels/{panel.id}/givens"
    box = f"given_{judging.performances_of(panel)[0].entry_id.hex}_theory"
    office = sign_in("contest_office")
    office.submit(path, expect=422, **{box: "101"})
    office.send(path, **{box: "88"})
    office.submit(path, expect=422, **{box: "89"})
    assert office.errors() == ["请写明原因（至少 4 个字）"]
    office.send(path, **{box: "89"}, reason="登分时看错一行")
    office.get(path)
    assert office.page.select_one(f"#{box}")["value"] == "89"  # type: ignore[index]


@pytest.mark.parametrize("role", ["chief_judge", "supervisor", "contestant", "county_office"])
def test_only_the_office_arranges(panel: Panel, sign_in: Person, role: str) -> None:
    client = sign_in(role)
    for path in ("desk", "judges/new", "givens"):
        assert client.get(f"/office/panels/{panel.id}/{path}").status_code == 403


def test_a_foreign_office_finds_nothing(panel: Panel, sign_in: Person) -> None:
    client = sign_in("contest_office", scope="contest", scope_id=uuid4())
    for path in (
        f"/office/contests/{panel.contest_id}/panels/new",
        f"/office/panels/{panel.id}/desk",
        f"/office/panels/{panel.id}/judges/new",
        f"/office/panels/{panel.id}/givens",
    ):
        assert client.get(path).status_code == 404


def test_the_judges_report_is_for_the_chief_judge_alone(
    panel: Panel, chief: CheckedClient, sign_in: Person
) -> None:
    path = f"/office/panels/{panel.id}/judges"
    chief.get(path)
    assert "还没有已确认的评分表" in chief.text()
    judging.fill_panel(panel)
    chief.get(path)
    cells = [cell.get_text(strip=True) for cell in chief.page.select("tbody tr:first-child > *")]
    first = judging.seats_of(panel)[0]
    assert cells == [first.judge_name, first.employer, "2", "52.50", "2.12", "0.00", "1.00", "—"]
    for role in ("contest_office", "supervisor", "score_clerk"):
        other = sign_in(role, scope="contest", scope_id=panel.contest_id)
        assert other.get(path).status_code == 403


def test_a_large_panel_is_paged_and_counted_whole(
    panel: Panel, chief: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "PAGE", 1)
    finish_first(panel)
    shown = []
    for number in (1, 2, 3):
        chief.get(f"/office/panels/{panel.id}?page={number}")
        assert "评分表 1/10" in chief.text()
        shown += [cell.get_text(strip=True) for cell in chief.page.select("tbody th")]
    assert shown == [one.code for one in judging.performances_of(panel)]
