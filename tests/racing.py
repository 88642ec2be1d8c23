"""Two people at the same moment: one unit is open while the other begins."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from core.db import db
from core.errors import DomainError

HEAD_START = 0.3
"""Seconds for the second to run into what the first holds: it then waits, or has already gone on."""


def overtaken(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> str:
    """Let `second` begin before the unit of `first` is committed; what `second` was refused with, or
    an empty text."""
    with ThreadPoolExecutor(1) as pool:
        with db.unit():
            first()
            waiting = pool.submit(_attempt, app, second)
            time.sleep(HEAD_START)
        return waiting.result()


def _attempt(app: Flask, work: Callable[[], object]) -> str:
    with app.app_context():
        try:
            with db.unit():
                work()
        except DomainError as error:
            return error.message
        finally:
            db.session.remove()
    return ""
