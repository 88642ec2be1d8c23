"""The blueprint that all pages of contests share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("contests", __name__)
