"""Files of figures: judged outside any transaction, kept by sha256, written once as a version.

A restatement is another file for the same session and platform. It makes new versions of the given
values, so that runs that stand on the old ones are stale; nothing is edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from contests import metric_checks, metric_rows
from contests.metric_checks import Context, Window
from contests.metric_rows import MetricSheet, OrderList
from contests.models import LiveSession, MetricFile, MetricValue, PlatformAccount
from contests.platforms import Platform, platform_of, title_of
from contests.queries import livestream
from contests.queries import metrics as queries
from contests.queries.results import is_published
from contests.services.feeding import PUBLISHED, feed
from contests.services.trail import note
from core import files, ids, spreadsheets
from core.access import Actor
from core.db import db
from core.errors import DomainError
from core.sheet_tables import Issue


@dataclass(frozen=True)
class Stated:
    """What the office says of a file: key of the platform, window, who exported it."""

    platform: str
    window: Window
    exporter: str


@dataclass(frozen=True)
class Upload:
    """A file that was read and stored, and the list of orders beside it if there is one."""

    sha256: str
    filename: str
    found: MetricSheet
    orders: OrderList | None = None
    orders_sha256: str = ""
    orders_filename: str = ""


def read_upload(
    *,
    platform: str,
    file: tuple[bytes, str],
    orders: tuple[bytes, str] | None,
    root: Path,
) -> Upload:
    """Parse in the child process and keep below `root`; `file` and `orders` are bytes and name.
    Outside any transaction. DomainError at "file" or "orders"."""
    known = platform_of(platform)
    data, name = file
    book = spreadsheets.read(data, filename=name)
    found = metric_rows.read(book.sheets, known, hidden=book.hidden)
    made: dict[str, Any] = {}
    if orders is not None:
        made["orders"] = _read_orders(orders, known)
        made["orders_sha256"] = files.store(root, orders[0])
        made["orders_filename"] = files.short_name(orders[1])
    return Upload(files.store(root, data), files.short_name(name), found, **made)


def _read_orders(orders: tuple[bytes, str], platform: Platform) -> OrderList:
    try:
        book = spreadsheets.read(orders[0], filename=orders[1])
        return metric_rows.read_orders(book.sheets, platform, hidden=book.hidden)
    except DomainError as error:
        raise DomainError(error.message, "orders") from None


def read_again(*, file: MetricFile, root: Path) -> Upload:
    """The stored bytes of a file, read anew: what is written is what lies in the store."""
    orders = None
    if file.orders_sha256:
        orders = (files.load(root, file.orders_sha256), file.orders_filename)
    data = (files.load(root, file.file_sha256), file.filename)
    return read_upload(platform=file.platform, file=data, orders=orders, root=root)


def keep_check(
    *, actor: Actor, session_id: UUID, stated: Stated, upload: Upload, now: datetime
) -> MetricFile:
    """Keep what the check found. The same file again gives the row that is there; once it was written,
    nothing about it changes."""
    session = livestream.session_within(actor, session_id, *queries.IMPORTERS)
    _check_stated(session, stated, now)
    file = queries.same_file(session.id, stated.platform, upload.sha256)
    if file is not None and file.state == "applied":
        return file
    issues = _judged(session, stated.platform, stated.window, upload)
    if file is None:
        file = MetricFile(
            session_id=session.id, platform=stated.platform, file_sha256=upload.sha256
        )
    file.filename = upload.filename
    file.orders_sha256, file.orders_filename = upload.orders_sha256, upload.orders_filename
    file.window_start, file.window_end = stated.window.start, stated.window.end
    file.as_of, file.exporter = stated.window.as_of, stated.exporter.strip()
    file.uploaded_by, file.uploaded_at = actor.label, now
    file.counts, file.report = _counts(upload, issues), _report(upload, issues)
    db.session.add(file)
    _record(actor, "upload_metrics", session, file, now)
    db.session.flush()
    return file


def _check_stated(session: LiveSession, stated: Stated, now: datetime) -> None:
    if not session.slots:
        raise DomainError("这一场还没有排定选手，先排定场次再导入数据")
    if not stated.exporter.strip():
        raise DomainError("请填写导出人", "exporter")
    metric_checks.check_window(stated.window, session.starts, session.minutes, now)


def _judged(session: LiveSession, platform: str, window: Window, upload: Upload) -> list[Issue]:
    """All issues of an upload, judged against what the unit sees."""
    current = queries.current_files([session.id]).get((session.id, platform))
    issues = [*upload.found.issues, *(upload.orders.issues if upload.orders else ())]
    context = _context(session, platform, current)
    issues += metric_checks.check(upload.found, context, upload.orders)
    if not metric_checks.covers_whole(window, session.starts, session.minutes):
        text = "统计时间没有覆盖整场直播，场内有些成交没有算进来"
        issues.append(Issue(upload.found.sheet, 0, "", "W_WINDOW", text))
    if current is not None and window.as_of < current.as_of:
        text = "已写入的一版退款统计截止得更晚，不能用较早的数据替代"
        issues.append(Issue(upload.found.sheet, 0, "", "E_OLDER", text))
    return sorted(issues, key=lambda one: (not one.refuses, one.row))


def _context(session: LiveSession, platform: str, current: MetricFile | None) -> Context:
    accounts = accounts_on(session, platform)
    codes = {slot.performance.entry_id: slot.performance.code for slot in session.slots}
    before = queries.values_of([current.id]) if current else {}
    prefix = f"{platform}/"
    return Context(
        expected={one.handle_key: f"{codes[one.entry_id]} 号" for one in accounts},
        elsewhere={
            key.removeprefix(prefix): where
            for key, where in queries.other_sessions(session).items()
            if key.startswith(prefix)
        },
        needed=[one.key for one in queries.fed_givens(session.panel)],
        before={one.handle_key: before[one.id] for one in accounts if one.id in before},
    )


def accounts_on(session: LiveSession, platform: str) -> list[PlatformAccount]:
    """The accounts on a platform of those who are live in a session and take part."""
    entries = [
        slot.performance.entry_id for slot in session.slots if slot.performance.state == "scheduled"
    ]
    found = livestream.accounts_of(entries)
    return [one for entry in entries for one in found.get(entry, []) if one.platform == platform]


def _counts(upload: Upload, issues: Sequence[Issue]) -> dict[str, int]:
    errors = sum(one.refuses for one in issues)
    return {
        "rows": upload.found.rows,
        "accounts": len(upload.found.figures),
        "errors": errors,
        "warnings": len(issues) - errors,
    }


def _report(upload: Upload, issues: Sequence[Issue]) -> dict[str, Any]:
    return {
        "issues": [asdict(one) for one in issues],
        "unread": list(upload.found.unread),
        "other_sheets": list(upload.found.other_sheets),
        "notes": list(upload.found.notes),
        "rows": [asdict(one) | {"values": dict(one.values)} for one in upload.found.figures],
    }


def apply_file(
    *, actor: Actor, file_id: UUID, upload: Upload, warnings_seen: bool, now: datetime
) -> MetricFile:
    """Write a file as the version that counts, all rows or none, and pass its figures on to the
    scoring. Judged anew. A file that was written before changes nothing."""
    file = queries.file_within(actor, file_id, *queries.IMPORTERS, for_update=True)
    session = livestream.session_within(actor, file.session_id, *queries.IMPORTERS, for_update=True)
    if file.state == "applied":
        return file
    if is_published(session.panel.track_id, session.panel.stage):
        raise DomainError(PUBLISHED)
    window = Window(file.window_start, file.window_end, file.as_of)
    issues = _judged(session, file.platform, window, upload)
    file.counts, file.report = _counts(upload, issues), _report(upload, issues)
    if file.counts["errors"]:
        raise DomainError("文件里有错误，没有写入任何数据；请改好或重新导出后再上传")
    if file.counts["warnings"] and not warnings_seen:
        raise DomainError("请先核对上面的提醒，再勾选确认", "warnings_seen")
    current = queries.current_files([session.id]).get((session.id, file.platform))
    file.version = (current.version or 0) + 1 if current else 1
    file.state, file.applied_by, file.applied_at = "applied", actor.label, now
    db.session.flush()
    _write(file, upload, accounts_on(session, file.platform))
    _record(actor, "apply_metrics", session, file, now)
    feed(
        actor=actor,
        performances=[slot.performance for slot in session.slots],
        reason=f"{title_of(file.platform)}数据第 {file.version} 版",
        now=now,
    )
    db.session.flush()
    return file


def _write(file: MetricFile, upload: Upload, accounts: Sequence[PlatformAccount]) -> None:
    by_key = {one.handle_key: one.id for one in accounts}
    rows = [
        {
            "id": ids.ordered(),
            "file_id": file.id,
            "account_id": by_key[one.key],
            "key": key,
            "amount": amount,
        }
        for one in upload.found.figures
        for key, amount in one.values.items()
    ]
    if rows:
        db.session.execute(insert(MetricValue), rows)


def _record(actor: Actor, verb: str, session: LiveSession, file: MetricFile, now: datetime) -> None:
    told = {
        "platform": file.platform,
        "sha256": file.file_sha256,
        "orders_sha256": file.orders_sha256,
        "window": [file.window_start.isoformat(), file.window_end.isoformat()],
        "as_of": file.as_of.isoformat(),
        "version": file.version,
        **file.counts,
    }
    note(actor, verb, session, now, told)
