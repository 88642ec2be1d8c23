"""Grants, reach and the registry. The gate's table stands in tests/conventions/test_access.py."""

from __future__ import annotations

import pytest

from core.access import Actor, Grant, Policy, Registry, allow


def actor(*grants: Grant) -> Actor:
    return Actor(None, None, None, "陈静", grants)


def test_a_city_wide_role_reaches_everything() -> None:
    reach = actor(Grant("contest_office")).reach("contest_office")
    assert (reach.everything, reach.covers("contest", "a")) == (True, True)


def test_a_scoped_role_reaches_what_it_names() -> None:
    who = actor(
        Grant("contest_office", "contest", "b"),
        Grant("contest_office", "contest", "a"),
        Grant("county_office", "county", "330825"),
    )
    reach = who.reach("contest_office")
    assert reach.ids("contest") == ["a", "b"]
    assert reach.ids("county") == []
    assert [reach.covers("contest", one) for one in ("a", "b", "c")] == [True, True, False]
    assert not reach.covers("county", "330825")
    assert who.roles == {"contest_office", "county_office"}


def test_roles_carry_together() -> None:
    who = actor(Grant("trainer", "programme", "p"), Grant("training_organiser"))
    assert who.reach("trainer", "training_organiser").everything
    assert not who.reach("trainer").everything
    assert not who.reach("finance").covers("programme", "p")


def test_an_action_belongs_to_one_package() -> None:
    registry = Registry()
    registry.add({"a.x": allow("finance")})
    with pytest.raises(ValueError, match="declared twice: a.x"):
        registry.add({"a.x": allow("auditor")})
    assert registry.policies == {"a.x": Policy(frozenset({"finance"}))}
