"""Who may do what: deny by default.

Each endpoint carries `@access("package.action")`, `@public` or `@signed_in`; an undeclared one answers
403. Each package declares its table of actions in access.py; app.py registers the tables here. This
module knows only a frozen Actor, never an account row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, g

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed_in"


@dataclass(frozen=True)
class Grant:
    """A role within a scope: the city (everything), or one contest, programme, county,
    organisation."""

    role: str
    scope: str = "city"
    scope_id: str = ""


@dataclass(frozen=True)
class Reach:
    """How far a role carries: everything, or the named objects per kind of scope."""

    everything: bool
    named: frozenset[tuple[str, str]]

    def covers(self, scope: str, scope_id: object) -> bool:
        """Whether this object lies within."""
        return self.everything or (scope, str(scope_id)) in self.named

    def ids(self, scope: str) -> list[str]:
        """The named objects of one kind, sorted."""
        return sorted(name for kind, name in self.named if kind == scope)


@dataclass(frozen=True)
class Actor:
    """Who acts in this request. A judge at a seat has `seat_id` and no account.

    `roles_text` names the roles for the masthead; this module does not know their names.
    """

    account_id: UUID | None
    person_id: UUID | None
    session_id: UUID | None
    label: str
    grants: tuple[Grant, ...] = ()
    seat_id: UUID | None = None
    stepped_up: bool = False
    must_set_up: bool = False
    roles_text: str = ""

    @property
    def roles(self) -> frozenset[str]:
        """The roles held in any scope."""
        return frozenset(grant.role for grant in self.grants)

    def reach(self, *roles: str) -> Reach:
        """How far these roles carry together."""
        held = [grant for grant in self.grants if grant.role in roles]
        return Reach(
            any(grant.scope == "city" for grant in held),
            frozenset((grant.scope, grant.scope_id) for grant in held),
        )


@dataclass(frozen=True)
class Policy:
    """One action: the roles that may, and whether money is at stake (step-up)."""

    roles: frozenset[str]
    step_up: bool = False


@dataclass
class Registry:
    """All actions of all packages."""

    policies: dict[str, Policy] = field(default_factory=dict)

    def add(self, table: Mapping[str, Policy]) -> None:
        """Register a package's table; an action belongs to one package only."""
        taken = self.policies.keys() & table.keys()
        if taken:
            raise ValueError(f"declared twice: {', '.join(sorted(taken))}")
        self.policies.update(table)


def allow(*roles: str, step_up: bool = False) -> Policy:
    """Shorthand for the tables."""
    return Policy(frozenset(roles), step_up)


def access(action: str) -> Callable[[View], View]:
    """Declare which action of the tables a view performs."""

    def mark(view: View) -> View:
        view.__access__ = action  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Declare a view as open to everybody."""
    return access(PUBLIC)(view)


def signed_in(view: View) -> View:
    """Declare a view as open to everybody who is signed in, in whatever role."""
    return access(SIGNED_IN)(view)


def registry() -> Registry:
    """The tables of the running application."""
    return current_app.extensions["access"]


def actor() -> Actor:
    """The actor of a view that asked for one; refuses to guess."""
    present: Actor | None = g.get("actor")
    if present is None:
        raise RuntimeError("this view is public: it has no actor")
    return present


def can(action: str) -> bool:
    """For templates: may the present actor do this, in any scope?"""
    present: Actor | None = g.get("actor")
    policy = registry().policies.get(action)
    return bool(present and policy and present.roles & policy.roles)


@dataclass(frozen=True)
class Verdict:
    """allow | sign_in | forbid | step_up."""

    word: str


def judge(marked: str | None, present: Actor | None, policies: Mapping[str, Policy]) -> Verdict:
    """The whole of the gate, as a pure decision."""
    if marked == PUBLIC:
        return Verdict("allow")
    if marked is None:
        return Verdict("forbid")
    if present is None:
        return Verdict("sign_in")
    if marked == SIGNED_IN:
        return Verdict("allow")
    policy = policies.get(marked)
    if policy is None or not present.roles & policy.roles or present.must_set_up:
        return Verdict("forbid")
    if policy.step_up and not present.stepped_up:
        return Verdict("step_up")
    return Verdict("allow")


def init_app(app: Flask, tables: list[Mapping[str, Policy]]) -> None:
    """Collect the tables."""
    found = app.extensions["access"] = Registry()
    for table in tables:
        found.add(table)
