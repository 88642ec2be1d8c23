"""A demonstration city served as `make run` serves it, and a real browser over it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools import demonstration, servers
from tools.visiting import Visitors

WIDTHS = {"phone": (390, 844), "tablet": (1180, 820), "desk": (1920, 1080)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long inspections of all pages begin first, each by itself; the tests of one journey share
    a city, so that they stay with one worker."""
    items.sort(key=lambda item: "test_pages" not in item.nodeid)
    for item in items:
        if "journeys" in item.path.parts and "test_pages" not in item.nodeid:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@dataclass
class City:
    """The running demonstration: opens pages for its people and watches what the browser says."""

    visitors: Visitors
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    signed_in: dict[str, Any] = field(default_factory=dict)

    def page(self, device: str = "desk", state: Any = None, *, script: bool = True) -> Page:
        """A new browser of its own, nobody signed in (or as in a kept state)."""
        width, height = WIDTHS[device]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=device != "desk",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=self.visitors.base,
            storage_state=state,
            java_script_enabled=script,
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def sign_in(self, role: str, device: str = "desk", *, script: bool = True) -> Page:
        """A page of the demonstration's official or contestant in this role. A code is good once,
        so each signs in once a run."""
        if role in self.signed_in:
            page = self.page(device, self.signed_in[role], script=script)
            page.goto("/start")
            return page
        page = self.page(device, script=script)
        self.visitors.sign_in(page, role)
        self.signed_in[role] = page.context.storage_state()
        return page

    def close(self) -> None:
        """Between two tests: no browser stays signed in."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()

    def _heard(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        expected = "Failed to load resource" in text  # 4xx and 5xx that a journey asks for
        if kind == "error" and not expected:
            self.complaints.append(text)


@pytest.fixture(scope="session")
def shared_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Loaded once a run; journeys make their own people and contests in it."""
    chromium = (
        os.environ.get("SAIXUN_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("google-chrome")
    )
    if not chromium:
        pytest.skip("no chromium: set SAIXUN_CHROMIUM")
    environ = demonstration.environ_of(tmp_path_factory.mktemp("city"))
    demonstration.load(environ)
    with servers.running(servers.product_command(), environ) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield City(Visitors(f"http://127.0.0.1:{server.port}", environ), browser)
        browser.close()


@pytest.fixture
def city(shared_city: City) -> Iterator[City]:
    """The city; a test fails when the browser complained (scripts, content policy)."""
    shared_city.complaints.clear()
    yield shared_city
    shared_city.close()
    assert shared_city.complaints == []


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A document as a contestant has one."""
    path = tmp_path / "材料.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n9\n%%EOF\n")
    return path
