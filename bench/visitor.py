"""A visitor of the product without a browser: cookies, redirects, forms filled as a person does.

The same visitor walks over a socket (HttpTransport) or inside the process (AppTransport).
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Protocol
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4

from bench.load import FORM_TYPE


@dataclass(frozen=True)
class Answer:
    """Status, where it redirects to, the cookies it sets, and the text."""

    status: int
    location: str
    cookies: list[str]
    text: str


class Transport(Protocol):
    """How a request reaches the product."""

    def send(
        self, method: str, path: str, cookie: str, body: bytes, kind: str = FORM_TYPE
    ) -> Answer:
        """One request, no redirect followed."""


class HttpTransport:
    """Over a keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(
        self, method: str, path: str, cookie: str, body: bytes, kind: str = FORM_TYPE
    ) -> Answer:
        """One request, no redirect followed."""
        headers = {"Cookie": cookie, "Content-Type": kind}
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        cookies = answer.headers.get_all("Set-Cookie") or []
        return Answer(answer.status, answer.headers.get("Location", ""), cookies, text)


@dataclass
class Form:
    """One form of a page: where it goes, its fields as they stand, the kinds of its inputs."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def of_kind(self, *kinds: str) -> list[str]:
        """The names of the inputs of these kinds, in the order of the page."""
        return [name for name, kind in self.kinds.items() if kind in kinds]

    def body(self, values: Mapping[str, str], *, token: str | None = None) -> bytes:
        """What the form sends, as a form that was opened anew (its own token)."""
        fresh = {"form_token": token or str(uuid4())} if "form_token" in self.fields else {}
        return urlencode({**self.fields, **fresh, **values}).encode()


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").upper())
            self.forms.append(self._open)
        if self._open and tag in ("input", "select", "textarea", "option"):
            self._take(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def _take(self, tag: str, given: dict[str, str]) -> None:
        assert self._open is not None
        name, fields = given.get("name", ""), self._open.fields
        if tag == "option":
            if self._select and ("selected" in given or not fields.get(self._select)):
                fields[self._select] = given.get("value", "")
            return
        self._select = name if tag == "select" else ""
        kind = given.get("type", "text") if tag == "input" else tag
        if not name or kind in ("submit", "button", "file"):
            return
        self._open.kinds.setdefault(name, kind)
        if kind not in ("checkbox", "radio") or "checked" in given:
            fields[name] = given.get("value", "on" if kind == "checkbox" else "")


@dataclass(frozen=True)
class Page:
    """Where the visitor stands."""

    path: str
    status: int
    text: str
    forms: list[Form]
    links: list[str]

    def form_with(self, kind: str) -> Form:
        """The first form that has an input of this kind."""
        found = next((form for form in self.forms if form.of_kind(kind)), None)
        if found is None:
            raise LookupError(f"{self.path} ({self.status}) has no form with a {kind} input")
        return found


class Visitor:
    """Keeps cookies and follows redirects."""

    def __init__(self, transport: Transport, cookie: str = "") -> None:
        self._transport = transport
        self._cookies = dict(part.split("=", 1) for part in cookie.split("; ") if part)

    @property
    def cookie(self) -> str:
        """The Cookie header as it stands."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._send("GET", path, b"")

    def submit(self, page: Page, form: Form, **values: str) -> Page:
        """Send a form of a page."""
        path = local(urljoin(page.path, form.action or page.path))
        return self._send(form.method, path, form.body(values))

    def _send(self, method: str, path: str, body: bytes) -> Page:
        for _redirect in range(10):
            answer = self._transport.send(method, path, self.cookie, body)
            for header in answer.cookies:
                name, _, rest = header.partition("=")
                self._cookies[name] = rest.split(";", 1)[0]
            if not answer.location:
                parser = _Forms()
                parser.feed(answer.text)
                return Page(path, answer.status, answer.text, parser.forms, parser.links)
            method, path, body = "GET", local(urljoin(path, answer.location)), b""
        raise LookupError(f"{path} redirects without end")


def local(address: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
