"""What the measurements do with the product: every address and field name they know is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from bench.load import Maker, request
from bench.visitor import Form, HttpTransport, Page, Transport, Visitor, local
from tools import demonstration

HOME = "/"
SIGN_IN = "/sign-in"
LIST = "/office/audit"
PUBLIC_PAGES = ("/", "/contests", "/training", "/results")
OWN_PAGES = ("/me", "/me/profile")
MARK = "7"


class NotYet(Exception):
    """The product has nothing yet that could be measured so."""


@dataclass(frozen=True)
class World:
    """A running (or in-process) demonstration city."""

    environ: dict[str, str]
    connect: Callable[[], Transport]

    def visitor(self, role: str = "") -> Visitor:
        """Somebody of a role who has just signed in; nobody in particular without one."""
        visitor = Visitor(self.connect())
        if role:
            _sign_in(self.environ, visitor, role)
        return visitor


def over_http(environ: dict[str, str], port: int) -> World:
    """The world of a server."""
    return World(environ, lambda: HttpTransport(port))


def sign_in_form(visitor: Visitor) -> tuple[Page, Form]:
    """The public door, opened."""
    page = visitor.get(SIGN_IN)
    return page, page.form_with("password")


def credentials(environ: dict[str, str], role: str = "contestant") -> dict[str, str]:
    """The fields of the sign-in form."""
    found = demonstration.logins(environ).get(role)
    if found is None:
        raise NotYet(f"demo-logins.txt names no {role}")
    return {"login": found.name, "password": found.password}


def _sign_in(environ: dict[str, str], visitor: Visitor, role: str) -> None:
    known = credentials(environ, role)
    if known["login"].startswith("/"):  # a judge's seat: the address of the printed QR, and a PIN
        page = visitor.get(known["login"])
        form = next(form for form in page.forms if form.method == "POST")
        field = form.of_kind("text", "password", "tel", "number")[0]
        after = visitor.submit(page, form, **{field: known["password"]})
    elif role == "contestant":
        page, form = sign_in_form(visitor)
        after = visitor.submit(page, form, **known)
    else:
        page = visitor.get("/sign-in/staff")
        known["code"] = demonstration.code(environ, role)
        after = visitor.submit(page, page.form_with("password"), **known)
    if after.status != 200 or after.path.startswith(SIGN_IN):
        raise NotYet(f"{role} could not sign in (ended at {after.path}, {after.status})")


def mixed_pages(world: World) -> list[Maker]:
    """One connection each of a visitor and a contestant, going round their pages."""
    nobody, contestant = world.visitor(), world.visitor("contestant")
    public = _open_pages(nobody, PUBLIC_PAGES)
    own = _open_pages(contestant, OWN_PAGES)
    return [_round(public), _round(public + own)]


def list_page(world: World) -> tuple[Page, Maker]:
    """The 50-row list and its request."""
    visitor = world.visitor("auditor")
    page = visitor.get(LIST)
    return page, lambda: request("GET", LIST, cookie=visitor.cookie)


def mark_form(visitor: Visitor) -> tuple[Page, Form]:
    """The sheet of a judge's first performance, opened: the page with the form of marks."""
    page = visitor.get("/judge")
    for link in page.links:
        address = local(urljoin(page.path, link))
        if address.startswith("/judge/"):
            sheet = visitor.get(address)
            form = next((form for form in sheet.forms if _mark_fields(form)), None)
            if form is not None:
                return sheet, form
    raise NotYet("the judge's pages show no form of marks")


def marks(form: Form) -> dict[str, str]:
    """A mark in every field."""
    return dict.fromkeys(_mark_fields(form), MARK)


def mark_submissions(world: World, connections: int) -> list[Maker]:
    """A judge who hands in a full sheet again and again, each time as a new operation."""
    visitor = world.visitor("judge")
    page, form = mark_form(visitor)
    path = local(urljoin(page.path, form.action or page.path))
    values = marks(form)
    return [
        lambda: request("POST", path, cookie=visitor.cookie, body=form.body(values))
    ] * connections


def _mark_fields(form: Form) -> list[str]:
    return [name for name in form.of_kind("text", "number") if "mark" in name]


def _open_pages(visitor: Visitor, paths: tuple[str, ...]) -> list[bytes]:
    """Requests for those of the pages that exist and answer at once."""
    pages = [(path, visitor.get(path)) for path in paths]
    return [
        request("GET", path, cookie=visitor.cookie)
        for path, page in pages
        if page.status == 200 and page.path == path
    ]


def _round(requests: list[bytes]) -> Maker:
    turn = iter(range(10**9))
    return lambda: requests[next(turn) % len(requests)]
