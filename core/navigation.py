"""What stands in the masthead: each package declares its items, the layout shows the allowed ones."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for

from core.access import PUBLIC, can

HOME = "/"
"""Every address begins so: it is the section of itself alone."""


@dataclass(frozen=True)
class NavItem:
    """One link. `action` is a name of the access tables, or "public"; low `order` comes first."""

    label: str
    endpoint: str
    action: str
    order: int
    under: tuple[str, ...] = ()
    """Other pages that belong to it: all whose address begins so, unless another item fits better."""


def init_app(app: Flask, tables: list[list[NavItem]]) -> None:
    """Collect the items of all packages."""
    items = [item for table in tables for item in table]
    app.extensions["navigation"] = sorted(items, key=lambda item: (item.order, item.endpoint))


def items() -> list[NavItem]:
    """What the present visitor may open. Staff do not need the public pages in their masthead."""
    everything: list[NavItem] = current_app.extensions["navigation"]
    own = [item for item in everything if item.action != PUBLIC and can(item.action)]
    visible = [item for item in everything if item.action == PUBLIC]
    return own if len(own) > 1 and g.get("actor") else [*visible, *own]


def links() -> list[tuple[str, str, bool]]:
    """(label, href, whether it is the present page's section)."""
    here = request.path
    found = [(item.label, url_for(item.endpoint), item.under) for item in items()]
    fitting = [
        (len(start), href)
        for _, href, under in found
        for start in (href, *under)
        if here == start or (start != HOME and here.startswith(start))
    ]
    best = max(fitting, default=(0, ""))[1]
    return [(label, href, href == best) for label, href, _ in found]


def landing() -> str:
    """The first page of whoever just signed in: the first own item, else the home page."""
    own = [item for item in items() if item.action != PUBLIC]
    return url_for(own[0].endpoint) if own else url_for("overview.home")
