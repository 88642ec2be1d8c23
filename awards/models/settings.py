"""Office settings (口径): what the policy text leaves to the office, decided by two persons."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import append_only
from core.db import Row, UtcDateTime, explain


@append_only
class SettingVersion(Row):
    """One answer to one question. The newest confirmed one rules; before that, the newest one
    serves for simulation only."""

    __tablename__ = "awards_setting_version"
    __table_args__ = (UniqueConstraint("setting", "seq"),)

    setting: Mapped[str] = mapped_column(String(8))
    seq: Mapped[int]
    value: Mapped[Any] = mapped_column(JSON)
    document_no: Mapped[str] = mapped_column(String(60))
    set_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    set_label: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    confirmation: Mapped[SettingConfirmation | None] = relationship(back_populates="version")


@append_only
class SettingConfirmation(Row):
    """A second person stands for a version; `set_by` is copied so that the database can compare."""

    __tablename__ = "awards_setting_confirmation"
    __table_args__ = (CheckConstraint("confirmed_by <> set_by", name="second_person"),)

    version_id: Mapped[UUID] = mapped_column(ForeignKey("awards_setting_version.id"), unique=True)
    set_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    confirmed_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    confirmed_label: Mapped[str] = mapped_column(String(60))
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    version: Mapped[SettingVersion] = relationship(back_populates="confirmation")


explain("uq_awards_setting_version_setting_seq", "刚刚有人改了这项口径，请重新打开页面")
explain("uq_awards_setting_confirmation_version_id", "这项口径已经确认过")
explain("ck_awards_setting_confirmation_second_person", "口径须由设定人以外的人确认")
