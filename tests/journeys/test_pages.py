"""Every page of the system: it answers, reads well for everybody, fits and weighs little."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from tests.journeys.conftest import City
from tools import demonstration
from tools.demonstration import Route
from tools.visiting import PUBLIC

pytestmark = pytest.mark.browser
SIZES = ((1180, 820), (390, 844))
TAGS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")
RUN = """tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
  .then(found => found.violations.map(one => [one.id, one.help,
    one.nodes.slice(0, 2).map(node => node.target.join(' '))].join(': ')))"""
LIGHT, JUDGE = 15_000, 30_000
"""Bytes of HTML, CSS and JS, each gzip."""
MAIN_PAGES = (
    "people.home", "overview.home", "contests.contest_detail", "contests.enter", "contests.judge_sheet",
    "contests.public_result", "contests.panel", "awards.worklist", "awards.line", "training.board",
)  # fmt: skip
RESOURCES = "els => els.map(el => el.href || el.src)"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
WIDEST = """() => [...document.querySelectorAll('main *, header *, footer *, nav *')]
  .filter(el => el.getBoundingClientRect().right > window.innerWidth + 1)
  .slice(0, 3).map(el => el.tagName + '.' + el.className)"""


@dataclass
class Inspector:
    """Opens pages and keeps every fault with its address."""

    city: City
    axe: str = field(default_factory=lambda: Axe().axe_script)
    faults: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)

    def inspect(self, page: Page, route: Route) -> None:
        """One page at all widths."""
        self.city.complaints.clear()
        missing: list[str] = []

        def heard(answer: Response) -> None:
            if answer.status >= 400 and answer.request.resource_type != "document":
                missing.append(f"{answer.status} {answer.url}")

        page.on("response", heard)
        answer = page.goto(route.url)
        page.remove_listener("response", heard)
        if answer is None or answer.status != 200:
            self.note(route, f"status {answer and answer.status}")
            return
        if page.url.removeprefix(self.city.visitors.base) != route.url:
            self.note(route, f"leads on to {page.url}")
            return
        self._weigh(page, route, answer)
        page.evaluate(self.axe)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            self._look(page, route, width)
        for told in [*missing, *self.city.complaints]:
            self.note(route, told)
        self.city.complaints.clear()

    def note(self, route: Route, what: str) -> None:
        """A fault."""
        self.faults.append(f"{route.endpoint} ({route.role}) {route.url}: {what}")

    def _look(self, page: Page, route: Route, width: int) -> None:
        if not page.evaluate(FITS):
            self.note(route, f"{width} px: wider than the window: {page.evaluate(WIDEST)}")
        for told in page.evaluate(RUN, TAGS):
            self.note(route, f"{width} px: {told}")

    def _weigh(self, page: Page, route: Route, answer: Response) -> None:
        total = len(gzip.compress(answer.body()))
        linked = "link[rel=stylesheet], script[src]"
        for url in page.locator(linked).evaluate_all(RESOURCES):
            if url not in self.weights:
                self.weights[url] = len(gzip.compress(page.request.get(url).body()))
            total += self.weights[url]
        allowed = JUDGE if route.role == "judge" else LIGHT
        if total > allowed:
            self.note(route, f"weighs {total} bytes of {allowed}")


def enter(city: City, role: str) -> Page:
    """A page of this role."""
    return city.page("tablet") if role == PUBLIC else city.sign_in(role, "tablet")


def by_role(city: City) -> Iterator[tuple[str, list[Route]]]:
    """The pages of each role."""
    routes = sorted(demonstration.routes(city.visitors.environ), key=lambda one: one.role)
    for role, of in groupby(routes, key=lambda one: one.role):
        yield role, list(of)


def step_up_where_asked(city: City, page: Page, role: str, routes: list[Route]) -> None:
    """The first page that asks for the password again opens the others for five minutes."""
    for route in routes:
        if route.endpoint == "people.step_up":
            continue
        page.goto(route.url)
        if "/step-up" in page.url:
            city.visitors.step_up(page, role)
            return


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_is_sound(city: City, half: int) -> None:
    inspector = Inspector(city)
    roles = list(by_role(city))[half::2]
    pages = [(role, enter(city, role), routes) for role, routes in roles]
    for role, page, routes in pages:
        if role not in (PUBLIC, "judge"):
            step_up_where_asked(city, page, role, routes)
        for route in routes:
            inspector.inspect(page, route)
    assert len(pages) > 5
    assert inspector.faults == [], "\n".join(["faults:", *inspector.faults])


def test_the_main_pages_are_sound_large_and_dark(city: City) -> None:
    inspector = Inspector(city)
    for role, routes in by_role(city):
        chosen = [one for one in routes if one.endpoint in MAIN_PAGES]
        if not chosen:
            continue
        page = enter(city, role)
        page.context.add_cookies(
            [{"name": "display", "value": "large.dark", "url": city.visitors.base}]
        )
        for route in chosen:
            inspector.inspect(page, route)
            assert page.locator("html").get_attribute("data-theme") == "dark"
    assert inspector.faults == [], "\n".join(["faults:", *inspector.faults])
