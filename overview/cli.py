"""`flask demo …`: the demonstration city."""

from __future__ import annotations

from flask.cli import AppGroup

commands = AppGroup("demo", help="The demonstration city: never mixed into real data.")
