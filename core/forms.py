"""The base of all forms, and the one way from a form to a service: `attempt`.

Messages are Chinese and placed at their fields. Every form carries a CSRF token bound to the
session (no time limit: a villager's form outlives an hour) and a form token that makes it happen once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

from flask import Response, g, redirect, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from core import clock, gate, held, ids, once
from core.db import db
from core.errors import DomainError, FieldErrors

Result = TypeVar("Result")

__all__ = [
    "BaseForm",
    "TextField",
    "ValidationError",
    "attempt",
    "before_unit",
    "longest",
    "optional",
    "required",
]


class BaseForm(FlaskForm):
    """A form that happens once. `values()` are its own fields, without the tokens."""

    form_token = HiddenField()

    class Meta:
        """WTForms' own messages in Chinese."""

        locales = ("zh",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        formdata = kwargs.pop("formdata", None) or _recalled()
        if formdata is None and request.is_json:  # no browser form: nothing was filled in
            formdata = MultiDict()
        if formdata is not None:
            kwargs["formdata"] = formdata
        super().__init__(*args, **kwargs)
        if not ids.is_key(self.form_token.data or ""):  # missing or tampered with
            self.form_token.data = str(uuid4())
        self.form_errors: list[str] = []

    def values(self) -> dict[str, Any]:
        """What the person typed or chose, by field name."""
        tokens = {"csrf_token", "form_token"}
        return {name: value for name, value in self.data.items() if name not in tokens}

    def place(self, error: DomainError) -> None:
        """Put a refusal at its field, or above the form when it has none."""
        pairs = error.errors if isinstance(error, FieldErrors) else {error.field: error.message}
        for name, message in pairs.items():
            found = self._fields.get(name) if name else None
            if found is None:
                self.form_errors = [*self.form_errors, message]
            else:
                found.errors = [*found.errors, message]


class TextField(StringField):
    """One line of text without outer blanks; never None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Strip what phones add."""
        self.data = valuelist[0].strip() if valuelist else ""

    def process_data(self, value: Any) -> None:
        """An absent default shows as an empty box."""
        self.data = value or ""


def required(message: str) -> InputRequired | DataRequired:
    """A field that must be filled; the sentence says what to do: 请填写手机号码."""
    return DataRequired(message)


def optional() -> Optional:
    """A field that may stay empty."""
    return Optional()


def longest(characters: int) -> Length:
    """A text limit with a sentence."""
    return Length(max=characters, message=f"最多 {characters} 个字，请缩短")


def attempt(
    form: BaseForm, action: Callable[[], Result], to: Callable[[Result], str]
) -> Response | None:
    """Validate, open the unit, act once, and redirect to `to(result)`; None when the form must be
    shown (again). A DomainError appears at its field; a repeated form leads to the first result.
    """
    if not form.validate_on_submit():
        return None
    try:
        with db.unit() as session:
            key = {"key": form.form_token.data or ""}
            actor = g.get("actor")
            place = once.claim(
                session,
                **key,
                actor=str(actor.session_id) if actor else "",
                endpoint=request.endpoint or "",
                digest=_digest(),
                now=clock.now(),
            )
            if place is None:
                place = to(action())
                once.settle(session, **key, result=place)
    except DomainError as error:
        if type(error) not in (DomainError, FieldErrors):
            raise
        form.place(error)
        return None
    return redirect(place, 303)  # type: ignore[return-value]


def before_unit(form: BaseForm, work: Callable[[], Result]) -> Result | None:
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


def _digest() -> str:
    """sha256 over the address and what was typed. Passwords and codes stay out: a fast hash of
    them must not lie in the database."""
    fields = sorted(
        (name, text)
        for name, text in request.form.items(multi=True)
        if name != "form_token" and not name.startswith(held.NEVER_KEPT)
    )
    files = sorted((name, _file_digest(file)) for name, file in request.files.items(multi=True))
    body = json.dumps([request.path, fields, files], ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def _file_digest(file: FileStorage) -> str:
    digest = hashlib.sha256(file.stream.read()).hexdigest()
    file.stream.seek(0)
    return digest


def _recalled() -> MultiDict[str, str] | None:
    """The fields of an interrupted POST, when the address asks for them."""
    token = request.args.get("held", "")
    if request.method != "GET" or not token:
        return None
    fields = held.recall(
        db.session(),
        token=token,
        path=request.path,
        now=clock.now(),
        owner=gate.account_key(),
    )
    return MultiDict(fields) if fields else None
