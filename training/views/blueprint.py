"""The blueprint that the views of this package share, and its words for templates."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from core.forms import before_unit
from core.web import file_answer, files_root, upload_of
from people.counties import COUNTIES
from people.identifiers import mask_name
from training.attending import percent_text
from training.queries.programmes import titles
from training.skill_levels import LEVELS

__all__ = ["Answer", "before_form", "before_unit", "bp", "download", "files_root", "upload_of"]

Answer = AnyResponse | tuple[str, int]

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


def before_form(check: Callable[[], None]) -> None:
    """What can no longer be changed is told before anybody fills in a form. A form that is sent all
    the same is judged by the service, so that nothing typed is lost."""
    if request.method != "POST":
        check()


def download(data: bytes, name: str) -> Response:
    """An xlsx under a Chinese name."""
    return file_answer(data, kind="xlsx", filename=name)
