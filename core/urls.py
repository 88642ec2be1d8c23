"""Typed converters named after the models: /office/contests/<contest:contest_id>.

The access matrix can therefore make own and foreign samples for every address, and a malformed id is
a 404 before any view runs.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.routing import UUIDConverter

from core.db import Row


def converter_name(model: type) -> str:
    """TrainingClass -> training_class."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()


def init_app(app: Flask) -> None:
    """One converter a model; needs all models imported."""
    for model in _rows(Row):
        name = converter_name(model)
        app.url_map.converters[name] = type(f"{model.__name__}Converter", (UUIDConverter,), {})


def _rows(base: type[Any]) -> list[type[Any]]:
    found: list[type[Any]] = []
    for model in base.__subclasses__():
        found += [model, *_rows(model)]
    return found
