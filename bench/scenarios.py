"""What the measurements do with the product: every address and field name they know is here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import uuid4

from bench.load import Maker, request
from bench.visitor import Form, HttpTransport, Page, Transport, Visitor
from tools import demonstration

HOME = "/"
SIGN_IN = "/sign-in"
JSON_TYPE = "application/json"
PUBLIC_PAGES = ("/", "/contests", "/training", "/results")
OWN_PAGES = ("/me", "/me/profile")
APPLIED = (200, b'"status":"applied"')


class NotYet(Exception):
    """The product has nothing yet that could be measured so."""


@dataclass
class Place:
    """One aspect of one sheet: only one connection writes there, so it knows the version."""

    path: str
    performance: str
    aspect: str
    values: Sequence[str]
    version: int
    rubric: int
    cookie: str = ""

    def operation(self) -> bytes:
        """The next operation on this mark: another value each time, upon the version before."""
        value = self.values[self.version % 2]
        wish = {"op": str(uuid4()), "performance": self.performance, "aspect": self.aspect}
        wish |= {"value": value, "base": self.version, "rubric": self.rubric}  # type: ignore[dict-item]
        self.version += 1
        return json.dumps(wish).encode()

    def request(self) -> bytes:
        """The operation as bytes to send."""
        body = self.operation()
        return request("POST", self.path, cookie=self.cookie, body=body, kind=JSON_TYPE)


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
    if role == "contestant":
        page, form = sign_in_form(visitor)
        after = visitor.submit(page, form, **known)
    else:
        page = visitor.get("/sign-in/staff")
        known["code"] = demonstration.code(environ, role)
        after = visitor.submit(page, page.form_with("password"), **known)
    _require_inside(after, role)


def _sit_down(visitor: Visitor, seat: dict[str, Any]) -> None:
    """By the address of the printed QR and the PIN."""
    page = visitor.get(seat["login"])
    form = next(form for form in page.forms if "pin" in form.kinds)
    _require_inside(visitor.submit(page, form, pin=seat["pin"]), "judge")


def _require_inside(page: Page, role: str) -> None:
    if page.status != 200 or page.path.startswith((SIGN_IN, "/judge/s/")):
        raise NotYet(f"{role} could not sign in (ended at {page.path}, {page.status})")


def mixed_pages(world: World) -> list[Maker]:
    """One connection each of a visitor and a contestant, going round their pages."""
    nobody, contestant = world.visitor(), world.visitor("contestant")
    public = _open_pages(nobody, PUBLIC_PAGES)
    own = _open_pages(contestant, OWN_PAGES)
    return [_round(public), _round(public + own)]


def list_address(setting: dict[str, Any]) -> str:
    """The entries of the contest that has the most, fifty a page."""
    return f"/office/contests/{setting['longest']}/entries"


def list_page(world: World, setting: dict[str, Any]) -> tuple[Page, Maker]:
    """The 50-row list and its request."""
    visitor, path = world.visitor("contest_office"), list_address(setting)
    page = visitor.get(path)
    return page, lambda: request("GET", path, cookie=visitor.cookie)


def judges(world: World, setting: dict[str, Any]) -> list[list[Place]]:
    """Every judge sits down; the marks that each may give."""
    seats = []
    for seat in setting["seats"]:
        visitor = Visitor(world.connect())
        _sit_down(visitor, seat)
        seats.append([Place(**place, cookie=visitor.cookie) for place in seat["places"]])
    return seats


def spread(places: Iterable[Sequence[Place]], connections: int) -> list[Maker]:
    """Each connection has a mark of its own, and as few as possible share a seat."""
    turns = [place for turn in zip_longest(*places) for place in turn if place is not None]
    if len(turns) < connections:
        raise NotYet(f"only {len(turns)} marks are open, {connections} are needed")
    return [place.request for place in turns[:connections]]


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
