"""The blueprint that the views of this package share, and its words for templates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from flask import Blueprint, Response, current_app
from werkzeug.wrappers import Response as AnyResponse

from core.errors import DomainError
from core.forms import BaseForm
from core.web import file_answer
from people.counties import COUNTIES
from people.identifiers import mask_name
from training.attending import percent_text
from training.queries.programmes import titles
from training.skill_levels import LEVELS

Answer = AnyResponse | tuple[str, int]
Found = TypeVar("Found")

bp = Blueprint("training", __name__)
bp.add_app_template_filter(mask_name, "name_mask")
bp.add_app_template_filter(percent_text, "attendance_rate")


@bp.app_template_filter("county")
def county(key: str) -> str:
    """330802 -> 柯城区"""
    return COUNTIES.get(key, key)


@bp.app_template_filter("programme")
def programme(code: str) -> str:
    """village-streaming -> 村播学院"""
    return titles().get(code, code)


@bp.app_template_filter("skill_level")
def skill_level(code: str) -> str:
    """technician -> 技师"""
    return LEVELS.get(code, "")


def before_unit(form: BaseForm, work: Callable[[], Found]) -> Found | None:
    """Parsing and judging come before the transaction: do them once the form is valid; a refusal
    is placed at its field. None when there is nothing to write."""
    if not form.validate_on_submit():
        return None
    try:
        return work()
    except DomainError as error:
        if type(error) is not DomainError:
            raise
        form.place(error)
        return None


def download(data: bytes, name: str) -> Response:
    """An xlsx under a Chinese name."""
    return file_answer(data, kind="xlsx", filename=name)


def upload_of(form: BaseForm) -> tuple[bytes, str]:
    """Bytes and name of the file that was chosen."""
    file = form["file"].data
    return file.read(), file.filename or ""


def files_root() -> Path:
    """The root of the file store."""
    root: Path = current_app.extensions["settings"].files
    return root
