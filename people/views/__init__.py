"""Pages of people: at the door, one's own, persons, accounts, the service desk."""

from __future__ import annotations

from people.views import desk, door, office, own, persons
from people.views.blueprint import bp

__all__ = ["blueprints", "desk", "door", "office", "own", "persons"]

blueprints = [bp]
