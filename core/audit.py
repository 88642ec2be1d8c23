"""The audit trail: a row in the same transaction as the change, chained by HMAC per stream.

Streams keep judges from queueing behind one another: contest/<id>, seat/<id>, class/<id>, awards,
people, system. A stream's first row also enters the chain of the stream `streams`, so that a whole
stream cannot vanish unseen. The heads are signed, so that a cut tail is seen as well.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from sqlalchemy import JSON, String, Table, Text, UniqueConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import ids
from core.append_only import append_only
from core.db import Row, UtcDateTime, db, insert_unless_there

REGISTER = "streams"
START = "0" * 64


class Named(Protocol):
    """Whoever acts: all that a row keeps of an actor."""

    @property
    def account_id(self) -> UUID | None: ...

    @property
    def label(self) -> str: ...


@append_only
class AuditEntry(Row):
    """One fact of the trail. `changes` holds masked values only."""

    __tablename__ = "core_audit_entry"
    __table_args__ = (UniqueConstraint("stream", "seq"),)

    stream: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str] = mapped_column(String(36))
    actor_label: Mapped[str] = mapped_column(String(80))
    verb: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    prev: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class AuditHead(db.Model):  # type: ignore[name-defined]
    """The end of each stream, signed."""

    __tablename__ = "core_audit_head"

    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int]
    mac: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


# Written without the ORM: every request that changes something comes through here.
ENTRIES: Table = AuditEntry.__table__
HEADS: Table = AuditHead.__table__


@dataclass(frozen=True)
class _Pending:
    stream: str
    values: dict[str, Any]


@dataclass
class _End:
    seq: int
    mac: str


@dataclass(frozen=True)
class Break:
    """The first row of a stream that does not verify, and what is wrong with it."""

    stream: str
    seq: int
    why: str


def record(
    *,
    actor: Named | None,
    verb: str,
    subject: object,
    now: datetime,
    stream: str,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Note a change; written, chained and flushed when the unit ends.

    `subject` is a row (kept as "table/id") or a string; `changes` must be JSON and masked.
    """
    named = subject if isinstance(subject, str) else _name_of(subject)
    values = {
        "at": now,
        "actor_id": str(actor.account_id or "") if actor else "",
        "actor_label": actor.label if actor else "系统",
        "verb": verb,
        "subject": named,
        "changes": json.loads(json.dumps(dict(changes or {}), ensure_ascii=False, default=str)),
        "reason": reason,
    }
    db.session.info.setdefault("audit", []).append(_Pending(stream, values))


def _name_of(row: Any) -> str:
    return f"{row.__tablename__}/{row.id}"


def write_pending(session: Session) -> None:
    """Chain what the unit noted. Streams are locked in name order, so that no two units can wait
    for each other; the register comes last because opening a stream is rare."""
    pending: list[_Pending] = session.info.pop("audit", [])
    if not pending:
        return
    ends: dict[str, _End] = {}
    opened: list[_Pending] = []
    for stream in sorted({note.stream for note in pending}):
        ends[stream], new = _end(session, stream)
        if new:
            opening = {"verb": "open_stream", "subject": stream, "changes": {}, "reason": ""}
            opened.append(_Pending(REGISTER, pending[0].values | opening))
    if opened:
        ends[REGISTER], _ = _end(session, REGISTER)
    rows = [_chained(ends[note.stream], note) for note in [*pending, *opened]]
    session.execute(insert(ENTRIES), rows)
    for stream, end in ends.items():
        values = {"seq": end.seq, "mac": end.mac, "seal": _mac(stream, str(end.seq), end.mac)}
        session.execute(update(HEADS).where(HEADS.c.stream == stream).values(values))


def _end(session: Session, stream: str) -> tuple[_End, bool]:
    """The locked end of a stream, and whether this unit opened it: two units that open one stream
    at once queue at its key."""
    query = select(HEADS.c.seq, HEADS.c.mac).where(HEADS.c.stream == stream).with_for_update()
    found = session.execute(query).first()
    if found:
        return _End(*found), False
    fresh = {"stream": stream, "seq": 0, "mac": START, "seal": ""}
    opened = insert_unless_there(session, AuditHead, fresh)
    return _End(*session.execute(query).one()), opened


def _chained(end: _End, note: _Pending) -> dict[str, Any]:
    """The row that continues the stream; the end moves on to it."""
    row = {"id": ids.ordered(), "stream": note.stream, "seq": end.seq + 1, "prev": end.mac}
    row |= note.values
    end.seq, end.mac = end.seq + 1, _entry_mac(row)
    return row | {"mac": end.mac}


def _entry_mac(row: Mapping[Any, Any]) -> str:
    kept = ("actor_id", "actor_label", "verb", "subject", "changes", "reason")
    at = row["at"].isoformat(timespec="microseconds")
    canonical = json.dumps(
        [row["stream"], row["seq"], at, *(row[name] for name in kept)],
        ensure_ascii=False,
        sort_keys=True,
    )
    return _mac(row["prev"], canonical)


def _mac(*parts: str) -> str:
    key: bytes = current_app.extensions["settings"].audit_key
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def verify(session: Session) -> Iterator[Break]:
    """Walk every stream; yields the first break of each. Nothing yielded means nothing altered."""
    heads = {head.stream: head for head in session.scalars(select(AuditHead))}
    listed = set(
        session.scalars(select(AuditEntry.subject).where(AuditEntry.stream == REGISTER))
    ) | {REGISTER}
    present = set(session.scalars(select(AuditEntry.stream).distinct()))
    for stream in sorted(present | set(heads) | (listed if present else set())):
        if broken := _verify_stream(session, stream, heads.get(stream)):
            yield broken


def _verify_stream(session: Session, stream: str, head: AuditHead | None) -> Break | None:
    prev, seq = START, 0
    rows = select(ENTRIES).where(ENTRIES.c.stream == stream).order_by(ENTRIES.c.seq)
    with closing(session.execute(rows.execution_options(yield_per=1000)).mappings()) as entries:
        for entry in entries:
            seq += 1
            if entry["seq"] != seq:
                return Break(stream, seq, "缺少这一条记录")
            if entry["prev"] != prev or entry["mac"] != _entry_mac(entry):
                return Break(stream, seq, "内容与校验码不符")
            prev = entry["mac"]
    if head is None or (head.seq, head.mac) != (seq, prev):
        return Break(stream, seq + 1, "末尾的记录缺失，或链头被改")
    if head.seal != _mac(stream, str(seq), prev):
        return Break(stream, seq, "链头的签封不符")
    return None


db.at_unit_end.append(write_pending)
