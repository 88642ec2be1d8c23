"""Livestream contests: platform accounts, simultaneous sessions with products, files of figures.

What a platform tells comes as files. A file is never edited: a later one for the same session and
platform is a new version, and both stay visible.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contests.models.editions import Contest
from contests.models.entries import Entry
from contests.models.judging import Panel, Performance
from core.append_only import append_only
from core.db import Row, UtcDateTime, explain

CURRENT = "ended_at IS NULL"


class PlatformAccount(Row):
    """The account of an entry on a platform. `handle` is the account's number or name there as typed,
    `handle_key` how it is compared. A change ends the row and makes another one."""

    __tablename__ = "contests_platform_account"
    __table_args__ = (
        Index(
            "uq_contests_platform_account_handle",
            "contest_id",
            "platform",
            "handle_key",
            unique=True,
            sqlite_where=text(CURRENT),
            postgresql_where=text(CURRENT),
        ),
    )
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("contests_entry.id"), index=True)
    platform: Mapped[str] = mapped_column(String(20))
    handle: Mapped[str] = mapped_column(String(60))
    handle_key: Mapped[str] = mapped_column(String(60))
    nickname: Mapped[str] = mapped_column(String(60))
    named_by: Mapped[str] = mapped_column(String(60))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str] = mapped_column(String(200), default="")

    contest: Mapped[Contest] = relationship()
    entry: Mapped[Entry] = relationship()


class LiveSession(Row):
    """场次: some contestants of a panel live at the same time. `capacity` is how many at most."""

    __tablename__ = "contests_live_session"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("capacity > 0", name="capacity"),
    )
    opaque_id = True

    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contests_contest.id"), index=True)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("contests_panel.id"), index=True)
    starts: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    room: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[int]

    contest: Mapped[Contest] = relationship()
    panel: Mapped[Panel] = relationship()
    slots: Mapped[list[LiveSlot]] = relationship(
        back_populates="session", order_by="LiveSlot.place"
    )
    products: Mapped[list[LiveProduct]] = relationship(
        back_populates="session", order_by="LiveProduct.position"
    )


class LiveSlot(Row):
    """One contestant's place in a session, from the draw."""

    __tablename__ = "contests_live_slot"
    __table_args__ = (UniqueConstraint("session_id", "place"), UniqueConstraint("performance_id"))

    session_id: Mapped[UUID] = mapped_column(ForeignKey("contests_live_session.id"))
    performance_id: Mapped[UUID] = mapped_column(ForeignKey("contests_performance.id"))
    place: Mapped[int]

    session: Mapped[LiveSession] = relationship(back_populates="slots")
    performance: Mapped[Performance] = relationship()


class LiveProduct(Row):
    """A product that is sold in a session."""

    __tablename__ = "contests_live_product"
    __table_args__ = (
        UniqueConstraint("session_id", "name"),
        UniqueConstraint("session_id", "position"),
        CheckConstraint("price_fen > 0", name="price"),
    )
    opaque_id = True

    session_id: Mapped[UUID] = mapped_column(ForeignKey("contests_live_session.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    price_fen: Mapped[int]
    supplier: Mapped[str] = mapped_column(String(120))

    session: Mapped[LiveSession] = relationship(back_populates="products")


class MetricFile(Row):
    """A file of figures that a platform made for a session. `as_of` is the moment up to which refunds
    are counted; `version` is given when it is written. `report` and `counts` are those of the check.

    `report` = {"issues": [{sheet, row, column, code, text}], "unread": [heading],
    "rows": [{row, handle, nickname, values}]}; values in the units of contests.platforms.METRICS.
    """

    __tablename__ = "contests_metric_file"
    __table_args__ = (
        UniqueConstraint("session_id", "platform", "file_sha256"),
        UniqueConstraint("session_id", "platform", "version"),
        CheckConstraint("state IN ('checked', 'applied')", name="state"),
        CheckConstraint("window_end > window_start", name="window"),
    )
    opaque_id = True

    session_id: Mapped[UUID] = mapped_column(ForeignKey("contests_live_session.id"))
    platform: Mapped[str] = mapped_column(String(20))
    window_start: Mapped[datetime] = mapped_column(UtcDateTime)
    window_end: Mapped[datetime] = mapped_column(UtcDateTime)
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    exporter: Mapped[str] = mapped_column(String(60))
    file_sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(60))
    orders_sha256: Mapped[str] = mapped_column(String(64), default="")
    orders_filename: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(10), default="checked")
    version: Mapped[int | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    uploaded_by: Mapped[str] = mapped_column(String(60))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_by: Mapped[str] = mapped_column(String(60), default="")
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    session: Mapped[LiveSession] = relationship()


@append_only
class MetricValue(Row):
    """One figure of one account in one file, in the unit of its metric (contests.platforms)."""

    __tablename__ = "contests_metric_value"
    __table_args__ = (UniqueConstraint("file_id", "account_id", "key"),)

    file_id: Mapped[UUID] = mapped_column(ForeignKey("contests_metric_file.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("contests_platform_account.id"), index=True)
    key: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)


@append_only
class MetricRuling(Row):
    """A word of one person on the figures of an account: void (刷单), or valid again. It counts once
    somebody of the other side has seconded it: that row names the first in `seconds_id`. A second row
    that says "dropped" sets the word aside."""

    __tablename__ = "contests_metric_ruling"
    __table_args__ = (
        UniqueConstraint("seconds_id"),
        CheckConstraint("kind IN ('void', 'restore', 'dropped')", name="kind"),
        CheckConstraint("role IN ('supervisor', 'contest_office')", name="role"),
    )
    opaque_id = True

    account_id: Mapped[UUID] = mapped_column(ForeignKey("contests_platform_account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    by_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_account.id"))
    by_label: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seconds_id: Mapped[UUID | None] = mapped_column(ForeignKey("contests_metric_ruling.id"))

    account: Mapped[PlatformAccount] = relationship()


explain("uq_contests_platform_account_handle", "这个账号已由本赛事另一份报名登记", "handle")
explain("uq_contests_live_slot_performance_id", "这位选手已排入场次，请重新打开页面核对", None)
explain("uq_contests_live_product_session_id_name", "这一场已有同名产品", "name")
explain("uq_contests_live_product_session_id_position", "刚有人也在添加产品，请再试一次", "name")
explain(
    "uq_contests_metric_file_session_id_platform_version",
    "刚有人也写入了这一场的数据，请重新打开页面核对",
)
explain("uq_contests_metric_ruling_seconds_id", "这项认定已有人附议，请重新打开页面核对")
