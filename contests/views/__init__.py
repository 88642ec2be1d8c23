"""Pages of contests, one module an audience."""

from __future__ import annotations

from flask import Blueprint

blueprints: list[Blueprint] = []
