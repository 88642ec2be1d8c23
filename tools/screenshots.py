"""Pictures of every page of the route list at three widths, from a demonstration of its own.

python tools/dev.py screenshots [--display=large.dark] [FOLDER [ENDPOINT ...]]
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tools import demonstration, environment, servers, system_packages
from tools.demonstration import Route
from tools.visiting import PUBLIC, Visitors

DISPLAY = "--display="
WIDTHS = {390: 844, 1180: 820, 1920: 1080}


def main(arguments: list[str]) -> int:
    """Take the pictures; 1 when a page does not answer 200."""
    display = next((one for one in arguments if one.startswith(DISPLAY)), DISPLAY)
    arguments = [one for one in arguments if not one.startswith(DISPLAY)]
    folder = Path(arguments[0] if arguments else "instance/screenshots").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    chromium = system_packages.chromium()
    if chromium is None:
        raise environment.Refusal("No chromium on PATH; SAIXUN_CHROMIUM names one elsewhere.")
    with tempfile.TemporaryDirectory(prefix="saixun-screens-") as instance:
        environ = demonstration.environ_of(Path(instance))
        demonstration.load(environ)
        wanted = [
            route
            for route in demonstration.routes(environ)
            if not arguments[1:] or route.endpoint in arguments[1:]
        ]
        with servers.running(servers.product_command(), environ) as server:
            base = f"http://127.0.0.1:{server.port}"
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium, env={**os.environ, "LANGUAGE": "zh_CN"}
                )
                wrong = _all_roles(
                    browser, Visitors(base, environ), wanted, folder, display.removeprefix(DISPLAY)
                )
                browser.close()
    print(f"{len(wanted) * len(WIDTHS) - len(wrong)} pictures in {folder}")
    for line in wrong:
        print(f"NOT TAKEN  {line}")
    return 1 if wrong else 0


def _all_roles(
    browser: Browser, visitors: Visitors, wanted: list[Route], folder: Path, display: str
) -> list[str]:
    """Each role signs in once; its pages are taken at all widths in that session. `display` is a
    choice of the menu 显示, "large.dark"; "" for what a visitor sees first."""
    wrong = []
    for role in sorted({route.role for route in wanted}):
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        if display:
            context.add_cookies([{"name": "display", "value": display, "url": visitors.base}])
        if role != PUBLIC:
            door = context.new_page()
            visitors.sign_in(door, role)
            door.close()
        for route in [route for route in wanted if route.role == role]:
            wrong += _take(context, visitors, route, folder)
        context.close()
    return wrong


def _take(context: BrowserContext, visitors: Visitors, route: Route, folder: Path) -> list[str]:
    """One page at all widths; the complaints."""
    wrong = []
    name = re.sub(r"[^A-Za-z0-9_.]+", "-", f"{route.endpoint}.{route.role}")
    page = context.new_page()
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(visitors.base + route.url)
        if route.endpoint != "people.step_up":
            visitors.step_up(page, route.role)
        status = answer.status if answer else 0
        landed = page.url.removeprefix(visitors.base)
        if status != 200 or landed.startswith("/sign-in") != route.url.startswith("/sign-in"):
            wrong.append(f"{route.endpoint} as {route.role} at {width}: {status} {landed}")
            continue
        page.screenshot(path=folder / f"{name}.{width}.png", full_page=True)
    page.close()
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
