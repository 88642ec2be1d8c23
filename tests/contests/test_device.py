"""The tablet's address: one operation a request."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from contests.models import Panel
from contests.queries import judging as queries
from tests.contests import judging
from tests.contests.judging import sit
from tests.pages import CheckedClient, Watch

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def panel(app: Flask) -> Panel:
    return judging.make_open_panel(entries=1)


@pytest.fixture
def tablet(app: Flask, panel: Panel) -> CheckedClient:
    return sit(app, judging.seats_of(panel)[0])


def body(panel: Panel, **over: Any) -> dict[str, Any]:
    values = {
        "op": str(uuid4()),
        "performance": str(judging.performances_of(panel)[0].id),
        "aspect": "business_model",
        "value": "17.5",
        "base": 0,
        "rubric": 1,
        "made": 1_795_000_000_000,
        "age": 40,
    }
    return values | over


def send(client: CheckedClient, panel: Panel, wish: Any, headers: Any = OWN) -> Any:
    return client.post(f"/judge/api/panels/{panel.id}/ops", json=wish, headers=headers)


def mark(panel: Panel) -> str:
    seat, performance = judging.seats_of(panel)[0], judging.performances_of(panel)[0]
    sheet = queries.own_sheet(judging.at_seat(seat), performance.id)
    found = queries.marks_on(sheet.id).get("business_model")
    return "" if found is None else str(found.milli)


def test_an_operation_is_applied_and_answered_twice_alike(
    panel: Panel, tablet: CheckedClient
) -> None:
    wish = body(panel)
    first = send(tablet, panel, wish).get_json()
    assert {key: first[key] for key in ("op", "status", "ver", "value")} == {
        "op": wish["op"],
        "status": "applied",
        "ver": 1,
        "value": "17.5",
    }
    assert send(tablet, panel, wish | {"age": 9000}).get_json() == first
    assert mark(panel) == "17500"


def test_another_body_is_409(panel: Panel, tablet: CheckedClient) -> None:
    wish = body(panel)
    send(tablet, panel, wish)
    assert send(tablet, panel, wish | {"value": "3"}).status_code == 409
    assert mark(panel) == "17500"


def test_a_conflict_tells_both(panel: Panel, tablet: CheckedClient) -> None:
    send(tablet, panel, body(panel))
    answer = send(tablet, panel, body(panel, value="3")).get_json()
    assert (answer["status"], answer["ver"], answer["value"]) == ("conflict", 1, "17.5")


def test_an_operation_takes_few_statements(app: Flask, panel: Panel, tablet: CheckedClient) -> None:
    watch: Watch = app.extensions["watch"]
    send(tablet, panel, body(panel))
    for base in (1, 2):
        send(tablet, panel, body(panel, value=str(base), base=base))
        work = [one for one in watch.statements if not one.startswith("BEGIN")]
        assert len(work) <= 8, work


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_site_is_refused(panel: Panel, tablet: CheckedClient, headers: Any) -> None:
    assert send(tablet, panel, body(panel), headers).status_code == 403
    assert mark(panel) == ""


def test_who_does_not_say_where_from_is_refused(panel: Panel, tablet: CheckedClient) -> None:
    assert send(tablet, panel, body(panel), {}).status_code == 400
    assert mark(panel) == ""


def test_the_own_origin_is_enough(panel: Panel, tablet: CheckedClient) -> None:
    answer = send(tablet, panel, body(panel), {"Origin": "http://localhost"})
    assert answer.get_json()["status"] == "applied"


@pytest.mark.parametrize(
    "over",
    [
        {"op": "17"},
        {"performance": None},
        {"aspect": 5},
        {"value": 17.5},
        {"base": True},
        {"base": -1},
        {"rubric": "1"},
        {"made": 1.5},
        {"absence": "no_show"},
        {"entry": "x"},
    ],
)
def test_a_crooked_body_is_400(panel: Panel, tablet: CheckedClient, over: dict[str, Any]) -> None:
    assert send(tablet, panel, body(panel, **over)).status_code == 400
    assert mark(panel) == ""


@pytest.mark.parametrize("wish", [[], "x", None, {}])
def test_no_operation_at_all(panel: Panel, tablet: CheckedClient, wish: Any) -> None:
    assert send(tablet, panel, wish).status_code == 400


def test_a_foreign_panel_or_performance_is_404(
    app: Flask, panel: Panel, tablet: CheckedClient
) -> None:
    other = judging.make_open_panel(preset="livestream", entries=1, start=50)
    foreign = str(judging.performances_of(other)[0].id)
    assert send(tablet, other, body(panel)).status_code == 404
    assert send(tablet, panel, body(panel, performance=foreign)).status_code == 404


def test_nobody_without_a_seat(client: CheckedClient, panel: Panel) -> None:
    assert send(client, panel, body(panel)).status_code == 401
