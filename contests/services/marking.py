"""Marks: each change is an operation, the present mark its projection. Judges at their seats only.

Every act locks the sheet; the number of a mark's versions is unique, so that of two devices with one
judge only one is right about what it changed, and the other is shown both values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, update

from contests import life
from contests.models import Assignment, Mark, MarkOperation, Stage
from contests.queries import judging as queries
from contests.queries.judging import Sheet
from contests.rubric import Aspect
from contests.score_sheets import (
    UNMARKED,
    Value,
    parse_mark,
    sheet_digest,
    shown,
    unmarked,
    zeros,
)
from core import audit, ids
from core.access import Actor
from core.db import db
from core.errors import DomainError, SameKeyOtherBody


@dataclass(frozen=True)
class Change:
    """One mark to be written: `base` is the version that it replaces."""

    id: UUID
    aspect: str
    base: int
    milli: int | None = None
    absence: str = ""
    made_ms: int | None = None
    age_ms: int | None = None


@dataclass(frozen=True)
class Typed:
    """What a form brings: texts and base versions by aspect; `batch` is its token."""

    texts: Mapping[str, str]
    bases: Mapping[str, int]
    batch: UUID


@dataclass(frozen=True)
class Saved:
    """What became of a form: the aspects written, and a sentence for each that was not."""

    written: tuple[str, ...]
    errors: Mapping[str, str]
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DeviceOperation:
    """One operation of a device, as sent; `value` is canonical text, None takes the mark back."""

    id: UUID
    panel_id: UUID
    performance_id: UUID
    aspect: str
    value: str | None
    base: int
    rubric: int
    made_ms: int | None = None
    age_ms: int | None = None


@dataclass(frozen=True)
class Outcome:
    """The answer to an operation: applied, conflict or rejected; `value` and `version` are those
    that the server holds now (after a replay: those it then wrote)."""

    status: str
    version: int
    value: str
    at: datetime
    reason: str = ""


def save_sheet(*, actor: Actor, performance_id: UUID, typed: Typed, now: datetime) -> Saved:
    """Keep what is right of a half-filled sheet; what is wrong or was changed elsewhere is told."""
    sheet = queries.own_sheet(actor, performance_id, for_update=True)
    require_open(sheet)
    present = queries.marks_on(sheet.id)
    changes: list[Change] = []
    errors: dict[str, str] = {}
    for aspect in sheet.aspects:
        if aspect.key not in typed.texts:
            continue
        try:
            change = _change(aspect, present.get(aspect.key, UNMARKED), typed)
        except DomainError as error:
            errors[aspect.key] = error.message
        else:
            changes += [change] if change else []
    if changes:
        _write(sheet, present, changes, channel="form", now=now)
        record(actor, "mark", sheet, now, _told(sheet, changes))
    versions = {one.aspect: one.base + 1 for one in changes}
    return Saved(tuple(versions), errors, {k: v.version for k, v in present.items()} | versions)


def _change(aspect: Aspect, present: Value, typed: Typed) -> Change | None:
    """The change that a form asks for, None if there is none; DomainError says why it cannot be."""
    text = typed.texts[aspect.key]
    milli = parse_mark(aspect, text)
    if milli == present.milli:
        return None
    if typed.bases.get(aspect.key, 0) != present.version:
        held, wish = shown(aspect, present.milli) or "空", text.strip() or "空"
        raise DomainError(f"另一台设备已改为 {held}，您填的是 {wish}，没有保存；选定后再保存一次")
    return Change(uuid5(typed.batch, aspect.key), aspect.key, present.version, milli)


def apply_operation(*, actor: Actor, wish: DeviceOperation, now: datetime) -> Outcome:
    """One operation of a device, once: sent again it gets the same answer, with another body it is
    refused (SameKeyOtherBody)."""
    sheet, present, earlier = queries.own_sheet_and_mark(
        actor,
        panel_id=wish.panel_id,
        performance_id=wish.performance_id,
        aspect=wish.aspect,
        operation_id=wish.id,
    )
    aspect = sheet.aspect(wish.aspect)
    if earlier is not None:
        return _replay(aspect, sheet, wish, earlier)
    try:
        require_open(sheet)
        if wish.rubric != sheet.rubric_version:
            raise DomainError("评分标准已更新，请重新打开页面")
        milli = parse_mark(aspect, wish.value or "")
    except DomainError as error:
        return _outcome("rejected", aspect, present, now, error.message)
    if milli == present.milli:
        return _outcome("applied", aspect, present, now)
    if wish.base != present.version:
        return _outcome("conflict", aspect, present, now, "这一项已在另一台设备上改过，请选择")
    change = Change(wish.id, aspect.key, wish.base, milli, made_ms=wish.made_ms, age_ms=wish.age_ms)
    _write(sheet, {aspect.key: present}, [change], channel="tablet", now=now)
    record(actor, "mark", sheet, now, _told(sheet, [change]))
    return _outcome("applied", aspect, Value(milli, "", wish.base + 1), now)


def _outcome(status: str, aspect: Aspect, value: Value, now: datetime, reason: str = "") -> Outcome:
    return Outcome(status, value.version, shown(aspect, value.milli), now, reason)


def _replay(aspect: Aspect, sheet: Sheet, wish: DeviceOperation, earlier: MarkOperation) -> Outcome:
    sent = (sheet.id, wish.aspect, wish.value or "", wish.base, wish.rubric, wish.made_ms)
    kept = (
        earlier.assignment_id,
        earlier.aspect,
        shown(aspect, earlier.milli),
        earlier.base,
        earlier.rubric_version,
        earlier.made_ms,
    )
    if sent != kept:
        raise SameKeyOtherBody("这个操作号已经用过，内容与第一次不同，没有保存")
    value = Value(earlier.milli, earlier.absence, earlier.version)
    return _outcome("applied", aspect, value, earlier.received)


def confirm_sheet(
    *, actor: Actor, performance_id: UUID, digest: str, zeros_meant: bool, now: datetime
) -> Sheet:
    """Freeze the sheet: only if the server holds exactly the marks that the judge saw, all of them.
    Zeros must be meant."""
    sheet = queries.own_sheet(actor, performance_id, for_update=True)
    require_open(sheet)
    marks = queries.marks_on(sheet.id)
    gaps = unmarked(sheet.aspects, marks)
    if gaps:
        raise DomainError(f"还有 {len(gaps)} 项没有评：{'、'.join(one.title for one in gaps)}")
    if sheet_digest(sheet.aspects, marks) != digest:
        raise DomainError("这张评分表刚在别处改过，请核对现在的分数后再确认")
    if zeros(sheet.aspects, marks) and not zeros_meant:
        raise DomainError("有 0 分的项目，请勾选确认确实给 0 分", "zeros_meant")
    db.session.execute(
        update(Assignment)
        .where(Assignment.id == sheet.id)
        .values(state="confirmed", reason="", confirmed_at=now, confirmed_digest=digest)
    )
    record(actor, "confirm_sheet", sheet, now, {"digest": digest})
    db.session.flush()
    return sheet


def excuse(
    sheet_id: UUID, sheet: Sheet, *, absence: str, state: str, reason: str, now: datetime
) -> None:
    """Write a coded absence over every aspect of a sheet; "" takes all marks back."""
    present = queries.marks_on(sheet_id)
    changes = [
        Change(ids.opaque(), aspect.key, present.get(aspect.key, UNMARKED).version, None, absence)
        for aspect in sheet.aspects
        if absence or present.get(aspect.key, UNMARKED).given
    ]
    _write(sheet, present, changes, channel="office", now=now, reason=reason)
    db.session.execute(
        update(Assignment)
        .where(Assignment.id == sheet_id)
        .values(state=state, reason=reason, confirmed_at=None, confirmed_digest="")
    )


def require_open(sheet: Sheet) -> None:
    """DomainError unless this sheet may be marked now."""
    why = life.why_not_mark(
        halt=sheet.halt,
        panel=sheet.panel_state,
        performance=sheet.performance_state,
        sheet=sheet.state,
    )
    if why:
        raise DomainError(why)


def _write(
    sheet: Sheet,
    present: Mapping[str, Value],
    changes: Iterable[Change],
    *,
    channel: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Operations, then the projection; the first mark of a stage locks its rubric."""
    if not sheet.locked:
        lock = update(Stage).where(Stage.id == sheet.stage_id, Stage.locked_at.is_(None))
        db.session.execute(lock.values(locked_at=now))
    operations = [_operation(sheet, one, channel, now, reason) for one in changes]
    if not operations:
        return
    db.session.execute(insert(MarkOperation), operations)
    fresh = [one for one in operations if not one["base"]]
    if fresh:
        db.session.execute(insert(Mark), [_mark(one, now) for one in fresh])
    for one in operations:
        if one["base"]:
            where = (Mark.assignment_id == sheet.id, Mark.aspect == one["aspect"])
            values = {name: one[name] for name in ("milli", "absence", "version")} | {"at": now}
            db.session.execute(
                update(Mark)
                .where(*where)
                .values(**values)
                .execution_options(synchronize_session=False)
            )


def _operation(
    sheet: Sheet, change: Change, channel: str, now: datetime, reason: str
) -> dict[str, Any]:
    return {
        "id": change.id,
        "assignment_id": sheet.id,
        "seat_id": sheet.seat_id,
        "aspect": change.aspect,
        "milli": change.milli,
        "absence": change.absence,
        "base": change.base,
        "version": change.base + 1,
        "rubric_version": sheet.rubric_version,
        "reason": reason,
        "channel": channel,
        "made_ms": change.made_ms,
        "age_ms": change.age_ms,
        "received": now,
    }


def _mark(operation: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    kept = ("assignment_id", "aspect", "milli", "absence", "version")
    return {"id": ids.ordered(), "at": now} | {name: operation[name] for name in kept}


def _told(sheet: Sheet, changes: Iterable[Change]) -> dict[str, Any]:
    """What the trail keeps of marks: by aspect, as typed."""
    marks = {
        one.aspect: one.absence or shown(sheet.aspect(one.aspect), one.milli) for one in changes
    }
    return {"code": sheet.code, "marks": marks}


def record(
    actor: Actor,
    verb: str,
    sheet: Sheet,
    now: datetime,
    changes: Mapping[str, Any],
    reason: str = "",
) -> None:
    """In the stream of the seat: judges do not queue behind one another."""
    audit.record(
        actor=actor,
        verb=verb,
        subject=f"contests_assignment/{sheet.id}",
        now=now,
        stream=f"seat/{sheet.seat_id}",
        changes=changes,
        reason=reason,
    )
