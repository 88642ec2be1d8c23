"""How the people of a demonstration come in, in a browser: door, seat, code and step-up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tools import demonstration

PUBLIC = "public"
OWN_DOOR = ("contestant", "organisation_agent")


@dataclass
class Visitors:
    """The people of one demonstration; pages open at `base`. Remembers the codes that were used."""

    base: str
    environ: dict[str, str]
    codes: dict[str, str] = field(default_factory=dict)

    def sign_in(self, page: Page, role: str) -> None:
        """Through the door of this role; a judge through the printed address of the seat."""
        login = demonstration.logins(self.environ)[role]
        if login.name.startswith("/"):
            page.goto(self.base + login.name)
            page.get_by_label("PIN").fill(login.password)
        else:
            page.goto(self.base + ("/sign-in" if role in OWN_DOOR else "/sign-in/staff"))
            page.fill("input[name=login]", login.name)
            page.fill("input[name=password]", login.password)
            if role not in OWN_DOOR:
                page.fill("input[name=code]", self.fresh_code(role))
        door = page.url
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: url != door and "/sign-in" not in url)

    def step_up(self, page: Page, role: str) -> None:
        """Answer the question for password and code, if the page asks it."""
        if "/step-up" not in page.url:
            return
        page.fill("input[name=password]", demonstration.logins(self.environ)[role].password)
        if page.locator("input[name=code]").count():
            page.fill("input[name=code]", self.fresh_code(role))
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/step-up" not in url)

    def fresh_code(self, role: str) -> str:
        """A code that was not used yet: after the sign-in, the next half minute's."""
        used = self.codes.get(role)
        while (code := demonstration.code(self.environ, role)) == used:
            time.sleep(1)
        self.codes[role] = code
        return code
