"""Pages of people: at the door, one's own, and the accounts office."""

from __future__ import annotations

from people.views import desk, door, office, own
from people.views.blueprint import bp

__all__ = ["blueprints", "desk", "door", "office", "own"]

blueprints = [bp]
