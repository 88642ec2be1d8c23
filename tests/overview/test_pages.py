"""The home page and one's own page."""

from __future__ import annotations

from tests.contests import factories
from tests.pages import CheckedClient, Person


def test_the_home_page_without_anything_says_so(client: CheckedClient) -> None:
    assert client.get("/").status_code == 200
    assert "现在没有正在报名的赛事" in client.text()
    assert "近期没有培训班" in client.text()


def test_the_home_page_leads_to_an_open_contest(client: CheckedClient) -> None:
    contest = factories.make_contest(name="2026 年村播大赛", slug="cunbo-2026")
    client.get("/")
    links = [(link.get_text(strip=True), link["href"]) for link in client.page.select("main h3 a")]
    assert links == [(contest.name, "/contests/cunbo-2026")]


def test_the_home_page_costs_no_more_with_three_contests_than_with_one(
    client: CheckedClient,
) -> None:
    factories.make_contest()
    client.get("/")
    with_one = client.queries
    factories.make_contest()
    factories.make_contest()
    client.get("/")
    assert client.queries == with_one


def test_the_home_page_starts_no_session(client: CheckedClient) -> None:
    response = client.get("/")
    assert response.headers.getlist("Set-Cookie") == []


def test_a_new_contestant_is_told_to_fill_the_profile(sign_in: Person) -> None:
    client = sign_in("contestant", name="徐慧敏")
    client.get("/me")
    assert "实名信息" in client.text()
    assert client.page.select_one('main a[href="/me/profile"]') is not None


def test_an_official_has_no_page_of_contestants(sign_in: Person) -> None:
    assert sign_in("award_officer").get("/me").status_code == 403
