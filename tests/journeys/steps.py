"""What a person does on any page."""

from __future__ import annotations

import re

from playwright.sync_api import Page


def press(page: Page, name: str) -> None:
    """Press the page's button of this name and wait for the answer."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow the first link of the page whose name begins with these words."""
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=re.compile(f"^{name}")).first.click()
