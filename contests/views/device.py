"""One operation a request, for the tablet: JSON in, JSON out, the same answer to the same operation.

A JSON body of another site is stopped by the browser's pre-flight; the origin is checked as well, so
that no form token is needed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, jsonify, request
from werkzeug.exceptions import BadRequest, Forbidden
from werkzeug.wrappers import Response

from contests.queries.judging import own_seat
from contests.services import marking as service
from contests.services.marking import DeviceOperation, Outcome
from contests.views.blueprint import bp
from core import clock, ids
from core.access import access, actor
from core.db import db
from core.errors import DomainError, NotFound, SameKeyOtherBody
from core.web import csrf

LARGEST = 4096
FIELDS = {"op", "performance", "aspect", "value", "base", "rubric"}
OPTIONAL = {"made", "age", "absence"}


@bp.post("/judge/api/panels/<panel:panel_id>/ops")
@access("contests.score")
@csrf.exempt
def judge_operation(panel_id: UUID) -> Response:
    """Carry out one operation on one mark."""
    try:
        _require_own_site()
        wish = _read(panel_id)
    except BadRequest:
        if own_seat(actor()).panel_id != panel_id:  # a foreign panel is unknown, whatever is sent
            raise NotFound("没有这个评委组") from None
        raise
    try:
        with db.unit():
            outcome = service.apply_operation(actor=actor(), wish=wish, now=clock.now())
    except DomainError as error:
        return _refused(wish, error)
    return jsonify(_told(wish, outcome))


def _require_own_site() -> None:
    """The browser says where a request comes from; a page of another site is refused."""
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return
    if not {"Sec-Fetch-Site", "Origin"} & set(request.headers.keys()):
        raise BadRequest
    base = current_app.extensions["settings"].base_url or request.host_url
    if request.headers.get("Origin", "").rstrip("/") not in {
        base.rstrip("/"),
        request.host_url.rstrip("/"),
    }:
        raise Forbidden


def _read(panel_id: UUID) -> DeviceOperation:
    """The body, strictly: unknown keys and wrong types are a 400."""
    if request.mimetype != "application/json" or (request.content_length or 0) > LARGEST:
        raise BadRequest
    body: Any = request.get_json()
    if not isinstance(body, dict) or not FIELDS <= body.keys() <= FIELDS | OPTIONAL:
        raise BadRequest
    numbers = [body["base"], body["rubric"]]
    stamps = [body.get("made"), body.get("age")]
    if not (_are_right(body) and _are_counts(numbers) and _are_stamps(stamps)):
        raise BadRequest
    return DeviceOperation(
        UUID(body["op"]),
        panel_id,
        UUID(body["performance"]),
        body["aspect"],
        body["value"],
        *numbers,
        *stamps,
    )


def _are_right(body: dict[str, Any]) -> bool:
    """Ids and texts; absences are coded by the chief judge, not by a device."""
    return (
        all(
            isinstance(body[name], str) and ids.is_key(body[name]) for name in ("op", "performance")
        )
        and isinstance(body["aspect"], str)
        and (body["value"] is None or isinstance(body["value"], str))
        and not body.get("absence")
    )


def _are_counts(numbers: list[Any]) -> bool:
    return all(type(one) is int and 0 <= one < 2**31 for one in numbers)


def _are_stamps(stamps: list[Any]) -> bool:
    return all(one is None or (type(one) is int and 0 <= one < 2**53) for one in stamps)


def _told(wish: DeviceOperation, outcome: Outcome) -> dict[str, Any]:
    return {
        "op": str(wish.id),
        "status": outcome.status,
        "ver": outcome.version,
        "value": outcome.value or None,
        "server_ms": int(outcome.at.timestamp() * 1000),
        "reason": outcome.reason,
    }


def _refused(wish: DeviceOperation, error: DomainError) -> Response:
    status = {NotFound: 404, SameKeyOtherBody: 409}.get(type(error), 409)
    answer = jsonify(op=str(wish.id), status="rejected", reason=error.message)
    answer.status_code = status
    return answer
